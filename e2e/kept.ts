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

/** Waits until nothing more is going to be written: a machine that stands still gets its fingerprint kept. */
export async function quiet(page: Page): Promise<void> {
  await settled(page)
  await expect.poll(async () => (await kept(page)).print).not.toBe('')
}
