/**
 * The stops of the scenario that is open: asked for when a machine has been opened and again when somebody has acted, and told to
 * whoever plays. Loaded after the first picture.
 */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { setLensWord } from '../lenses/lens-store.ts'
import { fromAddress } from '../session/address.ts'
import { askedOn } from '../session/asked.ts'
import { movesSent } from '../session/ahead-calls.ts'
import { openSession, type LabSession } from '../session/lab-session.ts'
import { select, session, type Session } from '../session/session-store.ts'
import type { StopCard } from './gallery-calls.ts'
import { pauseAt } from './pauses.ts'

export interface Lesson {
  readonly stops: readonly StopCard[]
  /** Play pauses at them. */
  readonly pausing: boolean
}

const words = new URLSearchParams(location.search).get('stops')
// Tests and scripts run through unless they ask.
const wished = words === null ? !new URLSearchParams(location.search).has('fresh') : words !== 'off'

export const lesson = createStore<Lesson>()(() => ({ stops: [], pausing: wished }))

export function useLesson<T>(pick: (state: Lesson) => T): T {
  return useStore(lesson, pick)
}

lesson.subscribe(({ stops, pausing }) => pauseAt(pausing ? stops.filter((stop) => stop.n > 0).map((stop) => stop.n) : []))

/** Index of the stop at which the machine stands, or -1. */
export function stopAt(stops: readonly StopCard[], cursor: number): number {
  return stops.findIndex((stop) => stop.n === cursor && stop.n > 0)
}

/** Hops that one question may look through: the Worker is needed for other things too. */
const ahead = 1024
/** Milliseconds between two questions, and those in which nobody has moved the machine before the next one is asked. */
const [pause, calm] = [20, 150]

/** What the stops depend on: the machine, the branch, and what people have asked on it. */
function basis({ machine, view }: Session): string {
  if (!view) return ''
  return `${machine} ${view.status.branch} ${askedOn(view).length}`
}

let known = ''
let looking = 0

let moves = 0
let moved = 0

/** Whoever steps or seeks comes first. Play itself asks for little, and is to pause at the stops. */
async function rested(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pause))
    const [sent, now] = [movesSent(), performance.now()]
    if (sent !== moves) [moves, moved] = [sent, now]
    if (session.getState().playing || now - moved >= calm) return
  }
}

async function look({ lab }: LabSession, turn: number): Promise<void> {
  for (;;) {
    const stops = await lab.stops(ahead)
    if (turn !== looking) return
    lesson.setState({ stops })
    if (stops.every((stop) => stop.n > 0 || stop.never !== '')) return
    await rested()
    if (turn !== looking) return
  }
}

/** Another machine: nothing is known of its stops, and its lens is put on unless the address has one. */
function begin({ scenario, scenarios }: Session): void {
  lesson.setState({ stops: [] })
  const lens = scenarios.find(({ name }) => name === scenario)?.view?.lens
  if (lens !== undefined && fromAddress('lens') === '') setLensWord(lens)
}

function follow(): void {
  const open = openSession()
  const state = session.getState()
  const now = basis(state)
  if (!open || state.phase !== 'ready' || now === '' || now === known) return
  if (known.split(' ')[0] !== now.split(' ')[0]) begin(state)
  known = now
  // A machine that cannot look ahead has no stops to show; what is wrong is said where it is played.
  look(open, (looking += 1)).catch(() => undefined)
}

/** A stop that names a component shows it, once somebody stands there. */
function showWith(cursor: number): void {
  const stop = lesson.getState().stops[stopAt(lesson.getState().stops, cursor)]
  const { view, panels } = session.getState()
  if (!stop || stop.select === '' || !panels.right) return
  const component = view?.components.find((c) => c.path === stop.select && !c.gone)
  if (component) select({ kind: 'component', index: component.index })
}

/** Begins to follow the session; once. */
export function followStops(): void {
  follow()
  session.subscribe((state, before) => {
    if (state.view !== before.view || state.phase !== before.phase || state.machine !== before.machine) follow()
    if (state.cursor !== before.cursor && !state.playing) showWith(state.cursor)
  })
}
