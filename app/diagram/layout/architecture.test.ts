import { describe, expect, it } from 'vitest'
import { crossings } from '../../../engine/index.ts'
import { architecture, defaultGuests, type GuestShape } from './architecture.ts'
import { edgeOf, edges, fits } from './edges.ts'
import { bottom, cuts, right, type Box } from './geometry.ts'
import { createRouter } from './routes.ts'

const placeOf = (path: string): string => {
  if (path.startsWith('hardware/') || path.endsWith('/channel')) return 'hardware'
  if (path.startsWith('hypervisor/') || path.startsWith('remote/')) return path.split('/')[0]!
  if (path.startsWith('root/')) return /vmms|vmwp/.test(path) ? 'root-user' : 'root-kernel'
  return /\/(?:reader|load)$/.test(path) ? 'guest-user' : 'guest-kernel'
}

const eight: readonly GuestShape[] = Array.from({ length: 8 }, (_, i) => ({
  path: `g${i}`, title: `G${i}`, way: i % 2 === 0 ? ('synthetic' as const) : ('emulated' as const), devices: i % 2 === 0 ? [] : ['ide', 'pic'],
}))

function overlap(a: Box, b: Box): boolean {
  return a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a)
}

describe('an edge of the picture', () => {
  it.each(edges)('from %s to %s is allowed by the crossing %s', (from, to, crossing) => {
    const allowed = crossings[crossing]
    expect(allowed.from).toBe(placeOf(from))
    expect(allowed.to).toBe(placeOf(to))
  })

  it('is found by the paths of components, and a star stands for a guest only', () => {
    expect(edgeOf('alpha/storvsc', 'alpha/channel')?.[2]).toBe('guest-memory-write')
    expect(edgeOf('alpha/storvsc', 'hardware/disk')).toBeNull()
    expect(fits('root/kernel', '*/kernel')).toBe(false)
    expect(fits('root/vmwp/beta/ide', 'root/vmwp/*/ide')).toBe(true)
  })
})

describe.each([
  ['two guests', defaultGuests, {}],
  ['two guests on a high page', defaultGuests, { extra: 200 }],
  ['two guests on a broad page', defaultGuests, { broad: 56 }],
  ['two guests and a dozen parts on a broad page', defaultGuests, { broad: 104, depth: 'architecture' }],
  ['no guest', [], {}],
  ['no guest, a dozen parts', [], { depth: 'architecture' }],
  ['one guest', defaultGuests.slice(0, 1), {}],
  ['eight guests', eight, {}],
  ['eight guests, six of them tiles', eight, { columns: 2 }],
  ['two guests and a dozen parts', defaultGuests, { depth: 'architecture' }],
  ['two guests, a dozen parts and ledgers beside it', defaultGuests, { depth: 'architecture', ledgers: false }],
  ['eight guests as parts and tiles', eight, { depth: 'architecture', columns: 3 }],
] as const)('the drawing with %s', (_, guests, wishes) => {
  const drawing = architecture(guests, wishes)

  it('has every part inside its paper, and no two parts over each other', () => {
    for (const part of drawing.parts) {
      expect(part.box.w).toBeGreaterThan(0)
      expect(part.box.x).toBeGreaterThanOrEqual(0)
      expect(right(part.box)).toBeLessThanOrEqual(drawing.width)
      expect(bottom(part.box)).toBeLessThanOrEqual(drawing.height)
    }
    const solid = drawing.parts.filter((part) => !part.inside)
    const meetings = solid.flatMap((a, i) => solid.slice(i + 1).filter((b) => overlap(a.box, b.box)).map((b) => `${a.path} over ${b.path}`))
    expect(meetings).toEqual([])
  })

  it('gives every edge between its parts a way of right angles', () => {
    const router = createRouter(drawing)
    const paths = drawing.parts.flatMap((part) => part.members)
    const stands = (path: string): string => drawing.standsFor.get(path)!
    let found = 0
    for (const [from, to] of edges) {
      for (const a of paths.filter((path) => fits(path, from))) {
        for (const b of paths.filter((path) => fits(path, to) && sameGuest(a, path))) {
          if (stands(a) === stands(b)) continue
          found += 1
          const way = router.route(a, b, 1)
          expect(way.length, `${a} to ${b}`).toBeGreaterThan(1)
          const slanting = way.some((p, i) => i > 0 && p.x !== way[i - 1]!.x && p.y !== way[i - 1]!.y)
          expect(slanting, `${a} to ${b} is slanting`).toBe(false)
        }
      }
    }
    expect(found).toBeGreaterThan(10)
  })

  it('reaches hardware from root through the shaft alone', () => {
    const way = createRouter(drawing).route('root/diskdriver', 'hardware/disk', 0)
    const crossing = way.findIndex((p, i) => i > 0 && cuts(way[i - 1]!, { x: p.x + 0.1, y: p.y }, drawing.hypervisor))
    expect(crossing).toBeGreaterThan(0)
    expect(way[crossing]!.x).toBeGreaterThan(drawing.shaft.x)
    expect(way[crossing]!.x).toBeLessThan(right(drawing.shaft))
  })
})

function sameGuest(a: string, b: string): boolean {
  const guestOf = (path: string): string => {
    const steps = path.split('/')
    if (steps[0] === 'root' && steps[1] === 'vmwp') return steps[2]!
    return ['root', 'hypervisor', 'hardware', 'remote'].includes(steps[0]!) ? '' : steps[0]!
  }
  return guestOf(a) === '' || guestOf(b) === '' || guestOf(a) === guestOf(b)
}
