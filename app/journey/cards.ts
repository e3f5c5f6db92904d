/** Makes cards of beats: what happens and why, when, and the dots of its small picture. */
import type { SourceView } from '../../engine/index.ts'
import { labSession } from '../session/lab-session.ts'
import { session } from '../session/session-store.ts'
import { dotsOf, noteOf, type Stroke } from '../session/telling.ts'
import type { Card } from './board.ts'
import type { StoryRange } from './printing.ts'

/** Cards of beats that follow each other; `fresh`: the first of them begins what is shown. */
export async function cardsOf(beats: readonly Stroke[], fresh: boolean): Promise<readonly Card[]> {
  const first = beats[0]
  const last = beats.at(-1)
  if (!first || !last) return []
  const { lab, rows } = await labSession()
  const { kinds, view } = session.getState()
  const cast = { components: view?.components ?? [], kinds }
  const [, captions] = await Promise.all([rows.want(Math.max(1, first.from - 1), last.to), Promise.all(beats.map((beat) => lab.captions(beat.tells, 1)))])
  return beats.flatMap((beat, i): Card[] => {
    const told = captions[i]?.[0]
    const hop = rows.get(beat.from)
    if (!told || !hop) return []
    const before = rows.get(beat.from - 1)?.time ?? hop.time
    const shown = Math.min(beat.to, beat.from + 63)
    const hops = Array.from({ length: shown - beat.from + 1 }, (_, k) => rows.get(beat.from + k)).filter((one) => one !== null)
    return [{ beat, time: hop.time, says: told.says, because: told.because, note: noteOf(beat, !fresh || i > 0 ? hop.time - before : 0), dots: dotsOf(hops, cast, null) }]
  })
}

/** More cards than this are a book, not a handout. */
export const printMost = 240
const beatsAtOnce = 120

export interface Printed {
  readonly cards: readonly Card[]
  /** Beats beyond the last card were left out. */
  readonly cut: boolean
  readonly sources: readonly SourceView[]
}

/** Cards of a range of the story, and the sources of what they tell. */
export async function printedOf({ from, to, request }: StoryRange): Promise<Printed> {
  const { lab, rows } = await labSession()
  const inside = request > 0 ? new Set(await lab.inside(request, to)) : null
  const cards: Card[] = []
  let cut = false
  for (let next = from; next <= to && !cut; ) {
    const beats = (await lab.story(next, beatsAtOnce, true)).filter((beat) => beat.from <= to)
    const last = beats.at(-1)
    if (!last) break
    await rows.want(next, last.to)
    const belongs = (beat: Stroke): boolean => inside === null || Array.from({ length: Math.min(64, beat.to - beat.from + 1) }, (_, i) => rows.get(beat.from + i)?.request ?? 0).some((id) => inside.has(id))
    cards.push(...(await cardsOf(beats, next === from)).filter((card) => belongs(card.beat)))
    next = last.to + 1
    cut = cards.length > printMost || (cards.length === printMost && next <= to)
  }
  const kept = cards.slice(0, printMost)
  return { cards: kept, cut, sources: await sourcesOf(kept) }
}

/** Sources of the hops that tell the cards, each once, one hop of each kind asked. */
async function sourcesOf(cards: readonly Card[]): Promise<readonly SourceView[]> {
  const { lab, rows } = await labSession()
  const byKind = new Map<number, number>()
  for (const { beat } of cards) {
    const kind = rows.get(beat.tells)?.kind
    if (kind !== undefined && !byKind.has(kind)) byKind.set(kind, beat.tells)
  }
  const out = new Map<string, SourceView>()
  const told = await Promise.all([...byKind.values()].map((n) => lab.inspectHop(n)))
  for (const hop of told) for (const source of hop?.sources ?? []) out.set(source.id, out.has(source.id) ? { ...source, locator: locators(out.get(source.id)!.locator, source.locator) } : source)
  return [...out.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
}

function locators(one: string, other: string): string {
  const all = new Set([...one.split('; '), ...other.split('; ')])
  return [...all].filter(Boolean).join('; ')
}
