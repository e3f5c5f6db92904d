/** Work is not lost when something else is opened, nor when the simulation dies. */
import type { Page } from '@playwright/test'
import { open, quiet, settled, story, twoBranches, word } from './kept.ts'
import { expect, goTo, seek, test } from './lab.ts'
import { killWorker, rememberWorkers } from './workers.ts'

test('what was open stays behind the Back button when something else is opened while it plays', async ({ page }) => {
  await goTo(page, './?motion=off')
  await page.evaluate(async () => {
    const { start } = await window.viridian.status()
    await window.viridian.seek(start + 900)
    await window.viridian.seek(start + 50)
    await window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' })
    await window.viridian.seek(start + 812)
  })
  const before = await settled(page)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await page.evaluate(() => window.viridian.load('polling'))
  expect((await page.evaluate(() => window.viridian.view())).branches).toHaveLength(1)
  await page.evaluate(async () => window.viridian.seek((await window.viridian.status()).start + 30))
  await settled(page)
  const other = await page.evaluate(async () => [(await window.viridian.status()).n, await window.viridian.fingerprint()] as const)
  await page.evaluate(() => window.viridian.load('two-ways'))
  await page.evaluate(async () => window.viridian.seek((await window.viridian.status()).start + 7))
  await settled(page)

  await page.goBack()
  await expect.poll(() => page.evaluate(async () => (await window.viridian.status()).n).catch(() => 0)).toBe(other[0])
  expect(await page.evaluate(() => window.viridian.fingerprint())).toBe(other[1])
  await page.goBack()
  await expect.poll(() => page.evaluate(async () => (await window.viridian.view()).branches.length).catch(() => 0)).toBe(2)
  expect((await story(page)).n).toBeGreaterThanOrEqual(before.n)
})

/** Runs in the page before anything else: holds back what the store answers while `slow`, and counts what it is asked to take. */
function watchStore(): void {
  const own = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'oncomplete')!
  const here = { stayed: true, slow: false, puts: 0 }
  // oxlint-disable-next-line typescript/unbound-method -- it is called on the store that it was called on
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...words: Parameters<typeof put>) {
    if (this.name === 'generations') here.puts += 1
    return put.apply(this, words)
  }
  Object.defineProperty(IDBTransaction.prototype, 'oncomplete', {
    ...own,
    set(this: IDBTransaction, told: (event: Event) => void) {
      own.set!.call(this, (event: Event) => (here.slow ? setTimeout(() => told.call(this, event), 2000) : told.call(this, event)))
    },
  })
  Object.assign(window, { here })
}

const here = (page: Page) => page.evaluateHandle(() => (window as unknown as { here: { stayed: boolean; slow: boolean; puts: number } }).here)

test('when the simulation dies, another one stands where it was kept, without a reload', async ({ page }) => {
  await page.addInitScript(watchStore)
  await rememberWorkers(page)
  await open(page)
  await twoBranches(page)
  const before = await story(page)
  await settled(page)
  await killWorker(page)
  await expect(page.getByRole('alert').filter({ hasText: 'The simulation had stopped' })).toContainText('hop 812')
  expect(await story(page)).toEqual(before)
  expect(await (await here(page)).evaluate(({ stayed }) => stayed)).toBe(true)
  await seek(page, 5)
  await settled(page)
})

test('a writing that is under way when the simulation dies is waited for: what it brings is not lost', async ({ page }) => {
  await page.addInitScript(watchStore)
  await rememberWorkers(page)
  await open(page)
  await twoBranches(page)
  await settled(page)
  await quiet(page)
  const its = await here(page)
  const before = await its.evaluate((one) => {
    one.slow = true
    return one.puts
  })
  await seek(page, 400)
  // The state is on its way to the store; the answer that it is there comes after the death.
  await expect.poll(() => its.evaluate(({ puts }) => puts)).toBeGreaterThan(before)
  await expect(word(page)).toHaveText('saving')
  await killWorker(page)
  await expect(page.getByRole('alert').filter({ hasText: 'The simulation had stopped' })).toContainText('hop 400')
  await its.evaluate((one) => (one.slow = false))
  await settled(page)
})
