/**
 * The story beat by beat: caption first, then at most 700 ms of motion whatever a beat stands for, then a rest until the
 * caption can have been read. What was told before leaves the caption that stands, and is told faster.
 */
import { pauseAfter, untilPause } from '../gallery/pauses.ts'
import { breaks } from '../time/breaks.ts'
import type { Clock } from './clock.ts'
import type { Cursor } from './cursor.ts'
import { hopsOf } from './rows-cache.ts'
import { session, showView } from './session-store.ts'
import { beatAfter, familiarRest, gist, moveOf, opened, restOf, type Stroke } from './telling.ts'
import { wear } from './worn.ts'

const beatsAhead = 48

export class Story {
  readonly #at: Cursor
  readonly #clock: Clock
  #beats: readonly Stroke[] = []
  readonly #told = new Set<string>()
  readonly #opened = new Set<number>()

  constructor(at: Cursor, clock: Clock) {
    this.#at = at
    this.#clock = clock
  }

  /** What was read ahead may be another story by now. */
  forgetAhead(): void {
    this.#beats = []
  }

  /** Everything is new again. */
  forgetTold(): void {
    this.#told.clear()
  }

  /** From now on the folded beat that begins with a hop is told hop by hop. */
  openBeat(from: number): void {
    this.#opened.add(from)
    this.#beats = []
  }

  /** Tells the next beat; without one, nothing is left to play. */
  async next(): Promise<void> {
    const { lab } = this.#at
    const { cursor } = session.getState()
    const whole = await this.#beatAfter(cursor)
    if (!whole) return this.#end()
    const planned = untilPause(whole, cursor)
    const pauses = planned.to === pauseAfter(cursor)
    const [{ rows, from, status, hit }, view, captions] = await Promise.all([
      lab.advance({ hops: planned.to - cursor, stopAt: breaks.at }), lab.view(), lab.captions(planned.tells, 1),
    ])
    const hops = hopsOf(rows, from)
    if (hops.length === 0) return this.#end()
    // A breakpoint ends the beat with the hop that met it, and that hop is told.
    const beat = hit < 0 ? planned : { ...planned, to: status.n, tells: status.n }
    const told = hit < 0 ? captions[0] : (await lab.captions(status.n, 1))[0]
    wear(rows)
    this.#at.rows.put(rows, from)
    const { tempo } = session.getState()
    const dots = await this.#at.dotsFor(hops)
    const said = gist(hops)
    const aside = dots.length > 0 && dots.every((dot) => dot.dim)
    const brief = !pauses && hit < 0 && session.getState().caption !== null && (this.#told.has(said) || aside)
    if (brief) this.#at.tellAgain(beat, hops, status)
    else {
      this.#at.tell(beat, hops, status, told)
      this.#told.add(said)
    }
    // Where a lesson stops, nobody is hurried on.
    if (pauses) session.setState({ playing: false })
    const until = performance.now() + (brief ? 0 : restOf(session.getState().caption?.says ?? '', tempo))
    if (hit >= 0) {
      session.setState({ playing: false })
      breaks.hit(hit, status)
    }
    this.#clock.move(dots, moveOf(beat, tempo, brief), { until, least: familiarRest(tempo) }, () => showView(view))
    await this.#at.noteRequests(hops, status)
  }

  async #beatAfter(cursor: number): Promise<Stroke | null> {
    const known = beatAfter(this.#beats, cursor)
    if (known) return known
    const told = await this.#at.lab.story(cursor + 1, beatsAhead, session.getState().pace !== 'hops')
    this.#beats = opened(told, this.#opened)
    return beatAfter(this.#beats, cursor)
  }

  async #end(): Promise<void> {
    session.setState({ playing: false })
    showView(await this.#at.lab.view())
    await this.#at.tellLast()
    this.#clock.settle()
  }
}
