import type { Page } from '@playwright/test'
import { expect, hop, open, seek, test } from './lab.ts'

async function openChart(page: Page): Promise<void> {
  const list = page.getByRole('button', { name: 'Hop list', exact: true })
  if ((await list.getAttribute('aria-pressed')) === 'false') await list.click()
  await page.getByRole('tab', { name: 'Causal chart' }).click()
  await expect(page.getByRole('region', { name: 'Causal chart' })).toContainText('No hop has acted yet')
}

/** To a hop, and until the chart has it. */
async function to(page: Page, n: number): Promise<void> {
  await seek(page, n)
  await expect(page.getByRole('list', { name: 'Lifelines' }).getByRole('button').first()).toBeVisible()
  await page.evaluate(() => window.viridian.painted())
}

/** Number of pixels of the chart that are not as they were. */
async function inked(page: Page): Promise<number> {
  await page.evaluate(() => window.viridian.painted())
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.chart-sheet canvas')!
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    let sum = 0
    for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i]! + data[i + 1]! * 3 + data[i + 2]! * 7) % 1_000_000_007
    return sum
  })
}

test('the chart draws itself hop by hop, with lifelines of what acts in bands of place', async ({ page }) => {
  await open(page)
  await openChart(page)
  await to(page, 20)
  await expect(page.getByRole('list', { name: 'Places' })).toContainText('Alpha · kernel mode')
  const before = await inked(page)
  await page.getByRole('application', { name: /Hops as arrows/ }).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => hop(page)).toBe(21)
  await expect.poll(() => inked(page)).not.toBe(before)
  await to(page, 300)
  const lanes = page.getByRole('list', { name: 'Lifelines' }).getByRole('button')
  await expect(lanes.filter({ hasText: 'Virtual APIC' })).toBeVisible()
  await expect(lanes.filter({ hasText: 'Storage VSC' })).toHaveCount(0)
  await expect(page.getByText(/^\d+ folded$/)).toBeVisible()
  await lanes.filter({ hasText: 'Virtual APIC' }).click()
  await expect(page.getByRole('complementary', { name: 'Inspector and request' })).toContainText('Virtual APIC')
})

test('keys of the chart point at hops and tell them; cause, effect and same component act from within it', async ({ page }) => {
  await open(page)
  await openChart(page)
  await to(page, 300)
  const sheet = page.getByRole('application', { name: /Hops as arrows/ })
  await sheet.focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  const says = page.locator('.chart-says')
  await expect(says).toContainText('Hop 298 at')
  await expect(says).toContainText('because')
  await expect(says).toContainText('Caused by hop 297')
  expect(await hop(page)).toBe(300)
  await page.keyboard.press('Enter')
  await expect.poll(() => hop(page)).toBe(298)
  // The caption tells it now: it is not said twice.
  await expect(says).toBeEmpty()
  await page.keyboard.press('Control+ArrowRight')
  await expect.poll(() => hop(page)).toBe(299)
  await page.keyboard.press('Control+ArrowLeft')
  await expect.poll(() => hop(page)).toBe(298)
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => hop(page)).toBeLessThan(298)
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(() => hop(page)).toBe(298)
  await expect(sheet).toBeFocused()
})

test('the list has the same keys, and says which hop is cause and which effect', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: 'Hop list', exact: true }).click()
  await seek(page, 400)
  await seek(page, 299)
  await page.getByRole('rowgroup', { name: 'List of hops' }).focus()
  const row = (n: number): ReturnType<Page['locator']> => page.getByRole('row').filter({ has: page.getByRole('button', { name: `Hop ${n}`, exact: true }) })
  await expect(row(298)).toContainText('cause')
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(() => hop(page)).toBeGreaterThan(299)
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => hop(page)).toBe(299)
  await page.keyboard.press('Control+ArrowLeft')
  await expect.poll(() => hop(page)).toBe(298)
  await expect(row(299)).toContainText('effect')
})

test('a click on an arrow goes to its hop and selects it; the pointer names it', async ({ page }) => {
  await open(page)
  await openChart(page)
  await to(page, 300)
  const canvas = page.locator('.chart-sheet canvas')
  const box = (await canvas.boundingBox())!
  let shift = 0
  // The arrows may still be on their way: a pointer that rests is told nothing new.
  await expect(async () => {
    await page.mouse.move(box.x + box.width * 0.4 + (shift++ % 2), box.y + box.height * 0.45)
    await expect(page.locator('.chart-tip')).toContainText('hop ', { timeout: 2000 })
  }).toPass()
  const named = Number(/hop (\d+)/.exec((await page.locator('.chart-tip').textContent())!)![1])
  await page.mouse.down()
  await page.mouse.up()
  await expect.poll(() => hop(page)).toBe(named)
  await expect(page.getByRole('complementary', { name: 'Inspector and request' })).toContainText(`Hop ${named}`)
})

test('spacing of time is even, logarithmic or linear, and the chart zooms and scrolls', async ({ page }) => {
  await open(page)
  await openChart(page)
  await to(page, 300)
  let last = await inked(page)
  const seen = new Set([last])
  const draws = async (act: () => Promise<unknown>): Promise<void> => {
    await act()
    await expect.poll(() => inked(page)).not.toBe(last)
    last = await inked(page)
    seen.add(last)
  }
  const spacing = page.getByRole('group', { name: 'Spacing of time' })
  await expect(spacing.getByRole('button', { name: 'Even', exact: true })).toHaveAttribute('aria-pressed', 'true')
  for (const name of ['Even', 'Log', 'Linear']) {
    if (name !== 'Even') await draws(() => spacing.getByRole('button', { name, exact: true }).click())
    await draws(() => page.getByRole('button', { name: 'Larger', exact: true }).click())
    await page.locator('.chart-sheet canvas').hover()
    await draws(() => page.mouse.wheel(0, -260))
    await draws(() => page.getByRole('button', { name: /^To the cursor/ }).click())
    await expect(page.getByRole('application', { name: /Hops as arrows/ })).toBeFocused()
    await draws(() => page.getByRole('button', { name: 'Smaller', exact: true }).click())
  }
  expect(seen.size).toBeGreaterThanOrEqual(9)
})

test('between two marks the chart measures time, hops, exits and processor by place', async ({ page }) => {
  await open(page)
  await openChart(page)
  await to(page, 200)
  const first = page.getByRole('group', { name: 'Marks' }).getByRole('button', { name: /^A / })
  await page.keyboard.press('1')
  await expect(first).toHaveText('A 200')
  await to(page, 300)
  await page.keyboard.press('2')
  const measure = page.getByRole('status', { name: 'Between the marks' })
  await expect(measure).toContainText('100 hops')
  await expect(measure).toContainText(/exits/)
  await expect(measure).toContainText(/CPU/)
  await expect(measure).toContainText('hypervisor')
  await page.keyboard.press('3')
  await expect(first).not.toHaveText('A 200')
  await page.getByRole('button', { name: 'Take the marks away' }).click()
  await expect(measure).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'A', exact: true })).toBeFocused()
})

test('one request is followed alone while the rest dims, in chart and list', async ({ page }) => {
  await open(page)
  await openChart(page)
  await to(page, 300)
  const before = await inked(page)
  await page.keyboard.press('r')
  await expect(page.getByRole('button', { name: /^Only Beta/ })).toHaveAttribute('aria-pressed', 'true')
  await expect.poll(() => inked(page)).not.toBe(before)
  await page.getByRole('tab', { name: 'Hops' }).click()
  await expect(page.locator('.hop-row.aside').first()).toBeVisible()
})

test('the chart stands beside the picture, and goes back below it', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 })
  await open(page)
  await openChart(page)
  await to(page, 300)
  await page.getByRole('button', { name: 'Beside the picture' }).click()
  await expect.poll(async () => {
    const picture = (await page.getByRole('figure', { name: /^The machine/ }).boundingBox())!
    const chart = (await page.getByRole('region', { name: 'Causal chart' }).boundingBox())!
    return chart.x > picture.x + picture.width - 2 && chart.height > 600
  }).toBe(true)
  await page.getByRole('button', { name: 'Below the picture' }).click()
  await expect(page.getByRole('tab', { name: 'Causal chart' })).toHaveAttribute('aria-selected', 'true')
})

test('a lens colours by status, shows one class alone everywhere, and stands in the address', async ({ page }) => {
  await open(page, '&hop=300&lens=status:simplified')
  const legend = page.getByRole('toolbar', { name: 'Legend' })
  await expect(legend.getByRole('button', { name: 'Simplified here' })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Hop list', exact: true }).click()
  await expect(page.locator('.hop-row.aside').first()).toBeVisible()
  await expect(page.locator('.hop-row:not(.aside):not(.hop-head)').filter({ hasText: 'intercept message' }).first()).toBeVisible()
  await expect(page.locator('.wire.aside').first()).toBeAttached()
  await legend.getByRole('button', { name: 'Derived' }).click({ modifiers: ['Shift'] })
  await expect.poll(() => new URL(page.url()).searchParams.get('lens')).toBe('status:simplified,derived')
  await legend.getByRole('button', { name: 'Show all' }).click()
  await expect(legend.getByRole('combobox', { name: 'Hops told apart' })).toBeFocused()
  await expect.poll(() => new URL(page.url()).searchParams.get('lens')).toBe('status')
  await legend.getByRole('combobox').selectOption('kind')
  await expect.poll(() => new URL(page.url()).searchParams.get('lens')).toBe(null)
})
