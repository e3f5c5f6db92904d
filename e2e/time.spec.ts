import { expect, hop, open, seek, test } from './lab.ts'

test('the scrub bar shows what is to come, and leads there before anything was reached', async ({ page }) => {
  await open(page)
  const bar = page.getByRole('slider', { name: 'Simulated time' })
  await expect(page.locator('.scrub-wait').first()).toBeVisible()
  await expect(bar).toHaveAttribute('aria-valuetext', '0.00 µs, hop 0')
  const box = (await bar.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2)
  await expect(page.locator('.scrub-hover')).toHaveText(/ms · hop \d+ · not reached yet/)
  await page.mouse.click(box.x + box.width * 0.9, box.y + box.height / 2)
  await expect.poll(() => hop(page)).toBeGreaterThan(800)
  await expect(page.locator('.caption')).toContainText('because')
})

test('waits are drawn short and labelled, so that what happens between them can be pointed at', async ({ page }) => {
  await open(page)
  const wait = page.locator('.scrub-wait', { hasText: 'wait' }).first()
  await expect(wait).toBeVisible()
  // What is to come is asked for piece by piece: waits move on the bar until all of it is known.
  await expect(async () => {
    const bar = (await page.getByRole('slider', { name: 'Simulated time' }).boundingBox())!
    const box = (await wait.boundingBox())!
    expect(box.width).toBeLessThan(bar.width / 8)
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await expect(page.locator('.scrub-hover')).toContainText('nothing acts for 5', { timeout: 2000 })
  }).toPass()
  // What is waited for is said of what was reached only.
  await seek(page, 400)
  await expect(page.locator('.scrub-wait', { hasText: 'disk' }).first()).toBeVisible()
  await expect(page.getByRole('list', { name: 'Times in which nothing acts' })).toContainText(/^5\S* ms, until Disk acts, before hop \d+/)
})

test('the scrub bar is a slider for the keyboard: beats, tenths and ends', async ({ page }) => {
  await open(page)
  await page.getByRole('slider', { name: 'Simulated time' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => hop(page)).toBeGreaterThan(0)
  await page.evaluate(() => window.viridian.painted())
  const first = await hop(page)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => hop(page)).toBe(0)
  await page.keyboard.press('PageUp')
  await expect.poll(() => hop(page)).toBeGreaterThan(first)
  await page.keyboard.press('Home')
  await expect.poll(() => hop(page)).toBe(0)
})

test('End goes to the last hop reached, and from there runs to the end', async ({ page }) => {
  await open(page)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => hop(page)).toBe(1)
  await page.keyboard.press('Home')
  await expect.poll(() => hop(page)).toBe(0)
  await page.keyboard.press('End')
  await expect.poll(() => hop(page)).toBe(1)
  const says = page.getByText('This is the last hop reached so far. End once more runs on to the end.')
  await expect(says).toBeVisible()
  await page.keyboard.press('End')
  await expect.poll(() => hop(page)).toBeGreaterThan(1000)
  await expect(says).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Run to the end' })).toBeDisabled()
  await expect(page.locator('.next')).toContainText('still')
})

test('a clicker tells the story beat by beat, forward and back', async ({ page }) => {
  await open(page)
  const seen: number[] = [0]
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('PageDown')
    await expect.poll(() => hop(page)).toBeGreaterThan(seen.at(-1)!)
    await page.evaluate(() => window.viridian.painted())
    seen.push(await hop(page))
  }
  expect(seen.at(-1)! - seen[0]!).toBeGreaterThan(6)
  for (let i = seen.length - 2; i >= 0; i--) {
    await page.keyboard.press('PageUp')
    await expect.poll(() => hop(page)).toBe(seen[i]!)
  }
})
