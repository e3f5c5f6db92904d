/** What many guests cost the picture: counted in ways found and lines drawn anew, never in time. */
import { describe, expect, it } from 'vitest'
import type { ComponentView } from '../../engine/index.ts'
import { laneMost, laneOf } from '../ui/lane.ts'
import { architecture, type GuestShape } from './layout/architecture.ts'
import { fitting, largestType, leastType, padding } from './layout/fit.ts'
import { createRouter, type Router } from './layout/routes.ts'
import { WireBook } from './wire-book.ts'

const guests = 128

function shapes(count: number): readonly GuestShape[] {
  return Array.from({ length: count }, (_, i) => ({ path: `g${i}`, title: `G${i}`, way: i % 2 === 0 ? 'synthetic' : 'emulated', devices: ['ide', 'pic'] }))
}

const drawing = architecture(shapes(guests), { depth: 'architecture', columns: 2 })

/** Just what the book reads of components: paths. */
const components = [
  'root/kernel', 'root/storvsp', 'hypervisor/synic', 'hypervisor/scheduler', ...shapes(guests).flatMap((g) => [`${g.path}/kernel`, `${g.path}/vmbus`]),
].map((path, index) => ({ path, index }) as ComponentView)

function keyOf(from: string, to: string, behalf: number): number {
  const index = (path: string): number => components.findIndex((c) => c.path === path)
  const [a, b] = [index(from), index(to)]
  return (Math.min(a, b) * 65_536 + Math.max(a, b)) * 256 + behalf
}

/** A router that counts how often it is asked. */
function counting(router: Router): Router & { readonly asked: () => number } {
  let asked = 0
  return {
    ...router,
    asked: () => asked,
    known(from, to, ordinal) {
      asked += 1
      return router.known(from, to, ordinal)
    },
  }
}

describe('lanes of many guests', () => {
  it('are as many as there are colours, and near to the way they run beside', () => {
    const router = createRouter(drawing)
    const ways = new Set(Array.from({ length: guests }, (_, i) => router.route('root/kernel', 'root/storvsp', i + 1)))
    expect(ways.size).toBe(laneMost)
    const middle = router.route('root/kernel', 'root/storvsp', 0)
    for (const way of ways) way.forEach((p, i) => expect(Math.max(Math.abs(p.x - middle[i]!.x), Math.abs(p.y - middle[i]!.y))).toBeLessThanOrEqual(10))
  })

  it('are those of the first eight guests, in turn', () => {
    expect([0, 1, 8, 9, 16, 17, 128].map(laneOf)).toEqual([0, 1, 8, 1, 8, 1, 8])
  })
})

describe('ways that are looked for', () => {
  it('are not found while somebody waits, and are the same once they are found', () => {
    const router = createRouter(drawing)
    expect(router.known('g5/kernel', 'hypervisor/synic', 6)).toBeNull()
    expect(router.known('g5/vmbus', 'hypervisor/scheduler', 6)).toBeNull()
    expect(router.findNext()).toBe(true)
    // Both go from the one part that stands for the guest to the one that stands for the hypervisor.
    expect(router.findNext()).toBe(false)
    expect(router.known('g5/kernel', 'hypervisor/synic', 6)).toEqual(createRouter(drawing).route('g5/kernel', 'hypervisor/synic', 6))
  })

  it('lead from every guest to the hypervisor, around all others', () => {
    const router = createRouter(drawing)
    for (let i = 0; i < guests; i++) expect(router.route(`g${i}/kernel`, 'hypervisor/synic', i + 1).length, `g${i}`).toBeGreaterThan(1)
  })
})

describe('the book of worn ways', () => {
  const router = createRouter(drawing)
  const counts = new Map<number, number>()
  for (let i = 0; i < guests; i++) counts.set(keyOf(`g${i}/kernel`, 'hypervisor/synic', i + 2), 1).set(keyOf(`g${i}/vmbus`, 'hypervisor/synic', i + 2), 1)

  function counted(): { readonly book: WireBook; readonly asked: () => number } {
    const counter = counting(router)
    const book = new WireBook({ components, standsFor: drawing.standsFor, known: (from, to, ordinal) => counter.known(from, to, ordinal), bright: null })
    book.count(counts.keys(), counts)
    while (router.findNext());
    book.found(counts)
    return { book, asked: counter.asked }
  }

  it('draws ways between the same two parts as one line', () => {
    expect(counted().book.drawn.wires).toHaveLength(guests)
  })

  it('says that more comes until the last way is found', () => {
    const fresh = createRouter(drawing)
    const book = new WireBook({ components, standsFor: drawing.standsFor, known: (from, to, ordinal) => fresh.known(from, to, ordinal), bright: null })
    expect([book.count(counts.keys(), counts), book.drawn]).toEqual([true, { wires: [], waits: true }])
    fresh.findNext()
    expect([book.found(counts), book.drawn.wires.length, book.drawn.waits]).toEqual([true, 1, true])
    while (fresh.findNext());
    expect([book.found(counts), book.drawn.wires.length, book.drawn.waits]).toEqual([true, guests, false])
    expect(book.found(counts)).toBe(false)
  })

  it('goes on at the cost of what was used since, not of how many guests there are', () => {
    const { book, asked } = counted()
    const before = book.drawn.wires
    const asks = asked()
    const key = keyOf('g7/kernel', 'hypervisor/synic', 9)
    const later = new Map(counts).set(key, 100)
    expect(book.count([key], later)).toBe(true)
    expect(asked()).toBe(asks)
    expect(book.drawn.wires.filter((wire) => !before.includes(wire))).toHaveLength(1)
  })

  it('says nothing while no line would be drawn otherwise', () => {
    const { book } = counted()
    const key = keyOf('g7/kernel', 'hypervisor/synic', 9)
    book.count([key], new Map(counts).set(key, 1000))
    const before = book.drawn
    expect(book.count([key], new Map(counts).set(key, 1001))).toBe(false)
    expect(book.drawn).toBe(before)
  })
})

describe('the columns that find room', () => {
  it('are as many as one by one would find', () => {
    for (const count of [1, 2, 3, 4, 5, 7, 12, 40]) {
      for (const depth of ['architecture', 'mechanism'] as const) {
        for (const room of [{ w: 700, h: 500 }, { w: 884, h: 548 }, { w: 1308, h: 850 }, { w: 2600, h: 1300 }, { w: 8000, h: 1300 }]) {
          const some = shapes(count)
          const asked = { depth, ledgers: true, wanted: [] }
          let columns = count
          for (; columns > 2; columns--) {
            const { width, height } = architecture(some, { ...asked, columns })
            if (leastType(depth, true) <= largestType(depth, true) * Math.min(room.w / width, room.h / height) * (1 - 2 * padding)) break
          }
          expect(fitting(some, asked, room).wishes.columns, `${count} guests, ${depth}, ${room.w}`).toBe(columns)
        }
      }
    }
  })
})
