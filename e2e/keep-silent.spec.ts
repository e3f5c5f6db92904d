/** A store of the browser that does not answer holds nothing up, and loses nothing. */
import { open, quiet, settled, story, twoBranches, word } from './kept.ts'
import { expect, test } from './lab.ts'

/** Runs in the page before anything else: whatever is asked of the store stands behind a door. */
function shut(): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called on the factory that it was called on
  const { open: real } = IDBFactory.prototype
  const waiting: (() => void)[] = []
  let answers = false
  IDBFactory.prototype.open = function (this: IDBFactory, ...words: Parameters<typeof real>) {
    if (answers) return real.apply(this, words)
    const asked = { onsuccess: null, onerror: null, onblocked: null, onupgradeneeded: null } as unknown as Record<string, unknown>
    waiting.push(() => {
      const request = real.apply(this, words)
      Object.defineProperty(asked, 'result', { get: () => request.result })
      for (const name of ['onsuccess', 'onerror', 'onblocked', 'onupgradeneeded'] as const) request[name] = (asked[name] as IDBOpenDBRequest['onsuccess']) ?? null
    })
    return asked as unknown as IDBOpenDBRequest
  }
  Object.assign(window, {
    answer: () => {
      answers = true
      for (const ask of waiting.splice(0)) ask()
    },
  })
}

test('a store that does not answer is named once; what was kept is offered as soon as it does, and nothing is lost', async ({ page, context }) => {
  await open(page)
  await twoBranches(page)
  await quiet(page)
  const before = await story(page)
  await page.close()

  const again = await context.newPage()
  await again.addInitScript(shut)
  await open(again)
  const { n, start } = await again.evaluate(() => window.viridian.status())
  expect(n).toBe(start)
  const notice = again.getByRole('alert').filter({ hasText: 'does not answer' })
  await expect(notice).toBeVisible()
  await again.evaluate((to) => window.viridian.seek(to + 20), start)
  await expect(word(again)).toHaveText('not kept')
  await expect(notice).toHaveText(/^(?!.*does not answer.*does not answer)/)

  await again.evaluate(() => (window as unknown as { answer: () => void }).answer())
  await expect(word(again)).toHaveText('kept')
  await settled(again)
  const bar = again.getByRole('region', { name: 'What was kept' })
  await expect(bar).toContainText(/hop 812, two branches/)
  await bar.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => story(again)).toEqual(before)
})
