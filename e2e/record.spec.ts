import type { Locator, Page } from '@playwright/test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseScenario } from '../engine/index.ts'
import { open, quiet, timeToKeep } from './kept.ts'
import { expect, reload, seek, test, type LabPage } from './lab.ts'
import { choose, command } from './palette.ts'
import { killWorker, rememberWorkers } from './workers.ts'

const checkedIn = fileURLToPath(new URL('./recorded/two-guests-once-more.spec.ts', import.meta.url))

/** Waits until one thing was asked on the branch that is shown, and everything that comes of it has been played. */
async function askedAndPlayed(lab: LabPage): Promise<void> {
  await expect.poll(async () => {
    const { branches, status } = await lab.view()
    return [branches.find((b) => b.id === status.branch)!.intents.filter((i) => !i.planned).length, status.next]
  }).toEqual([1, null])
  await expect(lab.page.getByRole('button', { name: /^Play/ })).toBeVisible()
}

/** Begins a recording by its key; answers its bar. */
async function record(page: Page): Promise<Locator> {
  await page.keyboard.press('Shift+R')
  const bar = page.getByRole('complementary', { name: 'Recording' })
  await expect(bar).toContainText('Recording · 0 acts')
  return bar
}

/** What was recorded, as a spec, by the command that shows it. */
async function showRecorded(page: Page): Promise<Locator> {
  await command(page, 'Show what was recorded')
  return page.getByLabel('The Playwright spec')
}

/** It is the recording of `recordOneAct`. */
async function expectOneAct(spec: Locator): Promise<void> {
  await expect(spec).toContainText("await lab.open({ scenario: 'one-ring'")
  await expect(spec).toContainText(/lab\.seek\(30\)[^]*toBe\(30\)/)
}

/** What somebody does at the page, with pointer and keys, while it records. */
async function doAndRecord(lab: LabPage): Promise<void> {
  const { page } = lab
  await lab.open({ scenario: 'two-ways' })
  await expect(page.getByRole('button', { name: 'Own disks…' })).toBeVisible()
  await page.keyboard.press('Shift+R')
  const bar = page.getByRole('complementary', { name: 'Recording' })
  await expect(bar).toBeVisible()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(async () => (await lab.status()).state).toBe('idle')
  await expect(page.getByRole('button', { name: /^Play/ })).toBeVisible()
  await page.getByRole('button', { name: 'Storage VSC, Alpha, kernel mode' }).click()
  await page.getByRole('button', { name: 'List files in Beta' }).click()
  await askedAndPlayed(lab)
  await bar.getByRole('textbox', { name: 'Words of a stop here' }).fill("Beta's files")
  await bar.getByRole('button', { name: 'Add a stop' }).click()
  await lab.undo()
  await page.getByRole('button', { name: 'Read the file again in Alpha' }).click()
  await askedAndPlayed(lab)
  await bar.getByRole('button', { name: 'End the recording' }).click()
}

test('what is done in the page becomes a spec, byte for byte the one that is checked in, and a scenario that does the same', async ({ lab, page }) => {
  await doAndRecord(lab)
  const print = await lab.fingerprint()
  const dialog = page.getByRole('dialog', { name: 'What was recorded' })
  await dialog.getByRole('textbox', { name: 'Title' }).fill('two guests, once more')
  const [spec] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save the Playwright spec' }).click()])
  expect(spec.suggestedFilename()).toBe('two-guests-once-more.spec.ts')
  const text = readFileSync(await spec.path(), 'utf8')
  if (process.env['VIRIDIAN_RECORD'] || !existsSync(checkedIn)) writeFileSync(checkedIn, text)
  expect(text).toBe(readFileSync(checkedIn, 'utf8'))

  const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save the scenario' }).click()])
  const scenario = parseScenario(readFileSync(await file.path(), 'utf8'))
  expect(scenario.title).toBe('two guests, once more')
  expect(scenario.stops?.map((stop) => stop.title)).toEqual(["Beta's files"])
  await lab.load({ ...scenario })
  await lab.advanceUntil({ idle: true })
  expect(await lab.fingerprint()).toBe(print)
})

test('a recording that begins in the middle begins its spec with the moment', async ({ lab, page }) => {
  await lab.open({ scenario: 'one-ring' })
  await lab.seek(60)
  await page.getByRole('button', { name: 'Commands' }).click()
  await choose(page, 'Record what I do')
  const bar = page.getByRole('complementary', { name: 'Recording' })
  await expect(bar).toBeVisible()
  await lab.seek(90)
  await bar.getByRole('button', { name: 'End the recording' }).click()
  await expect(page.getByLabel('The Playwright spec')).toContainText("await lab.goto('./?fresh&pace=instant&motion=off&scenario=one-ring&hop=60")
  await expect(page.getByLabel('The Playwright spec')).toContainText('await lab.seek(90)')
})

test('when another machine is opened the recording ends in words, and what was recorded up to there is that of its own machine', async ({ lab, page }) => {
  await lab.open({ scenario: 'one-ring' })
  const bar = await record(page)
  await lab.seek(30)
  await lab.load('polling')
  await expect(bar).toContainText('The recording has ended, as another machine was opened')
  await lab.seek(90)
  await bar.getByRole('button', { name: 'Show what was recorded' }).click()
  const spec = page.getByLabel('The Playwright spec')
  await expect(spec).toContainText("await lab.open({ scenario: 'one-ring'")
  await expect(spec).toContainText('expect(await lab.hop()).toBe(30)')
  await expect(spec).not.toContainText('90')
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the scenario' }).click()])
  expect(parseScenario(readFileSync(await file.path(), 'utf8')).about).toContain('Recorded from "Many requests in one ring"')
  await page.keyboard.press('Escape')
  await expect(bar).toHaveCount(0)
})

test('a recording outlives a reload and the death of the simulation', async ({ page }) => {
  await rememberWorkers(page)
  await open(page, '&scenario=one-ring')
  const bar = await record(page)
  await seek(page, 30)
  await page.evaluate(() => window.viridian.intend({ do: 'list-files', guest: 'alpha', path: '\\' }))
  await expect(bar).toContainText('Recording · 2 acts')
  await quiet(page)
  await reload(page)
  await expect(bar).toContainText('Recording · 2 acts')
  await seek(page, 60)
  await expect(bar).toContainText('Recording · 3 acts')
  await quiet(page)
  await killWorker(page)
  await expect(page.getByRole('alert').filter({ hasText: 'The simulation had stopped' })).toContainText('hop 60')
  await seek(page, 70)
  await bar.getByRole('button', { name: 'End the recording' }).click()
  const spec = page.getByLabel('The Playwright spec')
  await expect(spec).toContainText(/lab\.seek\(30\)\s+await lab\.intend\(.*\)\s+await lab\.seek\(70\)/)
})

/** Records one act, going to hop 30, and ends the recording; answers its bar. */
async function recordOneAct(page: Page): Promise<Locator> {
  await open(page, '&scenario=one-ring')
  const bar = await record(page)
  await seek(page, 30)
  await expect(bar).toContainText('Recording · 1 act')
  await bar.getByRole('button', { name: 'End the recording' }).click()
  return bar
}

test('a recording that was ended by hand stays that of its machine, is opened again by a command, and hides no work', async ({ page, context }) => {
  const bar = await recordOneAct(page)
  const spec = page.getByLabel('The Playwright spec')
  await expect(spec).toContainText('toBe(30)')
  await page.keyboard.press('Escape')
  await expect(spec).toHaveCount(0)
  await quiet(page)
  await page.evaluate(() => window.viridian.load('polling'))
  await expect(bar).toHaveCount(0)
  await expectOneAct(await showRecorded(page))
  // The machine that nobody has touched is not the newest that is kept.
  await timeToKeep(page)
  await page.close()
  const again = await context.newPage()
  await open(again)
  await expect(again).toHaveURL(/scenario=one-ring/)
})

test('who goes on with a machine that has a recording has that one, and not the acts of the other', async ({ page, context }) => {
  await recordOneAct(page)
  await page.keyboard.press('Escape')
  await quiet(page)
  await page.close()

  const again = await context.newPage()
  await open(again, '&scenario=polling')
  const offer = again.getByRole('region', { name: 'What was kept' })
  await expect(offer).toBeVisible()
  const here = await record(again)
  await seek(again, 10)
  await expect(here).toContainText('Recording · 1 act')
  await offer.getByRole('button', { name: 'Go on' }).click()
  await expect(again.getByRole('alert').filter({ hasText: 'The recording has ended' })).toContainText('stays kept with its own machine')
  await expect(here).toHaveCount(0)
  const spec = await showRecorded(again)
  await expectOneAct(spec)
  await expect(spec).not.toContainText('seek(10)')
})
