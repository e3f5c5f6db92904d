/** The form of a condition: which fields it has, what is in them, what comes of it. Pure. */
import type { Condition, CounterName } from '../../engine/index.ts'
import type { Session } from '../session/session-store.ts'

export const forms = [
  ['component', 'A component acts', 'next: leaves or reaches it'],
  ['kind', 'A kind of hop', 'by its title'],
  ['crossing', 'A border is crossed', 'between two places'],
  ['milestone', 'A request comes so far', 'a disk request'],
  ['ended', 'A request ends', 'of a level'],
  ['request', 'This request ends', 'one of those there are'],
  ['counter', 'A counter comes to a value', 'since the start'],
  ['ring', 'A ring is so full', 'or empty'],
  ['time', 'A time', 'since the start'],
  ['hop', 'A hop', 'by its number'],
  ['idle', 'Everything rests', 'nothing is left to do'],
] as const satisfies readonly (readonly [string, string, string])[]
export type Form = (typeof forms)[number][0]

/** What stands in the fields, whichever of them are shown. */
export interface Fields {
  readonly form: Form
  readonly component: string
  readonly kind: string
  readonly crossing: string
  readonly milestone: 'submitted' | 'handed-over' | 'device-done' | 'completed'
  readonly ended: 'file' | 'disk' | 'command' | 'machine'
  readonly request: number
  readonly counter: CounterName
  readonly atLeast: string
  readonly ring: 'to-root' | 'to-guest'
  readonly holds: string
  readonly empty: boolean
  readonly time: string
  readonly unit: 'µs' | 'ms' | 's'
  readonly hop: string
  /** Of this guest only; '' for all. */
  readonly guest: string
}

const plain: Fields = {
  form: 'component', component: '', kind: '', crossing: 'guest-exit', milestone: 'device-done', ended: 'file', request: 0, counter: 'exits', atLeast: '100', ring: 'to-root', holds: '400', empty: false,
  time: '1', unit: 'ms', hop: '', guest: '',
}

export const units: Readonly<Record<Fields['unit'], number>> = { µs: 1e3, ms: 1e6, s: 1e9 }

/** The fields that a condition fills; the others as they are at first. */
export function fieldsOf(condition: Condition, start: number): Fields {
  const c = condition as unknown as Readonly<Record<string, unknown>>
  const form = forms.find(([name]) => name in c)?.[0] ?? 'component'
  const filled: Record<string, unknown> = { ...plain, form, guest: typeof c['guest'] === 'string' ? c['guest'] : '' }
  if ('time' in condition) {
    const unit = condition.time >= 1e9 ? 's' : condition.time >= 1e6 ? 'ms' : 'µs'
    return { ...(filled as unknown as Fields), unit, time: String(condition.time / units[unit]) }
  }
  if ('hop' in condition) return { ...(filled as unknown as Fields), hop: String(condition.hop) }
  if ('n' in condition) return { ...(filled as unknown as Fields), form: 'hop', hop: String(condition.n - start) }
  for (const name of ['component', 'kind', 'crossing', 'milestone', 'ended', 'request', 'counter', 'ring']) if (name in c) filled[name] = c[name]
  if ('counter' in condition) filled['atLeast'] = String(condition.atLeast)
  if ('ring' in condition) Object.assign(filled, condition.holds === 'empty' ? { empty: true } : { holds: String(condition.holds) })
  return filled as unknown as Fields
}

function number(text: string): number {
  const value = Number(text.replace(/[\s,\u2009\u202f]/g, ''))
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? NaN : value
}

export interface Made {
  readonly condition: Condition | null
  /** What is missing, in a sentence. */
  readonly fault: string
}

/** The condition that the fields make, or what they lack. Hops are counted from the start, as the page does. */
export function kindsOf(f: Fields): Made {
  const ok = (condition: Condition): Made => ({ condition, fault: '' })
  const lacks = (fault: string): Made => ({ condition: null, fault })
  const guest = f.guest ? { guest: f.guest } : {}
  switch (f.form) {
    case 'component': return f.component ? ok({ component: f.component }) : lacks('Choose a component.')
    case 'kind': return f.kind ? ok({ kind: f.kind, ...guest }) : lacks('Choose a kind of hop.')
    case 'crossing': return ok({ crossing: f.crossing, ...guest } as Condition)
    case 'milestone': return ok({ milestone: f.milestone, ...guest })
    case 'ended': return ok({ ended: f.ended, ...guest })
    case 'request': return f.request > 0 ? ok({ request: f.request }) : lacks('No request has begun yet that could be waited for.')
    case 'counter': return Number.isInteger(number(f.atLeast)) ? ok({ counter: f.counter, atLeast: number(f.atLeast), ...guest }) : lacks('The value of a counter is a whole number.')
    case 'ring': {
      if (!f.guest) return lacks('Choose the guest whose ring is meant.')
      const bytes = number(f.holds)
      return f.empty || Number.isInteger(bytes) ? ok({ ring: f.ring, guest: f.guest, holds: f.empty ? 'empty' : bytes }) : lacks('A ring holds a whole number of bytes.')
    }
    case 'time': return number(f.time) >= 0 ? ok({ time: Math.round(number(f.time) * units[f.unit]) }) : lacks('A time is a number, not below 0.')
    case 'hop': return Number.isInteger(number(f.hop)) && number(f.hop) > 0 ? ok({ hop: number(f.hop) }) : lacks('Hops are counted from 1.')
    case 'idle': return ok({ idle: true })
  }
}

/** What somebody probably means: what is chosen acts next; else what comes next is met again. */
export function guessOf({ view, selection, kinds, cursor }: Pick<Session, 'view' | 'selection' | 'kinds' | 'cursor'>, to: 'run' | 'break'): Condition {
  if (selection?.kind === 'component') {
    const path = view?.components[selection.index]?.path
    if (path) return { component: path }
  }
  const next = view?.status.next
  const coming = next ? kinds[next.kind]?.name : undefined
  if (to === 'break' && coming && cursor > 0) return { kind: coming }
  return { milestone: 'device-done' }
}
