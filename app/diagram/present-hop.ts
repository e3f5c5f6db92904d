/**
 * The hop of which the sentence speaks, drawn so that the eye finds it before anything else: the two parts that it joins, one
 * unbroken way over everything that stands between them, a head where it ends, and its name on a plate beside its mark.
 */
import { openSession } from '../session/lab-session.ts'
import { dotOf } from '../session/telling.ts'
import { session } from '../session/session-store.ts'
import { motion, setMotion, type Dot } from '../session/motion.ts'
import { toldAmong } from './told-hop.ts'
import { beforeHead, drawnWay, headOf, onto } from './drawn-way.ts'
import { foremost, laneColour, type DotColours, type Scene, type Track, type TrackOf } from './Dots.ts'
import { obstaclesOf, placeOf, type Wanted, type Weighed } from './name-plate.ts'
import type { Part } from './layout/architecture.ts'
import { right, bottom, type Box, type Point } from './layout/geometry.ts'
import { partOf, standing } from './layout/part-of.ts'
import { begunIn, causesOf, ownIn, stationsOf } from './way-here.ts'

type Context = CanvasRenderingContext2D

/** Lengths on the screen, in pixels. */
const line = 4.5
const halo = 4

/** Adds a frame with cut corners; a canvas that only remembers knows no others. */
function traceFrame(context: Context, { x, y, w, h }: Box, cut: number): void {
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

function frame(context: Context, box: Box, cut: number): void {
  context.beginPath()
  traceFrame(context, box, cut)
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

function traceOn(context: Context, way: readonly Point[]): void {
  way.forEach((p, i) => (i === 0 ? context.moveTo(p.x, p.y) : context.lineTo(p.x, p.y)))
}

function trace(context: Context, way: readonly Point[]): void {
  context.beginPath()
  traceOn(context, way)
}

function traceHead(context: Context, way: readonly Point[]): void {
  trace(context, headOf(way))
  context.closePath()
}

/** How a request came to where a hop sets out: the parts that it came through, and the hops between them. */
interface CameBy {
  readonly drawing: Scene['drawing']
  readonly parts: readonly Part[]
  readonly hops: readonly Dot[]
  /** The hop whose row is not at hand; 0 where all is known. */
  readonly missing: number
}

const histories = new WeakMap<Dot, CameBy>()
const asked = new WeakMap<Dot, number>()

function findCameBy(dot: Dot, drawing: Scene['drawing']): CameBy {
  const rows = openSession()?.rows
  const { kinds, view } = session.getState()
  const hop = rows?.get(dot.n)
  if (!rows || !view || !hop) return { drawing, parts: [], hops: [], missing: dot.n }
  const { components, status } = view
  const { hops, missing } = causesOf(hop, status.start, (n) => rows.get(n))
  // Who asks from outside is not on the way: it begins in the program, and no line runs through the name of a guest.
  const inside = begunIn(ownIn(hops, dot.behalf), status.start, (cause) => components[cause.from]?.partition === dot.behalf).filter((cause) => components[cause.from]?.place !== 'remote')
  const stations = stationsOf(inside, standing(drawing, dot.from), (component) => standing(drawing, components[component]?.path ?? ''))
  return {
    drawing, missing,
    parts: stations.flatMap(({ part }) => partOf(drawing, part) ?? []),
    hops: stations.flatMap(({ by }) => (by ? (dotOf(by, { kinds, components }, false) ?? []) : [])),
  }
}

/** Found once for each hop that is told. A block that is not at hand is asked for once: the rows that come while it plays go on with it. */
function cameBy(dot: Dot, drawing: Scene['drawing']): CameBy {
  const before = histories.get(dot)
  if (before?.drawing === drawing && (before.missing === 0 || asked.get(dot) === before.missing)) return before
  const now = findCameBy(dot, drawing)
  histories.set(dot, now)
  const rows = openSession()?.rows
  if (rows && now.missing > 0 && asked.get(dot) !== now.missing) {
    asked.set(dot, now.missing)
    const again = (): void => {
      histories.delete(dot)
      setMotion(motion.dots, motion.landed)
    }
    // Drawn anew when they are there; a machine that has gone meanwhile has none.
    rows.want(now.missing, now.missing).then(again, () => {})
  }
  return now
}

/** The way of the request, from who asked to here: one line through the parts that it came through. */
function drawCameBy(context: Context, scene: Scene, dot: Dot, trackOf: TrackOf, radius: number, colours: DotColours): void {
  // Cause and effects say it better.
  const { selection, playing } = session.getState()
  if (selection?.kind === 'hop' && !playing) return
  const { parts, hops } = cameBy(dot, scene.drawing)
  context.strokeStyle = laneColour(colours, dot.behalf)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.globalAlpha = 0.85
  context.beginPath()
  for (const { box, look } of parts) traceFrame(context, onScreen(box, scene, 0.5), look === 'pipe' ? box.h * scene.zoom * 0.32 : 3)
  context.lineWidth = Math.min(3, Math.max(2, radius * 0.18))
  context.stroke()
  context.beginPath()
  for (const { route } of hops.map(trackOf)) traceOn(context, route.map((p) => onto(scene, p)))
  // Never as broad as the hop that is told.
  context.lineWidth = Math.min(line, Math.max(3.5, radius * 0.3))
  context.stroke()
  context.globalAlpha = 1
}

function drawWay(context: Context, scene: Scene, dot: Dot, trackOf: TrackOf, radius: number, colours: DotColours): void {
  drawCameBy(context, scene, dot, trackOf, radius, colours)
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

/** What the hop is called: who it is between, the sentence says. */
function nameOf(dot: Dot): string {
  const name = session.getState().kinds.find((kind) => kind.name === dot.kind)?.title ?? ''
  return dot.times > 1 ? `${name} ×${dot.times}` : name
}

interface Plate {
  readonly about: string
  readonly box: Box
  readonly name: string
}

const plates = new WeakMap<Dot, Plate>()
const weighed = new WeakMap<Scene['drawing'], readonly Weighed[]>()

function plateOf(context: Context, scene: Scene, dot: Dot, track: Track, rest: Point, others: readonly Point[], radius: number, size: number, font: string): Plate {
  const name = nameOf(dot)
  // Measured each time: the same letters are of another width once their font has come.
  context.font = `600 ${size}px ${font}`
  const w = context.measureText(name).width + 16
  const h = size + 10
  const { x, y, zoom, room } = scene
  const about = [x, y, zoom, room.w, room.h, w, h, ...[rest, ...others].flatMap((p) => [Math.round(p.x), Math.round(p.y)])].join(' ')
  const before = plates.get(dot)
  if (before?.about === about) return before
  const plate = { about, box: boxOf(scene, track, { w, h, rest, others, radius }, about), name }
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
  const { box, name } = plateOf(context, scene, dot, track, rest, others, radius, size, colours.font)
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
  context.fillText(name, box.x + 8, box.y + 5 + size / 2)
}

foremost.by = { among: toldAmong, way: drawWay, name: drawName }
