/**
 * Every view and every dialog in every theme, looked at by axe: one page a theme, led through all of them, at 1366 x 768, 1920 x 1080,
 * 1280 x 720, at 200 % and on a phone. In the projector theme contrast has to be AAA. With VIRIDIAN_LOOK=<folder> a picture of each view is left there, for people to look at.
 */
import axe from 'axe-core'
import type { Page } from '@playwright/test'
import { sortTitles } from '../app/lenses/lens.ts'
import { expect, test, type LabPage } from './lab.ts'
import { command } from './palette.ts'

type Theme = 'light' | 'dark' | 'projector'

const folder = process.env['VIRIDIAN_LOOK'] ?? ''
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']

class Eyes {
  readonly lab: LabPage
  readonly page: Page
  readonly theme: Theme
  constructor(lab: LabPage, theme: Theme) {
    this.lab = lab
    this.page = lab.page
    this.theme = theme
  }

  /** What axe finds, with the element that it is about. A modal dialog is looked at alone: the rest is inert and was seen before. */
  async look(name: string, only = ''): Promise<void> {
    await this.lab.painted()
    const { width, height } = this.page.viewportSize()!
    if (folder) await this.page.screenshot({ path: `${folder}/${this.theme}-${width}-${name.replaceAll(/\W+/g, '-')}.png` })
    const found = await this.page.evaluate(
      async ([within, theme, tags]) => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') }
        // Dark has the elements of light in other colours; in a column that scrolls, the transport lies over something at every moment.
        const runOnly = theme === 'dark' ? { type: 'rule' as const, values: ['color-contrast'] } : { type: 'tag' as const, values: [...tags] }
        const lies = (message = ''): boolean => (innerWidth <= 860 || innerHeight <= 560) && message.includes('obscured')
        const { violations } = await axe.run(within || document, { runOnly, resultTypes: ['violations'], rules: { 'color-contrast-enhanced': { enabled: theme === 'projector' } } })
        return violations.flatMap(({ id, nodes }) => nodes.filter(({ any }) => !lies(any[0]?.message)).slice(0, 4).map(({ html, any }) => `${id} (${nodes.length}): ${html.slice(0, 140)} ${any[0]?.message ?? ''}`))
      },
      [only, this.theme, rules] as const,
    )
    expect.soft(found, `${name}, ${this.theme}, ${width} x ${height}`).toEqual([])
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect.soft(over, `${name}: nothing is cut off sideways`).toBeLessThanOrEqual(0)
  }

  command = (words: string): Promise<void> => command(this.page, words)

  /** A dialog that comes and goes again, with the focus back in the page. */
  async dialog(name: string, come: () => Promise<unknown>, inside?: () => Promise<unknown>): Promise<void> {
    await come()
    await expect(this.page.getByRole('dialog').last(), name).toBeVisible()
    await inside?.()
    await this.look(name, 'dialog, [role="dialog"]')
    await this.page.keyboard.press('Escape')
    await expect(this.page.getByRole('dialog'), name).toHaveCount(0)
    await expect.soft(this.page.locator('body'), `focus after ${name}`).not.toBeFocused()
  }

  press = (key: string): Promise<void> => this.page.keyboard.press(key)
  size = (width: number, height: number): Promise<void> => this.page.setViewportSize({ width, height })
}

async function views(eyes: Eyes): Promise<void> {
  const { lab, page } = eyes
  await eyes.look('opened')
  await lab.seek(300)
  await eyes.press('i')
  await eyes.look('hop inspected', '.right')
  await eyes.command('Hop list')
  await lab.select('root/storvsp')
  await expect(page.getByRole('heading', { name: 'Storage VSP' })).toBeVisible()
  await eyes.look('component inspected, hop list', '.right, .below')
  await eyes.command('Picture: mechanism')
  await eyes.look('mechanism', '.stage')
  await eyes.press('r')
  await expect(page.locator('.hop-row.aside').first()).toBeVisible()
  await eyes.look('request followed, hop list', '.below')
  await page.getByRole('tab', { name: 'Causal chart' }).click()
  await expect(page.getByRole('list', { name: 'Lifelines' })).toBeVisible()
  await eyes.look('request followed, chart below', '.right, .below')
  await eyes.press('r')
  await eyes.command('Causal chart: beside')
  await eyes.look('chart beside', '.beside-chart')
  await eyes.command('Causal chart: beside')
  for (const by of ['place', 'status', 'cost'] as const) {
    await eyes.command(`Lens: hops told apart ${sortTitles[by]}`)
    await eyes.look(`lens ${by}`, '.legend')
  }
  await eyes.command('Lens: none')
  await eyes.press('t')
  await expect(page.locator('.twin')).toBeVisible()
  await eyes.look('table', '.stage')
  await eyes.press('b')
  await expect(page.locator('.board-card').first()).toBeVisible()
  await eyes.look('storyboard', '.stage')
  await eyes.command('Picture: architecture')
  await eyes.command('Ledgers: who caused what')
  await eyes.command('Inject reads and writes')
  await expect(page.getByRole('form', { name: 'Inject into a guest' })).toBeVisible()
  await eyes.look('ledgers split, injection', '.left, .stage')
  await eyes.press('Escape')
}

/** Branches, a bookmark, a breakpoint: what a person has added to the run. */
async function time(eyes: Eyes): Promise<void> {
  const { lab, page } = eyes
  await lab.seek(150)
  await lab.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' })
  await lab.seek(400)
  await eyes.dialog('bookmark', () => eyes.press('m'), () => page.getByRole('textbox', { name: 'Title' }).fill('Here it begins'))
  await eyes.press('m')
  await expect(page.getByRole('textbox', { name: 'Title' })).toBeFocused()
  await eyes.press('Enter')
  await eyes.dialog('run until', () => eyes.press('u'))
  await eyes.dialog('breakpoint', () => eyes.press('Shift+U'))
  await eyes.press('y')
  await expect(page.getByRole('region', { name: 'Branches', exact: true })).toBeVisible()
  await eyes.look('branches', '.below, .transport')
  await eyes.dialog('two branches', () => page.getByRole('button', { name: /^Compare/ }).first().click(), () => expect(page.getByRole('region', { name: 'Memory' })).toContainText('Alpha'))
}

async function dialogs(eyes: Eyes): Promise<void> {
  const { page } = eyes
  await eyes.dialog('palette', () => eyes.press('Control+k'), () => expect(page.locator('.palette').getByRole('option').first()).toBeVisible())
  await eyes.dialog('keys', () => eyes.press('?'))
  await eyes.dialog('gallery', () => eyes.press('g'), () => expect(page.getByRole('dialog').getByRole('link').first()).toBeVisible())
  await eyes.dialog('share', () => eyes.press('s'), () => expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible())
  await eyes.dialog('glossary', () => eyes.press('Shift+G'))
  await eyes.dialog('own disks', () => eyes.command('Own disks'))
  await eyes.dialog('export', () => eyes.command('Export: hops'))
  await eyes.dialog('machine', () => eyes.command('The machine: era'), async () => {
    for (const name of ['Era', 'Hardware']) await page.getByRole('group', { name }).getByRole('radio').last().check()
  })
  await eyes.dialog('wizard', () => eyes.command('New Virtual Machine'), () => wizard(eyes))
  await eyes.press('Shift+R')
  const bar = page.getByRole('complementary', { name: 'Recording' })
  await expect(bar).toBeVisible()
  await eyes.press('ArrowRight')
  await eyes.look('recording', '.record-bar')
  await eyes.dialog('recorded', () => bar.getByRole('button', { name: 'End the recording' }).click())
}

async function wizard(eyes: Eyes): Promise<void> {
  for (const heading of ['Assign Memory', 'Assign Processors', 'Guest Operating System', 'Connect Virtual Hard Disk', 'Completing the New Virtual Machine Wizard']) {
    await eyes.look(`wizard before ${heading}`, 'dialog')
    await eyes.press('Enter')
    await expect(eyes.page.getByRole('heading', { name: heading })).toBeVisible()
  }
}

/** What is said when something is wrong, and on the way: whatever came about, it is read like the rest. */
async function lesson(eyes: Eyes): Promise<void> {
  const { lab, page } = eyes
  await lab.load('one-ring')
  await expect(page.locator('.stop-mark')).toHaveCount(5)
  await eyes.press('n')
  await expect(page.getByRole('region', { name: 'Stop 1 of 5' })).toBeVisible()
  await eyes.look('stop', '.stop, .transport')
  await eyes.size(1920, 1080)
  await eyes.press('n')
  await expect(page.getByRole('region', { name: 'Stop 2 of 5' })).toBeVisible()
  await eyes.look('stop, wide')
}

/** Bringing a machine up is told with stops of its own. */
async function powerOn(eyes: Eyes): Promise<void> {
  const { lab, page } = eyes
  await lab.load('power-on')
  await expect(page.locator('.stop-mark').first()).toBeAttached()
  await eyes.press('n')
  const card = page.getByRole('region', { name: /^Stop 1 of / })
  await expect(card).toBeVisible()
  await eyes.look('stop while a machine is brought up', '.stop, .transport')
}

/** Something wrong in the address, something to say, a file over the page. */
async function alerts(eyes: Eyes): Promise<void> {
  const { lab, page } = eyes
  await lab.load('two-ways')
  await eyes.size(1366, 768)
  await page.evaluate(() => {
    const files = new DataTransfer()
    files.items.add(new File(['x'], 'notes.viridian', { type: 'application/json' }))
    document.body.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer: files }))
  })
  await expect(page.locator('html')).toHaveAttribute('data-dropping', '')
  await eyes.look('a file over the page')
  await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })))
  await expect(page.locator('html')).not.toHaveAttribute('data-dropping', '')
  await lab.seek(200)
  await lab.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' })
  await eyes.press('Control+z')
  await expect(page.locator('.outcome')).toContainText('Taken back')
  await eyes.look('an outcome', '.transport')
  await page.getByRole('button', { name: 'Close the notice' }).click()
}

/** Another page: what is wrong is in its address. */
async function failures(eyes: Eyes): Promise<void> {
  const { lab, page, theme } = eyes
  const there = async (name: string, within: string): Promise<void> => {
    await page.evaluate(axe.source)
    await expect(page.locator(within)).toBeVisible()
    await eyes.look(name, within)
  }
  await lab.open({ words: { theme, scenario: 'no-such' } })
  await there('failure', '.failure')
}

async function twins(eyes: Eyes): Promise<void> {
  const { page } = eyes
  await eyes.press('w')
  await expect(page.getByRole('table').getByRole('row').nth(3)).toBeVisible()
  for (const [tab, width, height] of [['Ledger', 1366, 768], ['Places', 1920, 1080], ['Why do they differ?', 1280, 720]] as const) {
    await eyes.size(width, height)
    await page.getByRole('tab', { name: tab }).click()
    await eyes.look(`twin, ${tab}`, tab === 'Ledger' ? '' : '[role="tabpanel"]')
  }
  await eyes.press('w')
  await expect(page.locator('.picture')).toBeVisible()
}

async function others(eyes: Eyes): Promise<void> {
  const { page } = eyes
  await eyes.press('Shift+P')
  await page.getByRole('button', { name: 'Tools' }).click()
  await eyes.look('presenting')
  await eyes.press('h')
  await expect(page.getByRole('region', { name: 'Ledgers, large' })).toBeVisible()
  await eyes.press('Shift+L')
  await eyes.look('presenting, large ledger, locked', '.present-bar, .big-ledger')
  await eyes.press('Shift+L')
  await eyes.press('Shift+P')
  await eyes.size(683, 384)
  await eyes.look('at 200 %')
  await eyes.size(390, 844)
  await eyes.look('phone')
  for (const [panel, sheet] of [['Partitions panel', '.left'], ['Inspector panel', '.right'], ['Hop list', '.below']] as const) {
    const button = page.getByRole('button', { name: panel, exact: true })
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.evaluate((element: HTMLElement) => element.click())
    await expect(page.locator(sheet)).toBeVisible()
    await eyes.look(`phone, ${panel}`, sheet)
    await page.getByRole('button', { name: 'Close the panel' }).click()
  }
}

for (const theme of ['light', 'dark', 'projector'] as const) {
  const [width, height] = theme === 'projector' ? [1280, 720] : [1366, 768]
  test(`axe finds nothing in any view or dialog: ${theme}`, async ({ lab, page }) => {
    test.slow()
    page.setDefaultTimeout(60_000)
    await page.setViewportSize({ width, height })
    await lab.open({ words: { theme, stops: 'on' } })
    await page.waitForLoadState('networkidle')
    await page.evaluate(axe.source)
    const eyes = new Eyes(lab, theme)
    await views(eyes)
    await time(eyes)
    await dialogs(eyes)
    await lesson(eyes)
    await powerOn(eyes)
    await alerts(eyes)
    await twins(eyes)
    await others(eyes)
    await failures(eyes)
  })
}
