import { expect, test } from './lab.ts'

const withStops = { fresh: '', motion: 'off', stops: 'on' } as const

test.beforeEach(() => test.slow())

test('Play pauses at each stop of a lesson, with its words, and goes on from there', async ({ lab, page }) => {
  await lab.open({ asPerson: true, scenario: 'second-read', words: withStops })
  await expect(page.locator('.stop-mark')).toHaveCount(4)
  await page.getByRole('combobox', { name: 'Tempo of the story' }).selectOption('5')
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const card = page.getByRole('region', { name: /^Stop \d of 4$/ })
  await expect(card).toContainText('Nothing is known yet')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  expect(await lab.hop()).toBe(3)
  await card.getByRole('button', { name: 'Next stop' }).click()
  await expect(card).toContainText('The file is found')
  await expect(card).toContainText('4 disk commands')
  // The next stop is far away, however slowly the page is looked at.
  await page.getByRole('combobox', { name: 'Tempo of the story' }).selectOption('0.5')
  await card.getByRole('button', { name: 'Continue' }).click()
  await expect(card).toBeHidden()
  await expect(page.getByRole('button', { name: 'Pause' })).toBeFocused()
})

test('stops are reached by keys, and one that names a component shows it', async ({ lab, page }) => {
  await lab.open({ asPerson: true, scenario: 'one-ring', words: { ...withStops, pace: 'instant' } })
  await expect(page.getByRole('button', { name: 'Mechanism' })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.locator('.stop-mark')).toHaveCount(5)
  await page.keyboard.press('n')
  await expect(page.getByRole('region', { name: 'Stop 1 of 5' })).toBeVisible()
  await page.keyboard.press('n')
  await expect(page.getByRole('region', { name: 'Stop 2 of 5' })).toContainText('Sixteen packets wait')
  await expect(page.getByRole('heading', { name: 'VMBus channel' })).toBeVisible()
  await page.keyboard.press('p')
  await expect(page.getByRole('region', { name: 'Stop 1 of 5' })).toBeVisible()
})

test('in flow, too, Play pauses at a stop', async ({ lab, page }) => {
  await lab.open({ asPerson: true, scenario: 'second-read', words: withStops })
  await expect(page.locator('.stop-mark')).toHaveCount(4)
  await page.getByRole('button', { name: 'Flow' }).click()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Stop 1 of 4' })).toBeVisible()
  expect(await lab.hop()).toBe(3)
})

test('the gallery shows every scenario by theme, and opens one by a short address', async ({ lab, page }) => {
  await lab.open()
  await page.getByRole('button', { name: 'All scenarios' }).click()
  const dialog = page.getByRole('dialog', { name: 'Scenarios' })
  await expect(dialog.getByRole('link')).toHaveCount(await page.getByRole('combobox', { name: 'Scenario' }).locator('option').count())
  await expect(dialog.getByRole('link', { name: /One file, two ways/ })).toHaveAttribute('aria-current', 'page')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: 'All scenarios' })).toBeFocused()
  await page.keyboard.press('g')
  await dialog.getByRole('link', { name: /From power-on/ }).click()
  await page.waitForURL(/scenario=power-on/)
  await page.evaluate(() => window.viridian.ready)
  await expect(page.locator('.caption')).toContainText('From power-on to the enlightened path')
})
