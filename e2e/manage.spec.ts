import type { Page } from '@playwright/test'
import { expect, open, test } from './lab.ts'

async function guests(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => (await window.viridian.view()).partitions.filter((p) => p.index > 1).map((p) => p.title))
}

// Starting a machine is a long journey, and this computer may be busy.
test.beforeEach(() => test.slow())

const state = (page: Page, of: string) => page.getByRole('region', { name: `State of ${of}`, exact: true })

test('a virtual machine is created and started in the wizard with the keyboard alone, and reads its disk', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  await page.getByRole('button', { name: 'New Virtual Machine…' }).focus()
  await page.keyboard.press('Enter')
  const wizard = page.getByRole('dialog', { name: 'New Virtual Machine Wizard' })
  await expect(wizard.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Web Server')
  for (const heading of ['Assign Memory', 'Assign Processors', 'Guest Operating System', 'Connect Virtual Hard Disk', 'Completing the New Virtual Machine Wizard']) {
    await page.keyboard.press('Enter')
    await expect(wizard.getByRole('heading', { name: heading })).toBeVisible()
  }
  await expect(wizard).toContainText('Web Server')
  await page.keyboard.press('Enter')
  // Whatever the wish takes: the journey of a start is run.
  await expect(wizard).toBeHidden()
  await expect(state(page, 'Web Server')).toContainText('Running')
  await expect.poll(() => guests(page)).toEqual(['Alpha', 'Beta', 'Web Server'])
  await page.getByRole('button', { name: 'Read the file again in Web Server' }).click()
  await expect.poll(() => page.evaluate(async () => (await window.viridian.view()).guests.find((g) => g.partition === 4)?.text ?? '')).toContain('Viridian')
})

test('the wizard says at the field what is wrong, in one sentence, and lets nobody pass', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.getByRole('button', { name: 'New Virtual Machine…' }).click()
  const wizard = page.getByRole('dialog', { name: 'New Virtual Machine Wizard' })
  const name = wizard.getByRole('textbox', { name: 'Name' })
  await name.fill('alpha')
  await wizard.getByRole('button', { name: 'Next >' }).click()
  await expect(wizard.getByRole('alert')).toHaveText('There is a virtual machine called Alpha already; choose another name.')
  await expect(name).toHaveAttribute('aria-invalid', 'true')
  await name.fill('Delta')
  await wizard.getByRole('button', { name: 'Summary' }).click()
  await wizard.getByRole('button', { name: 'Assign Memory' }).click()
  await wizard.getByRole('textbox', { name: 'Memory in MB' }).fill('a lot')
  await wizard.getByRole('button', { name: 'Next >' }).click()
  await expect(wizard.getByRole('alert')).toContainText('Type a whole number of megabytes')
  await page.keyboard.press('Escape')
  await expect(wizard).toBeHidden()
  expect(await guests(page)).toEqual(['Alpha', 'Beta'])
})

test('a machine is turned off and deleted without a question, and Undo brings it back', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  await page.getByRole('button', { name: 'Turn Off Beta' }).click()
  await expect(state(page, 'Beta')).toContainText('Off')
  await page.getByRole('button', { name: 'Delete Beta' }).click()
  await expect(state(page, 'Beta')).toHaveCount(0)
  const panel = page.getByRole('navigation', { name: 'Partitions' })
  await expect(panel.getByRole('status').first()).toContainText('Beta is deleted.')
  await panel.getByRole('button', { name: 'Undo' }).click()
  await expect(state(page, 'Beta')).toContainText('Off')
  await page.getByRole('button', { name: 'Start Beta' }).click()
  await expect(state(page, 'Beta')).toContainText('Running')
  const { branches } = await page.evaluate(() => window.viridian.view())
  expect(branches.length).toBeGreaterThan(1)
})

test('without virtual machines the panel says how to make one', async ({ page }) => {
  await open(page, '&pace=instant')
  for (const name of ['Alpha', 'Beta']) {
    await page.getByRole('button', { name: `Turn Off ${name}` }).click()
    await page.getByRole('button', { name: `Delete ${name}` }).click()
    await expect(state(page, name)).toHaveCount(0)
  }
  await expect(page.getByRole('navigation', { name: 'Partitions' })).toContainText('The wizard makes one in a few steps')
  await page.getByRole('button', { name: 'Inject', exact: true }).click()
  await expect(page.getByRole('navigation', { name: 'Partitions' })).toContainText('No guest runs.')
})

test('eight guests stand side by side, and a ninth is refused with a sentence', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  await page.evaluate(async () => {
    for (let i = 3; i <= 8; i++) {
      const name = `guest-${i}`
      await window.viridian.intend({ do: 'create-vm', name, title: `Guest ${i}`, guest: 'enlightened', memoryMb: 64, vps: 1, path: 'synthetic', disk: { fileId: i } })
      await window.viridian.play()
      await window.viridian.intend({ do: 'start-vm', name })
      await window.viridian.play()
    }
  })
  expect(await guests(page)).toHaveLength(8)
  await expect(state(page, 'Guest 8')).toContainText('Running')
  await page.getByRole('button', { name: 'New Virtual Machine…' }).click()
  const wizard = page.getByRole('dialog', { name: 'New Virtual Machine Wizard' })
  await wizard.getByRole('button', { name: 'Connect Virtual Hard Disk' }).click()
  await wizard.getByRole('button', { name: 'Next >' }).click()
  await expect(wizard.getByRole('alert')).toContainText('attached to')
})

test('reads are injected at a depth until they are stopped, and ledger and ring show it', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: 'Inject into Alpha' }).click()
  const form = page.getByRole('form', { name: 'Inject into a guest' })
  await form.getByRole('combobox', { name: 'Size of a request' }).selectOption('8 KB')
  await form.getByRole('textbox', { name: 'Under way at once, 1 to 32' }).fill('40')
  await form.getByRole('button', { name: 'Start' }).click()
  await expect(form.getByRole('alert')).toContainText('from 1 to 32')
  await form.getByRole('textbox', { name: 'Under way at once, 1 to 32' }).fill('16')
  await form.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Flow', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect.poll(() => page.evaluate(async () => (await window.viridian.view()).ledgers[2]?.hops ?? 0), { timeout: 120_000 }).toBeGreaterThan(100)
  await form.getByRole('button', { name: 'Stop what was injected into Alpha' }).click()
  await page.evaluate(() => window.viridian.pause())
  await page.keyboard.press('Escape')
})

test('a busy application in the root is switched on and off', async ({ page }) => {
  await open(page)
  await page.evaluate(async () => window.viridian.seek((await window.viridian.status()).start + 20))
  const busy = page.getByRole('switch', { name: 'Busy application' })
  await busy.click()
  await expect(busy).toBeChecked()
  await expect.poll(() => page.evaluate(async () => (await window.viridian.view()).partitions[0]?.vps.filter((vp) => vp.state === 'running').length ?? 0)).toBeGreaterThan(2)
  await busy.click()
  await expect(busy).not.toBeChecked()
  // The switch says what the machine does where it stands, also in the past and in a run that somebody else asked for.
  await page.evaluate(async () => {
    const { branches, status } = await window.viridian.view()
    const asked = branches.find((b) => b.id === status.branch)!.intents.filter((i) => !i.planned)
    await window.viridian.seek(asked[1]!.after - 1)
  })
  await expect(busy).toBeChecked()
  await page.evaluate(async () => window.viridian.seek((await window.viridian.status()).start))
  await expect(busy).not.toBeChecked()
})

test('what is typed as soon as the wizard opens is the name, and focus stays where the work is when a machine is deleted', async ({ page }) => {
  await open(page, '&pace=instant')
  await page.evaluate(() => window.viridian.play())
  await page.getByRole('button', { name: 'New Virtual Machine…' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'New Virtual Machine Wizard' }).waitFor()
  await page.keyboard.type('Web')
  const wizard = page.getByRole('dialog', { name: 'New Virtual Machine Wizard' })
  await expect(wizard.getByRole('textbox', { name: 'Name' })).toHaveValue('Web')
  await wizard.getByRole('button', { name: 'Connect Virtual Hard Disk' }).click()
  await expect(wizard.getByRole('combobox')).not.toHaveValue('0')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Turn Off Beta' }).focus()
  await page.keyboard.press('Enter')
  await expect(state(page, 'Beta')).toContainText('Off')
  await expect(page.getByRole('button', { name: 'Start Beta' })).toBeFocused()
  await page.getByRole('button', { name: 'Delete Beta' }).focus()
  await page.keyboard.press('Enter')
  await expect(state(page, 'Beta')).toHaveCount(0)
  await expect(page.getByRole('navigation', { name: 'Partitions' }).getByRole('button', { name: 'Undo' })).toBeFocused()
})
