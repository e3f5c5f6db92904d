/** A store of the browser that does not answer holds nothing up, and loses nothing. */
import { kept, open, quiet, settled, story, twoBranches, word } from './kept.ts'
import { expect, reload, seek, test } from './lab.ts'

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
  // What was said of it is no longer true.
  await expect(notice).toHaveCount(0)
  const bar = again.getByRole('region', { name: 'What was kept' })
  await expect(bar).toContainText(/hop 812, two branches/)
  await bar.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => story(again)).toEqual(before)
})

/** Runs in the page: a transaction that has the store for itself until `letGo` is called. */
async function holdStore(): Promise<void> {
  const db = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('viridian-keep')
    request.onsuccess = () => resolve(request.result)
  })
  let held = true
  Object.assign(window, { letGo: () => (held = false) })
  await new Promise<void>((resolve) => {
    const records = db.transaction('generations', 'readwrite').objectStore('generations')
    const spin = (): void => {
      resolve()
      if (held) records.count().onsuccess = spin
    }
    records.count().onsuccess = spin
  })
}

const letGo = () => (window as unknown as { letGo: () => void }).letGo()

test('a store that falls silent while the page is open is said each time it does; what it takes late is this page\'s own, and all of it comes back', async ({ page }) => {
  await open(page, '&scenario=one-ring')
  await seek(page, 20)
  const { generation } = await settled(page)
  const lineage = () => page.evaluate(() => (history.state as { lineage: string }).lineage)
  const first = await lineage()
  const notice = page.getByRole('alert').filter({ hasText: 'does not answer' })
  for (const hop of [30, 40]) {
    await page.evaluate(holdStore)
    await seek(page, hop)
    await expect(word(page)).toHaveText('not kept')
    await expect(notice).toBeVisible()
    await notice.getByRole('button').focus()
    // Asked meanwhile: it stands behind what the store has not answered.
    await seek(page, hop + 5)
    await page.evaluate(letGo)
    await expect(word(page)).toHaveText('kept')
    await settled(page)
    await expect(notice).toHaveCount(0)
    await expect(page.locator(':focus')).toHaveCount(1)
  }
  expect(await lineage()).toBe(first)
  expect((await kept(page)).generation).toBeGreaterThanOrEqual(generation + 4)
  await quiet(page)
  const before = await story(page)
  await reload(page)
  expect(await story(page)).toEqual(before)
})
