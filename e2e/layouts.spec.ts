import type { Page } from '@playwright/test'
import { expect, goTo, reload, test } from './lab.ts'

async function openAt(page: Page, width: number, height: number, words = ''): Promise<void> {
  await page.setViewportSize({ width, height })
  await goTo(page, `./?motion=off&pace=instant${words}`)
}

const panels = {
  left: { name: 'Width of the partitions panel', more: 'ArrowRight', box: 'nav.left' },
  right: { name: 'Width of the inspector', more: 'ArrowLeft', box: '.right' },
  below: { name: 'Height of the hop list', more: 'ArrowUp', box: '.below' },
} as const

for (const [side, { name, more, box }] of Object.entries(panels)) {
  test(`the panel ${side} is resized by keys, says its size, is remembered, and Enter or a double click puts it back`, async ({ page }) => {
    await openAt(page, 1440, 1000)
    if (side !== 'left') await page.getByRole('button', { name: side === 'right' ? 'Inspector panel' : 'Hop list' }).click()
    const border = page.getByRole('separator', { name })
    const size = async (): Promise<number> => {
      const at = (await page.locator(box).boundingBox())!
      return Math.round(side === 'below' ? at.height : at.width)
    }
    await border.waitFor()
    const before = await size()
    await expect(border).toHaveAttribute('aria-valuenow', String(before))
    await border.focus()
    await page.keyboard.press(more)
    await page.keyboard.press(more)
    await expect.poll(size).toBe(before + 40)
    await expect(border).toHaveAttribute('aria-valuetext', `${before + 40} pixels`)
    await reload(page)
    expect(await size()).toBe(before + 40)
    await border.focus()
    await page.keyboard.press('Enter')
    await expect.poll(size).toBe(before)
    await page.keyboard.press(more)
    await expect.poll(size).toBe(before + 20)
    await border.dblclick()
    await expect.poll(size).toBe(before)
  })
}

test('each layout remembers sizes of its own', async ({ page }) => {
  await openAt(page, 1366, 768)
  await page.getByRole('button', { name: 'Inspector panel' }).click()
  const width = async (): Promise<number> => Math.round((await page.locator('.right').boundingBox())!.width)
  await page.getByRole('separator', { name: panels.right.name }).focus()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(width).toBe(368)
  await page.setViewportSize({ width: 1920, height: 1080 })
  await expect.poll(width).toBe(380)
  await page.setViewportSize({ width: 1366, height: 768 })
  await expect.poll(width).toBe(368)
})

test('on a laptop with the hop list open the whole machine is still seen', async ({ page }) => {
  await openAt(page, 1366, 768, '&fresh')
  await page.getByRole('button', { name: 'Hop list' }).click()
  await expect(page.getByRole('table', { name: 'Hops' })).toBeVisible()
  await expect.poll(async () => {
    const floor = (await page.getByRole('button', { name: /^Physical disk/ }).first().boundingBox())!
    const room = (await page.locator('.picture').boundingBox())!
    return floor.y + floor.height <= room.y + room.height + 1 && floor.x >= room.x
  }).toBe(true)
})

test.describe('on a phone', () => {
  test.use({ hasTouch: true })

  test('caption, picture and thumb-sized buttons fill the screen; a panel is a sheet that gives the way back', async ({ page }) => {
    await openAt(page, 390, 844, '&fresh')
    await page.evaluate(() => window.viridian.painted())
    for (const name of ['Reset to the start', 'One hop back', 'Play', 'One hop forward', 'Run to the end']) {
      await expect.poll(async () => {
        const at = (await page.getByRole('button', { name, exact: true }).boundingBox())!
        return Math.min(at.width, at.height) >= 44 && at.y + at.height <= 844
      }).toBe(true)
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.evaluate(() => window.viridian.play())
    await expect(page.locator('.caption')).toBeInViewport()
    await page.getByRole('button', { name: 'Inspector panel' }).click()
    const sheet = page.getByRole('complementary', { name: 'Inspector and request' })
    await expect(sheet).toBeInViewport()
    await page.getByRole('button', { name: 'Partitions panel' }).evaluate((button: HTMLElement) => button.click())
    await expect(sheet).toHaveCount(0)
    await expect(page.getByRole('navigation', { name: 'Partitions' })).toBeInViewport()
    await page.getByRole('button', { name: 'Close the panel' }).click()
    await expect(page.getByRole('navigation', { name: 'Partitions' })).toHaveCount(0)
    await expect(page.locator('.transport-play')).toBeFocused()
  })
})

test('at 200 % the page is one column that scrolls, and nothing is cut off sideways', async ({ page }) => {
  await openAt(page, 683, 384, '&fresh')
  await page.evaluate(() => window.viridian.painted())
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(683)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(page.locator('.next-clock')).not.toContainText('hop 0')
  await expect(page.locator('.transport-play')).toBeInViewport()
})

for (const [theme, panels] of [['light', 'l164r'], ['projector', 'l230']] as const) {
  test(`the list of processors fits into its panel, whatever they do (${theme})`, async ({ page }) => {
    await openAt(page, 1366, 768, `&fresh&motion=off&panels=${panels}&theme=${theme}`)
    const list = page.getByRole('navigation', { name: 'Partitions' })
    // Besides what a scroll bar takes, which this browser does not draw.
    for (const hop of [6, 300]) {
      await page.evaluate(async (to) => window.viridian.seek((await window.viridian.status()).start + to), hop)
      await expect(list.getByText(/hypervisor · LP \d/)).toBeVisible()
      expect(await list.evaluate((panel) => panel.scrollWidth - panel.clientWidth), `hop ${hop}`).toBe(0)
    }
  })
}

for (const [width, height] of [[683, 384], [390, 844]] as const) {
  test(`at ${width} × ${height} nothing has the focus behind the transport that stays at the foot`, async ({ page }) => {
    await openAt(page, width, height, '&fresh&motion=off&hop=300')
    await page.evaluate(() => window.viridian.painted())
    const hidden: string[] = []
    for (let i = 0; i < 70; i++) {
      await page.keyboard.press('Tab')
      const behind = await page.evaluate(async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
        const [active, foot] = [document.activeElement, document.querySelector('.transport')]
        if (!active || !foot || active === document.body || foot.contains(active)) return ''
        const [box, edge] = [active.getBoundingClientRect(), foot.getBoundingClientRect().top]
        return box.top >= edge || box.top + box.height / 2 > edge ? (active.getAttribute('aria-label') ?? active.textContent ?? '?') : ''
      })
      if (behind !== '') hidden.push(behind)
    }
    expect(hidden).toEqual([])
  })
}

test('with forced colours it is seen what is on, where the run stands and what the cursor is at', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await openAt(page, 1366, 768, '&fresh&motion=off&hop=300&panels=lrb')
  await page.evaluate(() => window.viridian.painted())
  const background = (name: string) => page.getByRole('button', { name, exact: true }).evaluate((button) => getComputedStyle(button).backgroundColor)
  for (const [on, off] of [['Architecture', 'Mechanism'], ['Story', 'Flow'], ['Machines', 'Inject']] as const) expect(await background(on)).not.toBe(await background(off))
  const tab = (name: string) => page.getByRole('tab', { name }).evaluate((one) => getComputedStyle(one).backgroundColor)
  expect(await tab('Hops')).not.toBe(await tab('Branches'))
  const canvas = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  for (const part of ['.scrub-knob', '.scrub-done', '.stop-mark']) expect(await page.locator(part).first().evaluate((one) => getComputedStyle(one).backgroundColor), part).not.toBe(canvas)
  await expect(page.locator('.hop-row.here')).toHaveCSS('outline-style', 'solid')
})

test('on a projector of 1280 × 720 the hardware stays in view below the words of a lesson', async ({ page }) => {
  await openAt(page, 1280, 720, '&fresh&theme=projector&scenario=two-ways')
  await page.getByRole('button', { name: 'Mechanism', exact: true }).click()
  // The stop with the longest words of this scenario.
  for (let stop = 1; stop <= 3; stop++) {
    await page.keyboard.press('n')
    await expect(page.getByRole('region', { name: `Stop ${stop} of 6` })).toBeVisible()
  }
  await expect.poll(async () => {
    const [room, floor] = await Promise.all([page.locator('.react-flow').boundingBox(), page.locator('.floor-parts').last().boundingBox()])
    return floor!.y + floor!.height - (room!.y + room!.height)
  }).toBeLessThanOrEqual(0)
})
