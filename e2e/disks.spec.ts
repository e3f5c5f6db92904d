import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { settled } from './kept.ts'
import { expect, goTo, reload, test } from './lab.ts'

// A machine is brought up two or three times in each of these.
const patient = { timeout: 120_000 }

const sample = readFileSync(fileURLToPath(new URL('../public/disks/viridian-sample.vhd', import.meta.url)))
// Another disk than the page's own, which it would not need a file for.
sample[sample.length - 513]! ^= 0xff
const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer })

async function openDisks(page: Page): Promise<void> {
  await goTo(page, './?pace=instant&motion=off')
  await page.getByRole('button', { name: 'Own disks…' }).click()
  await expect(page.getByRole('dialog', { name: 'Own disks' })).toBeVisible()
}

/** Runs in the page: pieces of own disks in the store, before they are thrown away. */
function keptPieces(away: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('viridian-disks')
    request.onerror = () => reject(request.error ?? new Error('The store did not open.'))
    request.onsuccess = () => {
      const transaction = request.result.transaction('pieces', 'readwrite')
      const counted = transaction.objectStore('pieces').count()
      if (away) transaction.objectStore('pieces').clear()
      transaction.oncomplete = () => {
        request.result.close()
        resolve(counted.result)
      }
    }
  })
}

test('an own disk is looked at, attached, browsed by its guest, and found again after a reload', async ({ page }) => {
  await openDisks(page)
  await page.getByLabel('Choose disk files').setInputFiles(file('mine.vhd', sample))
  const card = page.getByRole('listitem', { name: 'mine.vhd' })
  await expect(card).toContainText('MBR with 1 partition: FAT16 from sector 63.')
  await expect(card).toContainText(`SHA-256 of the file: ${createHash('sha256').update(sample).digest('hex')}`)
  await card.getByRole('button', { name: 'Attach and start' }).click()
  await expect(page.getByRole('dialog', { name: 'Own disks' })).toBeHidden(patient)
  await expect(page.locator('.caption')).toContainText('Own disk: mine.vhd', patient)
  await page.evaluate(() => window.viridian.play())
  const before = await page.evaluate(() => window.viridian.fingerprint())

  // A small disk is kept whole.
  await expect.poll(() => page.evaluate(keptPieces, false)).toBe(Math.ceil(sample.length / 65_536))
  await reload(page)
  await page.evaluate(() => window.viridian.play())
  expect(await page.evaluate(() => window.viridian.fingerprint())).toBe(before)

  // What nobody had read before is there too.
  await page.evaluate(async () => {
    await window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' })
    await window.viridian.play()
  })
  await expect(page.locator('.failure')).toHaveCount(0)
  expect(await page.evaluate(async () => (await window.viridian.view()).guests[0]?.text)).toHaveLength(23)

  // What the browser has thrown away needs the file again, and the page says so; then the machine goes on.
  await page.evaluate(keptPieces, true)
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await page.getByRole('button', { name: 'List files in Alpha' }).click()
  await inspector.getByRole('button', { name: 'BIG.BIN', exact: true }).click()
  await expect(page.locator('.failure')).toContainText('mine.vhd is needed again', patient)
  await page.getByRole('button', { name: 'Own disks…' }).click()
  await page.getByLabel('Choose disk files').setInputFiles(file('mine.vhd', sample))
  await expect(page.locator('.failure')).toHaveCount(0)
  await expect(card).toContainText('open another one to take it off the shelf')
  await expect(card.getByRole('button', { name: 'Take mine.vhd off the shelf' })).toHaveCount(0)
  await page.getByRole('dialog', { name: 'Own disks' }).getByRole('button', { name: 'Close' }).click()
  await page.evaluate(() => window.viridian.play())
  await expect(inspector).toContainText(/204.800 bytes/, patient)
})

test('a new guest reads an own disk; its files and the disk itself are taken home', async ({ page }) => {
  await openDisks(page)
  await page.getByLabel('Choose disk files').setInputFiles(file('mine.vhd', sample))
  const card = page.getByRole('listitem', { name: 'mine.vhd' })
  await card.getByLabel('New guest').fill('Gamma')
  await card.getByRole('button', { name: 'Create and start' }).click()
  await expect(page.getByRole('region', { name: 'State of Gamma' })).toBeVisible(patient)
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await page.getByRole('button', { name: 'List files in Gamma' }).click()
  await inspector.getByRole('button', { name: 'HELLO.TXT' }).click()
  const [text] = await Promise.all([page.waitForEvent('download'), inspector.getByRole('button', { name: /^Download/ }).click()])
  expect(readFileSync(await text.path()).length).toBe(23)

  await page.getByRole('button', { name: 'Own disks…' }).click()
  const [vhd] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export the VHD of Gamma' }).click()])
  expect(vhd.suggestedFilename()).toBe('Gamma.vhd')
  expect(readFileSync(await vhd.path()).equals(sample)).toBe(true)
})

test('what is no disk is told in a sentence, and what can be read by sector is offered so', async ({ page }) => {
  await openDisks(page)
  const iso = Buffer.alloc(40_000)
  iso.write('CD001', 32_769, 'latin1')
  const cut = Buffer.from(sample.subarray(0, 300_000))
  await page.getByLabel('Choose disk files').setInputFiles([file('notes.txt', Buffer.from('only words\n')), file('cd.iso', iso), file('cut.vhd', cut)])
  const dialog = page.getByRole('dialog', { name: 'Own disks' })
  await expect(dialog.getByRole('alert').first()).toContainText('notes.txt: ')
  await expect(dialog.getByRole('alert').first()).toContainText('cut.vhd: ')
  const card = page.getByRole('listitem', { name: 'cd.iso' })
  await expect(card).toContainText('ISO 9660')
  await card.getByRole('button', { name: 'Attach and start' }).click()
  await expect(dialog).toBeHidden(patient)
  await page.evaluate(() => window.viridian.play())
  await expect(page.locator('.failure')).toHaveCount(0)
})

test('a disk may be dropped anywhere on the page', async ({ page }) => {
  await goTo(page, './?pace=instant&motion=off')
  // What listens for files comes after the first picture.
  await expect(page.getByRole('button', { name: 'Own disks…' })).toBeVisible()
  await page.evaluate((bytes) => {
    const files = new DataTransfer()
    files.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'dropped.vhd'))
    document.querySelector('.stage')!.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files }))
  }, sample.toString('base64'))
  await expect(page.getByRole('dialog', { name: 'Own disks' })).toBeVisible()
  await expect(page.getByRole('listitem', { name: 'dropped.vhd' })).toContainText('Dynamic VHD')
})

const changed = readFileSync(fileURLToPath(new URL('../public/disks/viridian-changed.vhd', import.meta.url)))

test('a differencing disk asks for its parent by name and id, takes the writes and leaves the parent as it was', async ({ page }) => {
  await openDisks(page)
  await page.getByLabel('Choose disk files').setInputFiles(file('child.vhd', changed))
  const child = page.getByRole('listitem', { name: 'child.vhd' })
  await expect(child.getByRole('alert')).toContainText(/is the child of viridian-sample\.vhd, id [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\. Choose that file too\./)
  await expect(child.getByRole('button', { name: 'Attach and start' })).toHaveCount(0)

  // One of that name, but another disk: its id is another.
  const stranger = Buffer.from(sample)
  for (const at of [0, stranger.length - 512]) {
    stranger[at + 68] = stranger[at + 68]! ^ 0xff
    let sum = 0
    for (let i = 0; i < 512; i++) if (i < 64 || i >= 68) sum += stranger[at + i]!
    stranger.writeUInt32BE(~sum >>> 0, at + 64)
  }
  await page.getByLabel('Choose disk files').setInputFiles(file('viridian-sample.vhd', stranger))
  await expect(child.getByRole('alert')).toContainText('it is another disk')

  // The right one may be called otherwise.
  await page.getByLabel('Choose disk files').setInputFiles(file('base.vhd', sample))
  await expect(child).toContainText('What it does not hold is read from its parent base.vhd, which is not written to.')
  await child.getByRole('button', { name: 'Attach and start' }).click()
  await expect(page.getByRole('dialog', { name: 'Own disks' })).toBeHidden(patient)
  await page.evaluate(async () => {
    await window.viridian.play()
    await window.viridian.intend({ do: 'write-file', guest: 'alpha', path: 'NEW.TXT', text: 'written by Alpha '.repeat(500) })
    await window.viridian.play()
    await window.viridian.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' })
    await window.viridian.play()
  })
  const text = await page.evaluate(async () => (await window.viridian.view()).guests[0]?.text ?? '')
  expect(text.length).toBeGreaterThan(20)
  await page.getByRole('button', { name: 'Own disks…' }).click()
  const [download] = await Promise.all([page.waitForEvent('download', patient), page.getByRole('button', { name: 'Export the VHD of Alpha' }).click()])
  const out = readFileSync(await download.path())
  // Still a differencing disk (type 4) with the same parent, and larger by what was written.
  expect(out.readUInt32BE(out.length - 512 + 60)).toBe(4)
  expect(out.subarray(512 + 40, 512 + 56)).toEqual(changed.subarray(512 + 40, 512 + 56))
  expect(out.includes('written by Alpha')).toBe(true)
  const [parent] = await Promise.all([page.waitForEvent('download', patient), page.getByRole('button', { name: 'Export the parent base.vhd' }).click()])
  expect(readFileSync(await parent.path()).equals(sample)).toBe(true)

  // A reload does without the files.
  const before = await page.evaluate(() => window.viridian.fingerprint())
  await settled(page)
  await reload(page)
  expect(await page.evaluate(() => window.viridian.fingerprint())).toBe(before)
})

test('a file that is cut short is refused by a sentence that says so first', async ({ page }) => {
  await openDisks(page)
  await page.getByLabel('Choose disk files').setInputFiles(file('short.vhd', sample.subarray(0, 1_000_000)))
  await expect(page.getByRole('dialog', { name: 'Own disks' }).getByRole('alert')).toContainText('short.vhd: The file is cut short:')
})

test('a disk that is taken off the shelf can be put back until the dialog closes', async ({ page }) => {
  await openDisks(page)
  await page.getByLabel('Choose disk files').setInputFiles(file('mine.vhd', sample))
  const card = page.getByRole('listitem', { name: 'mine.vhd' })
  await card.getByRole('button', { name: 'Take mine.vhd off the shelf' }).click()
  await expect(card).toHaveCount(0)
  const undo = page.getByRole('dialog', { name: 'Own disks' }).getByRole('button', { name: 'Undo' })
  await expect(undo).toBeFocused()
  await undo.click()
  await expect(card).toBeVisible()
  await card.getByRole('button', { name: 'Take mine.vhd off the shelf' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Own disks…' }).click()
  await expect(page.getByRole('dialog', { name: 'Own disks' }).getByText(/^Kept for replays/)).toBeVisible()
  await expect(card).toHaveCount(0)
})
