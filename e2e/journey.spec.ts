import type { Page } from '@playwright/test'
import { expect, goTo, test } from './lab.ts'
import { command } from './palette.ts'

const open = (page: Page, words = ''): Promise<void> => goTo(page, `./?fresh${words}`)

function cursor(page: Page): Promise<number> {
  return page.evaluate(async () => (await window.viridian.status()).n)
}

test('a newcomer sees one machine with three partitions, and may press Play', async ({ page }) => {
  await open(page)
  for (const name of ['Root (parent) partition', 'Alpha', 'Beta', 'Hypervisor', 'Hardware']) {
    await expect(page.locator('.picture').getByRole('region', { name, exact: true })).toBeVisible()
  }
  await expect(page.getByRole('button', { name: 'Storage VSC, Alpha, kernel mode' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'ATA driver, Beta, kernel mode' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeEnabled()
})

test('both guests read the file, its text stands in each, and the ledgers say what it cost', async ({ page }) => {
  await open(page, '&pace=instant&motion=off')
  await page.evaluate(() => window.viridian.play())
  for (const guest of ['Alpha', 'Beta']) {
    await expect(page.getByRole('button', { name: `What ${guest} has read` })).toContainText('Viridian Lab sample disk')
    await expect(page.locator('.picture').getByLabel(`Ledger of ${guest}`, { exact: true })).toContainText('exits')
  }
  const figures = await page.evaluate(async () => {
    const { ledgers } = await window.viridian.view()
    return [ledgers[2]?.workerTrips ?? -1, ledgers[3]?.workerTrips ?? -1]
  })
  expect(figures[0]).toBe(0)
  expect(figures[1]).toBeGreaterThan(10)
  await expect(page.locator('.next')).toContainText('still')
})

test('a step back restores everything, and a seek gives the same machine', async ({ page }) => {
  await open(page, '&motion=off')
  const start = await cursor(page)
  const before = await page.evaluate(() => window.viridian.fingerprint())
  await page.getByRole('button', { name: 'One hop forward' }).click()
  await expect.poll(() => cursor(page)).toBe(start + 1)
  expect(await page.evaluate(() => window.viridian.fingerprint())).not.toBe(before)
  await page.getByRole('button', { name: 'One hop back' }).click()
  await expect.poll(() => cursor(page)).toBe(start)
  expect(await page.evaluate(() => window.viridian.fingerprint())).toBe(before)

  const [there, again] = await page.evaluate(async (n) => {
    await window.viridian.seek(n + 200)
    const first = await window.viridian.fingerprint()
    await window.viridian.seek(n + 20)
    await window.viridian.seek(n + 200)
    return [first, await window.viridian.fingerprint()]
  }, start)
  expect(again).toBe(there)
})

test('a dot moves only where a hop acted', async ({ page }) => {
  await open(page, '&motion=off')
  await page.evaluate(() => window.viridian.step())
  const dots = await page.evaluate(() => window.viridian.dots())
  expect(dots).toHaveLength(1)
  expect(dots[0]?.from).toBe('remote/manager')
  expect(dots[0]?.to).toMatch(/^(alpha|beta)\/reader$/)
  await expect(page.locator('.caption')).toContainText('because')
})

test('Play tells the story, and a key completes a beat at once', async ({ page }) => {
  await open(page)
  const start = await cursor(page)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => cursor(page)).toBeGreaterThan(start + 1)
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('button', { name: 'Pause' }).click()
  // A beat that was on its way has come: pausing once more ends with it.
  await page.evaluate(() => window.viridian.pause())
  const stopped = await cursor(page)
  await page.evaluate(() => window.viridian.painted())
  expect(await cursor(page)).toBe(stopped)
})

test('the inspector shows the bytes of a hop and links fields with them', async ({ page }) => {
  await open(page, '&motion=off')
  await page.evaluate(async () => {
    for (;;) {
      const { next } = await window.viridian.status()
      await window.viridian.step()
      const dot = (await window.viridian.dots())[0]
      if (!next || dot?.family === 'ring') return
    }
  })
  await page.getByRole('button', { name: 'Inspector panel' }).click()
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector).toContainText('Hop at the cursor')
  await expect(inspector.getByRole('group', { name: /^Bytes of/ }).first()).toBeVisible()
  await expect(inspector.getByRole('list', { name: 'Sources' })).toBeVisible()
})

test('a part is chosen with the keyboard alone, and history leads back', async ({ page }) => {
  await open(page, '&motion=off&depth=mechanism')
  await page.getByRole('button', { name: 'SynIC, hypervisor' }).focus()
  await page.keyboard.press('Enter')
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText(/SynIC/)
  await page.getByRole('button', { name: 'Hypercalls, hypervisor' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Inspected before' }).click()
  await expect(inspector.getByRole('heading', { level: 2 })).toHaveText(/SynIC/)
})

test('keys step, go back, jump to cause and effect, and open help and palette', async ({ page }) => {
  await open(page, '&motion=off')
  const start = await cursor(page)
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
  await expect.poll(() => cursor(page)).toBe(start + 3)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => cursor(page)).toBe(start + 2)
  await page.keyboard.press('End')
  await expect.poll(() => cursor(page)).toBe(start + 3)
  await page.keyboard.press('Control+ArrowLeft')
  await expect.poll(() => cursor(page)).toBeLessThan(start + 3)
  await page.keyboard.press('Home')
  await expect.poll(() => cursor(page)).toBe(start)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden()
  await command(page, 'theme: dark')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('before the start each hop of the bring-up is told, however somebody comes to it', async ({ page }) => {
  await open(page, '&motion=off')
  const start = await cursor(page)
  await page.evaluate((n) => window.viridian.seek(n), start + 6)
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => cursor(page)).toBeLessThan(start)
  const there = await cursor(page)
  const told = await page.evaluate(async (n) => {
    const [sentence] = await window.viridian.narration(n, 1)
    return `${sentence!.says}, because ${sentence!.because}.`
  }, there)
  await expect(page.locator('.caption')).toHaveText(told)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => cursor(page)).toBe(there + 1)
  await page.keyboard.press('ArrowLeft')
  await expect(page.locator('.caption')).toHaveText(told)
  await page.keyboard.press('Home')
  await expect(page.locator('.caption')).toContainText('Press Play.')
  // A request of the bring-up is followed like any other.
  await page.keyboard.press('Alt+ArrowLeft')
  await page.evaluate((n) => window.viridian.seek(n), there)
  await page.keyboard.press('r')
  const requests = page.getByRole('region', { name: 'Followed request' })
  await expect(requests).toContainText('Followed request')
  await expect(requests).not.toContainText('None has begun yet')
})

test('a request of a machine that is turned off is broken off, not under way', async ({ page }) => {
  await open(page, '&motion=off&panels=lr')
  await page.evaluate(async () => {
    await window.viridian.advanceUntil({ hop: 30 })
    await window.viridian.intend({ do: 'turn-off', name: 'alpha' })
    await window.viridian.advanceUntil({ idle: true })
  })
  const requests = page.getByRole('list', { name: 'File requests' })
  await expect(requests.getByRole('button', { name: /^Alpha: open file/ })).toContainText('broken off: turned off')
  await expect(requests).not.toContainText('under way')
})

test('with reduced motion nothing travels, the way is shown instead', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await open(page)
  await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await page.evaluate(() => window.viridian.dots())).map((dot) => dot.share)).toEqual([1])
})

test('the table says what the picture says', async ({ page }) => {
  await open(page, '&motion=off')
  await page.evaluate(() => window.viridian.step())
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  const table = page.getByRole('region', { name: 'Table of components' })
  await expect(table.getByRole('row', { name: /just acted/ })).toHaveCount(2)
  await expect(table.getByRole('row', { name: /Storage VSP/ })).toContainText('kernel mode')
})

test('a file is read again when somebody asks for it', async ({ page }) => {
  await open(page, '&pace=instant&motion=off')
  await page.evaluate(() => window.viridian.play())
  const ended = await cursor(page)
  await page.getByRole('button', { name: 'Read the file again in Alpha' }).click()
  await expect.poll(() => cursor(page)).toBeGreaterThan(ended)
})
