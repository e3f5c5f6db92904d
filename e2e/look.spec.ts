import type { Page } from '@playwright/test'
import { expect, goTo, hop, test } from './lab.ts'

async function openSmall(page: Page, words: string): Promise<void> {
  await page.setViewportSize({ width: 1366, height: 768 })
  await goTo(page, `./?fresh&pace=instant&motion=off${words}`)
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

/** Texts of the picture that are set in less than so many pixels of the page, after the zoom of the picture. */
function smallTexts(page: Page, least: number): Promise<string[]> {
  return page.evaluate((pixels) => {
    const zoom = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')!).transform).a
    const told: string[] = []
    for (const element of document.querySelectorAll('.react-flow__viewport *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '')
      const size = Number.parseFloat(getComputedStyle(element).fontSize) * zoom
      if (own && element.getBoundingClientRect().width > 0 && size < pixels) told.push(`${element.textContent} ${size.toFixed(1)}`)
    }
    return told
  }, least)
}

for (const words of ['', '&depth=mechanism', '&theme=projector', '&theme=projector&depth=mechanism']) {
  test(`no text of the picture is smaller than 11 pixels at 1366 x 768${words}`, async ({ page }) => {
    await openSmall(page, words)
    await page.evaluate(() => window.viridian.play())
    await expect.poll(() => smallTexts(page, 10.9)).toEqual([])
  })
}

test('the page opens with the architecture, of which at most seven parts stand out', async ({ page }) => {
  await openSmall(page, '')
  await expect(page.getByRole('button', { name: 'Architecture', exact: true })).toHaveAttribute('aria-pressed', 'true')
  const parts = page.locator('.picture .part:not(.absent)')
  await expect(parts.first()).toBeVisible()
  await expect.poll(() => parts.count()).toBeLessThan(20)
  await expect.poll(() => page.locator('.picture .part:not(.absent, .quiet)').count()).toBeLessThanOrEqual(7)
  await page.getByRole('button', { name: 'Mechanism', exact: true }).click()
  await expect(page.getByRole('button', { name: 'SynIC, hypervisor' })).toBeVisible()
})

test('a part of the architecture lets its components be inspected, each with its own tables', async ({ page }) => {
  await openSmall(page, '')
  await page.evaluate(() => window.viridian.play())
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await page.getByRole('button', { name: 'Storage stack, Root, kernel mode' }).click()
  await expect(inspector.getByRole('table', { name: 'Block allocation table of VHD 1' })).toContainText('of the file')
  await inspector.getByRole('group', { name: 'Components of this part' }).getByRole('button', { name: 'NTFS' }).click()
  await expect(inspector.getByRole('table', { name: 'Files and their extents' })).toContainText(/Alpha\.vhd/)
  await page.getByRole('button', { name: 'VMBus channel, Alpha, memory shared with the root' }).click()
  await expect(inspector.getByRole('table', { name: 'Packets to the root' })).toContainText('READ(10)')
  await expect(inspector.getByRole('list', { name: 'Sources' })).toContainText('Linux drivers/staging/hv')
})

test('the table marks where a cause began and its effects end, as the picture does', async ({ page }) => {
  await openSmall(page, '')
  await page.evaluate(async () => {
    const { start } = await window.viridian.status()
    // Effects are known of what was reached.
    await window.viridian.seek(start + 100)
    await window.viridian.seek(start + 60)
  })
  await page.keyboard.press('i')
  await page.keyboard.press('t')
  const table = page.getByRole('region', { name: 'Table of components' })
  await expect(table.getByRole('row', { name: /its cause, hop \d+, began here/ })).toHaveClass(/cause/)
  await expect(table.getByRole('row', { name: /its effects?, hops? [\d, ]+, ends? here/ }).first()).toHaveClass(/effect/)
  await page.getByRole('region', { name: 'Inspector' }).getByRole('button', { name: 'Follow the cursor again' }).click()
  await expect(table.locator('tr:is(.cause, .effect)')).toHaveCount(0)
})

test('the inspector says what is known of a hop while its answer is on the way', async ({ page }) => {
  await openSmall(page, '')
  await page.getByRole('button', { name: 'Inspector panel' }).click()
  await page.evaluate(() => window.viridian.painted())
  const heads = await page.evaluateHandle(() => {
    const seen = new Set<string>()
    new MutationObserver(() => {
      const head = document.querySelector('.inspector h2')?.textContent
      seen.add(head ?? 'nothing')
    }).observe(document.querySelector('.right')!, { childList: true, subtree: true, characterData: true })
    return seen
  })
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => hop(page)).toBe(2)
  await expect.poll(() => heads.evaluate((seen) => seen.size)).toBeGreaterThan(0)
  await expect(page.locator('.inspector h2')).not.toHaveText('Hop')
  expect(await heads.evaluate((seen) => [...seen].filter((head) => ['nothing', '', '…'].includes(head)))).toEqual([])
})

test('the drawing stands in its room whenever the page says that it is painted', async ({ page }) => {
  await openSmall(page, '&stops=on')
  for (const [width, height] of [[1920, 1080], [1366, 768], [1920, 900], [1500, 1000], [1366, 768]] as const) {
    await page.setViewportSize({ width, height })
    const beyond = await page.evaluate(async () => {
      await window.viridian.painted()
      const room = document.querySelector('.picture')!.getBoundingClientRect()
      return [...document.querySelectorAll('.picture .part')].flatMap((part) => {
        const { bottom, right, width: wide } = part.getBoundingClientRect()
        return wide > 0 && (bottom > room.bottom || right > room.right) ? [`${part.getAttribute('aria-label') ?? part.textContent}: ${bottom} of ${room.bottom}, ${right} of ${room.right}`] : []
      })
    })
    expect(beyond, `${width} x ${height}`).toEqual([])
  }
})

test('all ways that hops have used are drawn when the page says that it is painted', async ({ page }) => {
  await openSmall(page, '&hop=900&depth=mechanism')
  const ways = (): Promise<number> => page.locator('.picture .wire').count()
  await page.evaluate(() => window.viridian.painted())
  const drawn = await ways()
  expect(drawn).toBeGreaterThan(10)
  // Longer than the page looks for ways before it draws those that it has found.
  for (let i = 0; i < 30; i++) await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(resolve) }))
  expect(await ways()).toBe(drawn)
})
