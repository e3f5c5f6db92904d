import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { shipped } from '../engine/index.ts'
import type { Page } from '@playwright/test'
import { quiet } from './kept.ts'
import { expect, goTo, LabPage, reload, test } from './lab.ts'

// A machine is brought up two or three times in each of these.

interface Stand {
  readonly n: number
  readonly branch: number
  readonly print: string
  readonly tree: readonly (readonly [number, number, number])[]
}

/** Where the lab stands, bytes included. */
async function stand(lab: LabPage): Promise<Stand> {
  const { status, branches } = await lab.view()
  return { n: status.n, branch: status.branch, print: await lab.fingerprint(), tree: branches.map((b) => [b.parent, b.atHop, b.tip]) }
}

/** Three branches, the second of them the one somebody stands in. */
async function threeBranches(lab: LabPage): Promise<void> {
  await lab.advanceUntil({ idle: true })
  await lab.seek(300)
  await lab.intend({ do: 'list-files', guest: 'beta', path: '\\' })
  await lab.advanceUntil({ ended: 'file', guest: 'beta' })
  await lab.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' })
  await lab.advanceUntil({ idle: true })
  await lab.seek(500)
  await lab.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 8, count: 3 })
  await lab.advanceUntil({ idle: true })
  await lab.branch(1)
  await lab.seek(420)
}

test('a link opens the same moment: branches, hop, bytes, selection and look', async ({ lab, page, context }) => {
  await lab.open()
  await threeBranches(lab)
  await lab.select('alpha/storvsc')
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark')
  await page.getByRole('button', { name: 'Mechanism', exact: true }).click()
  await page.getByRole('combobox', { name: 'Hops told apart' }).selectOption('status')
  const there = await stand(lab)
  expect(there.tree).toHaveLength(3)
  const link = await lab.link()
  expect(link.length).toBeLessThan(700)

  const other = await context.newPage()
  await goTo(other, link.replace('?', '?fresh&motion=off&'))
  const [status, print, branches] = await other.evaluate(async () => [await window.viridian.status(), await window.viridian.fingerprint(), (await window.viridian.view()).branches] as const)
  expect({ n: status.n, branch: status.branch, print, tree: branches.map((b) => [b.parent, b.atHop, b.tip]) }).toEqual(there)
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(other.getByRole('button', { name: 'Mechanism', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect(other.getByRole('region', { name: 'Inspector' }).getByRole('heading', { level: 2 })).toHaveText(/Storage VSC/)
  await expect(other.getByRole('combobox', { name: 'Hops told apart' })).toHaveValue('status')
  await expect(other.locator('.notice')).toHaveCount(0)
})

/** In the panel of branches: a name, a bookmark with a note, a breakpoint; and the panel is made higher. */
async function write(lab: LabPage): Promise<void> {
  const { page } = lab
  await page.keyboard.press('y')
  await page.getByRole('button', { name: /^Name / }).nth(1).click()
  await page.getByRole('textbox', { name: 'Name of the branch' }).fill('With a list')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Bookmark this hop…' }).click()
  const dialog = page.getByRole('dialog', { name: /bookmark/i })
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Before the answer')
  await dialog.getByRole('textbox', { name: /Note/ }).fill('Who waits for whom here?')
  await dialog.getByRole('button', { name: 'Keep' }).click()
  await page.getByRole('button', { name: 'New breakpoint…' }).click()
  const until = page.getByRole('dialog', { name: 'New breakpoint' })
  await until.getByRole('radio', { name: 'A component acts' }).check()
  await until.getByRole('searchbox', { name: 'Component' }).fill('storage vsc')
  await until.getByRole('button', { name: 'Add the breakpoint' }).click()
  await page.getByRole('separator', { name: 'Height of the hop list' }).focus()
  await page.keyboard.press('ArrowUp')
}

/** What a person has added, as the panel shows it. */
async function written(page: Page): Promise<Readonly<Record<string, unknown>>> {
  const bookmarks = page.getByRole('region', { name: 'Bookmarks', exact: true })
  await expect(bookmarks.getByRole('listitem')).toHaveCount(1)
  await expect(page.getByRole('region', { name: 'Breakpoints', exact: true }).getByRole('checkbox')).toHaveCount(1)
  return {
    branches: await page.getByRole('region', { name: 'Branches', exact: true }).locator('.time-name').allInnerTexts(), bookmarks: await bookmarks.getByRole('list').innerText(),
    breakpoints: await page.getByRole('region', { name: 'Breakpoints', exact: true }).getByRole('list').innerText(),
    height: await page.getByRole('separator', { name: 'Height of the hop list' }).getAttribute('aria-valuetext'),
  }
}

test('names, bookmarks, notes, breakpoints and sizes of panels go with a link, and stay after a reload', async ({ lab, page, context }) => {
  await lab.open()
  await threeBranches(lab)
  await write(lab)
  const mine = await written(page)
  expect(String(mine['bookmarks'])).toContain('Who waits for whom here?')
  expect(mine['branches']).toContain('└ With a list')
  const there = await stand(lab)
  const link = await lab.link()
  expect(link.length).toBeLessThan(1000)
  await page.getByRole('button', { name: 'Share this moment' }).click()
  await expect(page.getByLabel('What is in the link')).toContainText('names of 1 branch, 1 bookmark with 1 note')

  // Not `fresh`: what came with the link is kept like what one has done oneself.
  const other = new LabPage(await context.newPage())
  await other.goto(`${link.replace('?', '?motion=off&')}`)
  expect(await stand(other)).toEqual(there)
  expect(await written(other.page)).toEqual(mine)
  await quiet(other.page)
  await reload(other.page)
  expect(await stand(other)).toEqual(there)
  expect(await written(other.page)).toEqual(mine)
  await expect(other.page.locator('.keep-bar, .notice')).toHaveCount(0)

  // The bookmark leads to its hop, and the breakpoint stops the run.
  await other.seek(10)
  await other.page.getByRole('button', { name: 'Before the answer', exact: true }).click()
  await expect.poll(() => other.hop()).toBe(420)
  await expect(other.page.getByRole('status').filter({ hasText: 'Who waits for whom here?' })).toBeVisible()
  await other.page.getByRole('button', { name: 'Run to the end' }).click()
  await expect(other.page.locator('.outcome')).toContainText('Breakpoint at hop')
  expect(other.complaints).toEqual([])
})

test('a scenario brings its breakpoints; when somebody has deleted the last of them, none come back with a reload or a link', async ({ lab, page }) => {
  await lab.open()
  const brings = { viridian: 1, ...(await lab.call('scenario')), name: 'mine', title: 'Mine alone', breakpoints: [{ kind: 'vmbus.ringWriteGuest', guest: 'alpha' }] }
  const packed = Buffer.from(JSON.stringify({ own: brings })).toString('base64url')
  await lab.goto('about:blank').catch(() => undefined)
  await lab.goto(`./?pace=instant&motion=off#m=j${packed}`)
  await page.keyboard.press('y')
  const breakpoints = page.getByRole('region', { name: 'Breakpoints', exact: true })
  await expect(breakpoints.getByRole('checkbox')).toHaveCount(1)
  await breakpoints.getByRole('button', { name: /^Delete the breakpoint/ }).click()
  await expect(breakpoints).toContainText('None: Play and Run to the end stop only when nothing is left to do.')
  await quiet(page)
  const link = await lab.link()
  for (const follow of [() => reload(page), async () => page.goto('about:blank').then(() => goTo(page, link))]) {
    await follow()
    await expect(breakpoints).toContainText('None: Play and Run')
    await lab.painted()
    await expect(breakpoints.getByRole('checkbox')).toHaveCount(0)
  }
})

test('every shipped scenario has a link of at most 200 bytes, with a QR code of version 10-M at most', async ({ lab, page }) => {
  await lab.open()
  for (const name of shipped.map((s) => s.name).slice(0, 3)) {
    await lab.load(name)
    await lab.seek(250)
    await page.getByRole('button', { name: 'Share this moment' }).click()
    const dialog = page.getByRole('dialog', { name: 'Share this moment' })
    const code = dialog.getByRole('img', { name: 'QR code of the link' })
    await expect(dialog.getByLabel('What is in the link')).toContainText('hop 250')
    await expect(code).toHaveAttribute('data-ecc', 'M')
    expect(Number(await code.getAttribute('data-version'))).toBeLessThanOrEqual(10)
    expect((await dialog.getByRole('textbox').inputValue()).length).toBeLessThanOrEqual(200)
    await dialog.getByRole('button', { name: 'Close' }).click()
  }
})

test('a link of another build that runs differently says so, and goes on', async ({ lab, page }) => {
  await lab.goto('./?fresh&pace=instant&motion=off&scenario=one-ring&hop=120&v=0.0.9-00000000&f=0123456789abcdef')
  await expect(page.locator('.notice')).toContainText('The machine runs differently here')
  await expect(page.locator('.notice')).toContainText('build 0.0.9-00000000')
  expect(await lab.hop()).toBe(120)
  await lab.advanceUntil({ idle: true })
  await page.getByRole('button', { name: 'Close the notice' }).click()
  await expect(page.locator('.notice')).toHaveCount(0)

  // Its host keeps that build, and has written down where.
  await page.route('**/builds.json', (route) => route.fulfill({ json: { kept: { '0.0.9-00000000': '../old/', '0.0.8': 'https://elsewhere.example/' } } }))
  await lab.goto('./?fresh&pace=instant&motion=off&scenario=one-ring&hop=121&v=0.0.9-00000000&f=0123456789abcdef')
  await expect(page.getByRole('link', { name: 'Open it in the build it was made with' })).toHaveAttribute('href', /\/old\/\?scenario=one-ring&hop=121&v=0\.0\.9-00000000/)
  await lab.goto('./?fresh&pace=instant&motion=off&scenario=one-ring&hop=122&v=0.0.8&f=0123456789abcdef')
  await expect(page.locator('.notice')).toContainText('build 0.0.8')
  await expect(page.locator('.notice').getByRole('link')).toHaveCount(0)
})

test('a damaged link, and one that asks for what cannot be asked, say so in a sentence; the scenario opens anyway', async ({ lab, page }) => {
  await lab.goto('./?fresh&motion=off&scenario=one-ring&hop=9#m=zAAAA')
  await expect(page.locator('.notice')).toContainText('The packed words of the link are damaged')
  expect(await lab.hop()).toBe(0)
  const asked = { tree: { branches: [{ parent: -1, atHop: 0, seen: 200, shared: 0, asked: [[0, 1], [100, { do: 'read-file', guest: 'nobody', path: 'A' }]] }], branch: 0 } }
  const word = Buffer.from(JSON.stringify(asked)).toString('base64url')
  await lab.goto('about:blank').catch(() => undefined)
  await lab.goto(`./?fresh&motion=off&scenario=two-ways&hop=150#m=j${word}`)
  await expect(page.locator('.notice')).toContainText('What was asked in this link cannot be asked here')
  await lab.advanceUntil({ idle: true })
})

test('a stranger\'s scenario stands whole in a link; one that is no scenario makes room for the first one', async ({ lab, page }) => {
  await lab.open()
  const scenario = await lab.call('scenario')
  const mine = { viridian: 1, ...scenario, name: 'mine', title: 'Mine alone', about: 'Nothing is planned.', steps: [], stops: [] }
  await lab.load(mine)
  await lab.intend({ do: 'list-files', guest: 'alpha', path: '\\' })
  await lab.advanceUntil({ idle: true })
  const there = await stand(lab)
  const link = await lab.link()
  expect(link.length).toBeLessThan(1500)
  await lab.goto('about:blank').catch(() => undefined)
  await lab.goto(link)
  expect(await stand(lab)).toEqual(there)
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toHaveValue('mine')

  // On another machine it stands whole at its start; another scenario has nothing of it, and nothing of the link.
  await page.getByRole('button', { name: 'Windows Server 2008' }).click()
  const dialog = page.getByRole('dialog', { name: 'The machine' })
  await dialog.getByRole('radio', { name: 'Windows Server 2012' }).check()
  await dialog.getByRole('button', { name: 'Start this machine' }).click()
  await expect(page.getByRole('button', { name: 'Windows Server 2012, changed' })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toHaveValue('mine')
  expect((await lab.view()).branches.map((b) => b.intents.filter((i) => !i.planned).length)).toEqual([0])
  await lab.goto('about:blank').catch(() => undefined)
  await lab.goto(link)
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption('one-ring')
  await page.waitForURL(/scenario=one-ring/)
  await lab.status()
  await expect(page.locator('.notice')).toHaveCount(0)
  expect(new URL(page.url()).hash).toBe('')
  expect((await lab.view()).branches).toHaveLength(1)

  const none = Buffer.from(JSON.stringify({ own: { viridian: 1, name: 'x', guests: 7 } })).toString('base64url')
  await lab.goto('about:blank').catch(() => undefined)
  await lab.goto(`./?fresh&motion=off#m=j${none}`)
  await expect(page.locator('.failure')).toContainText('the first scenario is open instead')
  await lab.advanceUntil({ idle: true })
})

test('a moment is saved as a file, and whoever drops it on the page is there; any other text is refused in a sentence', async ({ lab, page }) => {
  await lab.open()
  await threeBranches(lab)
  const there = await stand(lab)
  await page.keyboard.press('s')
  const dialog = page.getByRole('dialog', { name: 'Share this moment' })
  const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save as a file' }).click()])
  expect(file.suggestedFilename()).toBe('two-ways-hop-420.viridian.json')
  const text = readFileSync(await file.path(), 'utf8')
  await lab.open({ scenario: 'one-ring' })
  const drop = (name: string, text: string): Promise<void> => page.evaluate(([name, text]) => {
    const files = new DataTransfer()
    files.items.add(new File([text!], name!))
    document.querySelector('.stage')!.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files }))
  }, [name, text])
  // What listens for files comes after the first picture.
  await expect(async () => {
    await drop('other.json', '{"a":1}')
    await expect(page.locator('.failure')).toContainText('other.json was not opened. It is neither a scenario, which has a field viridian, nor a moment of the lab', { timeout: 2000 })
  }).toPass()
  await drop('cut.json', text.slice(0, 99))
  await expect(page.locator('.failure')).toContainText('cut.json was not opened. It is not JSON: it ends where')
  await drop('there.viridian.json', text)
  await expect.poll(async () => (await lab.status()).branch).toBe(1)
  await expect.poll(() => lab.hop()).toBe(420)
  expect(await stand(lab)).toEqual(there)
})

test('words of the address that mean nothing are answered, and the scenario is open', async ({ lab, page }) => {
  for (const [words, says] of [['hop=1e3', "a hop '1e3'; it must be a whole number from 0"], ['theme=pink', "a theme 'pink'; it must be light, dark or projector"]] as const) {
    await lab.goto(`./?fresh&motion=off&${words}`)
    await expect(page.locator('.failure')).toContainText(says)
    expect((await lab.status()).state).toBe('ready')
  }
  await lab.goto('./?fresh&motion=off&hop=99999')
  await expect(page.locator('.notice')).toContainText(/leads to hop 99\u2009999; the page stands at hop \d+(\u2009\d+)*, the last one of this run: /)
  await expect(page).toHaveURL(new RegExp(`hop=${await lab.hop()}$`))
})

test('a moment with an own disk asks for it by its identity, and opens with it whatever it is called', async ({ lab, page }) => {
  const buffer = readFileSync('public/disks/viridian-sample.vhd')
  buffer[buffer.length - 513]! ^= 0xff
  const hash = createHash('sha256').update(buffer).digest('hex')
  await lab.goto(`./?fresh&motion=off&scenario=two-ways&disk=${hash}&at=alpha&named=mine.vhd&hop=20&v=0.1.0-x`)
  await expect(page.locator('.notice')).toContainText(`mine.vhd with the identity ${hash.slice(0, 16)}…`)
  await page.getByRole('button', { name: 'Choose the disk…' }).click()
  await page.getByLabel('Choose disk files').setInputFiles({ name: 'mine (1).vhd', mimeType: 'application/octet-stream', buffer })
  await expect(page.getByRole('listitem', { name: 'mine (1).vhd' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect.poll(() => lab.hop()).toBe(20)
  expect(JSON.stringify(await lab.call('scenario'))).toContain(hash)
  await expect(page.locator('.notice, .failure')).toHaveCount(0)
})

test('the back button goes from one opened scenario to the one before', async ({ lab, page }) => {
  await lab.open({ scenario: 'two-ways' })
  await lab.load('one-ring')
  await expect(page).toHaveURL(/scenario=one-ring/)
  await page.goBack()
  await expect(page).toHaveURL(/scenario=two-ways/)
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toHaveValue('two-ways')
  await page.goForward()
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toHaveValue('one-ring')
})
