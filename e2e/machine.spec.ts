import { expect, test } from './lab.ts'

test('era, hardware and ways are changed in one place, with what changes and why', async ({ lab, page }) => {
  await lab.open()
  await page.getByRole('button', { name: 'Windows Server 2008' }).click()
  const dialog = page.getByRole('dialog', { name: 'The machine' })
  await expect(dialog.getByRole('button', { name: 'Start this machine' })).toBeDisabled()
  await dialog.getByRole('radio', { name: 'Windows Server 2012' }).check()
  await expect(dialog.getByRole('table', { name: 'What another era changes' }).getByRole('row', { name: /Version that is agreed/ })).toContainText('2.4')
  await dialog.getByRole('combobox', { name: 'Way of Beta to its disk' }).selectOption('dma')
  await dialog.getByRole('spinbutton', { name: 'Extra register accesses of Beta for each command' }).fill('3')
  await dialog.getByRole('button', { name: 'Start this machine' }).click()
  await page.waitForURL(/era=ws2012/)
  expect(new URL(page.url()).searchParams.get('beta.path')).toBe('dma')
  await page.evaluate(() => window.viridian.ready)
  await expect(page.getByRole('button', { name: 'Windows Server 2012, changed' })).toBeVisible()
  // What the scenario says was written for another machine.
  await expect(page.locator('.caption-opening')).toContainText(/Changed: Beta, way to its disk: emulated IDE, DMA instead of emulated IDE, PIO; .*era: Windows Server 2012 instead of Windows Server 2008\. Written before that: Alpha,/)
  await lab.advanceUntil({ idle: true })
  for (const { read, size } of (await lab.view()).guests) expect(read).toBe(size)
})

test('an address that asks for what the machine cannot do says so, and the scenario opens as it is', async ({ lab, page }) => {
  await lab.open({ words: { 'beta.path': 'synthetic' } })
  await expect(page.locator('.failure[role=alert]')).toContainText('legacy guest')
  await expect(page.getByRole('button', { name: 'Windows Server 2008' })).toBeVisible()
  // Whoever has read it goes on with Play.
  await page.locator('.failure').getByRole('button', { name: 'Close' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.locator('.failure')).toHaveCount(0)
  await expect(page.locator('.transport-play')).toBeFocused()
})
