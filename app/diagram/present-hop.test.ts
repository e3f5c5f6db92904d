/** The present hop on a canvas that only remembers: where its mark stands, how its way ends, and where its name is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Dot } from '../session/motion.ts'
import { session } from '../session/session-store.ts'
import { drawDots, tracksOf, type DotColours, type RouteOf, type Scene } from './Dots.ts'
import { beforeHead, drawnWay, head, headOf } from './drawn-way.ts'
import { architecture, defaultGuests } from './layout/architecture.ts'
import { edges, fits } from './layout/edges.ts'
import { lengthOf, type Point } from './layout/geometry.ts'
import { createRouter } from './layout/routes.ts'
import './present-hop.ts'

const drawing = architecture(defaultGuests, { depth: 'mechanism' })
const router = createRouter(drawing)
const routeOf: RouteOf = (from, to, behalf) => router.route(from, to, behalf - 1)
const trackOf = tracksOf(routeOf)
const scene: Scene = { x: 0, y: 0, zoom: 1, drawing, room: { w: drawing.width, h: drawing.height } }
const colours = { families: {}, lanes: Array.from({ length: 9 }, () => 'red'), paper: 'white', ink: 'black', font: 'x' } as unknown as DotColours

function dotFrom(n: number, from: string, to: string, kind = `k${n}`): Dot {
  return { n, kind, family: 'call', letter: 'c', from, to, behalf: 1, cost: 0, times: 1, dim: false, share: 1 }
}

/** A letter is so wide. */
let letter = 7

/** Draws what has landed: the marks, in the order in which they lie on each other, and the texts. */
function drawn(landed: readonly Dot[], over: Scene = scene, track = trackOf) {
  const marks: (Point & { readonly letter: string; readonly r: number })[] = []
  const texts: (Point & { readonly text: string })[] = []
  const own: Record<string, unknown> = {
    measureText: (text: string) => ({ width: text.length * letter }),
    fillText: (text: string, x: number, y: number) => texts.push({ text, x, y }),
  }
  const context = new Proxy(own, { get: (at, key) => at[String(key)] ?? (() => {}), set: () => true }) as unknown as CanvasRenderingContext2D
  drawDots(context, over, [], landed, track, { stamp: (_c, _f, mark, _t, x, y, r) => void marks.push({ letter: mark, x, y, r }) }, colours, false)
  return { marks, texts }
}

function far(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

beforeEach(() => {
  letter = 7
  session.setState({ caption: { n: 5, says: '', because: '', note: '' }, beat: null, playing: false, kinds: [1, 2, 3, 4, 5, 6].map((n) => ({ name: `k${n}`, title: `kind ${n}` })) as never })
})
afterEach(() => session.setState({ caption: null, kinds: [] }))

describe('the mark of the present hop', () => {
  it('stands before the end of its way, also where the way is shaped like a loop', () => {
    const pairs = [['hypervisor/intercepts', 'hypervisor/synic'], ['root/kernel', 'root/vmbus']].flatMap(([a, b]) => [[a!, b!], [b!, a!]] as const)
    const bent = pairs.map(([from, to]) => ({ from, to, route: routeOf(from, to, 1)! })).filter(({ route }) => route.length === 4 && route[0]!.y === route[3]!.y)
    expect(bent.length).toBeGreaterThan(1)
    for (const { from, to, route } of bent) {
      const [mark] = drawn([dotFrom(5, from, to)]).marks
      expect(far(mark!, route[3]!), `${from} to ${to}`).toBeLessThan(mark!.r + 13)
    }
  })

  it('stands in the middle of the loop of a hop that stays inside one part', () => {
    const loop = [{ x: 100, y: 100 }, { x: 100, y: 86 }, { x: 210, y: 86 }, { x: 210, y: 100 }]
    const [mark] = drawn([dotFrom(5, 'root/kernel', 'root/kernel')], scene, tracksOf(() => loop)).marks
    expect(Math.abs(mark!.x - 155)).toBeLessThan(mark!.r)
    expect(mark!.y).toBe(86)
  })

  it('stands beside the middle of a way that has no room for mark and head: the names at both ends stay legible', () => {
    const [left, right] = ['root/diskdriver', 'root/ntfs'].map((path) => drawing.parts.find((part) => part.path === path)!.box)
    const [mark] = drawn([dotFrom(5, 'root/ntfs', 'root/diskdriver')]).marks
    expect(mark!.x).toBeCloseTo((left!.x + left!.w + right!.x) / 2, 0)
    expect(mark!.y + mark!.r).toBeLessThan(left!.y + left!.h / 2 - 6)
    const [down] = drawn([dotFrom(5, 'alpha/storvsc', 'alpha/vmbus')]).marks
    const [upper, lower] = ['alpha/storvsc', 'alpha/vmbus'].map((path) => drawing.parts.find((part) => part.path === path)!.box)
    expect(down!.y).toBeCloseTo((upper!.y + upper!.h + lower!.y) / 2, 0)
  })

  it('stays on its way where others of the beat stand in its place: they make room', () => {
    const [alone] = drawn([dotFrom(5, 'root/kernel', 'root/winhv')]).marks
    const { marks } = drawn([{ ...dotFrom(4, 'root/kernel', 'root/winhv'), letter: 'o' }, dotFrom(5, 'root/kernel', 'root/winhv')])
    expect(marks.at(-1)).toEqual(alone)
    expect(marks[0]!.letter).toBe('o')
    expect(far(marks[0]!, alone!)).toBeGreaterThan(2 * alone!.r)
  })
})

function straight(route: readonly Point[], why: string): void {
  if (route.length < 2) return
  const way = drawnWay(route, lengthOf(route), { x: 10, y: 20, zoom: 0.6 }, 11)
  const [tip, a, b] = headOf(way)
  expect(far(tip, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }), why).toBeCloseTo(head, 6)
  expect(far(a, b), why).toBeCloseTo(16, 6)
  expect(far(a, tip), why).toBeCloseTo(far(b, tip), 6)
  expect(far(way.at(-2)!, tip), why).toBeGreaterThan(head - 0.001)
  expect(far(beforeHead(way).at(-1)!, tip), why).toBeCloseTo(head - 2, 6)
}

describe('the way of the present hop', () => {
  it('ends with a head of its own length, straight on its last piece', () => {
    for (const ledgers of [true, false]) {
      const wide = architecture(defaultGuests, { depth: 'mechanism', ledgers })
      const ways = createRouter(wide)
      const paths = wide.parts.flatMap((part) => part.members)
      for (const [from, to] of edges) {
        for (const a of paths.filter((path) => fits(path, from))) {
          for (const b of paths.filter((path) => fits(path, to))) straight(ways.route(a, b, 1), `${a} to ${b}`)
        }
      }
    }
  })

  it('has a head on an upright end of two pixels, after an end without length, and on a slant', () => {
    const view = { x: 0, y: 0, zoom: 1 }
    expect(() => straight([{ x: 0, y: 0 }, { x: 90, y: 0 }, { x: 130, y: 50 }], 'slant')).not.toThrow()
    const upright = drawnWay([{ x: 0, y: 0 }, { x: 200, y: 0 }, { x: 200, y: 2 }], 202, view, 11)
    expect(far(upright.at(-1)!, upright.at(-2)!)).toBeCloseTo(head, 6)
    const stub = drawnWay([{ x: 0, y: 0 }, { x: 200, y: 0 }, { x: 200, y: 0 }], 200, view, 11)
    expect(headOf(stub)[1]).toEqual({ x: 200 - head, y: 8 })
    expect(drawnWay([{ x: 7, y: 7 }, { x: 7, y: 7 }], 0, view, 11)).toEqual([])
  })
})

describe('the name of the present hop', () => {
  const dot = () => dotFrom(5, 'root/kernel', 'root/winhv')
  const name = (one: Dot, over = scene, track = trackOf) => drawn([one], over, track).texts.find(({ text }) => text === 'kind 5')

  it('is not drawn before its way is known, and then stands beside it', () => {
    const one = dot()
    expect(name(one, scene, tracksOf(() => null))).toBeUndefined()
    expect(name(one)).toEqual(name(dot()))
  })

  it('finds another place when the picture becomes smaller, and when its letters come out wider', () => {
    const one = dot()
    const wide = name(one)!
    const narrow = { ...scene, room: { w: wide.x + 10, h: scene.room.h } }
    expect(name(one, narrow)).toEqual(name(dot(), narrow))
    expect(name(one, narrow)).not.toEqual(wide)
    name(one)
    letter = 16
    expect(name(one)).toEqual(name(dot()))
    expect(name(one)).not.toEqual(wide)
  })
})
