/** Installs `window.viridian`. What its calls do arrives with the first of them: the first picture does without. */
import { build } from './build.ts'
import type { DriverCall } from './driver-calls.ts'
import type { ViridianDriver, ViridianEvents } from './driver-types.ts'
import { labSession } from './lab-session.ts'

const names: readonly DriverCall[] = [
  'status', 'view', 'load', 'scenario', 'intend', 'undo', 'advanceUntil', 'play', 'pause', 'step', 'back', 'seek', 'branch', 'hops', 'journey', 'ledger',
  'counters', 'narration', 'fingerprint', 'select', 'link', 'dots', 'painted',
]

const events: readonly (keyof ViridianEvents)[] = ['hop', 'stop', 'status', 'intent', 'branch', 'select', 'machine', 'failure']

export function installDriver(): void {
  let calls: typeof import('./driver-calls.ts') | null = null
  const call = async (name: DriverCall, words: readonly unknown[]): Promise<unknown> => {
    // Once they are there a call begins at once: what is pressed behind it comes behind it. An import is answered in a task of its own, and a key overtakes that.
    calls ??= await import('./driver-calls.ts')
    return calls.call(name, words)
  }
  const driver: Record<string, unknown> = {
    version: 2,
    build,
    // Keys, stops and what tells of events come when the machine is up: who waits for the page has them.
    ready: labSession().then(() => Promise.all([import('../ui/later.ts'), import('./driver-events.ts')])).then(() => undefined),
    on(event: keyof ViridianEvents, listener: never) {
      if (!events.includes(event)) throw new TypeError(`There is no event '${event}'; there are ${events.join(', ')}.`)
      let end: (() => void) | null = null
      let ended = false
      void import('./driver-events.ts').then(({ on }) => {
        if (!ended) end = on(event, listener)
      })
      return () => {
        ended = true
        end?.()
      }
    },
  }
  for (const name of names) driver[name] = (...words: readonly unknown[]) => call(name, words)
  // A rejected promise nobody waits for is told by the page itself.
  ;(driver as unknown as ViridianDriver).ready.catch(() => undefined)
  Object.defineProperty(window, 'viridian', { value: driver, configurable: true })
}
