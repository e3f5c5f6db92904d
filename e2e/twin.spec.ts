import type { Locator, Page } from '@playwright/test'
import { expect, goTo, test } from './lab.ts'
import { command } from './palette.ts'

async function openTwin(page: Page, words = ''): Promise<void> {
  await page.setViewportSize({ width: 1366, height: 768 })
  await goTo(page, `./?fresh&motion=off&pace=instant${words}`)
}

const ledger = (page: Page): Locator => page.getByRole('table', { name: 'Ledger of both machines' })
const row = (page: Page, name: string): Locator => ledger(page).getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
const figures = async (page: Page, name: string): Promise<number[]> => (await row(page, name).getByRole('cell').allInnerTexts()).slice(0, 2).map((text) => Number(text.replace(/\D/g, '')))
const milestone = (page: Page): Locator => page.getByRole('slider', { name: 'Milestone' })

test('one click shows the same file read in two ways, with both columns, the ratio and the reasons', async ({ page }) => {
  await openTwin(page)
  await page.getByRole('button', { name: 'Twin', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'VMBus, synthetic' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'emulated IDE, PIO' })).toBeVisible()
  await expect(row(page, 'guest exits')).toContainText('×')
  const [left, right] = await figures(page, 'guest exits')
  expect(right!).toBeGreaterThan(5 * left!)
  await expect(row(page, 'all exits')).toContainText('×')
  await expect(row(page, 'worker trips')).toContainText('right only')
  await expect(page.getByText('483 of 483 bytes, the same on both')).toHaveCount(2)
  await expect.poll(() => new URL(page.url()).search).toContain('twin=alpha.path:pio')

  await page.getByRole('tab', { name: 'Places' }).click()
  await expect(page.getByRole('table', { name: 'Hops and processor time by place' }).getByRole('row', { name: /Worker process/ })).toBeVisible()
  await page.getByRole('tab', { name: 'Why do they differ?' }).click()
  await expect(page.getByRole('tabpanel')).toContainText(/The right machine makes \d+ hops more and uses .* more processor time/)
  await expect(page.getByRole('table', { name: 'Kinds of hops that make the difference' }).getByRole('row', { name: /port write to device/ })).toBeVisible()

  // The page's own lab has not moved.
  expect(await page.evaluate(async () => { const { n, start } = await window.viridian.status(); return n - start })).toBe(0)
})

test('what the page has to say is said beside two machines too, and can be closed', async ({ page }) => {
  await openTwin(page, '&scenario=no-such&twin=alpha.path:pio')
  const failure = page.locator('.failure[role=alert]')
  await expect(failure).toContainText("a scenario 'no-such', which does not exist")
  await expect(page.getByRole('main')).toBeVisible()
  await expect.poll(async () => {
    const [said, main] = [await failure.boundingBox(), await page.getByRole('main').boundingBox()]
    return said!.y + said!.height <= main!.y
  }).toBe(true)
  await failure.getByRole('button', { name: 'Close' }).click()
  await expect(failure).toHaveCount(0)
})

test('one set of controls moves both from milestone to milestone, by buttons and by keys', async ({ page }) => {
  await openTwin(page, '&twin=alpha.path:pio')
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'both at rest')
  const [allLeft, allRight] = await figures(page, 'guest exits')
  await page.keyboard.press('Home')
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'at the start')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('PageDown')
  await page.keyboard.press('ArrowRight')
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'handed over, Alpha 1: open file')
  await expect.poll(async () => {
    const [left, right] = await figures(page, 'guest exits')
    return left! < allLeft! && right! < allRight!
  }).toBe(true)
  await page.keyboard.press('ArrowLeft')
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'submitted, Alpha 1: open file')
  await page.getByRole('button', { name: 'completed' }).click()
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'completed, Alpha 1: open file')
  await expect(page.getByRole('region', { name: 'Right machine' })).toContainText('ATA driver')
  await page.getByRole('combobox', { name: 'Operation' }).selectOption({ label: 'Alpha 2: read file' })
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'asked, Alpha 2: read file')
  await page.getByRole('button', { name: 'Reset both to the start' }).click()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'both at rest')
  await expect.poll(() => figures(page, 'guest exits')).toEqual([allLeft, allRight])
  await page.getByRole('combobox', { name: 'What is counted' }).selectOption('this operation alone')
  await expect.poll(async () => (await figures(page, 'guest exits'))[1]! < allRight!).toBe(true)
})

test('while it plays, dots of real hops move on both sides and the figures grow', async ({ page }) => {
  await goTo(page, './?fresh&motion=on&twin=alpha.path:pio')
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'both at rest')
  const [, all] = await figures(page, 'guest exits')
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(page.locator('.twin-dot[data-on]').first()).toBeVisible()
  const seen = new Set<number>()
  await expect.poll(async () => seen.add((await figures(page, 'guest exits'))[1]!).size, { timeout: 120_000 }).toBeGreaterThan(4)
  // The story is told in its own time: the quicker one waits for the other where both are done with an operation.
  await expect(page.getByText('There already: waits for the other one.')).toBeVisible({ timeout: 120_000 })
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  await expect(page.locator('.twin-dot[data-on]')).toHaveCount(0)
  for (const figure of seen) expect(figure).toBeLessThanOrEqual(all!)
})

test('pairs are one click away, and another machine is compared from its dialog', async ({ page }) => {
  await openTwin(page, '&twin=')
  const compare = page.getByRole('group', { name: 'Compare' })
  await compare.getByRole('button', { name: 'PIO – DMA' }).click()
  await expect(page.getByRole('heading', { name: 'emulated IDE, DMA' })).toBeVisible()
  await compare.getByRole('button', { name: 'Hardware 2008 – 2024' }).click()
  await expect(page.getByRole('heading', { name: 'server-2024' })).toBeVisible()
  await compare.getByRole('button', { name: 'Era 2008 – 2012' }).click()
  await expect(page.getByRole('heading', { name: 'Windows Server 2012' })).toBeVisible()
  await page.getByRole('tab', { name: 'Why do they differ?' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('They do the same, hop for hop.')
  await page.getByRole('button', { name: 'Count since power-on' }).click()
  await expect(page.getByRole('table', { name: 'Kinds of hops that make the difference' })).toBeVisible()

  await page.getByRole('button', { name: 'Another machine…' }).click()
  const dialog = page.getByRole('dialog', { name: 'The machine' })
  await expect(dialog.getByRole('radio', { name: 'Windows Server 2012' })).toBeChecked()
  await dialog.getByRole('spinbutton', { name: 'Extra register accesses of Beta for each command' }).fill('20')
  await dialog.getByRole('button', { name: 'Compare with this machine' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { name: /extra register accesses: 20/ })).toBeVisible()
  await expect.poll(() => new URL(page.url()).searchParams.get('twin')).toBe('era:ws2012,beta.extraAccesses:20')
  // Back to the picture: the address names no twin any more.
  await page.getByRole('button', { name: 'Architecture', exact: true }).click()
  await expect(page.locator('.picture')).toBeVisible()
  await expect.poll(() => new URL(page.url()).searchParams.has('twin')).toBe(false)
})

test('what somebody has asked by hand is asked of both, and the twin is made anew when more was asked', async ({ page }) => {
  await openTwin(page)
  await page.keyboard.press('w')
  await expect(row(page, 'guest exits')).toBeVisible()
  const ended = () => page.getByRole('combobox', { name: 'Operation' }).getByRole('option').allInnerTexts()
  const before = await ended()
  await page.keyboard.press('w')
  await page.evaluate(() => window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' }))
  await page.keyboard.press('w')
  await expect(page.getByText('Both are asked your request too')).toBeVisible()
  await expect(row(page, 'guest exits')).toBeVisible()
  await expect.poll(async () => (await ended()).length).toBeGreaterThan(before.length)
  await page.getByRole('button', { name: 'Architecture', exact: true }).click()
  await page.evaluate(() => window.viridian.undo())
  await page.keyboard.press('w')
  await expect(row(page, 'guest exits')).toBeVisible()
  await expect(page.locator('.twin-asked')).toHaveCount(0)
  await expect.poll(() => ended()).toEqual(before)
})

test('the stops of a lesson are read where both stand: by keys, by the card, and Play pauses there', async ({ page }) => {
  await openTwin(page, '&stops=on&twin=alpha.path:pio')
  await page.getByRole('combobox', { name: 'Compare what is done for' }).selectOption('Whole machine')
  await page.keyboard.press('Home')
  await expect(milestone(page)).toHaveAttribute('aria-valuetext', 'at the start')
  const card = page.getByRole('region', { name: /^Stop \d of 6$/ })
  await expect(card).toHaveCount(0)
  await page.keyboard.press('n')
  await expect(card).toContainText('Stop 1 of 6')
  await expect(card).toContainText(/left machine, hop \d/)
  await expect(card).toContainText('A request is a packet')
  await expect(card.getByRole('button', { name: 'Stop before' })).toHaveAttribute('aria-disabled', 'true')
  const seen = ['Stop 1 of 6']
  for (let number = 2; number <= 6; number++) {
    await card.getByRole('button', { name: 'Continue' }).click()
    await expect(card).toContainText(`Stop ${number} of 6`)
    seen.push(await card.locator('.stop-count').innerText())
  }
  expect(seen).toHaveLength(6)
  await expect(card).toContainText('The same text')
  await expect(card.getByRole('button', { name: 'Next stop' })).toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('p')
  await expect(card).toContainText('Stop 5 of 6')
  // The page's own machine has not moved.
  expect(await page.evaluate(async () => { const { n, start } = await window.viridian.status(); return n - start })).toBe(0)
})

test('a twin that does not fit is refused in one sentence, with a way on', async ({ page }) => {
  await openTwin(page, '&twin=beta.path:synthetic')
  const refused = page.getByRole('alert').filter({ hasText: /./ })
  await expect(refused).toContainText('legacy guest')
  await page.getByRole('group', { name: 'Compare' }).getByRole('button', { name: 'Synthetic – emulated' }).click()
  await expect(row(page, 'guest exits')).toBeVisible()
  await expect(refused).toHaveCount(0)
})

for (const [theme, width, height] of [['light', 1366, 768], ['dark', 1920, 1080], ['projector', 1280, 720], ['projector', 1920, 1080]] as const) {
  test(`nothing is cut off in ${theme}, ${width} x ${height}`, async ({ page }) => {
    await openTwin(page, `&theme=${theme}&twin=alpha.path:pio`)
    await page.setViewportSize({ width, height })
    await expect(row(page, 'guest exits')).toBeVisible()
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    for (const side of ['Left machine', 'Right machine']) {
      await expect.poll(async () => {
        const box = (await page.getByRole('region', { name: side }).locator('svg').boundingBox())!
        return box.y + box.height
      }).toBeLessThan(height - 50)
    }
    // The large lines with their ratios stand in their room whole, also beside the card of a stop.
    await expect(page.getByRole('region', { name: /^Stop \d of / })).toBeVisible()
    await expect.poll(() => page.getByRole('tabpanel').evaluate((panel) => {
      const [room, lines] = [panel.getBoundingClientRect(), panel.querySelector('tbody')!.getBoundingClientRect()]
      return [panel.scrollWidth - panel.clientWidth, Math.max(0, Math.round(lines.bottom - room.bottom))]
    })).toEqual([0, 0])
    if (theme !== 'projector') return
    const small = await page.evaluate(() => [...document.querySelectorAll('.twin-main text, .twin-main td, .twin-main th, .twin-titles h2')].flatMap((element) => {
      const svg = element.closest('svg')
      const zoom = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1
      const size = Number.parseFloat(getComputedStyle(element).fontSize) * zoom
      return element.textContent && element.closest('.twin-dot') === null && size < 17.9 ? [`${element.textContent} ${size.toFixed(1)}`] : []
    }))
    expect(small).toEqual([])
  })
}

test('the palette, and a key, lead there and back without losing the focus', async ({ page }) => {
  await openTwin(page)
  await page.locator('body').press('w')
  await expect(row(page, 'guest exits')).toBeVisible()
  await expect(page.locator('body')).not.toBeFocused()
  await command(page, 'Twin run: why')
  await expect(page.getByRole('tab', { name: 'Why do they differ?' })).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('tab', { name: 'Ledger' }).click()
  await page.keyboard.press('w')
  await expect(page.locator('.picture')).toBeVisible()
  await expect(page.locator('body')).not.toBeFocused()
})
