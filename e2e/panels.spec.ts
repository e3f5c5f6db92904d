import type { Page } from '@playwright/test'
import { allCheckers } from '../engine/index.ts'
import { expect, goTo, open, reload, seek, test } from './lab.ts'
import { command } from './palette.ts'

function cursor(page: Page): Promise<number> {
  return page.evaluate(async () => (await window.viridian.status()).n)
}

test('the hop list is filtered by words and partition, and a line leads to its hop', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  await page.getByRole('button', { name: 'Hop list' }).click()
  const found = page.locator('.filters-count')
  await expect(found).toContainText(/\d{3} hops/)
  await page.getByRole('searchbox', { name: 'Words in a hop' }).fill('ring write')
  await page.getByRole('combobox', { name: 'Partition', exact: true }).selectOption({ label: 'Alpha' })
  await expect(found).toHaveText(/^\d{1,2} hops$/)
  await expect(page).toHaveURL(/in=alpha/i)
  const n = Number((await page.getByRole('button', { name: /^Hop \d+$/ }).first().textContent())?.trim())
  const { start } = await page.evaluate(() => window.viridian.status())
  // By its number: the list may still be shortened while it is looked at.
  await page.getByRole('button', { name: `Hop ${n}`, exact: true }).click()
  await expect.poll(() => cursor(page)).toBe(start + n)
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('ring write')
})

test('the hop list finds words of sentences, takes several families, and a link keeps both', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  await page.getByRole('button', { name: 'Hop list' }).click()
  const found = page.locator('.filters-count')
  await page.getByRole('searchbox', { name: 'Words in a hop' }).fill('nothing to do until')
  await expect(found).toHaveText(/^\d{1,3} hops$/)
  await expect(page.getByRole('table', { name: 'Hops' })).toContainText('HLT')
  await page.getByRole('searchbox', { name: 'Words in a hop' }).fill('')
  const families = page.getByRole('group', { name: 'Families' })
  await families.getByRole('button', { name: /^ring/i }).click()
  await expect(found).toHaveText(/^\d{1,2} hops$/)
  await families.getByRole('button', { name: /^hypercall/i }).click()
  await expect(found).toHaveText(/^\d{3} hops$/)
  await expect(page).toHaveURL(/families=ring%2Chypercall/)
  const both = await found.textContent()
  await reload(page)
  await page.getByRole('button', { name: 'Hop list' }).click()
  await expect(found).toHaveText(both ?? '')
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(page).not.toHaveURL(/families/)
})

test('a list that is on its way to the cursor when it is filtered shows what was found', async ({ page }) => {
  // What is known of the rows comes after the list has become short.
  await page.addInitScript(() => {
    // oxlint-disable-next-line typescript/unbound-method -- it is called on the Worker that it was called on
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (this: Worker, call: unknown) {
      const { operation } = call as { readonly operation?: string }
      setTimeout(() => postMessage.call(this, call), operation === 'captions' ? 1500 : 0)
    }
  })
  await open(page, '&pace=instant')
  await page.getByRole('button', { name: 'Hop list' }).click()
  await expect(page.getByRole('table', { name: 'Hops' })).toContainText('No hop has acted yet')
  await page.evaluate(() => window.viridian.play())
  await page.getByRole('searchbox', { name: 'Words in a hop' }).fill('nothing to do until')
  await expect(page.locator('.filters-count')).toHaveText(/^\d{1,3} hops$/)
  await expect(page.getByRole('table', { name: 'Hops' })).toContainText('HLT')
})

test('a reload comes back to the hop, and every panel counts it alike', async ({ page }) => {
  await open(page)
  await seek(page, 777)
  await expect(page).toHaveURL(/hop=777/)
  await reload(page)
  const { n, start } = await page.evaluate(() => window.viridian.status())
  expect(n - start).toBe(777)
  await expect(page.locator('.next-clock')).toContainText('hop 777')
  await page.getByRole('button', { name: 'Inspector panel' }).click()
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('Hop at the cursor · 777')
  await page.getByRole('button', { name: 'Hop list' }).click()
  await expect(page.getByRole('button', { name: 'Hop 777', exact: true })).toBeVisible()
})

test('a followed request is told as a list, and the rest dims', async ({ page }) => {
  await open(page)
  await seek(page, 200)
  await page.getByRole('button', { name: 'Inspector panel' }).click()
  await page.getByRole('button', { name: /^Alpha: open file/ }).click()
  const hops = page.getByRole('list', { name: 'Hops of the request' })
  await expect(hops.getByRole('button').first()).toContainText('open file')
  await expect(page.locator('.wire.dim').first()).toBeAttached()
})

test('a step, forward or back, shows the hop and what is said of it at once', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: 'Inspector panel' }).click()
  await page.evaluate(() => window.viridian.painted())
  await seek(page, 300)
  const said = page.locator('.inspector .sentence')
  for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowRight']) {
    const before = await said.textContent()
    // Watched before the key: the answer to a key may be drawn before anything else is heard.
    const first = await page.evaluateHandle(() => ({
      shown: new Promise<string>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect()
          resolve(document.querySelector('.inspector .sentence')?.textContent ?? '')
        })
        observer.observe(document.querySelector('.next-clock')!, { characterData: true, childList: true, subtree: true })
      }),
    }))
    await page.keyboard.press(key)
    const shown = await first.evaluate((watched) => watched.shown)
    expect(shown).not.toBe(before)
    await expect(said).toHaveText(shown)
  }
})

test('flow runs in proportion to simulated time and can be paused', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: 'Flow', exact: true }).click()
  await page.getByRole('slider', { name: 'Speed of the flow' }).fill('60')
  const start = await cursor(page)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => cursor(page)).toBeGreaterThan(start + 10)
  await page.getByRole('button', { name: 'Pause' }).click()
  // What was on its way has come: pausing once more ends with it.
  await page.evaluate(() => window.viridian.pause())
  const stopped = await cursor(page)
  await page.evaluate(() => window.viridian.painted())
  expect(await cursor(page)).toBe(stopped)
})

test('panels are closed, opened and resized with keys, and stay as they were', async ({ page }) => {
  await goTo(page, './?motion=off')
  await page.getByRole('button', { name: 'Inspector panel' }).click()
  const right = page.getByRole('complementary', { name: 'Inspector and request' })
  const before = (await right.boundingBox())?.width ?? 0
  await page.getByRole('separator', { name: 'Width of the inspector' }).focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(async () => (await right.boundingBox())?.width ?? 0).toBe(before + 20)
  await page.getByRole('button', { name: 'Partitions panel' }).click()
  await reload(page)
  await expect(page.getByRole('navigation', { name: 'Partitions' })).toBeHidden()
  await expect.poll(async () => (await right.boundingBox())?.width).toBe(before + 20)
})

test('the ledger says who caused what, and the parts make the whole', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  const beta = page.locator('.picture').getByRole('region', { name: 'Beta', exact: true })
  const figure = beta.getByLabel('Ledger of Beta', { exact: true }).locator('dd').first()
  const { exits, guestExits } = (await page.evaluate(() => window.viridian.counters('beta'))) as { exits: number; guestExits: number }
  await expect(figure).toHaveText(`${guestExits} +${exits - guestExits}`)
  await page.getByRole('button', { name: 'Split the ledger of Beta by who caused it' }).click()
  const parts = beta.getByRole('table', { name: 'Ledger of Beta by who caused it' }).getByRole('row', { name: /^exits/ }).getByRole('cell')
  await expect(parts).toHaveCount(3)
  await expect.poll(async () => (await parts.allInnerTexts()).reduce((sum, part) => sum + Number(part), 0)).toBe(exits)
  expect(exits).toBeGreaterThan(50)
})

test('a branch made in the past leaves the page whole', async ({ page }) => {
  await open(page, '&pace=instant')
  const says = (n: number): Promise<string> => page.evaluate(async (n) => {
    const { start } = await window.viridian.status()
    return (await window.viridian.narration(start + n, 1))[0]!.says
  }, n)
  await page.evaluate(() => window.viridian.play())
  const before = await says(60)
  await page.evaluate(async () => window.viridian.select((await window.viridian.status()).start + 60))
  const chosen = page.getByRole('region', { name: 'Inspector' }).locator('.sentence')
  await expect(chosen).toContainText(before)
  await page.evaluate(async () => {
    const { start } = await window.viridian.status()
    await window.viridian.seek(start + 50)
    await window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' })
    await window.viridian.play()
  })
  const { branches, status } = await page.evaluate(async () => window.viridian.view())
  expect(branches.length).toBe(2)
  expect(status.branch).toBe(1)
  expect(status.failure).toBeNull()
  await expect(page.getByRole('button', { name: 'What Alpha has read' })).toContainText('Viridian Lab sample disk')
  // What stayed chosen is the hop of the branch one stands in.
  const after = await says(60)
  expect(after).not.toBe(before)
  await expect(chosen).toContainText(after)
  // So are the cards of the story, also where both branches stand at the same hop.
  await page.evaluate(async () => window.viridian.branch(0, (await window.viridian.status()).start + 60))
  await page.keyboard.press('b')
  const cards = page.getByRole('list', { name: 'Beats of the story' })
  await expect(cards.getByRole('button').first()).toBeVisible()
  const told = await cards.innerText()
  await page.evaluate(async () => window.viridian.branch(1, (await window.viridian.status()).n))
  await expect.poll(() => cards.innerText()).not.toBe(told)
})

test('checkers are switched on in the page, watch every hop and find nothing', async ({ page }) => {
  await open(page, '&pace=instant')
  const checkers = page.getByRole('switch', { name: 'Checkers' })
  await expect(checkers).not.toBeChecked()
  await checkers.click()
  await expect(checkers).toBeChecked()
  const panel = page.getByRole('region', { name: 'Checkers' })
  await expect(panel).toContainText(`${allCheckers().length} checkers watch every hop`)
  await page.evaluate(() => window.viridian.play())
  const { checksOn, checkFailures } = await page.evaluate(() => window.viridian.status())
  expect(checksOn).toBe(true)
  expect(checkFailures).toEqual([])
  await expect(panel.getByRole('alert')).toHaveCount(0)
  await command(page, 'checkers')
  await expect(checkers).not.toBeChecked()
})

test('the text of a file is read in full where it stands', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  await page.getByRole('button', { name: 'What Alpha has read' }).click()
  const text = page.getByRole('region', { name: 'Inspector' }).getByRole('group', { name: /^Text of README.TXT/ })
  await expect(text).toContainText('Viridian Lab sample disk')
  const whole = await page.evaluate(async () => (await window.viridian.view()).guests[0]?.text ?? '')
  await expect.poll(() => text.textContent()).toBe(whole)
})

test('Space plays when the pace that has the focus is pressed already', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: 'Story', exact: true }).focus()
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
})
