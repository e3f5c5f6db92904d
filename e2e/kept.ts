/** What the tests of keeping share: a run worth keeping, and what the page says of it. */
import type { Page } from '@playwright/test'
import { expect, goTo } from './lab.ts'

export interface Kept {
  readonly generation: number
  readonly branch: number
  readonly n: number
  readonly intents: number
  readonly print: string
}

export const word = (page: Page) => page.locator('.kept-word')

export const open = (page: Page, words = ''): Promise<void> => goTo(page, `./?pace=instant&motion=off${words}`)

/** What the page says is kept; nothing of it is known while nothing is. */
export async function kept(page: Page): Promise<Kept> {
  return JSON.parse((await word(page).getAttribute('data-kept')) || '{}') as Kept
}

/** Two branches: one run to its end, one left in the middle. */
export async function twoBranches(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await window.viridian.play()
    const { start } = await window.viridian.status()
    await window.viridian.seek(start + 50)
    await window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' })
    await window.viridian.play()
    await window.viridian.seek(start + 812)
  })
}

export const story = (page: Page) => page.evaluate(async () => {
  const { branches, status } = await window.viridian.view()
  return { branches, branch: status.branch, n: status.n, print: await window.viridian.fingerprint() }
})

/** Waits until the word stands for where the machine is. */
export async function settled(page: Page): Promise<Kept> {
  const { n, branch } = await page.evaluate(() => window.viridian.status())
  await expect(word(page)).toHaveText('kept')
  await expect.poll(async () => kept(page)).toMatchObject({ n, branch })
  await expect(word(page)).toHaveText('kept')
  return kept(page)
}

/**
 * Gives the page a second of its own clock, in which a writing would have begun, and waits until the Worker and the store have done
 * what they were asked by then.
 */
export async function timeToKeep(page: Page): Promise<void> {
  await page.clock.install()
  await page.clock.pauseAt(Date.now() + 3_600_000)
  await page.clock.runFor(1000)
  // Both answer in the order in which they are asked.
  await page.evaluate(() => window.viridian.status())
  await page.evaluate(() => new Promise<void>((resolve) => {
    const request = indexedDB.open('viridian-keep')
    request.onsuccess = () => {
      const work = request.result.transaction('generations', 'readwrite')
      work.objectStore('generations').count()
      work.oncomplete = () => {
        request.result.close()
        resolve()
      }
    }
  }))
  // The clock is that of all pages of the context.
  await page.clock.resume()
}

/** Waits until nothing more is going to be written: a machine that stands still gets its fingerprint kept. */
export async function quiet(page: Page): Promise<void> {
  await settled(page)
  await expect.poll(async () => (await kept(page)).print).not.toBe('')
}
