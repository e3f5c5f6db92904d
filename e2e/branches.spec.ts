import { expect, test, type Page } from '@playwright/test'

// Two cores are shared with everything else that runs.

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(`./?fresh&motion=off${query}`)
  await page.evaluate(() => window.viridian.ready)
  await expect(page.getByRole('button', { name: 'Run until…' })).toBeEnabled()
  // Keys come after the first picture.
  await page.waitForLoadState('networkidle')
}

async function hop(page: Page): Promise<number> {
  const { n, start } = await page.evaluate(() => window.viridian.status())
  return n - start
}

async function branch(page: Page): Promise<number> {
  return (await page.evaluate(() => window.viridian.status())).branch
}

/** The scenario's first run to hop 900, and from hop 300 on another one in which Alpha reads a second file. */
async function fork(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { start } = await window.viridian.status()
    await window.viridian.seek(start + 900)
    await window.viridian.seek(start + 300)
    await window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' })
    await window.viridian.seek(start + 1000)
    await window.viridian.painted()
  })
}

const lanes = (page: Page) => page.getByRole('toolbar', { name: 'Branches' }).getByRole('button')

test('a branch is begun by asking in the past, is drawn as a lane and switched to by mouse and keys', async ({ page }) => {
  await open(page)
  await expect(lanes(page)).toHaveCount(0)
  await fork(page)
  await expect(lanes(page)).toHaveCount(2)
  const second = page.getByRole('button', { name: 'Branch 2: Alpha reads HELLO.TXT, from hop 300, reached hop 1000' })
  await expect(second).toHaveAttribute('aria-current', 'true')
  // It forks where its hop stands on the axis of the bar below.
  const lane = (await second.boundingBox())!
  const bar = (await page.getByRole('slider', { name: 'Simulated time' }).boundingBox())!
  expect(lane.x).toBeGreaterThan(bar.x + bar.width * 0.1)
  await page.getByRole('button', { name: /^Branch 1: As it went first/ }).click()
  await expect.poll(() => branch(page)).toBe(0)
  expect(await hop(page)).toBe(900)
  await page.getByRole('button', { name: /^Branch 1:/ }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(second).toBeFocused()
  await page.keyboard.press('Enter')
  await expect.poll(() => branch(page)).toBe(1)
  expect(await hop(page)).toBe(1000)
  await page.getByRole('slider', { name: 'Simulated time' }).focus()
  await page.keyboard.press('Shift+ArrowUp')
  await expect.poll(() => branch(page)).toBe(0)
})

test('a branch is named, deleted and brought back; focus is never lost', async ({ page }) => {
  await open(page)
  await fork(page)
  await page.keyboard.press('y')
  const panel = page.getByRole('region', { name: 'Branches', exact: true })
  await panel.getByRole('button', { name: 'Name Alpha reads HELLO.TXT' }).click()
  await page.getByRole('textbox', { name: 'Name of the branch' }).fill('With a second file')
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('button', { name: 'With a second file', exact: true })).toBeVisible()
  await expect(panel.getByRole('heading', { name: 'Branches' })).toBeFocused()
  const print = await page.evaluate(() => window.viridian.fingerprint())
  await panel.getByRole('button', { name: 'Delete With a second file' }).click()
  await expect(lanes(page)).toHaveCount(0)
  await expect.poll(() => branch(page)).toBe(0)
  expect(await hop(page)).toBe(300)
  await expect(panel.getByRole('heading', { name: 'Branches' })).toBeFocused()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(() => branch(page)).toBe(1)
  await expect(lanes(page)).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeFocused()
  expect(await page.evaluate(() => window.viridian.fingerprint())).toBe(print)
})

test('two branches are compared at the same point: figures, states, bytes', async ({ page }) => {
  await open(page)
  await fork(page)
  await page.keyboard.press('y')
  await page.getByRole('button', { name: 'Compare As it went first' }).click()
  const dialog = page.getByRole('dialog', { name: 'Two branches side by side' })
  await expect(dialog).toContainText('They part after hop 300')
  await expect(dialog.getByRole('row', { name: /^hops 900 1.000 \+100/ })).toBeVisible()
  await expect(dialog.getByRole('region', { name: 'Memory' })).toContainText('Alpha')
  await expect(dialog.locator('mark').first()).toBeVisible()
  await dialog.getByRole('combobox', { name: 'At the same point' }).selectOption({ label: 'the same time' })
  await expect(dialog).toContainText('right at hop 805')
  await dialog.getByRole('combobox', { name: 'Right' }).selectOption({ label: 'As it went first' })
  await expect(dialog).toContainText('There is only one branch')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Compare As it went first' })).toBeFocused()
})

test('Undo names what it takes back, and Redo goes there again', async ({ page }) => {
  await open(page)
  await expect(page.getByRole('button', { name: 'Undo: nothing was asked up to here' })).toBeDisabled()
  await fork(page)
  const print = await page.evaluate(() => window.viridian.fingerprint())
  await page.getByRole('button', { name: 'Undo: Alpha reads HELLO.TXT' }).click()
  await expect.poll(() => branch(page)).toBe(2)
  expect(await hop(page)).toBe(300)
  await expect(page.getByRole('status').filter({ hasText: 'Taken back: Alpha reads HELLO.TXT' })).toBeVisible()
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect.poll(() => branch(page)).toBe(1)
  expect(await page.evaluate(() => window.viridian.fingerprint())).toBe(print)
})

test('a bookmark keeps a hop with a note and what was chosen; it is found on the bar and in the list', async ({ page }) => {
  await open(page)
  await page.evaluate(async () => {
    const { start } = await window.viridian.status()
    await window.viridian.seek(start + 200)
    await window.viridian.select('alpha/storvsc')
    await window.viridian.painted()
  })
  await page.keyboard.press('m')
  await page.getByRole('textbox', { name: 'Title' }).fill('Half way')
  await page.getByRole('textbox', { name: 'Note' }).fill('Look at the ring here.')
  await page.getByRole('button', { name: 'Keep' }).click()
  await page.evaluate(async () => {
    const { start } = await window.viridian.status()
    await window.viridian.seek(start + 20)
    await window.viridian.select(null)
    await window.viridian.painted()
  })
  await page.getByRole('button', { name: 'Bookmark at hop 200: Half way' }).click()
  await expect.poll(() => hop(page)).toBe(200)
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('Storage VSC')
  await expect(page.getByRole('status').filter({ hasText: 'Half way: Look at the ring here.' })).toBeVisible()
  await page.keyboard.press('y')
  const list = page.getByRole('region', { name: 'Bookmarks', exact: true })
  await list.getByRole('button', { name: 'Delete the bookmark Half way' }).click()
  await expect(page.getByRole('button', { name: 'Bookmark at hop 200: Half way' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(list.getByRole('button', { name: 'Half way', exact: true })).toBeVisible()
})

test('coming back to a hop brings back what was chosen there; a branch has what was chosen in it', async ({ page }) => {
  await open(page)
  const at = (n: number, what: string | null = '') => page.evaluate(async ([to, chosen]) => {
    const { start } = await window.viridian.status()
    await window.viridian.seek(start + Number(to))
    if (chosen !== '') await window.viridian.select(chosen as string | null)
    await window.viridian.painted()
  }, [n, what] as const)
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await at(100, 'alpha/storvsc')
  await at(500, 'root/storvsp')
  await page.keyboard.press('ArrowLeft')
  await expect(inspector).toContainText('Storage VSP')
  await at(100)
  await expect(inspector).toContainText('Storage VSC')
  await page.evaluate(() => window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' }))
  await page.evaluate(() => window.viridian.select('hardware/disk'))
  await page.evaluate(() => window.viridian.branch(0))
  await expect(inspector).toContainText('Storage VSP')
  await page.evaluate(() => window.viridian.branch(1))
  await expect(inspector).toContainText('The physical disk and its controller')
})

test('run until: what is chosen acts next, and why it stopped is said', async ({ page }) => {
  await open(page)
  await page.evaluate(() => window.viridian.select('root/storvsp'))
  await page.keyboard.press('u')
  const dialog = page.getByRole('dialog', { name: 'Run until…' })
  await expect(dialog.getByRole('radio', { name: 'A component acts' })).toBeFocused()
  await expect(dialog.getByRole('status')).toHaveText('Run on until Storage VSP acts.')
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('.outcome')).toContainText(/^Stopped at hop \d+: Storage VSP acts\./)
  const first = await hop(page)
  expect(first).toBeGreaterThan(10)
  const ends = await page.evaluate(async () => {
    const [row] = await window.viridian.hops((await window.viridian.status()).n, 1)
    return [row!.from, row!.to].map(String)
  })
  expect(ends.join(' ')).toContain('root/storvsp')
  // A counter by its name, with a value; then one that cannot be met.
  await page.keyboard.press('u')
  await dialog.getByRole('radio', { name: 'A counter comes to a value' }).check()
  await dialog.getByRole('combobox', { name: 'Counter' }).selectOption({ label: 'exits' })
  await dialog.getByRole('textbox', { name: 'Comes to' }).fill('30')
  await dialog.getByRole('combobox', { name: 'Guest' }).selectOption({ label: 'Beta' })
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('.outcome')).toContainText('exits of Beta come to 30')
  await page.keyboard.press('u')
  await dialog.getByRole('radio', { name: 'A kind of hop' }).check()
  await dialog.getByRole('searchbox', { name: 'Kind of hop' }).fill('hypercall nothing like this')
  await expect(dialog).toContainText('Nothing has these words in its name.')
  await dialog.getByRole('radio', { name: 'A counter comes to a value' }).check()
  await dialog.getByRole('textbox', { name: 'Comes to' }).fill('30000')
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('.outcome')).toContainText(/^It did not come to that: everything came to rest at hop \d+ before/)
})

test('a long run shows how far it is and can be cancelled', async ({ page }) => {
  await open(page)
  await page.evaluate(() => window.viridian.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 1, count: 0, depth: 4, pattern: 'same' }))
  await page.keyboard.press('u')
  const dialog = page.getByRole('dialog', { name: 'Run until…' })
  await dialog.getByRole('radio', { name: 'A time' }).check()
  await dialog.getByRole('textbox', { name: 'Time since the start' }).fill('900')
  await dialog.getByRole('combobox', { name: 'Unit of the time' }).selectOption('s')
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('.outcome')).toContainText(/Running until t comes to 900.*hops/)
  await expect(page.locator('.outcome-far')).toContainText(/[1-9].*hops/)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.locator('.outcome')).toContainText('Stopped by you at hop')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeFocused()
})

test('Play stops at breakpoints in every pace, and so does Run to the end; marks stay where', async ({ page }) => {
  await open(page)
  await page.keyboard.press('y')
  await page.getByRole('button', { name: 'New breakpoint…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New breakpoint' })
  await dialog.getByRole('radio', { name: 'A component acts' }).check()
  await dialog.getByRole('searchbox', { name: 'Component' }).fill('storage vsc')
  await dialog.getByRole('button', { name: 'Add the breakpoint' }).click()
  const list = page.getByRole('region', { name: 'Breakpoints', exact: true })
  await expect(list.getByRole('checkbox', { name: 'Storage VSC of Alpha acts' })).toBeChecked()
  const ends: string[] = []
  const met = async (): Promise<number> => {
    await expect(page.getByRole('button', { name: 'Pause' })).toHaveCount(0)
    ends.push(await page.evaluate(async () => {
      const [row] = await window.viridian.hops((await window.viridian.status()).n, 1)
      return `${row!.from} ${row!.to}`
    }))
    return hop(page)
  }
  await page.getByRole('combobox', { name: 'Tempo of the story' }).selectOption('5')
  await page.evaluate(() => window.viridian.play())
  const inStory = await met()
  await page.getByRole('button', { name: 'Hops', exact: true }).click()
  await page.evaluate(() => window.viridian.play())
  const inHops = await met()
  await page.getByRole('button', { name: 'Flow', exact: true }).click()
  await page.evaluate(() => window.viridian.play())
  const inFlow = await met()
  await page.getByRole('button', { name: 'Run to the end' }).click()
  await expect.poll(() => hop(page)).toBeGreaterThan(inFlow)
  const atEnd = await met()
  expect([inStory < inHops, inHops < inFlow, inFlow < atEnd]).toEqual([true, true, true])
  for (const both of ends) expect(both).toContain('alpha/storvsc')
  await expect(page.getByRole('button', { name: /^Breakpoint met at hop/ })).toHaveCount(4)
  await expect(page.locator('.outcome')).toContainText(`Breakpoint at hop ${atEnd}: Storage VSC of Alpha acts.`)
  await list.getByRole('checkbox').uncheck()
  await page.getByRole('button', { name: 'Run to the end' }).click()
  await expect(page.locator('.next')).toContainText('still')
})
