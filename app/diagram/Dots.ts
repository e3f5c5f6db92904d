/**
 * Dots on one canvas over the picture. Shape, letter and colour say the family of the hop; the line it leaves is that of
 * the partition it is for. Draws what `motion` holds and nothing else.
 */
import type { Family } from '../../engine/index.ts'
import { lensNow } from '../lenses/lens-now.ts'
import { laneOf } from '../ui/lane.ts'
import type { Dot } from '../session/motion.ts'
import type { Architecture } from './layout/architecture.ts'
import { isShort } from './drawn-way.ts'
import { lengthOf, pointAt, type Point } from './layout/geometry.ts'
import { standing } from './layout/part-of.ts'

export interface DotColours {
  readonly families: Readonly<Record<Family, string>>
  readonly lanes: readonly string[]
  readonly paper: string
  readonly ink: string
  readonly font: string
}

export interface View {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

/** What is drawn on: a drawing, as it is looked at now. */
export interface Scene extends View {
  readonly drawing: Architecture
  readonly room: { readonly w: number; readonly h: number }
}

/** The hop that is told, drawn so that the eye finds it first. */
export interface Foremost {
  /** Which of the dots it is; null where all are alike. */
  among(dots: readonly Dot[]): Dot | null
  /** Its way, the parts that it joins, and how it came there. */
  way(context: CanvasRenderingContext2D, scene: Scene, dot: Dot, trackOf: TrackOf, radius: number, colours: DotColours): void
  /** Its name beside where its mark comes to rest, away from the marks of the others. */
  name(context: CanvasRenderingContext2D, scene: Scene, dot: Dot, track: Track, rest: Point, others: readonly Point[], radius: number, colours: DotColours, big: boolean): void
}

/** Comes after the first picture. */
export const foremost: { by: Foremost | null } = { by: null }

/** Null while the way is looked for. */
export type RouteOf = (from: string, to: string, behalf: number) => readonly Point[] | null

/** Outline of each family's shape in a circle of radius 1; null is a circle. */
export const shapes: Readonly<Record<Family, readonly (readonly [number, number])[] | null>> = {
  ring: null,
  signal: [[0, -1.15], [1.1, 0.8], [-1.1, 0.8]],
  exit: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  hypercall: [[-0.58, -1], [0.58, -1], [1.15, 0], [0.58, 1], [-0.58, 1], [-1.15, 0]],
  message: [[-1.15, -0.8], [1.15, -0.8], [1.15, 0.8], [-1.15, 0.8]],
  interrupt: [[0, -1.15], [1.1, -0.35], [0.68, 0.95], [-0.68, 0.95], [-1.1, -0.35]],
  device: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  copy: [[-0.6, -1], [1.15, -1], [0.6, 1], [-1.15, 1]],
  call: null,
  entry: [[-1.1, -0.8], [1.1, -0.8], [0, 1.15]],
  person: [[0, -1.1], [1, -0.3], [1, 0.95], [-1, 0.95], [-1, -0.3]],
}

export function tracePath(context: Pick<CanvasRenderingContext2D, 'beginPath' | 'arc' | 'moveTo' | 'lineTo' | 'closePath'>, family: Family, x: number, y: number, r: number): void {
  const shape = shapes[family]
  context.beginPath()
  if (!shape) {
    context.arc(x, y, family === 'call' ? r * 0.86 : r, 0, 2 * Math.PI)
    return
  }
  shape.forEach(([dx, dy], i) => {
    if (i === 0) context.moveTo(x + dx * r, y + dy * r)
    else context.lineTo(x + dx * r, y + dy * r)
  })
  context.closePath()
}

/** The way of a dot, found once in its life. */
export interface Track {
  readonly route: readonly Point[]
  readonly length: number
}

const unknown: Track = { route: [], length: 0 }

export type TrackOf = (dot: Dot) => Track

/** Remembers the ways of dots as long as the drawing they are found in lasts. */
export function tracksOf(routeOf: RouteOf): TrackOf {
  const known = new WeakMap<Dot, Track>()
  const lengths = new WeakMap<readonly Point[], number>()
  return (dot) => {
    let track = known.get(dot)
    if (!track) {
      const route = routeOf(dot.from, dot.to, dot.behalf)
      if (route === null) return unknown
      let length = lengths.get(route)
      if (length === undefined) lengths.set(route, (length = lengthOf(route)))
      track = { route, length }
      known.set(dot, track)
    }
    return track
  }
}

export function drawDots(
  context: CanvasRenderingContext2D, scene: Scene, dots: readonly Dot[], landed: readonly Dot[],
  trackOf: TrackOf, sprites: Stamps, colours: DotColours, big: boolean,
): void {
  const all = dots.length > 0 ? dots : landed
  const few = all.length <= fewDots
  // What happens now is the loudest mark of the picture; of many at once none is.
  const radius = (all.length <= 2 ? 1.3 : 1) * Math.max(big ? 11 : 8.5, (big ? 14 : 11) * Math.min(1.3, scene.zoom))
  const told = few ? (foremost.by?.among(all) ?? null) : null
  const rest = (dot: Dot, share: number): Point => onWay(trackOf(dot), share, scene, radius, dot === told && (loops(dot, scene.drawing) ? 'loop' : 'way'))
  drawLines(context, scene, landed, trackOf, colours, told ? 0.4 : 0.85)
  drawLines(context, scene, dots, trackOf, colours, told ? 0.4 : 0.95)
  if (told) foremost.by!.way(context, scene, told, trackOf, radius, colours)
  const placed: Placed[] = []
  const pile = new Pile()
  // The told one stands on its way, and the others make room for it.
  const order = told ? [told, ...all.filter((dot) => dot !== told)] : all
  for (const dot of order) {
    if (dot.share <= 0 || (all.length > 1 && dot.share >= 1 && dots.length > 0)) continue
    if (trackOf(dot).route.length === 0) continue
    const { x, y } = rest(dot, dot.share)
    if (few) placed.push({ dot, turn: all.length > 1 ? all.indexOf(dot) + 1 : 0, ...apart(placed, x, y, radius) })
    else if (beyond(scene, x, y, 4 * radius)) continue
    else if (!pile.hides(dot, x, y)) drawDot(context, x, y, radius, dot, sprites, colours)
  }
  if (told && trackOf(told).route.length > 0) {
    const stands: Point[] = []
    for (const dot of order) {
      const { x, y } = rest(dot, 1)
      if (trackOf(dot).route.length > 0) stands.push(apart(stands, x, y, radius))
    }
    foremost.by!.name(context, scene, told, trackOf(told), stands[0]!, stands.slice(1), radius, colours, big)
    // Nothing lies over it.
    if (placed[0]?.dot === told) placed.push(placed.shift()!)
  }
  for (const { dot, turn, x, y } of placed) {
    drawDot(context, x, y, radius, dot, sprites, colours)
    if (turn > 0) drawTurn(context, x, y, radius, turn, colours)
  }
}

/** A hop that stays inside one part, whose way is a loop at its corner: ways between two parts may have the same shape. */
function loops({ from, to }: Dot, drawing: Architecture): boolean {
  return standing(drawing, from) === standing(drawing, to)
}

/** Where a mark is on the screen: one that has arrived stands on its way, just before the border that it reached, or beside a short one; names stay legible. */
function onWay({ route, length }: Track, share: number, scene: Scene, radius: number, told: false | 'way' | 'loop'): Point {
  const unit = 1 / scene.zoom / Math.max(1, length)
  const begin = Math.min(0.5, radius * unit)
  // The head of the way is seen before it; on a loop it stands in the middle.
  const end = told === 'loop' ? 0.5 : Math.min(0.5, (radius + (told ? 12 : 0)) * unit)
  const beside = told === 'way' && isShort(length, scene, radius)
  const p = pointAt(route, beside ? share / 2 : begin + share * (1 - begin - end), length)
  const at = { x: scene.x + p.x * scene.zoom, y: scene.y + p.y * scene.zoom }
  if (!beside) return at
  const level = Math.abs(route[0]!.y - route.at(-1)!.y) < Math.abs(route[0]!.x - route.at(-1)!.x)
  return level ? { x: at.x, y: at.y - radius - 8 } : { x: at.x + radius + 9, y: at.y }
}

/** True for a place so far outside that nothing of a mark there could be seen. */
function beyond({ room }: Scene, x: number, y: number, reach: number): boolean {
  return x < -reach || y < -reach || x > room.w + reach || y > room.h + reach
}

/** Dots that lie on each other: of those that look alike on the same spot one is drawn, the others could not be seen. */
class Pile {
  readonly #looks = new Map<string, number>()
  readonly #taken = new Set<number>()

  /** True when a dot that looks the same lies on the same pixel already. */
  hides(dot: Dot, x: number, y: number): boolean {
    // A lens tells dots apart by more than their kind.
    if (lensNow.paint || dot.times > 1) return false
    const look = dot.dim ? `${dot.kind} dim` : dot.kind
    let number = this.#looks.get(look)
    if (number === undefined) this.#looks.set(look, (number = this.#looks.size))
    const at = ((number * 16_384 + Math.round(x) + 4096) * 16_384) + Math.round(y) + 4096
    if (this.#taken.has(at)) return true
    this.#taken.add(at)
    return false
  }
}

/** So many dots of a beat can be told apart: they are numbered and never lie on each other. */
const fewDots = 12

interface Placed extends Point {
  readonly dot: Dot
  /** Its turn among the dots of one beat, from 1; 0 where there is only one. */
  readonly turn: number
}

/** Dots that would lie on each other stand side by side: the first free place to the right. */
export function apart(placed: readonly Point[], x: number, y: number, radius: number): Point {
  const step = 2 * radius + 5
  let at = x
  while (placed.some((other) => Math.abs(other.y - y) < step && Math.abs(other.x - at) < step - 1)) at += step
  return { x: at, y }
}

/** The ways under the dots, each once however many dots are on it. */
function drawLines(context: CanvasRenderingContext2D, scene: Scene, dots: readonly Dot[], trackOf: TrackOf, colours: DotColours, alpha: number): void {
  const bright = new Map<readonly Point[], Dot>()
  const dim = new Map<readonly Point[], Dot>()
  for (const dot of dots) {
    if (dot.share <= 0) continue
    const { route } = trackOf(dot)
    const before = dot.dim ? dim : bright
    if (route.length > 1 && !before.has(route)) before.set(route, dot)
  }
  const plain = bright.size + dim.size > fewLines
  for (const ways of [dim, bright]) {
    context.globalAlpha = ways === dim ? alpha * 0.25 : alpha
    for (const [route, dot] of ways) {
      if (plain) fillLine(context, scene, route, dot, colours)
      else drawLine(context, scene, route, dot, colours)
    }
  }
  context.globalAlpha = 1
}

/** So many lines get round corners; where there are more, all are plain, which costs a tenth. */
const fewLines = 40

function drawLine(context: CanvasRenderingContext2D, view: View, route: readonly Point[], dot: Dot, colours: DotColours): void {
  context.strokeStyle = laneColour(colours, dot.behalf)
  context.lineWidth = Math.max(2, 4 * view.zoom)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.beginPath()
  route.forEach((p, i) => {
    const x = view.x + p.x * view.zoom
    const y = view.y + p.y * view.zoom
    if (i === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  })
  context.stroke()
}

/** A line of right angles as bars on whole pixels. */
function fillLine(context: CanvasRenderingContext2D, view: Scene, route: readonly Point[], dot: Dot, colours: DotColours): void {
  const width = Math.max(2, Math.round(4 * view.zoom))
  context.fillStyle = laneColour(colours, dot.behalf)
  for (let i = 1; i < route.length; i++) {
    const a = route[i - 1]!
    const b = route[i]!
    const x = Math.round(view.x + Math.min(a.x, b.x) * view.zoom - width / 2)
    const y = Math.round(view.y + Math.min(a.y, b.y) * view.zoom - width / 2)
    const w = Math.round(Math.abs(a.x - b.x) * view.zoom) + width
    const h = Math.round(Math.abs(a.y - b.y) * view.zoom) + width
    if (x < view.room.w && y < view.room.h && x + w > 0 && y + h > 0) context.fillRect(x, y, w, h)
  }
}

export function laneColour(colours: DotColours, behalf: number): string {
  return colours.lanes[laneOf(behalf - 1)]!
}

/** Its turn in the beat stands on a small plate at the lower right. */
function drawTurn(context: CanvasRenderingContext2D, x: number, y: number, r: number, turn: number, colours: DotColours): void {
  const size = Math.max(11, r * 0.95)
  context.font = `700 ${Math.round(size)}px ${colours.font}`
  const width = context.measureText(String(turn)).width + 5
  const left = x + r * 0.55
  const top = y + r * 0.35
  context.fillStyle = colours.paper
  context.fillRect(left - 1, top - 1, width + 2, size + 4)
  context.fillStyle = colours.ink
  context.fillRect(left, top, width, size + 2)
  context.fillStyle = colours.paper
  context.textAlign = 'left'
  context.textBaseline = 'top'
  context.fillText(String(turn), left + 2.5, top + 1)
}

function drawDot(context: CanvasRenderingContext2D, x: number, y: number, r: number, dot: Dot, sprites: Stamps, colours: DotColours): void {
  context.globalAlpha = dot.dim ? 0.3 : 1
  const painted = lensNow.paint?.(dot.kind, dot.to, dot.cost)
  if (painted?.dim) context.globalAlpha = 0.2
  sprites.stamp(context, dot.family, painted?.letter ?? dot.letter, painted?.tint ?? dot.family, x, y, r, colours)
  if (dot.times > 1) {
    context.font = `700 ${Math.round(r * 1.2)}px ${colours.font}`
    context.textAlign = 'left'
    context.textBaseline = 'middle'
    context.lineWidth = 4
    context.lineJoin = 'round'
    context.strokeStyle = colours.paper
    const text = `×${dot.times}`
    context.strokeText(text, x + r * 1.5, y - r * 0.9)
    context.fillStyle = colours.families[painted?.tint ?? dot.family]
    context.fillText(text, x + r * 1.5, y - r * 0.9)
  }
  context.globalAlpha = 1
}

interface Sprite {
  readonly picture: ImageBitmap
  /** Pixels from its edge to its middle. */
  readonly middle: number
}

/** Whatever draws the mark of a hop. */
export type Stamps = Pick<Sprites, 'stamp'>

/** Pictures of dots: hundreds are drawn in a frame, and each is one of a few. */
export class Sprites {
  /** Pixels of the screen in one of the page. */
  readonly scale: number
  readonly #known = new Map<string, Sprite>()
  #radius = 0
  #colours: DotColours | null = null

  constructor(scale: number) {
    this.scale = scale
  }

  /** Draws the mark of a family with a letter, in the colour of a family: its own, unless a lens says otherwise. */
  stamp(context: CanvasRenderingContext2D, family: Family, letter: string, tint: Family, x: number, y: number, radius: number, colours: DotColours): void {
    const { picture, middle } = this.#of(family, letter, tint, radius, colours)
    const { scale } = this
    // On whole pixels of the screen: a picture between them would be blurred, and dear.
    if (scale === 1) context.drawImage(picture, Math.round(x - middle), Math.round(y - middle))
    else context.drawImage(picture, Math.round(x * scale - middle) / scale, Math.round(y * scale - middle) / scale, picture.width / scale, picture.height / scale)
  }

  #of(family: Family, letter: string, tint: Family, radius: number, colours: DotColours): Sprite {
    if (radius !== this.#radius || colours !== this.#colours) this.#known.clear()
    this.#radius = radius
    this.#colours = colours
    const key = `${family} ${letter} ${tint}`
    let sprite = this.#known.get(key)
    if (!sprite) this.#known.set(key, (sprite = makeSprite(family, letter, tint, radius, this.scale, colours)))
    return sprite
  }
}

function makeSprite(family: Family, letter: string, tint: Family, r: number, scale: number, colours: DotColours): Sprite {
  const middle = Math.ceil((1.25 * r + 3) * scale)
  const canvas = new OffscreenCanvas(2 * middle, 2 * middle)
  const context = canvas.getContext('2d')
  if (!context) return { picture: canvas.transferToImageBitmap(), middle }
  context.setTransform(scale, 0, 0, scale, middle, middle)
  tracePath(context, family, 0, 0, r)
  context.lineWidth = 4
  context.strokeStyle = colours.paper
  context.lineJoin = 'round'
  context.stroke()
  context.fillStyle = colours.families[tint]
  context.fill()
  context.fillStyle = colours.paper
  context.font = `700 ${Math.round(r * 1.15)}px ${colours.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(letter, 0, r * 0.07 + (family === 'signal' ? r * 0.2 : family === 'entry' ? -r * 0.2 : 0))
  return { picture: canvas.transferToImageBitmap(), middle }
}
