/** The whole lab without a mouse: after each key something has focus, and it can be seen what. */
import type { Page } from '@playwright/test'
import { expect, test } from './lab.ts'

/** What has focus, by name; 'nothing' when it is lost. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const active = document.activeElement
    if (!active || active === document.body) return 'nothing'
    const { outlineStyle, outlineWidth } = getComputedStyle(active)
    const seen = active.matches(':focus-visible') && outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
    return `${seen || active.tagName === 'MAIN' ? '' : 'unseen '}${active.getAttribute('aria-label') ?? active.textContent?.trim().slice(0, 40) ?? ''}`
  })
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key)
    await expect.poll(() => focused(page), `after ${key}`).not.toMatch(/^(?:nothing|unseen)/)
  }
}

/** Forward with Tab until something of this name has focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    expect(now).not.toMatch(/^unseen/)
    if (name.test(now)) return
  }
  throw new Error(`Tab does not come to ${name}.`)
}

test('from the gallery to a branch, a comparison, a link, an export, a twin run and back with keys alone', async ({ lab, page }) => {
  test.slow()
  await page.setViewportSize({ width: 1366, height: 768 })
  await lab.open({ scenario: 'one-ring', words: { stops: 'off' } })
  await expect(page.getByRole('button', { name: 'Run until…' })).toBeEnabled()
  await page.waitForLoadState('networkidle')
  await press(page, 'g')
  await expect(page.getByRole('dialog')).toBeVisible()
  await tabTo(page, /^The second read/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/scenario=second-read/)
  await page.evaluate(() => window.viridian.ready)
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeFocused()

  await press(page, 'Space')
  await expect.poll(async () => (await lab.status()).next).toBeNull()
  await press(page, 'ArrowLeft', 'ArrowLeft', 'ArrowRight', 'i', 'c', 'c', 'e')
  await expect(page.locator('.causal-tag.causal-cause')).toHaveText(/^cause \d/)
  // What the keys before have asked for may still be on its way.
  await expect(async () => {
    await press(page, 'Home')
    expect(await lab.hop()).toBe(0)
  }).toPass()
  await tabTo(page, /^Read the file again in Alpha/)
  await press(page, 'Enter')
  await expect.poll(async () => (await lab.view()).branches.length).toBe(2)
  await press(page, 'ArrowRight', 'ArrowRight', 'y')
  await expect(page.getByRole('region', { name: 'Branches', exact: true })).toBeVisible()
  await tabTo(page, /^Compare /)
  await press(page, 'Enter')
  await expect(page.getByRole('dialog', { name: 'Two branches side by side' })).toBeVisible()
  await press(page, 'Escape')
  await tabTo(page, /^Delete /)
  await press(page, 'Enter')

  for (const [key, dialog] of [['s', 'Share this moment'], ['?', 'Keys'], ['Shift+G', 'Glossary']] as const) {
    await press(page, key)
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible()
    await press(page, 'Tab', 'Shift+Tab', 'Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  await press(page, 'Control+k')
  await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused()
  await page.keyboard.type('Export: hops')
  await press(page, 'Enter')
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible()
  await press(page, 'Tab', 'ArrowDown', 'Escape')
  await press(page, 'w')
  await expect(page.getByRole('tab', { name: 'Ledger' })).toBeVisible()
  await press(page, 'w', 't', 'b', 'b', 'Shift+P', 'Shift+P')
  await expect(page.locator('.picture')).toBeVisible()
})

test('in a dialog Tab goes round, forwards and backwards', async ({ lab, page }) => {
  await lab.open()
  await press(page, 's')
  const dialog = page.getByRole('dialog', { name: 'Share this moment' })
  await expect(dialog.getByRole('textbox')).not.toHaveValue('')
  const close = dialog.getByRole('button', { name: 'Close' })
  await close.focus()
  await press(page, 'Shift+Tab')
  await expect(close).not.toBeFocused()
  await expect(dialog.locator(':focus')).toHaveCount(1)
  await press(page, 'Tab')
  await expect(close).toBeFocused()
})

test('two quick presses of the next stop go to the second one', async ({ lab, page }) => {
  await lab.open({ scenario: 'one-ring', words: { stops: 'on' } })
  await expect(page.locator('.stop-mark')).toHaveCount(5)
  await page.evaluate(() => {
    for (let i = 0; i < 2; i++) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true, cancelable: true }))
  })
  await expect(page.getByRole('region', { name: 'Stop 2 of 5' })).toBeVisible()
})
