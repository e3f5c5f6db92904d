import type { BrowserContext, Page } from '@playwright/test'
import { kept, open, quiet, settled, story, twoBranches, word } from './kept.ts'
import { expect, goTo, hop, reload, seek, test } from './lab.ts'

test('a reload comes back to the branches, the hop, the choice and the look, fingerprint and all', async ({ page }) => {
  await open(page)
  await twoBranches(page)
  await page.getByRole('button', { name: 'Mechanism', exact: true }).click()
  await page.keyboard.press('i')
  const before = await story(page)
  await quiet(page)
  await reload(page)
  expect(await story(page)).toEqual(before)
  await expect(page.locator('.next-clock')).toContainText('hop 812')
  await expect(page.getByRole('button', { name: 'Mechanism', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('812')
  await expect(page.locator('.keep-bar')).toHaveCount(0)
  await expect(page.locator('.failure')).toHaveCount(0)
  // The other branch is whole too.
  const end = before.branches[0]!.tip
  await page.evaluate((n) => window.viridian.seek(n), 1)
  await page.evaluate(async (n) => window.viridian.seek(n), before.n)
  expect((await story(page)).print).toBe(before.print)
  expect(end).toBeGreaterThan(before.n)
})

test('a reload comes back, also when the address changes while the page is on its way', async ({ page }) => {
  await open(page)
  await seek(page, 40)
  const { n } = await settled(page)
  await expect(page).toHaveURL(/hop=40/)
  const lineage = () => page.evaluate(() => (history.state as { lineage: string }).lineage)
  const was = await lineage()
  // The hop stands in the address a while after the cursor has moved; a reload may have begun by then, and the browser drops
  // the state of an entry that is called otherwise than what it loads.
  await page.evaluate(() => addEventListener('beforeunload', () => setTimeout(() => history.replaceState(history.state, '', location.href.replace('hop=40', 'hop=50')))))
  const changed = page.waitForEvent('framenavigated', (frame) => frame.url().includes('hop=50'))
  await page.route(/hop=40/, (route) => changed.then(() => route.continue()))
  await reload(page)
  expect((await page.evaluate(() => window.viridian.status())).n).toBe(n)
  await expect(page.locator('.keep-bar')).toHaveCount(0)
  expect(await lineage()).toBe(was)
})

test('nothing is kept of a machine that nobody has touched, and `fresh` neither reads nor writes', async ({ page }) => {
  await open(page)
  await page.evaluate(() => window.viridian.painted())
  await expect(word(page)).toHaveCount(0)
  await twoBranches(page)
  await settled(page)
  await open(page, '&fresh')
  expect((await page.evaluate(() => window.viridian.view())).branches).toHaveLength(1)
  await page.evaluate(() => window.viridian.play())
  await expect(word(page)).toHaveCount(0)
  await expect(page.locator('.keep-bar')).toHaveCount(0)
  await open(page)
  expect((await page.evaluate(() => window.viridian.view())).branches).toHaveLength(2)
})

test('of another machine nothing is said to be kept until something of it is', async ({ page }) => {
  await open(page)
  await seek(page, 40)
  await settled(page)
  await page.evaluate(() => window.viridian.load('second-read'))
  await expect(page.locator('.caption-says')).toHaveText('The second read and the cache.')
  await expect(word(page)).toHaveCount(0)
  await seek(page, 20)
  await settled(page)
})

test('whoever chooses another scenario goes on with Play, also where the browser does not say where a page was opened from', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'navigation', { value: undefined }))
  await open(page)
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption('one-ring')
  await page.waitForURL(/scenario=one-ring/)
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeFocused()
})

for (const words of ['fresh', 'embed=https://somebody.example']) {
  test(`with ${words} the tab remembers nothing either`, async ({ page }) => {
    await page.addInitScript(() => Object.defineProperty(window, 'navigation', { value: undefined }))
    await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>blank</title><link rel="icon" href="data:,">' }))
    await goTo(page, `./?motion=off&${words}`)
    await page.goto('blank.html')
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([])
  })
}

test('the writing of a change begins a tenth of a second later at most, on the clock of the page, and nothing has to happen for it', async ({ page }) => {
  await open(page)
  await page.evaluate(() => window.viridian.play())
  await quiet(page)
  // From here on no time passes on the page but what is given to it.
  await page.clock.install()
  await page.clock.pauseAt(Date.now() + 3_600_000)
  for (const to of [10, 20, 30]) {
    await seek(page, to)
    const { n } = await page.evaluate(() => window.viridian.status())
    expect((await kept(page)).n).not.toBe(n)
    await page.clock.runFor(100)
    await expect.poll(async () => kept(page)).toMatchObject({ n })
  }
})

test('an address that says something else wins, and what was kept is offered and gone on with', async ({ page }) => {
  await open(page)
  await twoBranches(page)
  const before = await story(page)
  await settled(page)
  await open(page, '&scenario=two-ways&hop=20')
  expect(await hop(page)).toBe(20)
  const bar = page.getByRole('region', { name: 'What was kept' })
  await expect(bar).toContainText(/Go on where you were: .+, hop 812, two branches/)
  await bar.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => story(page)).toEqual(before)
  await expect(page.locator('.transport-play')).toBeFocused()
  await expect(bar).toHaveCount(0)
  // And it is kept from here on.
  await seek(page, 700)
  await settled(page)
  await reload(page)
  expect((await story(page)).n).toBe(before.n - 112)
})

test('a second tab goes on from the first in a lineage of its own, and neither destroys the other', async ({ page, context }) => {
  await open(page)
  await twoBranches(page)
  const first = await story(page)
  await settled(page)
  const second = await context.newPage()
  await open(second)
  expect(await story(second)).toEqual(first)
  await seek(second, 5)
  const other = await story(second)
  await settled(second)
  await seek(page, 9)
  const mine = await story(page)
  await settled(page)
  for (const [tab, was] of [[page, mine], [second, other]] as const) {
    await reload(tab)
    expect(await story(tab)).toEqual(was)
  }
})

test('a duplicated tab takes another lineage as soon as both write', async ({ page, context }) => {
  await open(page)
  await twoBranches(page)
  await settled(page)
  // What a browser does when a tab is duplicated: the same address, the same state of the entry.
  const [address, state] = await page.evaluate(() => [location.href, history.state as unknown] as const)
  const twin = await context.newPage()
  await twin.addInitScript((entry) => history.replaceState(entry, ''), state)
  await goTo(twin, address)
  for (const [tab, to] of [[page, 100], [twin, 200], [page, 300], [twin, 400]] as const) {
    await seek(tab, to)
    await settled(tab)
  }
  const lineages = await Promise.all([page, twin].map((tab) => tab.evaluate(() => (history.state as { lineage: string }).lineage)))
  expect(new Set(lineages).size).toBe(2)
  await reload(page)
  expect(await hop(page)).toBe(300)
})

test('a page that is closed comes back at the plain address', async ({ page, context }) => {
  await open(page)
  await twoBranches(page)
  const before = await story(page)
  await settled(page)
  await page.close()
  const again = await context.newPage()
  await open(again)
  expect(await story(again)).toEqual(before)
  await expect(again.locator('.kept-word')).toHaveText('kept')
})

/** Changes the generations in the store, as a damaged disk would. */
function damage(page: Page, most: number): Promise<number> {
  return page.evaluate(async (count) => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('viridian-keep', 1)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error!)
    })
    const store = db.transaction('generations', 'readwrite').objectStore('generations')
    const all = await new Promise<{ at: number; body: string }[]>((resolve) => {
      const request = store.getAll() as IDBRequest<{ at: number; body: string }[]>
      request.onsuccess = () => resolve(request.result)
    })
    const newest = all.sort((a, b) => b.at - a.at).slice(0, count)
    await Promise.all(newest.map((record) => new Promise((resolve) => {
      const at = Math.floor(record.body.length / 2)
      store.put({ ...record, body: `${record.body.slice(0, at)}~${record.body.slice(at + 1)}` }).onsuccess = resolve
    })))
    db.close()
    return all.length
  }, most)
}

test('damaged generations are passed over with a sentence, and the newest good one is opened', async ({ page, context }) => {
  await open(page)
  for (const to of [100, 200, 300]) {
    await seek(page, to)
    await quiet(page)
  }
  await damage(page, 2)
  await reload(page)
  expect(await hop(page)).toBe(200)
  await expect(page.getByRole('alert').filter({ hasText: 'damaged' })).toContainText('the newest that is whole was opened: hop 200')
  await quiet(page)
  const all = await damage(page, 100)
  expect(all).toBeGreaterThan(2)
  const again = await context.newPage()
  await open(again)
  await expect(again.getByRole('alert').filter({ hasText: 'damaged' })).toContainText('cannot be read')
  const fresh = await again.evaluate(() => window.viridian.status())
  expect(fresh.n).toBe(fresh.start)
})

test('a browser that lets nothing be kept is named once, and the page goes on', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { get: () => { throw new DOMException('denied', 'SecurityError') } }))
  await open(page)
  await twoBranches(page)
  await expect(word(page)).toHaveText('not kept')
  const notice = page.getByRole('alert').filter({ hasText: 'lets the page keep nothing' })
  await expect(notice).toBeVisible()
  await notice.getByRole('button', { name: 'Close the notice' }).click()
  await expect(page.locator('.transport-play')).toBeFocused()
  await seek(page, 5)
  await page.evaluate(() => window.viridian.painted())
  await expect(notice).toHaveCount(0)
  expect((await page.evaluate(() => window.viridian.view())).branches).toHaveLength(2)
})

test('a full store is said once, and keeping goes on when there is room', async ({ page, context, baseURL }) => {
  const devtools = await context.newCDPSession(page)
  const { origin } = new URL(baseURL!)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 })
  await open(page)
  await seek(page, 200)
  await expect(word(page)).toHaveText('not kept')
  await expect(page.getByRole('alert').filter({ hasText: 'is full' })).toContainText('What was kept before stays')
  await devtools.send('Storage.overrideQuotaForOrigin', { origin })
  await seek(page, 300)
  await settled(page)
})

for (const failing of [1, 2, 5]) {
  test(`when the store takes nothing from writing ${failing + 1} on, what was kept before is whole`, async ({ page }) => {
    await page.addInitScript((from) => {
      // oxlint-disable-next-line typescript/unbound-method -- it is called on the store that it was called on
      const { put } = IDBObjectStore.prototype
      let written = 0
      const limit = sessionStorage.getItem('room') === null ? from : Number.POSITIVE_INFINITY
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...words: Parameters<typeof put>) {
        if (this.name === 'generations' && ++written > limit) throw new DOMException('no room', 'QuotaExceededError')
        return put.apply(this, words)
      }
    }, failing)
    await open(page)
    for (let i = 1; i <= failing + 3; i++) {
      await seek(page, i * 10)
      const { n } = await page.evaluate(() => window.viridian.status())
      await expect.poll(async () => (await word(page).getAttribute('data-word')) === 'not kept' || ((await kept(page)).n === n && (await word(page).textContent()) === 'kept')).toBe(true)
    }
    await expect(word(page)).toHaveText('not kept')
    await expect(page.getByRole('alert').filter({ hasText: 'is full' })).toHaveCount(1)
    const last = await kept(page)
    await page.evaluate(() => sessionStorage.setItem('room', ''))
    await reload(page)
    expect((await page.evaluate(() => window.viridian.status())).n).toBe(last.n)
    await expect(page.locator('.keep-bar')).toHaveCount(0)
    await expect(page.locator('.failure')).toHaveCount(0)
  })
}

/** A run long enough that going back to it takes a while. */
async function longRun(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await window.viridian.intend({ do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 250_000, depth: 16 })
    await window.viridian.seek((await window.viridian.status()).start + 700_000)
  })
  await settled(page)
}

test('a long way back is told with progress and can be cancelled; it stays on offer', async ({ page, context }: { page: Page; context: BrowserContext }) => {
  test.slow()
  await open(page)
  await longRun(page)
  const before = await story(page)
  await page.close()
  const again = await context.newPage()
  // However fast the machine is: each piece of the way waits for a moment, so that somebody can press Cancel.
  await again.addInitScript(() => {
    // oxlint-disable-next-line typescript/unbound-method -- it is called on the Worker that it was called on
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (this: Worker, call: unknown) {
      const { operation } = call as { readonly operation?: string }
      setTimeout(() => postMessage.call(this, call), operation === 'regrow' ? 250 : 0)
    }
  })
  await again.goto('./?pace=instant&motion=off')
  await again.getByRole('button', { name: 'Cancel' }).click()
  await again.evaluate(() => window.viridian.ready)
  const { n, start } = await again.evaluate(() => window.viridian.status())
  expect(n).toBe(start)
  await again.getByRole('button', { name: 'Go on' }).click()
  await expect(again.getByRole('progressbar', { name: 'Hops run again' })).toBeVisible()
  await expect.poll(() => story(again), { timeout: 120_000 }).toEqual(before)
})
