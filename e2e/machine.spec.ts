import { expect, test } from '@playwright/test'

test('era, hardware and ways are changed in one place, with what changes and why', async ({ page }) => {
  await page.goto('/?fresh&pace=instant&motion=off')
  await page.evaluate(() => window.viridian.ready)
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
  await page.evaluate(() => window.viridian.play())
  const guests = await page.evaluate(async () => (await window.viridian.view()).guests.map(({ read, size }) => [read, size]))
  for (const [read, size] of guests) expect(read).toBe(size)
})

test('an address that asks for what the machine cannot do says so, and the scenario opens as it is', async ({ page }) => {
  await page.goto('/?fresh&pace=instant&motion=off&beta.path=synthetic')
  await page.evaluate(() => window.viridian.ready)
  await expect(page.getByRole('alert')).toContainText('legacy guest')
  await expect(page.getByRole('button', { name: 'Windows Server 2008' })).toBeVisible()
})
