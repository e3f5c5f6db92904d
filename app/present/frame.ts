/**
 * The lab inside somebody's page: the driver's calls over `postMessage`. Only the window that holds the frame is heard, and only
 * from origins that the frame's own address names (`?embed=https://a.example,https://b.example`); every message is looked at
 * before anything is done with it. Told in `app/present/README.md`.
 */
import type { ViridianDriver } from '../session/driver-types.ts'

const charactersMost = 1 << 20
const wordsMost = 4

/** Origins that `?embed=` names: https, or this machine itself. What is none is left out. */
export function originsIn(words: string): readonly string[] {
  return words.split(',').flatMap((word) => {
    try {
      const { origin, protocol, hostname } = new URL(word.trim())
      return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) ? [origin] : []
    } catch {
      return []
    }
  }).slice(0, 20)
}

/** What may be called from outside: what a person could do at the page. */
const calls = [
  'status', 'view', 'load', 'scenario', 'intend', 'undo', 'advanceUntil', 'play', 'pause', 'step', 'back', 'seek', 'branch', 'hops', 'journey', 'ledger', 'counters',
  'narration', 'fingerprint', 'select', 'link', 'dots', 'painted',
] as const satisfies readonly (keyof ViridianDriver)[]
const events = ['hop', 'stop', 'status', 'intent', 'branch', 'select', 'machine', 'failure'] as const

export type Asked =
  | { readonly id: string | number; readonly call: (typeof calls)[number]; readonly words: readonly unknown[] }
  | { readonly id: string | number; readonly on: (typeof events)[number] }
  | { readonly id: string | number; readonly off: (typeof events)[number] }

function isId(value: unknown): value is string | number {
  return (typeof value === 'string' && value.length <= 64) || Number.isSafeInteger(value)
}

/** What a message asks; a sentence when it asks wrongly; null when it is none of ours. Pure. */
export function askedIn(data: unknown): Asked | { readonly id: string | number | null; readonly fault: string } | null {
  if (typeof data !== 'object' || data === null || (data as { viridian?: unknown }).viridian !== 2) return null
  const { id, call, words = [], on, off } = data as Record<string, unknown>
  if (!isId(id)) return { id: null, fault: 'A message has an id: a whole number, or up to 64 characters.' }
  if (on !== undefined || off !== undefined) {
    const event = events.find((name) => name === (on ?? off))
    if (!event) return { id, fault: `There is no such event; there are ${events.join(', ')}.` }
    return on === undefined ? { id, off: event } : { id, on: event }
  }
  const name = calls.find((known) => known === call)
  if (!name) return { id, fault: `There is no such call; there are ${calls.join(', ')}.` }
  if (!Array.isArray(words) || words.length > wordsMost) return { id, fault: `The words of a call are a list of at most ${wordsMost}.` }
  let json: string
  try {
    json = JSON.stringify(words)
  } catch {
    return { id, fault: 'The words of a call are plain data.' }
  }
  if (json.length > charactersMost) return { id, fault: `The words of a call have ${json.length} characters; at most ${charactersMost} are read.` }
  // What JSON does not say is no plain data.
  return { id, call: name, words: JSON.parse(json) as readonly unknown[] }
}

type Tell = (message: Readonly<Record<string, unknown>>) => void

async function perform(asked: Asked, tell: Tell, listening: Map<string, () => void>): Promise<void> {
  const driver = window.viridian
  if ('on' in asked) {
    if (!listening.has(asked.on)) listening.set(asked.on, driver.on(asked.on, (told: unknown) => tell({ viridian: 2, event: asked.on, told })))
    tell({ viridian: 2, id: asked.id, ok: true, value: null })
  } else if ('off' in asked) {
    listening.get(asked.off)?.()
    listening.delete(asked.off)
    tell({ viridian: 2, id: asked.id, ok: true, value: null })
  } else {
    try {
      await driver.ready
      const value = await (driver[asked.call] as (...words: readonly unknown[]) => Promise<unknown>)(...asked.words)
      tell({ viridian: 2, id: asked.id, ok: true, value: value ?? null })
    } catch (error) {
      const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
      tell({ viridian: 2, id: asked.id, ok: false, code: typeof code === 'string' ? code : 'call', message: String(message ?? error) })
    }
  }
}

/** Listens from now on; nothing is heard when the page is no frame or no origin is named. */
export function listenToParent(words: string): void {
  const allowed = originsIn(words)
  if (window.parent === window || allowed.length === 0) return
  const listening = new Map<string, () => void>()
  addEventListener('message', (event: MessageEvent) => {
    if (event.source !== window.parent || !allowed.includes(event.origin)) return
    const tell: Tell = (message) => window.parent.postMessage(message, event.origin)
    const asked = askedIn(event.data)
    if (asked === null) return
    if ('fault' in asked) tell({ viridian: 2, id: asked.id, ok: false, code: 'call', message: asked.fault })
    else void perform(asked, tell, listening)
  })
  const { version, build } = window.viridian
  // Whoever holds the frame hears of it only if its origin is one of those named.
  void window.viridian.ready.then(() => {
    for (const origin of allowed) window.parent.postMessage({ viridian: 2, event: 'ready', told: { version, build } }, origin)
  }, () => undefined)
}
