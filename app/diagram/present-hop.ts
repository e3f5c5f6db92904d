/**
 * The hop of which the sentence speaks, drawn so that the eye finds it before anything else: the two parts that it joins, one
 * unbroken way over everything that stands between them, a head where it ends, and its name on a plate beside its mark.
 */
import { openSession } from '../session/lab-session.ts'
import { dotOf } from '../session/telling.ts'
import { session, type Session } from '../session/session-store.ts'
import { motion, setMotion, type Dot } from '../session/motion.ts'
import { toldAmong } from './told-hop.ts'
import { aroundPart, beforeHead, drawnWay, headOf, onto } from './drawn-way.ts'
import { foremost, laneColour, type DotColours, type Scene, type Track, type TrackOf } from './Dots.ts'
import { obstaclesOf, placeOf, type Wanted, type Weighed } from './name-plate.ts'
import type { Part } from './layout/architecture.ts'
import { right, bottom, type Box, type Point } from './layout/geometry.ts'
import { partOf, standing } from './layout/part-of.ts'

type Context = CanvasRenderingContext2D

/** Lengths on the screen, in pixels. */
const line = 4.5
const halo = 4

/** A frame with cut corners; a canvas that only remembers knows no others. */
function frame(context: Context, box: Box, cut: number): void {
  const { x, y, w, h } = box
  context.beginPath()
  context.moveTo(x + cut, y)
  context.lineTo(x + w - cut, y)
  context.lineTo(x + w, y + cut)
  context.lineTo(x + w, y + h - cut)
  context.lineTo(x + w - cut, y + h)
  context.lineTo(x + cut, y + h)
  context.lineTo(x, y + h - cut)
  context.lineTo(x, y + cut)
  context.closePath()
}

function onScreen(box: Box, scene: Scene, grow = 0): Box {
  const { x, y } = onto(scene, box)
  return { x: x - grow, y: y - grow, w: box.w * scene.zoom + 2 * grow, h: box.h * scene.zoom + 2 * grow }
}

function markParts(context: Context, scene: Scene, dot: Dot, colours: DotColours): void {
  const colour = laneColour(colours, dot.behalf)
  const from = partOf(scene.drawing, dot.from)
  const to = partOf(scene.drawing, dot.to)
  const around = (part: Part, grow: number): void => {
    const box = onScreen(part.box, scene, grow)
    frame(context, box, part.look === 'pipe' ? box.h * 0.32 : 3)
  }
  if (to) {
    around(to, 0)
    context.globalAlpha = 0.1
    context.fillStyle = colour
    context.fill()
    context.globalAlpha = 1
  }
  context.lineJoin = 'round'
  for (const part of new Set([from, to])) {
    if (!part) continue
    around(part, 0.5)
    context.lineWidth = part === to ? 3.5 : 2.5
    context.strokeStyle = colour
    context.stroke()
  }
}

function trace(context: Context, way: readonly Point[]): void {
  context.beginPath()
  way.forEach((p, i) => (i === 0 ? context.moveTo(p.x, p.y) : context.lineTo(p.x, p.y)))
}

function traceHead(context: Context, way: readonly Point[]): void {
  trace(context, headOf(way))
  context.closePath()
}

/** So many hops before it, of those that were for the same partition, show how it came there. */
const trailMost = 8
const trailLooks = 24

const trails = new WeakMap<Dot, readonly Dot[]>()
const awaited = new WeakSet<Dot>()

/** The hops that led here, the last one first; as many as are at hand. Those that are not are asked for once nothing plays. */
function trailOf(dot: Dot): readonly Dot[] {
  const before = trails.get(dot)
  if (before) return before
  const rows = openSession()?.rows
  const { kinds, view, playing } = session.getState()
  const least = Math.max(view?.status.start ?? 0, dot.n - trailLooks)
  const out: Dot[] = []
  let whole = rows !== undefined
  for (let n = dot.n - 1; rows && n > least && out.length < trailMost; n--) {
    const hop = rows.get(n)
    if (!hop) whole = false
    const earlier = hop && hop.behalf === dot.behalf && hop.from !== hop.to ? dotOf(hop, { kinds, components: view?.components ?? [] }, false) : null
    if (earlier) out.push(earlier)
  }
  if (whole) trails.set(dot, out)
  else if (rows && !playing && !awaited.has(dot)) {
    awaited.add(dot)
    // Drawn anew when they are there; a machine that has gone meanwhile has none.
    rows.want(least + 1, dot.n - 1).then(() => setMotion(motion.dots, motion.landed), () => {})
  }
  return out
}

/** Where one hop came to the part that the next one left: the way there along its border. Otherwise nothing. */
function throughPart(scene: Scene, earlier: Dot, next: Dot, trackOf: TrackOf): readonly Point[] {
  const part = partOf(scene.drawing, earlier.to)
  const came = trackOf(earlier).route.at(-1)
  const left = trackOf(next).route[0]
  if (!part || !came || !left || part !== partOf(scene.drawing, next.from)) return []
  return aroundPart(part.anchor ?? part.box, came, left) ?? []
}

function drawTrail(context: Context, scene: Scene, dot: Dot, trackOf: TrackOf, colours: DotColours): void {
  // Cause and effects say it better.
  const { selection, playing } = session.getState()
  if (selection?.kind === 'hop' && !playing) return
  context.strokeStyle = laneColour(colours, dot.behalf)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.lineWidth = Math.max(3, 5 * scene.zoom)
  let next = dot
  trailOf(dot).forEach((earlier, i) => {
    const { route } = trackOf(earlier)
    if (route.length < 2) return
    context.globalAlpha = 0.5 - i * 0.05
    trace(context, [...route, ...throughPart(scene, earlier, next, trackOf)].map((p) => onto(scene, p)))
    context.stroke()
    next = earlier
  })
  context.globalAlpha = 1
}

function drawWay(context: Context, scene: Scene, dot: Dot, trackOf: TrackOf, radius: number, colours: DotColours): void {
  drawTrail(context, scene, dot, trackOf, colours)
  markParts(context, scene, dot, colours)
  const { route, length } = trackOf(dot)
  const way = drawnWay(route, length, scene, radius)
  if (way.length < 2) return
  const shaft = beforeHead(way)
  const first = way[0]!
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.strokeStyle = colours.paper
  context.lineWidth = line + 2 * halo
  trace(context, shaft)
  context.stroke()
  context.lineWidth = 2 * halo
  traceHead(context, way)
  context.stroke()
  const colour = laneColour(colours, dot.behalf)
  context.strokeStyle = colour
  context.fillStyle = colour
  context.lineWidth = line
  trace(context, shaft)
  context.stroke()
  traceHead(context, way)
  context.fill()
  context.beginPath()
  context.arc(first.x, first.y, 5, 0, 2 * Math.PI)
  context.fill()
}

interface Words {
  readonly name: string
  /** Who it is between, where the parts do not say so. */
  readonly parties: string
}

function wordsOf(dot: Dot, scene: Scene, { kinds, view }: Session): Words {
  const titleOf = (path: string): string => view?.components.find((c) => c.path === path)?.title ?? ''
  const plain = [dot.from, dot.to].every((path) => standing(scene.drawing, path) === path)
  const name = kinds.find((kind) => kind.name === dot.kind)?.title ?? ''
  return { name: dot.times > 1 ? `${name} ×${dot.times}` : name, parties: plain && dot.from !== dot.to ? '' : dot.from === dot.to ? titleOf(dot.from) : `${titleOf(dot.from)} → ${titleOf(dot.to)}` }
}

interface Plate {
  readonly about: string
  readonly box: Box
  readonly words: Words
}

const plates = new WeakMap<Dot, Plate>()
const weighed = new WeakMap<Scene['drawing'], readonly Weighed[]>()

function plateOf(context: Context, scene: Scene, dot: Dot, track: Track, rest: Point, others: readonly Point[], radius: number, size: number, font: string): Plate {
  const told = wordsOf(dot, scene, session.getState())
  // Large type and a small picture have no room for both: the sentence says who.
  const words = size > 16 || scene.zoom < 0.75 ? { ...told, parties: '' } : told
  // Measured each time: the same letters are of another width once their font has come.
  context.font = `600 ${size}px ${font}`
  const nameWidth = context.measureText(words.name).width
  context.font = `400 ${size - 1}px ${font}`
  const w = Math.max(nameWidth, words.parties ? context.measureText(words.parties).width : 0) + 16
  const h = words.parties ? 2 * size + 14 : size + 10
  const { x, y, zoom, room } = scene
  const about = [x, y, zoom, room.w, room.h, w, h, ...[rest, ...others].flatMap((p) => [Math.round(p.x), Math.round(p.y)])].join(' ')
  const before = plates.get(dot)
  if (before?.about === about) return before
  const plate = { about, box: boxOf(scene, track, { w, h, rest, others, radius }, about), words }
  plates.set(dot, plate)
  return plate
}

/** Where plates have stood on a way, by all that it depends on: a machine that does the same again is told at the same places. */
const boxes = new WeakMap<readonly Point[], Map<string, Box>>()
const boxesMost = 32

function boxOf(scene: Scene, { route, length }: Track, wanted: Pick<Wanted, 'w' | 'h' | 'rest' | 'others' | 'radius'>, about: string): Box {
  let known = boxes.get(route)
  if (!known) boxes.set(route, (known = new Map<string, Box>()))
  const before = known.get(about)
  if (before) return before
  if (known.size >= boxesMost) known.clear()
  let things = weighed.get(scene.drawing)
  if (!things) weighed.set(scene.drawing, (things = obstaclesOf(scene.drawing)))
  const way = drawnWay(route, length, scene, wanted.radius)
  const box = placeOf({ ...wanted, way, room: scene.room, things: things.map((thing) => ({ ...thing, box: onScreen(thing.box, scene) })) })
  known.set(about, box)
  return box
}

/** Its name, beside where its mark comes to rest; a thin line leads there when it stands further away. */
function drawName(context: Context, scene: Scene, dot: Dot, track: Track, rest: Point, others: readonly Point[], radius: number, colours: DotColours, big: boolean): void {
  // From the back of a room; nobody projects a phone.
  const size = !big ? 13 : scene.room.w < 640 ? 15 : 21
  const { box, words } = plateOf(context, scene, dot, track, rest, others, radius, size, colours.font)
  const colour = colours.families[dot.family]
  const near = { x: Math.max(box.x, Math.min(right(box), rest.x)), y: Math.max(box.y, Math.min(bottom(box), rest.y)) }
  context.globalAlpha = 1
  context.strokeStyle = colour
  context.lineWidth = 2
  trace(context, [rest, near])
  context.stroke()
  frame(context, box, 4)
  context.strokeStyle = colours.paper
  context.lineWidth = 4
  context.lineJoin = 'round'
  context.stroke()
  context.fillStyle = colour
  context.fill()
  context.fillStyle = colours.paper
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.font = `600 ${size}px ${colours.font}`
  context.fillText(words.name, box.x + 8, box.y + 5 + size / 2)
  if (!words.parties) return
  context.font = `400 ${size - 1}px ${colours.font}`
  context.fillText(words.parties, box.x + 8, box.y + 9 + size * 1.5)
}

foremost.by = { among: toldAmong, way: drawWay, name: drawName }
