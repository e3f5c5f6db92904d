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

test('whoever opened the palette or the wizard has the focus back; a hop is gone to by its number, a component by its name', async ({ lab, page }) => {
  await lab.open()
  const disk = page.getByRole('button', { name: 'Physical disk, hardware' })
  await disk.focus()
  await press(page, 'Control+k')
  const field = page.getByRole('combobox', { name: 'Commands' })
  await expect(field).toBeFocused()
  await press(page, 'Escape')
  await expect(disk).toBeFocused()
  await press(page, 'Control+k')
  await field.fill('120')
  const found = page.locator('.palette').getByRole('option', { selected: true })
  await expect(found).toHaveText('Go to hop 120')
  await press(page, 'Enter')
  await expect.poll(() => lab.hop()).toBe(120)
  await expect(disk).toBeFocused()
  await press(page, 'Control+k')
  await page.keyboard.type('synic')
  await expect(found).toContainText('SynIC')
  await press(page, 'Escape')

  const wizard = page.getByRole('button', { name: 'New Virtual Machine…' })
  await wizard.focus()
  await press(page, 'Enter')
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Name' })).toBeFocused()
  await press(page, 'Escape')
  await expect(wizard).toBeFocused()
})

test('Tab passes the hop list by one row, which is in view; arrows go from row to row', async ({ lab, page }) => {
  await page.setViewportSize({ width: 1366, height: 768 })
  await lab.open({ words: { panels: 'b' } })
  await lab.page.evaluate(() => window.viridian.advanceUntil({ hop: 300 }))
  const list = page.getByRole('rowgroup', { name: 'List of hops' })
  const row = (n: number) => list.getByRole('button', { name: `Hop ${n}`, exact: true })
  await list.focus()
  await press(page, 'Tab')
  await expect(row(300)).toBeFocused()
  await expect(row(300)).toBeInViewport()
  await press(page, 'Tab')
  await expect(list.locator(':focus')).toHaveCount(0)
  await press(page, 'Shift+Tab', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp')
  await expect(row(295)).toBeFocused()
  await expect(row(295)).toBeInViewport()
  await press(page, 'Home')
  await expect(row(1)).toBeFocused()
  await press(page, 'ArrowDown', 'Enter')
  await expect.poll(() => lab.hop()).toBe(2)
  await expect(row(2)).toBeFocused()
  await press(page, 'End')
  await expect(row(300)).toBeFocused()
  await press(page, 'PageUp', 'Enter')
  await expect(list.locator(':focus')).toBeInViewport()
  expect(await list.locator(':focus').getAttribute('aria-label')).toBe(`Hop ${await lab.hop()}`)
})

test('what has the focus goes while the list it stood in is scrolled: where the focus goes is in view', async ({ lab, page }) => {
  await page.setViewportSize({ width: 1366, height: 768 })
  await lab.open()
  await lab.advanceUntil({ hop: 6 })
  await page.getByRole('button', { name: /^VMBus channel, Alpha/ }).focus()
  await press(page, 'Enter')
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText('VMBus channel')
  await inspector.getByRole('button', { name: /^DataIn/ }).last().focus()
  await press(page, 'Home')
  await expect.poll(() => lab.hop()).toBe(0)
  await expect(page.locator(':focus')).toBeInViewport()
})
