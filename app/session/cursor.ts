/**
 * Where the page stands in the run, and what it says of that place: view, sentence, worn ways, file requests, dots of the
 * last hop. All of it comes from one trip to the Worker: what is needed is asked at once.
 */
import type { Glimpse, Hop, LabStatus } from '../../engine/index.ts'
import { bring, forgetBrought, inspected } from './brought.ts'
import type { CaptionText, WorkerApi } from './lab-calls.ts'
import { marksMost, marksOf } from './marks.ts'
import { setMotion, type Dot } from './motion.ts'
import type { RowsCache } from './rows-cache.ts'
import { session, showView, type Caption } from './session-store.ts'
import { againNote, dotOf, dotsOf, growFamily, noteOf, touched, type Cast, type Stroke } from './telling.ts'
import { setWorn } from './worn.ts'

export class Cursor {
  readonly lab: WorkerApi
  readonly rows: RowsCache
  /** The tip when the file requests were last asked for. */
  #listed = 0
  #listedOf = 0
  /** The followed request and all inside it, as far as hops have been seen. */
  #family: { readonly of: number; readonly ids: Set<number> } = { of: 0, ids: new Set() }

  constructor(lab: WorkerApi, rows: RowsCache) {
    this.lab = lab
    this.rows = rows
    forgetBrought()
  }

  cast(): Cast {
    const { view, kinds } = session.getState()
    return { components: view?.components ?? [], kinds }
  }

  /** The followed request and those inside it, those that these hops begin included; null when none is followed. */
  async followed(hops: readonly Hop[]): Promise<ReadonlySet<number> | null> {
    const { follow, cursor } = session.getState()
    if (follow === 0) return null
    if (this.#family.of === follow) growFamily(this.#family.ids, hops)
    else this.#family = { of: follow, ids: new Set(await this.lab.inside(follow, hops.at(-1)?.n ?? cursor)) }
    return this.#family.ids
  }

  async dotsFor(hops: readonly Hop[]): Promise<Dot[]> {
    return dotsOf(hops, this.cast(), await this.followed(hops))
  }

  /** Goes to hop `n`, or to the last one there is; `known`: what is answered there, when the machine is on its way. */
  async goTo(n: number, known: Glimpse | null = null): Promise<void> {
    const [view, there] = known ? [known.view, known] : await Promise.all([this.lab.seek(Math.max(0, n)), this.#around(n)])
    if (known) await this.rows.want(n, n)
    const at = view.status.n
    // Beyond the end of what is to do there is nothing: the machine stands at its last hop.
    const { captions, ways, said } = at === n ? there : await this.#around(at)
    this.#family = { of: 0, ids: new Set() }
    // At the start the scenario speaks for itself; before it, where causes and components lead, each hop of the bring-up is told.
    const begun = at !== view.status.start
    const hop = begun ? this.rows.get(at) : null
    const dot = hop ? dotOf(hop, { ...this.cast(), components: view.components }, false) : null
    if (dot) dot.share = 1
    const told = begun ? captions[0] : undefined
    bring(at, view, begun ? said : null)
    showView(view)
    session.setState({ caption: told ? { ...told, note: '' } : null, beat: null, lit: dot ? [dot.from, dot.to] : [] })
    setWorn(ways)
    setMotion([], dot ? [dot] : [])
    if (view.status.tip > this.#listed || view.status.branch !== this.#listedOf) await this.refreshRequests(view.status)
  }

  /** What is told of a place besides its view. */
  async #around(n: number) {
    const [captions, ways, said] = await Promise.all([n > 0 ? this.lab.captions(n, 1) : [], this.lab.worn(n), inspected(this.lab, n), n > 0 ? this.rows.want(n, n) : null])
    return { captions, ways, said }
  }

  /** The list of requests changes only where a file request begins or ends. */
  async noteRequests(hops: readonly Hop[], status: LabStatus): Promise<void> {
    const { kinds } = this.cast()
    if (hops.some((hop) => kinds[hop.kind]?.ends === 'file' || kinds[hop.kind]?.begins === 'file')) await this.refreshRequests(status)
  }

  async refreshRequests(status: LabStatus): Promise<void> {
    this.#listed = status.tip
    this.#listedOf = status.branch
    const files = await this.lab.files(status.tip, marksMost)
    const { kinds, view } = session.getState()
    session.setState({ marks: marksOf(files, kinds, view) })
  }

  /** The caption is complete before anything moves. */
  tell(beat: Stroke, hops: readonly Hop[], status: LabStatus, told: CaptionText | undefined): void {
    const last = hops[hops.length - 1]!
    const before = session.getState().time
    const caption: Caption | null = told ? { ...told, n: last.n, of: told.n, note: noteOf(beat, hops[0]!.time - before) } : null
    this.#stand(beat, hops, status, caption)
  }

  /** What was told before: the sentence that stands keeps standing, and its note counts. */
  tellAgain(beat: Stroke, hops: readonly Hop[], status: LabStatus): void {
    const { caption } = session.getState()
    const again = (caption?.again ?? 0) + (beat.kind === 'cycle' ? beat.times : 1)
    this.#stand(beat, hops, status, caption ? { ...caption, again, note: againNote(again) } : null)
  }

  /** Where the story stops, the sentence is that of the last beat, whoever told it first. */
  async tellLast(): Promise<void> {
    const { beat, caption, cursor } = session.getState()
    const tells = (beat as Stroke | null)?.tells ?? 0
    if (!caption?.again || tells === 0) return
    const [told] = await this.lab.captions(tells, 1)
    if (told && session.getState().cursor === cursor) session.setState({ caption: { ...told, n: cursor, of: tells, note: caption.note } })
  }

  #stand(beat: Stroke, hops: readonly Hop[], status: LabStatus, caption: Caption | null): void {
    session.setState({ caption, beat, lit: touched(hops, this.cast()), cursor: status.n, time: status.now, coming: status })
  }
}
