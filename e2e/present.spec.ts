import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from './lab.ts'


const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' }

/** Any static host: files below a path, and nothing it knows about the lab. */
async function hostBelow(path: string, course: (query: URLSearchParams) => string = () => ''): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    const { pathname: asked, searchParams } = new URL(request.url ?? '/', 'http://x')
    if (asked === '/course.html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(course(searchParams))
      return
    }
    const name = asked.startsWith(path) ? normalize(asked.slice(path.length) || 'index.html') : ''
    const file = join(dist, name)
    if (name === '' || name.startsWith('..') || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end('no such file')
      return
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}` }
}

test('the build works below any path of any static host, links included', async ({ lab, page }) => {
  const { server, address } = await hostBelow('/a/b/')
  try {
    await lab.goto(`${address}?fresh&pace=instant&motion=off`)
    await lab.advanceUntil({ idle: true })
    for (const { read, size } of (await lab.view()).guests) expect(read).toBe(size)
    await lab.seek(300)
    const link = await lab.link()
    expect(link.startsWith(`${address}?scenario=two-ways&hop=300`)).toBe(true)
    await page.goto('about:blank')
    await lab.goto(link)
    expect(await lab.hop()).toBe(300)
    await expect(page.locator('.notice')).toHaveCount(0)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('an embedded lab answers the page that holds it, and nobody else', async ({ page }) => {
  const { server, address } = await hostBelow('/lab/')
  const parent = await hostBelow('/nothing/', (query) => `<!doctype html><title>course</title><link rel="icon" href="data:,"><script>
    window.heard = []
    addEventListener('message', (e) => heard.push({ origin: e.origin, data: e.data }))
  </script><iframe src="${address}?fresh&pace=instant&motion=off&embed=${query.get('as') ?? origin}" width="900" height="600"></iframe>`)
  const origin = new URL(parent.address).origin
  try {
    await page.goto(`${origin}/course.html`)
    const frame = page.frameLocator('iframe')
    await expect(frame.getByRole('button', { name: 'Play', exact: true })).toBeEnabled()
    await expect(frame.locator('.top')).toBeHidden()
    await expect(frame.getByRole('button', { name: 'Open in Viridian Lab' })).toBeVisible()
    const heard = (): Promise<readonly { origin: string; data: { id?: unknown; ok?: boolean; event?: string; value?: unknown; code?: string; message?: string; told?: unknown } }[]> => page.evaluate(() => (window as unknown as { heard: never[] }).heard)
    const post = (message: unknown): Promise<void> => page.evaluate((message) => document.querySelector('iframe')!.contentWindow!.postMessage(message, '*'), message)
    await expect.poll(async () => (await heard()).some(({ data }) => data.event === 'ready')).toBe(true)
    await post({ viridian: 2, id: 'h', on: 'hop' })
    await post({ viridian: 2, id: 1, call: 'advanceUntil', words: [{ ended: 'file', guest: 'alpha' }] })
    await post({ viridian: 2, id: 2, call: 'counters', words: ['alpha'] })
    await post({ viridian: 2, id: 3, call: 'eval', words: ['alert(1)'] })
    await post({ viridian: 2, id: 4, call: 'advanceUntil', words: [{ idle: true }, { hops: 1 }] })
    await expect.poll(async () => (await heard()).filter(({ data }) => data.id !== undefined).length).toBe(5)
    await expect.poll(async () => (await heard()).some(({ data }) => data.event === 'hop')).toBe(true)
    const told = await heard()
    const answer = (id: unknown) => told.find(({ data }) => data.id === id)?.data
    expect(told.every((one) => one.origin === new URL(address).origin)).toBe(true)
    expect(answer(1)).toMatchObject({ ok: true })
    expect(answer(2)).toMatchObject({ ok: true, value: { workerTrips: 0 } })
    expect(answer(3)).toMatchObject({ ok: false, message: expect.stringContaining('no such call') })
    expect(answer(4)).toMatchObject({ ok: false, code: 'hop-cap' })

    // Another page that frames it, but is not named: not a word.
    await page.goto(`${origin}/course.html?as=https://somebody.example`)
    await expect(frame.getByRole('button', { name: 'Play', exact: true })).toBeEnabled()
    await post({ viridian: 2, id: 9, call: 'status' })
    await frame.getByRole('button', { name: 'One hop forward' }).click()
    await expect(frame.locator('.next-clock')).toContainText('hop 1')
    expect(await heard()).toEqual([])
  } finally {
    for (const { server: one } of [{ server }, parent]) {
      one.closeAllConnections()
      one.close()
    }
  }
})

test('presenting: head and panels step back, the clicker tells, laser and spotlight follow, the ledger grows and hides', async ({ lab, page }) => {
  await lab.open({ words: { present: '' } })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'projector')
  await expect(page.locator('.top')).toBeHidden()
  await page.keyboard.press('PageDown')
  await expect.poll(() => lab.hop()).toBeGreaterThan(0)
  const bar = page.getByRole('complementary', { name: 'Presenting' })
  await bar.getByRole('button', { name: 'Tools' }).click()
  await bar.getByRole('button', { name: 'Laser' }).click()
  await expect(page.locator('.pointer.laser')).toBeAttached()
  await expect(async () => {
    await page.mouse.move(310, 200)
    await page.mouse.move(300, 200)
    expect(await page.evaluate(() => document.documentElement.style.getPropertyValue('--pointer-x'))).toBe('300px')
  }).toPass()
  await page.keyboard.press('o')
  await expect(page.locator('.pointer.spotlight')).toBeAttached()
  await page.keyboard.press('o')
  await expect(page.locator('.pointer')).toHaveCount(0)
  await page.keyboard.press('h')
  await expect(page.getByRole('region', { name: 'Ledgers, large' })).toBeVisible()
  await page.keyboard.press('h')
  await expect(page.locator('.score')).toBeHidden()
  await page.keyboard.press('Shift+P')
  await expect(page.locator('.top')).toBeVisible()
  await expect(page).not.toHaveURL(/present/)
})

test('the clicker goes on where a click has left the focus: on the scrub bar, on a list, on a choice', async ({ lab, page }) => {
  await lab.open({ words: { present: '' } })
  const slider = page.getByRole('slider', { name: 'Simulated time' })
  const bar = (await slider.boundingBox())!
  await page.mouse.click(bar.x + bar.width * 0.2, bar.y + bar.height / 2)
  await expect(slider).toBeFocused()
  await expect.poll(() => lab.hop()).toBeGreaterThan(0)
  const clicked = await lab.hop()
  await page.keyboard.press('PageDown')
  await expect.poll(() => lab.hop()).toBeGreaterThan(clicked)
  await page.getByRole('combobox', { name: 'Tempo of the story' }).focus()
  const chosen = await lab.hop()
  await page.keyboard.press('PageUp')
  await expect.poll(() => lab.hop()).toBeLessThan(chosen)
  await expect(page.getByRole('combobox', { name: 'Tempo of the story' })).toHaveValue('1')
})

test('locked, only the clicker acts, until it is unlocked', async ({ lab, page }) => {
  await lab.open({ words: { present: '', lock: '' } })
  await expect(page.getByRole('button', { name: 'Unlock' })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('t')
  await page.mouse.click(60, 740)
  await lab.painted()
  expect(await lab.hop()).toBe(0)
  await page.keyboard.press('PageDown')
  await expect.poll(() => lab.hop()).toBeGreaterThan(0)
  // The page is inert; what has just happened is read out all the same, and nothing can be pressed there.
  await expect(page.getByRole('status', { name: 'What happens' })).toContainText(', because ')
  const before = await lab.hop()
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('status', { name: 'What happens' })).toHaveCount(0)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => lab.hop()).toBeGreaterThan(before)
})

test('terms in the sentence are explained where a pointer rests, and in the glossary', async ({ lab, page }) => {
  await lab.open()
  await lab.advanceUntil({ kind: 'vmbus.ringWriteGuest', guest: 'alpha' })
  await expect(page.locator('.caption-says')).toContainText('ring')
  await lab.painted()
  const box = await page.evaluate(() => {
    const text = document.querySelector('.caption-says')!.firstChild as Text
    const at = text.data.indexOf('ring')
    const range = document.createRange()
    range.setStart(text, at)
    range.setEnd(text, at + 4)
    const { x, y, width, height } = range.getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2 }
  })
  let shift = 0
  // Terms are found when the sentence stands: a pointer that rests is told nothing new.
  await expect(async () => {
    await page.mouse.move(box.x + (shift++ % 2), box.y)
    await expect(page.getByRole('tooltip')).toContainText('packets', { timeout: 2000 })
  }).toPass()
  await expect(page.getByRole('tooltip')).toContainText('Linux drivers/staging/hv')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('tooltip')).toHaveCount(0)
  await page.keyboard.press('Shift+G')
  const dialog = page.getByRole('dialog', { name: 'Glossary' })
  await expect(dialog.locator('.here dt').first()).toBeVisible()
  await expect(dialog.getByRole('searchbox', { name: 'Find a term' })).toBeFocused()
  await page.keyboard.type('differencing')
  await expect(dialog.getByRole('term')).toHaveCount(1)
})
