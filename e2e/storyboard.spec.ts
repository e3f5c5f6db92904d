import type { Page } from '@playwright/test'
import { expect, goTo, hop, seek, test } from './lab.ts'

const open = (page: Page, words = ''): Promise<void> => goTo(page, `./?fresh${words}`)

test('the storyboard tells every beat on a card; a card leads to its hop, and the story turns the sheet', async ({ page }) => {
  await open(page, '&motion=off')
  await page.keyboard.press('b')
  const cards = page.getByRole('list', { name: 'Beats of the story' }).getByRole('listitem')
  await expect(cards).toHaveCount(36)
  await expect(cards.nth(3)).toContainText('because')
  await cards.nth(3).getByRole('button').click()
  await expect(cards.nth(3).getByRole('button')).toHaveAttribute('aria-current', 'step')
  await expect.poll(() => hop(page)).toBeGreaterThan(3)
  await page.keyboard.press('PageDown')
  await expect(cards.nth(4).getByRole('button')).toHaveAttribute('aria-current', 'step')
  await page.getByRole('button', { name: 'Later beats' }).click()
  await expect(page.getByRole('region', { name: 'Storyboard' })).toContainText('Beats 37 to 72')
  await seek(page, 700)
  await expect(page.locator('.board-card.here')).toBeVisible()
})

test('on paper the storyboard stands alone', async ({ page }) => {
  await open(page, '&motion=off')
  await page.getByRole('button', { name: 'Storyboard', exact: true }).click()
  await expect(page.locator('.board-card').first()).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('.board-card').nth(30)).toBeVisible()
  await expect(page.getByRole('region', { name: 'Transport' })).toBeHidden()
  await expect(page.getByRole('navigation', { name: 'Partitions' })).toBeHidden()
})

test('whoever wants no motion gets the storyboard', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await open(page)
  await expect(page.getByRole('region', { name: 'Storyboard' })).toContainText('motion is reduced')
  await page.getByRole('button', { name: 'Architecture', exact: true }).click()
  await expect(page.getByRole('figure', { name: /^The machine/ })).toBeVisible()
})

test('at 200 % zoom everything is reached by scrolling down, and nothing is cut off at the side', async ({ page }) => {
  await page.setViewportSize({ width: 683, height: 384 })
  await open(page, '&motion=off')
  for (const name of ['Partitions panel', 'Hop list', 'Inspector panel']) {
    const button = page.getByRole('button', { name, exact: true })
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click()
  }
  await page.keyboard.press('ArrowRight')
  await page.evaluate(() => window.viridian.painted())
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0)
  const parts = [
    page.getByRole('navigation', { name: 'Partitions' }),
    page.getByRole('figure', { name: /^The machine/ }),
    page.getByRole('complementary', { name: 'Inspector and request' }),
    page.getByRole('region', { name: 'Hops', exact: true }),
  ]
  let bottom = 0
  for (const part of parts) {
    await part.scrollIntoViewIfNeeded()
    const box = (await part.boundingBox())!
    const top = box.y + (await page.evaluate(() => scrollY))
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(683)
    expect(top).toBeGreaterThanOrEqual(bottom - 1)
    bottom = top + box.height
  }
  // What is pressed stays in view, and takes less than half of it.
  await expect.poll(async () => {
    const transport = (await page.getByRole('region', { name: 'Transport' }).boundingBox())!
    return transport.y + transport.height <= 385 && transport.height < 384 * 0.4
  }).toBe(true)
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeInViewport()
})

test('the browser\'s own print gives one page of what is seen, under a heading, and leaves the page as it was', async ({ page }) => {
  await open(page, '&motion=off&pace=instant&theme=dark&hop=300')
  const pages = async (): Promise<readonly string[]> => {
    const text = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    return [...text.matchAll(/\/MediaBox \[([^\]]*)\]/g)].map(([, box]) => box!)
  }
  const before = await page.locator('.picture').boundingBox()
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('heading', { name: 'One file, two ways' })).toBeVisible()
  await expect(page.locator('.paper-head')).toContainText(/Windows Server 2008 · hop 300 · t = \d/)
  await expect(page.locator('.paper-foot')).toContainText('hop=300')
  await expect(page.locator('.picture')).toBeVisible()
  await expect(page.locator('.caption')).toContainText('because')
  await expect(page.getByRole('region', { name: 'Transport' })).toBeHidden()
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)')
  await page.emulateMedia({ media: null })
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  await expect(page.locator('.paper-head, .paper-foot')).toHaveCount(0)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect.poll(() => page.locator('.picture').boundingBox()).toEqual(before)
  // On its side, and one page.
  expect(await pages()).toEqual([expect.stringMatching(/^0 0 792 612/)])
  await page.keyboard.press('w')
  await expect(page.locator('.twin-main')).toBeVisible()
  expect(await pages()).toEqual([expect.stringMatching(/^0 0 792 612/)])
})
