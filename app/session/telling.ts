/** From hops to what is shown of them: dots, their order in a folded cycle, and whether they belong to what is followed. Pure. */
import { FLAG_BEGINS, type Beat, type ComponentView, type Hop } from '../../engine/index.ts'
import type { Dot } from './motion.ts'
import type { KindCard } from './session-store.ts'
import { durationText } from '../ui/figures.ts'

/** Names the parts of the picture that hops are told with. */
export interface Cast {
  readonly components: readonly ComponentView[]
  readonly kinds: readonly KindCard[]
}

/** A beat of many hops shows at most so many dots at once; each stands for as many hops as used its way. */
const dotsPerBeat = 28

/** Adds the requests that hops have begun inside some requests; of such a hop, the origin is the parent request. */
export function growFamily(inside: Set<number>, hops: readonly Hop[]): void {
  for (const hop of hops) if ((hop.flags & FLAG_BEGINS) !== 0 && inside.has(hop.origin)) inside.add(hop.n)
}

export function dotOf(hop: Hop, cast: Cast, dim: boolean, times = 1): Dot | null {
  const kind = cast.kinds[hop.kind]
  const from = cast.components[hop.from]
  const to = cast.components[hop.to]
  if (!kind || !from || !to) return null
  return {
    n: hop.n, kind: kind.name, family: kind.family, letter: kind.letter,
    from: from.path, to: to.path, behalf: hop.behalf, cost: hop.cost, times, dim, share: 0,
  }
}

/** Dots of one beat, in the order of their first hop; hops that use the same way for the same reason share a dot. */
export function dotsOf(hops: readonly Hop[], cast: Cast, followed: ReadonlySet<number> | null): Dot[] {
  const groups = new Map<string, { first: Hop; times: number }>()
  for (const hop of hops) {
    const key = `${hop.kind}|${hop.from}|${hop.to}|${hop.behalf}`
    const group = groups.get(key)
    if (group) group.times += 1
    else if (groups.size < dotsPerBeat) groups.set(key, { first: hop, times: 1 })
  }
  const out: Dot[] = []
  for (const { first, times } of groups.values()) {
    const dot = dotOf(first, cast, followed !== null && !followed.has(first.request), times)
    if (dot) out.push(dot)
  }
  return out
}

/** Dots of a beat set off one after the other and overlap: the share of the i-th of n when the beat has run `share`. */
export function staggered(share: number, i: number, n: number): number {
  if (n <= 1) return share
  const each = Math.max(0.25, 2 / n)
  const start = ((1 - each) * i) / (n - 1)
  return Math.min(1, Math.max(0, (share - start) / each))
}

/** A quick start and a soft landing. */
export function eased(share: number): number {
  return share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share)
}

/** The longest a beat may move, in milliseconds at tempo 1. */
export const longestMove = 700

/** A sentence is given this long to be read, from when it stands complete: by its first half, within bounds. */
const perWord = 150
const restLeast = 400
const restMost = 2600
/** What was told before has nothing to be read. */
const restFamiliar = 90

/** How long a beat rests, counted from when its caption is complete. */
export function restOf(says: string, tempo: number): number {
  const words = says.split(/\s+/).filter(Boolean).length
  return Math.min(restMost, Math.max(restLeast, perWord * words)) / tempo
}

/** How long a beat that was told before rests after it has landed. */
export function familiarRest(tempo: number): number {
  return restFamiliar / tempo
}

/** How long a beat moves: one hop a little, a folded cycle as long as allowed, whatever it stands for. */
export function moveOf(beat: Pick<Beat, 'kind' | 'from' | 'to'>, tempo: number, brief: boolean): number {
  const full = beat.kind === 'cycle' || beat.to - beat.from > 2 ? longestMove : 460 + 80 * (beat.to - beat.from)
  return Math.min(longestMove, (brief ? full / 2 : full) / tempo)
}

/** The next of a list of beats after a cursor, or null when the list must be fetched anew. */
export function beatAfter(beats: readonly Stroke[], cursor: number): Stroke | null {
  const beat = beats.find((b) => b.to > cursor)
  if (!beat || beat.from > cursor + 1) return null
  // Entered in the middle of a folded beat: what is left of it is told as it is.
  return beat.from === cursor + 1 ? beat : { ...beat, from: cursor + 1, tells: Math.max(beat.tells, cursor + 1) }
}

/** A stroke of the story: hops that stay on the floor the first of them entered, for the same partition, and the return from there. */
export interface Stroke extends Beat {
  /** The hop whose sentence tells the stroke. */
  readonly tells: number
}

/** At most so many hops make one stroke. */
const strokeMost = 6

/** Which hop of a stroke is told: the rarer its family, the more it says. */
const telling = ['ring', 'exit', 'device', 'hypercall', 'person', 'copy', 'message', 'signal', 'interrupt', 'entry', 'call']

function rank(hop: Hop, cast: Cast): number {
  const kind = cast.kinds[hop.kind]
  const milestone = kind !== undefined && (kind.milestone !== '' || kind.begins !== '')
  return (milestone ? 0 : 100) + telling.indexOf(kind?.family ?? 'call')
}

function joins(last: Hop, next: Hop, cast: Cast): boolean {
  const kind = cast.kinds[next.kind]
  if (next.behalf !== last.behalf || !kind || kind.milestone !== '' || kind.begins === 'file' || kind.ends === 'file') return false
  return cast.components[next.to]?.place === cast.components[last.to]?.place
}

/** The way back from the hypervisor belongs to the stroke that went down. */
function withReturn(beats: readonly Beat[], end: number, last: Hop | null, hopAt: (n: number) => Hop | null, cast: Cast): number {
  const beat = beats[end]
  const next = beat?.kind === 'hop' ? hopAt(beat.from) : null
  if (!last || !next || next.behalf !== last.behalf || cast.components[last.to]?.place !== 'hypervisor') return end
  return cast.kinds[next.kind]?.family === 'entry' ? end + 1 : end
}

/** Beats of single hops drawn together into strokes; cycles and gaps stay what they are. */
export function strokes(beats: readonly Beat[], hopAt: (n: number) => Hop | null, cast: Cast): readonly Stroke[] {
  const out: Stroke[] = []
  for (let i = 0; i < beats.length; ) {
    const first = beats[i]!
    let end = i + 1
    let told = hopAt(first.from)
    let last = told
    while (first.kind !== 'cycle' && last && end < beats.length && end - i < strokeMost && beats[end]!.kind === 'hop') {
      const next = hopAt(beats[end]!.from)
      if (!next || !joins(last, next, cast)) break
      if (told && rank(next, cast) < rank(told, cast)) told = next
      last = next
      end += 1
    }
    end = withReturn(beats, end, last, hopAt, cast)
    out.push({ ...first, to: beats[end - 1]!.to, tells: first.kind === 'cycle' ? first.from : (told?.n ?? first.from) })
    i = end
  }
  return out
}

/** Longer than this between two hops is told as a gap. */
const gapNs = 50_000

/** What the sentence does not say: a folded cycle, a time in which nothing happened. */
export function noteOf(beat: Pick<Beat, 'kind' | 'times'>, gap: number): string {
  const notes: string[] = []
  if (beat.kind === 'cycle') notes.push(beat.times === 1 ? 'told once, happened once more' : `told once, happened ${beat.times} more times`)
  if (gap > gapNs) notes.push(`after ${durationText(gap)}`)
  return notes.join(' · ')
}

/** Beats that were told before, while an earlier sentence stands. */
export function againNote(times: number): string {
  return `the same again, ×${times}`
}

/** In flow: a time in which nothing happens may last so long on the wall; a longer one is run through in `gapWall`. */
const gapMost = 1000
const gapWall = 800

/** How long the time to the next hop lasts on the wall at a rate (simulated ns per second), when it must be shortened; else 0. */
export function shortenedGap(gap: number, rate: number): number {
  return (gap / rate) * 1000 > gapMost ? gapWall : 0
}

/** Paths of the components that some hops left or reached. */
export function touched(hops: readonly Hop[], cast: Cast): readonly string[] {
  const indexes = new Set(hops.slice(0, 60).flatMap((hop) => [hop.from, hop.to]))
  return [...indexes].map((index) => cast.components[index]?.path ?? '')
}

/** What a beat shows, whatever its numbers: the same ways for the same reasons. What was told before is told faster. */
export function gist(hops: readonly Hop[]): string {
  return hops.slice(0, 64).map((hop) => `${hop.kind}.${hop.from}.${hop.to}`).join(' ')
}

/** A folded beat that somebody opened is told hop by hop. */
export function opened(beats: readonly Stroke[], open: ReadonlySet<number>): readonly Stroke[] {
  return beats.flatMap((beat) => {
    if (beat.kind !== 'cycle' || !open.has(beat.from)) return [beat]
    return Array.from({ length: beat.to - beat.from + 1 }, (_, i): Stroke => ({ from: beat.from + i, to: beat.from + i, kind: 'hop', times: 1, cycle: 1, tells: beat.from + i }))
  })
}
