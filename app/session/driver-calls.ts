/** What the calls of `window.viridian` do: each is a command of the page or a question to the Worker, and ends with the model. */
import { counterNames, counterOf, type Hop, type LabStatus, type LabView, type Ledger } from '../../engine/index.ts'
import type { ViridianDriver, ViridianHop, ViridianLedger, ViridianRefusal, ViridianStatus, ViridianView, ViridianWhat } from './driver-types.ts'
import { labSession } from './lab-session.ts'
import { openInstead } from './open-instead.ts'
import { addressOfMachine } from './variant-address.ts'
import { COMING } from '../ui/Coming.tsx'
import { momentInAddress, openMoment } from '../links/arrive.ts'
import { momentOf } from '../links/moment.ts'
import { linkOf, momentNow } from '../links/moment-now.ts'
import { motion } from './motion.ts'
import { hopsOf } from './rows-cache.ts'
import { select, session } from './session-store.ts'

/** A call that was refused; `code` says why, the sentence how to mend it. */
export class Refused extends Error {
  readonly code: ViridianRefusal
  constructor(code: ViridianRefusal, sentence: string) {
    super(sentence)
    this.name = 'ViridianError'
    this.code = code
  }
}

/** Runs a piece of work whose failure is the caller's to tell, not the page's. */
async function asking<T>(code: ViridianRefusal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    session.setState({ failure: '' })
    throw error instanceof Refused ? error : new Refused(code, error instanceof Error ? error.message : String(error))
  }
}

async function view(): Promise<LabView> {
  await labSession()
  return session.getState().view!
}

async function status(): Promise<LabStatus> {
  return (await view()).status
}

/** A hop in words; what is beyond the known components has no path. */
export function hopInWords(hop: Hop): ViridianHop {
  const { view: seen, kinds } = session.getState()
  const kind = kinds[hop.kind]
  const path = (index: number): string => seen?.components[index]?.path ?? ''
  return {
    n: hop.n, time: hop.time, kind: kind?.name ?? '', family: kind?.family ?? '', from: path(hop.from), to: path(hop.to),
    guest: hop.behalf > 1 ? (seen?.partitions.find((p) => p.index === hop.behalf)?.path ?? '') : '', cause: hop.cause, request: hop.request,
  }
}

async function load(what: ViridianWhat, changes: Readonly<Record<string, string>> = {}): Promise<LabStatus> {
  if (typeof what === 'string' && /^[a-z][a-z0-9-]{0,30}$/.test(what)) {
    await asking('scenario', () => openInstead({ what, changes, address: addressOfMachine({ scenario: what, words: changes, own: null }) }))
  } else if (typeof what === 'object' && what !== null && 'viridian' in what) {
    await asking('scenario', () => openMoment({ scenario: String(what['name']), own: what as never, changes, hop: 0, look: {} }))
  } else {
    await asking('link', async () => {
      const { moment, fault } = typeof what === 'string' ? await momentInAddress(new URL(what, location.href)) : { moment: momentOf(what), fault: '' }
      if (fault !== '') throw new Refused('link', fault)
      await openMoment(moment)
    })
  }
  return status()
}

const refusals = { idle: 'idle', hops: 'hop-cap', time: 'time-cap', failed: 'failed', refused: 'condition' } as const

async function advanceUntil(condition: unknown, caps: { readonly hops?: number; readonly time?: number } = {}): Promise<LabStatus> {
  const { playback } = await labSession()
  const { reason, says, status: at } = await asking('failed', () => playback.moved((lab) => lab.until(condition, caps)))
  if (reason === 'reached') return status()
  const code = refusals[reason as keyof typeof refusals] ?? 'failed'
  const wanted = JSON.stringify(condition) ?? 'nothing'
  const path = (condition as { component?: unknown } | null)?.component
  if (code !== 'condition' && typeof path === 'string' && !(await view()).components.some((c) => c.path === path)) {
    throw new Refused('unknown-component', `No component ${path} was there up to hop ${at.n - at.start}, so nothing could reach it.`)
  }
  const where = `hop ${at.n - at.start}, ${at.now - at.startTime} ns after the start`
  if (code === 'condition') throw new Refused(code, says)
  if (code === 'idle') throw new Refused(code, `${wanted} was not met: the machine is idle at ${where}. ${says}`)
  if (code === 'failed') throw new Refused(code, `${wanted} was not met: the machine cannot go on at ${where}. ${says}`)
  throw new Refused(code, `${wanted} was not met up to ${where}, which is as far as it was to go.`)
}

/** The ledger of a request, of a guest by its name, or of the machine. */
async function ledger(of?: number | string): Promise<Ledger> {
  const { lab } = await labSession()
  if (typeof of === 'number') return asking('request', () => lab.ledger(of))
  const { ledgers, partitions } = await view()
  if (of === undefined) return ledgers[0]!
  const found = partitions.find((p) => p.path === of || p.title === of)
  if (!found || !ledgers[found.index]) throw new Refused('guest', `No guest '${of}' runs; there are ${partitions.filter((p) => p.index > 1).map((p) => p.path).join(', ') || 'none'}.`)
  return ledgers[found.index]!
}

function choose(what: string | number | null): void {
  if (what === null) return session.setState({ selection: null })
  if (typeof what === 'number') return select({ kind: 'hop', n: what })
  const found = session.getState().view?.components.find((c) => c.path === what && !c.gone)
  if (!found) throw new Refused('unknown-component', `There is no component ${what}.`)
  select({ kind: 'component', index: found.index })
}

let laterIsHere = false

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()))
}

type Calls = Omit<ViridianDriver, 'version' | 'build' | 'ready' | 'on'>
export type DriverCall = keyof Calls

const calls: Calls = {
  status,
  view,
  load,
  scenario: async () => (await (await labSession()).lab.openScenario()).scenario as unknown as Readonly<Record<string, unknown>>,
  intend: (intent) => asking('intent', async () => {
    await (await labSession()).playback.intend(intent)
    return status()
  }),
  undo: async () => {
    await (await labSession()).playback.undo()
    return status()
  },
  advanceUntil,
  play: async () => {
    const { playback } = await labSession()
    await playback.play()
    await playback.still()
    const { failure } = session.getState()
    if (failure !== '') throw new Refused('failed', failure)
  },
  pause: async () => (await labSession()).playback.pause(),
  step: async () => {
    const { playback } = await labSession()
    await playback.step()
    await playback.still()
    return status()
  },
  back: async () => {
    const { playback } = await labSession()
    await playback.back()
    await playback.still()
    return status()
  },
  seek: async (n) => {
    await (await labSession()).playback.seek(n)
    return status()
  },
  branch: (id, n) => asking('branch', async () => {
    await (await labSession()).playback.moved((lab) => lab.goTo(id, n))
    return status()
  }),
  hops: async (from, count) => {
    const answer = await (await labSession()).lab.rows(from, Math.min(count, 20_000))
    return hopsOf(answer.rows, answer.from).map(hopInWords)
  },
  journey: (request) => asking('request', async () => (await labSession()).lab.journey(request)),
  ledger,
  counters: async (of) => {
    const found = await ledger(of)
    return Object.fromEntries(counterNames.map((name) => [name, counterOf(found, name)]))
  },
  narration: async (from, count) => (await labSession()).lab.captions(from, Math.min(count, 20_000)),
  fingerprint: async () => (await labSession()).lab.fingerprint(),
  select: async (what) => {
    await labSession()
    choose(what)
  },
  link: async () => (await linkOf(await momentNow())).href,
  dots: async () => {
    await labSession()
    return [...motion.dots, ...motion.landed].map((dot) => ({ ...dot }))
  },
  painted: async () => {
    // Keys and panels come after the first picture, and the fonts that not every page needs. What is there is not waited for: that would
    // take until after the next frame.
    if (!laterIsHere) await import('../ui/later.ts')
    laterIsHere = true
    if (document.fonts.status !== 'loaded') await document.fonts.ready
    // Twice in a row: what has just come may have changed the room of the picture, which is known only after that frame.
    for (let quiet = 0; quiet < 2; ) {
      await nextFrame()
      quiet = document.querySelector(`.${COMING}`) ? 0 : quiet + 1
    }
  },
}

/** The types for scripts say no more than the engine does: this line does not compile otherwise. */
type Held<Told, Said extends Told> = Said
export type Agreement = [Held<ViridianStatus, LabStatus>, Held<ViridianView, LabView>, Held<ViridianLedger, Ledger>]

/** Does a call; whatever it is refused for, the caller gets a `ViridianError` with a code. */
export function call(name: DriverCall, words: readonly unknown[]): Promise<unknown> {
  return asking('call', async () => (calls[name] as (...words: readonly unknown[]) => Promise<unknown>)(...words))
}
