/**
 * The canvas of the chart: lays out what is in view, fetches the rows it lacks, draws when something is different, and answers
 * what stands under a pointer. React draws what stands around it.
 */
import type { Hop, Place } from '../../engine/index.ts'
import { Sprites } from '../diagram/Dots.ts'
import { coloursOf } from '../diagram/DotsCanvas.tsx'
import { lensNow, onLens } from '../lenses/lens-now.ts'
import { eraNow, type Era } from '../session/era.ts'
import { inOwnFrame } from '../session/frame-turns.ts'
import type { LabSession } from '../session/lab-session.ts'
import { motion, onMotion } from '../session/motion.ts'
import { session } from '../session/session-store.ts'
import { held, layout, reanchored, within, yOfTime, type Anchor, type Extent, type Row, type Scale } from './axis.ts'
import { chart, type Head } from './chart-store.ts'
import { drawScene, laneX, type ChartColours, type Sheet } from './draw.ts'
import { keptActing, lanesFor, levelFor, sameSet, type Lanes, type Level } from './lanes.ts'
import { Titles } from './titles.ts'
import { chainOf, hit, sceneOf, type Arrow, type Role, type Scene } from './project.ts'

/** A lifeline narrower than this could not be told from its neighbour. */
const eachLeast = 19
const eachMost = 190
/** From this width on titles have a column of their own. */
const wideEnough = 780
const notesWidth = 236
/** In the flow the chart is drawn this long after something has changed, in milliseconds. */
const flowEvery = 150

const noScene: Scene = { arrows: [], margin: [], gaps: [] }

const placeColours: Readonly<Record<Place, string>> = {
  remote: '--paper', 'guest-user': '--guest-user', 'guest-kernel': '--guest-kernel', hypervisor: '--hypervisor', 'root-kernel': '--root-kernel', 'root-user': '--root-user', hardware: '--hardware',
}

function chartColours(element: Element): ChartColours {
  const style = getComputedStyle(element)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  const places = Object.fromEntries(Object.entries(placeColours).map(([place, name]) => [place, value(name)])) as Record<Place, string>
  return {
    ...coloursOf(element), places, ink2: value('--ink-2'), ink3: value('--ink-3'), rule: value('--rule'), rule2: value('--rule-2'), here: value('--changed'),
    linked: value('--linked'), accent: value('--accent'),
  }
}

export class ChartSurface {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #open: LabSession
  /** Told where in the log the view stands, when that has changed. */
  readonly #onPlace: (n: number, extent: Extent) => void
  #anchor: Anchor
  #rows: readonly Row[] = []
  #scene: Scene = noScene
  #acting: ReadonlySet<number> = new Set()
  #lanes: Lanes | null = null
  #lanesFrom = ''
  #head: Head = chart.getState().head
  #colours: ChartColours
  #sprites = new Sprites(1)
  #titles = new Titles(1)
  #size = { width: 0, height: 0 }
  #frame = 0
  #later = 0
  #fetching = false
  #family: { of: number; era: Era; tip: number; ids: ReadonlySet<number> } = { of: 0, era: '', tip: 0, ids: new Set() }
  readonly #stops: (() => void)[] = []

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, open: LabSession, onPlace: (n: number, extent: Extent) => void) {
    this.#canvas = canvas
    this.#context = context
    this.#open = open
    this.#onPlace = onPlace
    this.#colours = chartColours(canvas)
    this.#anchor = { n: session.getState().cursor, y: 1e6 }
    this.#listen()
    this.ask()
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#later)
    // A turn that was asked for finds nothing to draw.
    this.#size = { width: 0, height: 0 }
  }

  #listen(): void {
    const observer = new ResizeObserver(() => {
      this.#size = { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight }
      this.ask()
    })
    observer.observe(this.#canvas)
    const redo = (): void => {
      this.#sprites = new Sprites(this.#sprites.scale)
      this.#titles = new Titles(this.#titles.scale)
      this.ask()
    }
    document.fonts.addEventListener('loadingdone', redo)
    this.#stops.push(
      () => observer.disconnect(),
      () => document.fonts.removeEventListener('loadingdone', redo),
      onLens(() => this.ask()),
      onMotion(() => this.#onMotion()),
      session.subscribe((now, before) => {
        if (now.theme !== before.theme) this.#colours = chartColours(this.#canvas)
        // Whoever goes somewhere wants to see it there, unless the machine runs and the chart is read elsewhere.
        if (now.cursor !== before.cursor && !now.playing && !chart.getState().following) chart.setState({ following: true })
        // In the flow, not in the frame in which the picture is drawn anew.
        if (now.playing && now.pace === 'flow') this.#askLater()
        else if (now.cursor !== before.cursor || now.view !== before.view || now.follow !== before.follow || now.theme !== before.theme || now.kinds !== before.kinds) this.ask()
      }),
      chart.subscribe((now, before) => {
        if (now.head === before.head) this.ask()
      }),
    )
  }

  #askLater(): void {
    if (this.#later !== 0) return
    this.#later = window.setTimeout(() => inOwnFrame(() => {
      this.#later = 0
      this.#draw()
    }), flowEvery)
  }

  /** Draws with the next frame. */
  ask(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw())
  }

  /** In the flow dots move in every frame; here, what moves is drawn only while it can be followed. */
  #onMotion(): void {
    const { playing, pace } = session.getState()
    if (!(playing && pace === 'flow')) this.ask()
  }

  // --- where one stands -------------------------------------------------------------------------------------------------------

  get #extent(): Extent {
    const status = session.getState().view?.status
    return { first: (status?.start ?? 0) + 1, last: status?.tip ?? 0 }
  }

  get #scale(): Scale {
    const { spacing, unit } = chart.getState()
    const larger = session.getState().theme === 'projector' && spacing !== 'linear' ? 1.35 : 1
    return { spacing, unit: unit[spacing] * larger }
  }

  scrollBy(pixels: number): void {
    this.#anchor = { n: this.#anchor.n, y: this.#anchor.y - pixels }
    if (chart.getState().following) chart.setState({ following: false })
    this.ask()
  }

  scrollTo(n: number): void {
    this.#anchor = { n, y: this.#size.height / 2 }
    if (chart.getState().following) chart.setState({ following: false })
    this.ask()
  }

  /** Zooms about a height of the view: what stands there stays there. */
  zoomAbout(y: number): void {
    this.#anchor = reanchored(this.#rows.map((row) => ({ ...row, y: row.y - y + this.#size.height / 2 })), this.#anchor, this.#size.height)
    this.#anchor = { ...this.#anchor, y: this.#anchor.y + y - this.#size.height / 2 }
  }

  /** The unit with which hops `a`..`b` fill the view, in the spacing that is chosen. */
  unitFor(a: number, b: number): number {
    const { spacing } = chart.getState()
    const room = Math.max(60, this.#size.height - 60)
    if (spacing !== 'linear') return room / Math.max(1, b - a)
    const ns = (this.#open.rows.timeOf(b) ?? 0) - (this.#open.rows.timeOf(a) ?? 0)
    return ns > 0 ? (room / ns) * 1000 : chart.getState().unit.linear
  }

  /** The next hop with a place of its own, before or after one. */
  neighbour(n: number, by: number): number {
    const { first, last } = this.#extent
    const to = Math.min(last, Math.max(first, n + by))
    const { height } = this.#size
    const row = this.#rows.find((r) => r.n === to)
    if (!row || row.y < 20 || row.y > height - 20) {
      this.#anchor = { n: to, y: by > 0 ? height - 26 : 26 }
      if (chart.getState().following) chart.setState({ following: false })
    }
    this.ask()
    return to
  }

  at(x: number, y: number): Arrow | null {
    return hit(this.#scene.arrows, (lane) => laneX(this.#head, lane), x, y, 14)
  }

  // --- drawing ----------------------------------------------------------------------------------------------------------------

  #draw(): void {
    this.#frame = 0
    const { width, height } = this.#size
    if (width === 0 || height === 0 || !session.getState().view) return
    const scale = Math.min(2, window.devicePixelRatio || 1)
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
    if (this.#canvas.width !== w || this.#canvas.height !== h) {
      this.#canvas.width = w
      this.#canvas.height = h
    }
    if (this.#sprites.scale !== scale) {
      this.#sprites = new Sprites(scale)
      this.#titles = new Titles(scale)
    }
    const near = this.#place()
    this.#lay(near)
    this.#fetch(near)
    this.#scene = this.#makeScene()
    this.#context.setTransform(scale, 0, 0, scale, 0, 0)
    drawScene(this.#context, this.#sheet(), this.#scene, this.#colours, this.#sprites, this.#titles)
    const middle = reanchored(this.#rows, this.#anchor, height)
    this.#onPlace(middle.n, this.#extent)
  }

  /** Rows in view and, for the answer, a view beyond either edge. */
  #place(): readonly Row[] {
    const { rows } = this.#open
    const { height } = this.#size
    const timeOf = (n: number): number | null => rows.timeOf(n)
    const extent = this.#extent
    if (chart.getState().following) this.#follow()
    const out = (): readonly Row[] => layout(this.#scale, this.#anchor, extent, timeOf, -height, 2 * height)
    let near = out()
    const steady = held(near, this.#anchor, extent, height)
    if (steady !== this.#anchor) {
      this.#anchor = steady
      near = out()
    }
    this.#rows = within(near, -2, height + 2)
    this.#anchor = reanchored(this.#rows, this.#anchor, height)
    return near
  }

  /** The cursor is kept in view: the sheet moves no more than it must. */
  #follow(): void {
    const { cursor } = session.getState()
    const { height } = this.#size
    const low = height * 0.84
    const high = Math.min(height * 0.25, 60)
    const near = layout(this.#scale, this.#anchor, this.#extent, (n) => this.#open.rows.timeOf(n), -height, 2 * height)
    const row = near.find((r) => r.n === cursor)
    if (row && row.y >= high && row.y <= low) return
    this.#anchor = { n: Math.max(cursor, this.#extent.first), y: row && row.y < high ? high : low }
  }

  /** Lifelines of what acts; made anew only when that changes. */
  #lay(near: readonly Row[]): void {
    const { rows } = this.#open
    const components = session.getState().view?.components ?? []
    const endsOf = (some: readonly Row[]): Set<number> => {
      const out = new Set<number>()
      for (const { n } of some) {
        const hop = rows.get(n)
        if (hop) out.add(hop.from).add(hop.to)
      }
      return out
    }
    const acting = keptActing(endsOf(this.#rows), endsOf(near), this.#acting)
    const { width } = this.#size
    const type = this.#type
    const left = type * 11.5
    const notes = width >= wideEnough * (type / 12)
    const room = width - left - (notes ? notesWidth * (type / 12) : 16)
    const wanted = chart.getState().level
    const level: Level = wanted === 'auto' ? levelFor(components, acting, Math.floor(room / eachLeast)) : wanted
    const from = `${level} ${width} ${type} ${components.length}`
    if (this.#lanes && this.#lanesFrom === from && sameSet(acting, this.#acting)) return
    this.#acting = acting
    this.#lanesFrom = from
    const partitions = session.getState().view?.partitions ?? []
    this.#lanes = lanesFor(components, acting, level, { partitionOf: (index) => (index === 1 ? 'Root' : (partitions.find((p) => p.index === index)?.title ?? `partition ${index}`)) }, Math.floor(room / eachLeast))
    const { lanes, bands, folded } = this.#lanes
    const each = Math.min(eachMost, Math.max(eachLeast, room / Math.max(1, lanes.length)))
    this.#head = { lanes, bands, level, folded, left, each }
    chart.setState({ head: this.#head })
  }

  get #type(): number {
    return session.getState().theme === 'projector' ? 18 : 12
  }

  #fetch(near: readonly Row[]): void {
    const { rows } = this.#open
    const first = near[0]
    const last = near.at(-1)
    if (this.#fetching || !first || !last) return
    const lacking = near.some(({ n }) => rows.timeOf(n) === null)
    if (!lacking) return
    this.#fetching = true
    const again = (): void => {
      this.#fetching = false
      this.ask()
    }
    rows.want(Math.max(1, first.n - 1), last.n).then(again, () => {
      this.#fetching = false
    })
  }

  #makeScene(): Scene {
    const { view, kinds, cursor, follow } = session.getState()
    const { rows } = this.#open
    const components = view?.components ?? []
    const hopAt = (n: number): Hop | null => rows.get(n)
    const chain = session.getState().playing ? new Set<number>() : chainOf(cursor, hopAt)
    const here = session.getState().playing ? null : hopAt(cursor)
    const roleOf = (hop: Hop): Role => (here === null ? '' : hop.n === cursor ? 'here' : hop.n === here.cause ? 'cause' : hop.cause === cursor ? 'effect' : chain.has(hop.n) ? 'chain' : '')
    const { paint } = lensNow
    return sceneOf({
      scale: this.#scale, rows: this.#rows, hopAt, laneOf: this.#lanes!.laneOf, kinds, cursor, height: this.#size.height,
      start: view?.status.start ?? 0, startTime: view?.status.startTime ?? 0, family: follow > 0 ? this.#followed(follow) : null, roleOf,
      paint: paint ? (hop) => paint(kinds[hop.kind]?.name ?? '', components[hop.to]?.path ?? '', hop.cost) : null,
    })
  }

  /** The followed request and all inside it; asked for again when the log has grown. */
  #followed(request: number): ReadonlySet<number> {
    const tip = this.#extent.last
    const era = eraNow()
    if (this.#family.of !== request || this.#family.era !== era) this.#family = { of: request, era, tip: 0, ids: new Set([request]) }
    const asked = this.#family
    if (asked.tip < tip) {
      asked.tip = tip
      this.#open.lab.inside(request, tip).then((ids) => {
        if (this.#family !== asked) return
        asked.ids = new Set(ids)
        this.ask()
      }, () => undefined)
    }
    return asked.ids
  }

  #sheet(): Sheet {
    const { cursor, playing, pace } = session.getState()
    const { pointed, a, b, spacing } = chart.getState()
    const { width, height } = this.#size
    const timeOf = (n: number): number | null => this.#open.rows.timeOf(n)
    const yOf = (n: number): number | null => {
      const row = this.#rows.find((r) => r.n === n)
      if (row) return row.y
      const time = timeOf(n)
      const first = this.#rows[0]
      if (!first || n <= 0) return null
      return time === null ? (n < first.n ? -1e5 : 1e5) : yOfTime(this.#scale, this.#rows, timeOf, time)
    }
    const type = this.#type
    const flowing = playing && pace === 'flow'
    const here = this.#rows.find((row) => row.n === (pointed > 0 ? pointed : cursor))
    return {
      width, height, head: this.#head, type, notes: width >= wideEnough * (type / 12) ? this.#head.left + this.#head.lanes.length * this.#head.each + 4 : 0,
      room: spacing === 'linear' ? 20 : this.#scale.unit, level: spacing === 'even', cursorY: here?.y ?? null, pointed,
      markA: a > 0 ? yOf(a) : null, markB: b > 0 ? yOf(b) : null,
      moving: flowing ? nothing : new Map(motion.dots.map((dot) => [dot.n, dot.share])),
    }
  }
}

const nothing: ReadonlyMap<number, number> = new Map()

