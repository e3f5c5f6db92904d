import { describe, expect, it } from 'vitest'
import { architecture, defaultGuests } from './layout/architecture.ts'
import { edges, fits } from './layout/edges.ts'
import { bottom, lengthOf, middle, pointAt, right, type Box, type Point } from './layout/geometry.ts'
import { createRouter } from './layout/routes.ts'
import { obstaclesOf, placeOf } from './name-plate.ts'

function meets(a: Box, b: Box): boolean {
  return a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a)
}

describe.each(['architecture', 'mechanism'] as const)('the name of the present hop in the %s', (depth) => {
  const drawing = architecture(defaultGuests, { depth })
  const things = obstaclesOf(drawing)
  const room = { w: drawing.width, h: drawing.height }
  const router = createRouter(drawing)
  const paths = drawing.parts.flatMap((part) => part.members)
  const ways = new Set<readonly Point[]>()
  for (const [from, to] of edges) {
    for (const a of paths.filter((path) => fits(path, from))) {
      for (const b of paths.filter((path) => fits(path, to))) ways.add(router.route(a, b, 1))
    }
  }
  const drawn = [...ways].filter((way) => way.length > 1)
  const plateFor = (way: readonly Point[]): { readonly box: Box; readonly rest: Point } => {
    const rest = pointAt(way, 0.7, lengthOf(way))
    return { rest, box: placeOf({ w: 150, h: 40, way, rest, others: [], radius: 14, room, things }) }
  }

  it('stands on the paper, beside its way and its mark, never on them', () => {
    expect(drawn.length).toBeGreaterThan(20)
    for (const way of drawn) {
      const { box, rest } = plateFor(way)
      expect(box.x >= 0 && box.y >= 0 && right(box) <= room.w && bottom(box) <= room.h).toBe(true)
      expect(meets(box, { x: rest.x - 8, y: rest.y - 8, w: 16, h: 16 })).toBe(false)
      for (let i = 1; i < way.length; i++) {
        const [a, b] = [way[i - 1]!, way[i]!]
        expect(meets(box, { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) })).toBe(false)
      }
    }
  })

  it('covers the name of a part only where there is no room beside it', () => {
    const names = drawing.parts.filter((part) => !part.look && !part.absent).map((part) => {
      const { x, y } = middle(part.anchor ?? part.box)
      return { x: x - 30, y: y - 10, w: 60, h: 20 }
    })
    const covering = drawn.map((way) => plateFor(way).box).filter((box) => names.some((name) => meets(box, name)))
    expect(covering.length / drawn.length).toBeLessThan(0.1)
  })

  it('leaves the marks of the same beat free', () => {
    const way = drawn.find((one) => lengthOf(one) > 120)!
    const rest = pointAt(way, 0.7, lengthOf(way))
    const wanted = { w: 150, h: 40, way, rest, radius: 14, room, things: [] }
    const first = placeOf({ ...wanted, others: [] })
    const again = placeOf({ ...wanted, others: [middle(first)] })
    expect(meets(again, { x: middle(first).x - 8, y: middle(first).y - 8, w: 16, h: 16 })).toBe(false)
  })
})
