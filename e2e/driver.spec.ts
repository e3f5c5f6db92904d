import { expect, LabError, test } from './lab.ts'

/** Why a call was refused. */
async function refusal(work: Promise<unknown>): Promise<readonly [string, string]> {
  try {
    await work
    return ['', 'nothing was refused']
  } catch (error) {
    return [(error as LabError).code, (error as Error).message]
  }
}

test('advanceUntil stands at the hop that met the condition, and the page shows it', async ({ lab, page }) => {
  await lab.open()
  const { start } = await lab.status()
  const { n } = await lab.advanceUntil({ kind: 'vmbus.ringWriteGuest', guest: 'alpha' })
  const [hop] = await lab.hops(n, 1)
  expect(hop?.kind).toBe('vmbus.ringWriteGuest')
  expect(hop?.from).toMatch(/^alpha\//)
  const [told] = await lab.narration(n, 1)
  await expect(page.locator('.caption')).toContainText(told!.says)
  await expect(page.locator('.next-clock')).toContainText(`hop ${n - start}`)
  await lab.advanceUntil({ idle: true })
  expect((await lab.status()).state).toBe('idle')
})

test('advanceUntil rejects with a typed reason, and the page goes on', async ({ lab }) => {
  await lab.open()
  const start = await lab.fingerprint()
  expect((await refusal(lab.advanceUntil({ counter: 'exits', atLeast: 10_000_000 })))[0]).toBe('idle')
  await lab.seek(0)
  expect(await lab.fingerprint()).toBe(start)
  expect((await refusal(lab.advanceUntil({ idle: true }, { hops: 30 })))[0]).toBe('hop-cap')
  expect(await lab.hop()).toBe(30)
  expect((await refusal(lab.advanceUntil({ idle: true }, { time: 100_000 })))[0]).toBe('time-cap')
  const [code, says] = await refusal(lab.advanceUntil({ component: 'alpha/nothing' }))
  expect([code, says]).toEqual(['unknown-component', expect.stringContaining('No component alpha/nothing')])
  expect(await refusal(lab.advanceUntil({ kind: 'vmbus.ringWriteGest' }))).toEqual(['condition', expect.stringContaining('did you mean vmbus.ringWriteGuest?')])
  expect((await refusal(lab.intend({ do: 'read-file', guest: 'nobody', path: 'A' })))[0]).toBe('intent')
  expect((await refusal(lab.load('no-such-scenario')))[0]).toBe('scenario')
  expect((await refusal(lab.branch(7)))[0]).toBe('branch')
  expect((await refusal(lab.counters('nobody')))[0]).toBe('guest')
  await expect(lab.page.locator('.failure')).toHaveCount(0)
})

test('acting in the past begins a branch, and each branch is found again as it was', async ({ lab }) => {
  await lab.open({ scenario: 'second-read' })
  await lab.advanceUntil({ idle: true })
  const ended = await lab.fingerprint()
  await lab.seek(40)
  const { branch } = await lab.intend({ do: 'list-files', guest: 'beta', path: '\\' })
  expect(branch).toBe(1)
  await lab.advanceUntil({ ended: 'file', guest: 'beta' })
  const other = await lab.fingerprint()
  await lab.branch(0)
  expect(await lab.fingerprint()).toBe(ended)
  await lab.branch(1)
  expect(await lab.fingerprint()).toBe(other)
  expect((await lab.view()).branches.map(({ id, parent }) => [id, parent])).toEqual([[0, -1], [1, 0]])
})

test('a scenario is opened by name or as data, without a new page', async ({ lab, page }) => {
  await lab.open()
  await lab.seek(100)
  expect((await lab.dots()).length).toBe(1)
  await lab.load('one-ring')
  expect(await lab.dots()).toEqual([])
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toHaveValue('one-ring')
  await expect(page).toHaveURL(/scenario=one-ring/)
  const scenario = await lab.call('scenario')
  await lab.load({ ...scenario, name: 'my-own', title: 'My own ring', steps: [] })
  await expect(page.locator('.caption')).toContainText('My own ring')
  expect((await lab.status()).next).toBeNull()
  const told = await lab.load('two-ways', { 'beta.path': 'dma' }).then(() => lab.call('scenario'))
  expect((told['guests'] as readonly { path: string }[])[1]?.path).toBe('dma')
  await expect(page).toHaveURL(/beta\.path=dma/)
})

test('a key pressed while another machine is opened waits for it, and acts there', async ({ lab, page }) => {
  await lab.open()
  await lab.seek(100)
  await page.evaluate(() => {
    Object.assign(window, { opened: window.viridian.load('polling') })
  })
  await page.keyboard.press('ArrowRight')
  await page.evaluate(() => (window as unknown as { opened: Promise<unknown> }).opened)
  await expect.poll(() => lab.hop()).toBe(1)
  const print = await lab.fingerprint()
  await lab.seek(0)
  await lab.seek(1)
  expect(await lab.fingerprint()).toBe(print)
})

test('a machine with as many parts, called otherwise, is drawn with its own', async ({ lab, page }) => {
  await lab.open()
  const text = JSON.stringify(await lab.call('scenario')).replaceAll('"alpha"', '"gamma"').replaceAll('"Alpha"', '"Gamma"')
  await lab.load({ ...(JSON.parse(text) as Record<string, unknown>), stops: [] })
  const paths = (await lab.view()).components.map((c) => c.path)
  expect(paths).toContain('gamma/storvsc')
  expect(paths.filter((path) => path.startsWith('alpha/'))).toEqual([])
  await expect(page.getByRole('button', { name: 'List files in Gamma' })).toBeVisible()
})

test('every refusal is an error with a code, asked for without the fixture too', async ({ lab, page }) => {
  await lab.open()
  const refused = (name: string, ...words: readonly unknown[]) => page.evaluate(async ([call, given]) => {
    const driver = window.viridian as unknown as Record<string, (...words: unknown[]) => Promise<unknown>>
    return driver[call]!(...given).then(() => null, (error: { name: string; code: string }) => [error.name, error.code])
  }, [name, words] as const)
  expect(await refused('seek', 1.5)).toEqual(['ViridianError', 'call'])
  expect(await refused('hops', 'one', 1)).toEqual(['ViridianError', 'call'])
  await expect(page.locator('.failure')).toHaveCount(0)
})

test('ledgers, counters and journeys are those of the machine, of a guest and of a request', async ({ lab }) => {
  await lab.open()
  await lab.advanceUntil({ idle: true })
  const all = await lab.counters()
  const alpha = await lab.counters('alpha')
  const beta = await lab.counters('Beta')
  expect(alpha['workerTrips']).toBe(0)
  expect(beta['workerTrips']).toBeGreaterThan(10)
  expect(all['workerTrips']).toBe(beta['workerTrips'])
  const { start } = await lab.status()
  const asked = (await lab.hops(start + 1, 2000)).find((hop) => hop.request === hop.n && hop.guest === 'alpha')!
  expect((await lab.journey(asked.n)).length).toBeGreaterThan(5)
  expect((await lab.counters(asked.n))['hops']).toBeGreaterThan(10)
})

test('what happens on the page is told to whoever listens, until the end is called', async ({ lab, page }) => {
  await lab.open()
  const hops = await lab.listen('hop')
  const intents = await lab.listen('intent')
  const branches = await lab.listen('branch')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => lab.hop()).toBe(1)
  await lab.advanceUntil({ idle: true })
  await lab.seek(60)
  await lab.intend({ do: 'list-files', guest: 'beta', path: '\\' })
  const { n, start } = await lab.status()
  expect(n - start).toBe(60)
  expect(await intents.end()).toEqual([{ after: n, intent: { do: 'list-files', guest: 'beta', path: '\\' }, planned: false, branch: 1 }])
  expect(await branches.end()).toEqual([{ branch: 1, n }])
  await lab.painted()
  const told = await hops.end()
  expect(told.map((hop) => hop.n)).toContain(start + 1)
  await lab.step()
  await lab.painted()
  expect(told.at(-1)?.n).toBe(n)
})

test('parts and buttons of two guests have names of their own', async ({ lab, page }) => {
  for (const depth of ['architecture', 'mechanism']) {
    await lab.open({ words: { depth } })
    await lab.advanceUntil({ idle: true })
    await lab.painted()
    const twice = await page.evaluate(() => {
      const seen = new Map<string, number>()
      for (const element of document.querySelectorAll<HTMLElement>('button, select, input, [role="button"], [role="slider"], .picture [role="region"], .picture section')) {
        const name = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? ''
        // The list of hops tells the same kind of hop again and again.
        if (name === '' || element.closest('[inert], .hops') || element.getClientRects().length === 0) continue
        seen.set(`${element.tagName} ${name}`, (seen.get(`${element.tagName} ${name}`) ?? 0) + 1)
      }
      return [...seen].filter(([, times]) => times > 1).map(([name]) => name)
    })
    expect(twice, depth).toEqual([])
  }
})

test('whoever waits until everything is drawn waits for the panels that are still on their way', async ({ lab, page }) => {
  const order: string[] = []
  await page.route(/\/PartitionsPanel-[^/]*\.js$/, async (route) => {
    // The page is up, and has had time enough to say that it is drawn.
    await page.evaluate(async () => {
      await window.viridian.ready
      for (let i = 0; i < 8; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
    })
    order.push('the panel comes')
    await route.continue()
  })
  await page.goto('./?fresh&motion=off')
  await page.evaluate(() => window.viridian.ready)
  await lab.painted()
  order.push('drawn')
  expect(order).toEqual(['the panel comes', 'drawn'])
  expect(await page.getByRole('navigation', { name: 'Partitions' }).getByRole('heading', { name: 'Partitions' }).count()).toBe(1)
})
