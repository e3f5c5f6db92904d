/**
 * The one set of controls of a twin run: play, pause, the next station of either, back, reset, any station. Commands are done
 * one after the other; what is drawn always comes from one answer of the Worker. While it moves, each side moves what really
 * hopped there, one hop after the other at one pace for both: the side with less to do arrives first and waits.
 */
import { lesson } from '../gallery/stops.ts'
import { askedOn } from '../session/asked.ts'
import { labSession } from '../session/lab-session.ts'
import { session } from '../session/session-store.ts'
import { keepTwinInAddress } from './twin-address.ts'
import { Counter } from './tally.ts'
import { showMoves } from './moving.ts'
import { twin, type TwinState } from './twin-store.ts'
import type { Since, TwinApi, TwinCard, TwinStop } from './twin-calls.ts'

/** Hops that are run ahead at once: the page may ask something else in between. */
const aheadAtOnce = 40_000
/** A way between two stations takes no longer than this, and a hop on it no longer than that, in ms. */
const longest = 3200
const longestHop = 240
const rest = 800

/** Counts the twins that were wished for: an answer to an older wish is dropped. */
let wishes = 0
/** Stops what moves. */
let hurry: (() => void) | null = null
/** Counts the pauses: what was being fetched when one came does not begin to move. */
let pauses = 0
let work: Promise<unknown> = Promise.resolve()

const set = (change: Partial<TwinState>): void => twin.setState(change)

function refuse(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  set({ playing: false, moving: null, ...(twin.getState().phase === 'ready' ? { failure: message } : { phase: 'refused', failure: message }) })
}

async function worker(): Promise<TwinApi> {
  return (await labSession()).lab
}

/** What the two are asked besides what the scenario plans depends on this. */
function askedNow(): string {
  const { view } = session.getState()
  return `${view?.status.branch ?? 0} ${askedOn(view).length}`
}

/** Shows the twin view; without a string, what was compared last or what the scenario offers first. */
export async function openTwin(words?: string): Promise<void> {
  session.setState({ sight: 'twin', open: 'none' })
  const before = twin.getState()
  const machine = `${session.getState().machine} ${session.getState().scenario}`
  const asked = askedNow()
  if (words === undefined && before.phase === 'ready' && before.machine === machine) {
    if (before.asked === asked) return keepTwinInAddress(before.words)
    words = before.words
  }
  const mine = ++wishes
  hurry?.()
  set({ phase: 'opening', failure: '', playing: false, moving: null, ahead: null, machine, asked, ...(before.machine === machine ? {} : { stops: [], stop: -1 }), ...(words === undefined ? {} : { words }) })
  try {
    const lab = await worker()
    const offers = await lab.twinOffers()
    if (mine !== wishes) return
    const wished = words === undefined || words === '' ? offers.words : words
    set({ offers, words: wished })
    if (wished === '') throw new Error('This scenario has no guest that could be run in two ways; choose another scenario, or another machine.')
    keepTwinInAddress(wished)
    const card = await lab.twinOpen(wished)
    if (mine !== wishes) return
    set({ card, guest: card.guest, phase: 'running' })
    await runAhead(lab, card, () => mine === wishes)
  } catch (error) {
    if (mine === wishes) refuse(error)
  }
}

async function runAhead(lab: TwinApi, card: TwinCard, wanted: () => boolean): Promise<void> {
  for (;;) {
    const ahead = await lab.twinAhead(aheadAtOnce)
    if (!wanted()) return
    set({ ahead })
    if (ahead.done) break
  }
  await compare(lab, card.guest, true)
  if (wanted()) set({ phase: 'ready' })
}

/** Fetches the route of a guest and stands at its end: what comes of it is seen first, how it came about is played. */
async function compare(lab: TwinApi, guest: string, first = false): Promise<void> {
  const { stations, more, stops } = await lab.twinRoute(guest)
  const { since } = twin.getState()
  const station = stations.length - 1
  const at = await lab.twinAt(station, guest, since)
  set({ guest, route: stations, more, stops, stop: stopAt(stops, station), station, at, moving: null, ...(first ? { failure: '' } : {}) })
}

/** Leaves the twin view; what is compared stays for when somebody comes back. */
export function closeTwin(): void {
  if (session.getState().sight === 'twin') session.setState({ sight: 'picture' })
}

function serial(task: (lab: TwinApi) => Promise<unknown>): Promise<unknown> {
  work = work.then(async () => (twin.getState().phase === 'ready' ? task(await worker()) : undefined)).catch(refuse)
  return work
}

/** The first stop of a station, by its place in the list; -1 when it has none. */
function stopAt(stops: readonly TwinStop[], station: number): number {
  return stops.findIndex((stop) => stop.station === station)
}

async function stand(lab: TwinApi, station: number): Promise<void> {
  const { route, guest, since, stops } = twin.getState()
  const to = Math.min(route.length - 1, Math.max(0, station))
  const at = await lab.twinAt(to, guest, since)
  if (twin.getState().route === route) set({ at, station: to, stop: stopAt(stops, to), moving: null })
}

function frame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve))
}

function pauseOf(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    hurry = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}

const still = (): boolean => !session.getState().motion || new URLSearchParams(location.search).get('pace') === 'instant'

/** Goes to the next station; what hops on the way is seen. */
async function go(lab: TwinApi): Promise<void> {
  const { station, route, guest } = twin.getState()
  if (station >= route.length - 1) return
  if (!still()) {
    const before = pauses
    const both = await lab.twinMoves(station + 1, guest)
    if (pauses !== before) return
    const counters = { left: new Counter(both.left), right: new Counter(both.right) }
    const most = Math.max(both.left.hops, both.right.hops)
    if (most > 0) await move(counters, Math.min(longestHop, longest / most) / session.getState().tempo, both)
  }
  await stand(lab, station + 1)
}

type Both<T> = { readonly left: T; readonly right: T }

/** The figures grow ten times a second; the dots move with every frame. */
async function move(counters: Both<Counter>, perHop: number, both: Awaited<ReturnType<TwinApi['twinMoves']>>): Promise<void> {
  const most = Math.max(counters.left.hops, counters.right.hops)
  let hurried = false
  hurry = () => {
    hurried = true
  }
  const begun = await frame()
  let told = -1000
  for (let now = begun; !hurried && now - begun < most * perHop; now = await frame()) {
    const place = Math.max(0, now - begun) / perHop
    showMoves(both, place)
    if (now - told < 100) continue
    told = now
    const hops = Math.floor(place)
    set({ moving: { left: counters.left.upTo(hops), right: counters.right.upTo(hops) } })
  }
  hurry = null
  showMoves(null, 0)
}

async function playOn(lab: TwinApi): Promise<void> {
  while (twin.getState().playing && twin.getState().station < twin.getState().route.length - 1) {
    await go(lab)
    // A lesson pauses where it has something to say, as in the picture.
    if (twin.getState().stop >= 0 && lesson.getState().pausing) break
    if (twin.getState().playing) await pauseOf(still() ? 0 : rest / session.getState().tempo)
    hurry = null
  }
  set({ playing: false })
}

export function playTwin(): void {
  const { phase, playing, station, route } = twin.getState()
  if (phase !== 'ready' || playing) return
  set({ playing: true, failure: '' })
  void serial(async (lab) => {
    // Play at the end of everything tells it again from the start.
    if (station >= route.length - 1) await stand(lab, 0)
    await playOn(lab)
  })
}

/** What moves arrives at once; nothing further begins. */
export function pauseTwin(): Promise<unknown> {
  set({ playing: false })
  pauses += 1
  hurry?.()
  return work
}

export function toggleTwin(): void {
  if (twin.getState().playing) void pauseTwin()
  else playTwin()
}

/** A key completes what moves; when nothing does, the next station. */
export function stepTwin(): void {
  if (twin.getState().moving || twin.getState().playing) {
    void pauseTwin()
    return
  }
  void serial(go)
}

/** The stop before or after the one that is read, or than the station; both machines stand where it was reached. */
export function stopNear(by: 1 | -1): TwinStop | undefined {
  const { stops, stop, station } = twin.getState()
  if (stop >= 0) return stops[stop + by]
  return by > 0 ? stops.find((other) => other.station > station) : stops.filter((other) => other.station < station).at(-1)
}

export function goToStop(by: 1 | -1): void {
  const to = stopNear(by)
  if (!to) return
  const { stops, station } = twin.getState()
  const read = (): void => set({ stop: stops.indexOf(to) })
  if (to.station === station) return read()
  void pauseTwin()
  void serial((lab) => stand(lab, to.station).then(read))
}

export function seekTwin(station: number): void {
  void pauseTwin()
  void serial((lab) => stand(lab, station))
}

export function backTwin(): void {
  void pauseTwin()
  void serial((lab) => stand(lab, twin.getState().station - 1))
}

export function resetTwin(): void {
  seekTwin(0)
}

export function endTwin(): void {
  seekTwin(Number.MAX_SAFE_INTEGER)
}

export function compareGuest(guest: string): void {
  void pauseTwin()
  void serial((lab) => compare(lab, guest))
}

export function countSince(since: Since): void {
  set({ since })
  void pauseTwin()
  void serial((lab) => stand(lab, twin.getState().station))
}
