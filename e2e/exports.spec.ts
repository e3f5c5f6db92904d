import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, goTo, test } from './lab.ts'
import { command } from './palette.ts'

async function openExport(page: Page, hops = 300): Promise<void> {
  await goTo(page, `./?fresh&motion=off&hop=${hops}`)
  await command(page, 'Export: hops')
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible()
}

/** Chooses a thing, saves it, and reads the file. */
async function saved(page: Page, thing: RegExp): Promise<{ readonly name: string; readonly bytes: Buffer; readonly text: string }> {
  await page.getByRole('radio', { name: thing }).check()
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const download = await coming
  const bytes = await readFile(await download.path())
  await expect(page.getByRole('dialog', { name: 'Export' })).toContainText('bytes.')
  return { name: download.suggestedFilename(), bytes, text: bytes.toString('utf8') }
}

test('hops are saved as a table, as records and as a trace', async ({ page }) => {
  await openExport(page)
  const csv = await saved(page, /^Hops as a table/)
  expect(csv.name).toMatch(/-hops-1-300\.csv$/)
  expect(csv.text.trimEnd().split('\r\n')).toHaveLength(301)
  const ndjson = await saved(page, /^Hops as records/)
  expect(ndjson.text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toHaveLength(300)
  const trace = JSON.parse((await saved(page, /^Trace for Perfetto/)).text) as { traceEvents: { ph: string }[] }
  expect(trace.traceEvents.filter((e) => e.ph === 'X')).toHaveLength(300)
})

test('a request is saved as a sequence diagram, and as its hops alone', async ({ page }) => {
  await openExport(page)
  const mermaid = await saved(page, /^Sequence diagram/)
  expect(mermaid.name).toMatch(/-request-\d+\.mmd$/)
  expect(mermaid.text).toContain('sequenceDiagram')
  await page.getByRole('radio', { name: /^Hops as records/ }).check()
  await page.getByRole('radio', { name: 'one request:' }).check()
  const alone = await saved(page, /^Hops as records/)
  expect(alone.text.trimEnd().split('\n').length).toBeLessThan(200)
})

test('the picture is saved as it stands: an SVG that stands alone, and a PNG twice as fine', async ({ page, browser }) => {
  await openExport(page)
  const svg = await saved(page, /^Picture of the machine \(SVG\)/)
  expect(svg.text).toContain('One file, two ways')
  for (const words of ['Hypervisor', 'Storage VSC', 'Kernel', 'Hop 300: ', 'service routine returns', 'Interrupt', 'Viridian Lab · scenario', '#', 'rgb(']) expect(svg.text).toContain(words)
  expect(svg.text).not.toMatch(/<(?:script|image|foreignObject|style)|href/)
  // Another program opens it: here, another page as a picture.
  const other = await browser.newPage()
  const size = await other.evaluate((text) => new Promise<number[]>((resolve) => {
    const image = new Image()
    image.onload = () => resolve([image.naturalWidth, image.naturalHeight])
    image.onerror = () => resolve([])
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
  }), svg.text)
  const parts = await other.evaluate((text) => {
    const whole = new DOMParser().parseFromString(text, 'image/svg+xml')
    return { failed: whole.querySelector('parsererror')?.textContent ?? '', texts: whole.querySelectorAll('text').length, paths: whole.querySelectorAll('path').length }
  }, svg.text)
  expect(parts.failed).toBe('')
  expect(parts.texts).toBeGreaterThan(50)
  expect(parts.paths).toBeGreaterThan(60)
  // Worn ways are as pale as on the screen, and what the canvas draws around a part stands around it.
  expect([...svg.text.matchAll(/ opacity="0\.28"/g)].length).toBeGreaterThan(5)
  await other.setContent(svg.text)
  const around = await other.evaluate(() => {
    const boxes = [...document.querySelectorAll('path')].map((path) => ({ box: path.getBoundingClientRect(), thick: Number(path.getAttribute('stroke-width') ?? 0), filled: path.getAttribute('fill') !== 'none' }))
    const rings = boxes.filter(({ box, thick, filled }) => !filled && thick >= 2.5 && box.width > 50 && box.height > 20)
    return rings.some(({ box: ring }) => boxes.some(({ box, thick }) => thick > 0 && thick < 2 && Math.abs(box.left - ring.left) < 5 && Math.abs(box.right - ring.right) < 5 && Math.abs(box.top - ring.top) < 5))
  })
  expect(around).toBe(true)
  await other.close()
  const png = await saved(page, /^Picture of the machine \(PNG\)/)
  expect([...png.bytes.subarray(1, 4)].map((c) => String.fromCharCode(c)).join('')).toBe('PNG')
  expect(Math.abs(png.bytes.readUInt32BE(16) - 2 * size[0]!)).toBeLessThanOrEqual(4)
  expect(Math.abs(png.bytes.readUInt32BE(20) - 2 * size[1]!)).toBeLessThanOrEqual(4)
})

test('a text is copied; the dialog closes and gives focus back', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openExport(page)
  await page.getByRole('radio', { name: /^Sequence diagram/ }).check()
  await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByRole('dialog', { name: 'Export' })).toContainText('Copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('sequenceDiagram')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Export' })).toHaveCount(0)
})

test('an export of many hops is stopped, and nothing is saved', async ({ page }) => {
  // However fast the machine is: each piece of the text waits for a moment, so that somebody can press Stop.
  await page.addInitScript(() => {
    // oxlint-disable-next-line typescript/unbound-method -- it is called on the Worker that it was called on
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (this: Worker, call: unknown) {
      const { operation } = call as { readonly operation?: string }
      setTimeout(() => postMessage.call(this, call), operation === 'exportMore' ? 1000 : 0)
    }
  })
  await goTo(page, './?fresh&motion=off')
  await page.evaluate(async () => {
    const { start } = await window.viridian.status()
    await window.viridian.intend({ do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 100_000, depth: 16 })
    await window.viridian.seek(start + 60_000)
  })
  await command(page, 'Export: hops')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('progressbar', { name: 'Export' })).toBeVisible()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Export' })).toContainText('was stopped; nothing was saved')
})

test('the storyboard of a range is laid out for paper, with title, cards and sources', async ({ page }) => {
  await page.addInitScript(() => {
    window.print = () => void ((window as unknown as { printed: boolean }).printed = true)
  })
  await openExport(page)
  await page.getByRole('radio', { name: /^Storyboard on paper/ }).check()
  await page.getByRole('button', { name: 'Print', exact: true }).click()
  await page.waitForFunction(() => (window as unknown as { printed?: boolean }).printed === true)
  await page.emulateMedia({ media: 'print' })
  const paper = page.getByRole('article', { name: 'Storyboard for paper' })
  await expect(paper.getByRole('heading', { name: 'One file, two ways' })).toBeVisible()
  await expect.poll(() => paper.locator('.board-card').count()).toBeGreaterThan(40)
  await expect(paper).toContainText('Sources')
  await expect(paper.locator('.board-sources li').first()).toBeVisible()
  await expect(page.locator('.storyboard > .board-cards')).toBeHidden()
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await expect(paper).toHaveCount(0)
})
