/**
 * A fixture for Playwright on top of `window.viridian`: `test` has a `lab`, whose calls wait for the model and never for a clock.
 * What the page complains about in its console fails the test. It needs this file, the types it imports and `@playwright/test`.
 *
 *     import { expect, test } from './lab.ts'
 *
 *     test('Alpha has read the file', async ({ lab }) => {
 *       await lab.open({ scenario: 'two-ways' })
 *       await lab.advanceUntil({ ended: 'file', guest: 'alpha' })
 *       expect((await lab.counters('alpha'))['workerTrips']).toBe(0)
 *     })
 */
import { expect, test as base, type Page } from '@playwright/test'
import type { ViridianCaps, ViridianCondition, ViridianDriver, ViridianEvents, ViridianRefusal, ViridianStatus, ViridianWhat } from '../app/session/driver-types.ts'

/** A call that the page refused; `code` says why. */
export class LabError extends Error {
  readonly code: ViridianRefusal
  constructor(code: ViridianRefusal, message: string) {
    super(message)
    this.name = 'LabError'
    this.code = code
  }
}

/** Waits until the machine is up and what comes after the first picture (keys, panels) is there. */
async function there(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await window.viridian.ready
    await window.viridian.painted()
  })
}

/** Follows any address of the page and waits until somebody can use it. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await there(page)
}

/** Opens the page as tests have it, without motion and without what was kept; further words of the address behind. */
export function open(page: Page, words = ''): Promise<void> {
  return goTo(page, `./?fresh&motion=off${words}`)
}

/** Loads the page again and waits until somebody can use it. */
export async function reload(page: Page): Promise<void> {
  await page.reload()
  await there(page)
}

/** Hop at which the page stands, counted from the start, as the page counts. */
export function hop(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { n, start } = await window.viridian.status()
    return n - start
  })
}

/** To a hop counted from the start. */
export async function seek(page: Page, to: number): Promise<void> {
  await page.evaluate(async (hops) => window.viridian.seek((await window.viridian.status()).start + hops), to)
}

type Calls = Omit<ViridianDriver, 'version' | 'build' | 'ready' | 'on'>
type Call = keyof Calls
type Answer<C extends Call> = Awaited<ReturnType<Calls[C]>>

export interface OpenOptions {
  readonly scenario?: string
  /** Further words of the address: `theme`, `depth`, `beta.path`. A value of '' is a word alone. */
  readonly words?: Readonly<Record<string, string>>
  /** As a person has it: with motion, pace and what was kept. */
  readonly asPerson?: boolean
}

export class LabPage {
  readonly page: Page
  /** What the page complained about so far; take out what a test means to provoke. */
  readonly complaints: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  /** Opens the page and waits until its machine is up. */
  async open({ scenario, words = {}, asPerson = false }: OpenOptions = {}): Promise<ViridianStatus> {
    const query = new URLSearchParams(asPerson ? {} : { fresh: '', pace: 'instant', motion: 'off' })
    if (scenario !== undefined) query.set('scenario', scenario)
    for (const [name, value] of Object.entries(words)) query.set(name, value)
    return this.goto(`./?${query}`)
  }

  /** Follows any address of the page, such as a moment link. */
  async goto(address: string): Promise<ViridianStatus> {
    await goTo(this.page, address)
    return this.status()
  }

  /** One call of the driver; what it refuses becomes a `LabError` with its code. */
  async call<C extends Call>(name: C, ...words: Parameters<Calls[C]>): Promise<Answer<C>> {
    const answer = await this.page.evaluate(
      async ([name, words]) => {
        try {
          const calls = window.viridian as unknown as Record<string, (...words: readonly unknown[]) => Promise<unknown>>
          return { value: await calls[name]!(...words) }
        } catch (error) {
          const { code, message } = error as { code?: unknown; message?: unknown }
          return { code: typeof code === 'string' ? code : 'call', message: String(message ?? error) }
        }
      },
      [name, words] as const,
    )
    if ('code' in answer) throw new LabError(answer.code as ViridianRefusal, answer.message ?? '')
    return answer.value as Answer<C>
  }

  status = (): Promise<Answer<'status'>> => this.call('status')
  view = (): Promise<Answer<'view'>> => this.call('view')
  load = (what: ViridianWhat, changes: Readonly<Record<string, string>> = {}): Promise<Answer<'load'>> => this.call('load', what, changes)
  intend = (intent: unknown): Promise<Answer<'intend'>> => this.call('intend', intent)
  undo = (): Promise<Answer<'undo'>> => this.call('undo')
  advanceUntil = (condition: ViridianCondition, caps: ViridianCaps = {}): Promise<Answer<'advanceUntil'>> => this.call('advanceUntil', condition, caps)
  play = (): Promise<Answer<'play'>> => this.call('play')
  pause = (): Promise<Answer<'pause'>> => this.call('pause')
  step = (): Promise<Answer<'step'>> => this.call('step')
  back = (): Promise<Answer<'back'>> => this.call('back')
  branch = (id: number, n?: number): Promise<Answer<'branch'>> => (n === undefined ? this.call('branch', id) : this.call('branch', id, n))
  journey = (request: number): Promise<Answer<'journey'>> => this.call('journey', request)
  ledger = (of?: number | string): Promise<Answer<'ledger'>> => (of === undefined ? this.call('ledger') : this.call('ledger', of))
  counters = (of?: number | string): Promise<Answer<'counters'>> => (of === undefined ? this.call('counters') : this.call('counters', of))
  narration = (from: number, count: number): Promise<Answer<'narration'>> => this.call('narration', from, count)
  hops = (from: number, count: number): Promise<Answer<'hops'>> => this.call('hops', from, count)
  fingerprint = (): Promise<Answer<'fingerprint'>> => this.call('fingerprint')
  select = (what: string | number | null): Promise<Answer<'select'>> => this.call('select', what)
  link = (): Promise<Answer<'link'>> => this.call('link')
  painted = (): Promise<Answer<'painted'>> => this.call('painted')
  dots = (): Promise<Answer<'dots'>> => this.call('dots')

  /** To a hop counted from the start, as the page counts. */
  async seek(hop: number): Promise<ViridianStatus> {
    const { start } = await this.status()
    return this.call('seek', start + hop)
  }

  /** Hop at which the page stands, counted from the start. */
  hop(): Promise<number> {
    return hop(this.page)
  }

  /** Everything of one kind that the page tells from now on, until `end` answers it. */
  async listen<E extends keyof ViridianEvents>(event: E): Promise<{ end: () => Promise<readonly ViridianEvents[E][]> }> {
    const heard = await this.page.evaluateHandle((event) => {
      const told: unknown[] = []
      return { told, end: window.viridian.on(event, (what) => told.push(what)) }
    }, event)
    return {
      end: async () => (await heard.evaluate(({ told, end }) => {
        end()
        return told
      })) as readonly ViridianEvents[E][],
    }
  }
}

/** With `VIRIDIAN_E2E_SLOW=6` the main thread of the test's page is six times slower: what waits for a clock instead of the page fails then. */
const node = globalThis as { readonly process?: { readonly env: Readonly<Record<string, string | undefined>> } } // Without the types of Node: a folder with Playwright alone has none.
const slow = Number(node.process?.env['VIRIDIAN_E2E_SLOW'] ?? 1)

export const test = base.extend<{ readonly lab: LabPage }>({
  page: async ({ page }, give) => {
    if (slow > 1) await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slow })
    await give(page)
  },
  // Also where a test does not name it: every page that is opened is listened to.
  lab: [async ({ page }, give) => {
    const lab = new LabPage(page)
    await give(lab)
    expect(lab.complaints, 'the page complained in its console').toEqual([])
  }, { auto: true }],
})

export { expect }
