import { describe, expect, it } from 'vitest'
import { architecture, broadMost, defaultGuests, type GuestShape } from './architecture.ts'
import { fitting, largestType, leastType } from './fit.ts'

const eight: readonly GuestShape[] = Array.from({ length: 8 }, (_, i) => ({ path: `g${i}`, title: `G${i}`, way: i % 2 === 0 ? 'synthetic' : 'emulated', devices: ['ide', 'pic'] }))
/** The room for the picture at 1366 x 768 with both panels open, and at 1920 x 1080. */
const small = { w: 884, h: 548 }
const large = { w: 1308, h: 850 }
const asked = { ledgers: true, wanted: [] as readonly string[] }

describe.each([
  ['architecture', 'two guests', defaultGuests, small],
  ['mechanism', 'two guests', defaultGuests, small],
  ['architecture', 'eight guests', eight, small],
  ['mechanism', 'eight guests', eight, large],
] as const)('the %s with %s', (depth, _, guests, room) => {
  const { wishes, small: type } = fitting(guests, { ...asked, depth }, room)
  const drawing = architecture(guests, wishes)
  const zoom = Math.min(room.w / drawing.width, room.h / drawing.height)

  it('is read whole: the smallest type has 11 pixels on the page and room in its part', () => {
    expect(type * zoom).toBeGreaterThanOrEqual(11)
    expect(type).toBeLessThanOrEqual(largestType(depth, true) + 0.5)
    expect(leastType(depth, true)).toBeGreaterThanOrEqual(11)
  })

  it('has a column or a tile for every guest', () => {
    expect(drawing.columns).toHaveLength(guests.length + 1)
    expect(drawing.columns.filter((column) => !column.tile).length).toBeGreaterThanOrEqual(3)
  })
})

describe.each(['architecture', 'mechanism'] as const)('the %s on a page broader than it is high', (depth) => {
  const room = { w: 1320, h: 545 }

  it('takes the width that is there, with type no smaller than before', () => {
    const { wishes, small: type } = fitting(defaultGuests, { ...asked, depth }, room)
    const drawing = architecture(defaultGuests, wishes)
    const plain = architecture(defaultGuests, { ...wishes, broad: 0 })
    const zoom = Math.min(room.w / drawing.width, room.h / drawing.height)
    expect((drawing.width * zoom) / room.w).toBeGreaterThan(0.93)
    expect((plain.width * zoom) / room.w).toBeLessThan(0.8)
    expect(drawing.height).toBe(plain.height)
    expect(type).toBe(fitting(defaultGuests, { ...asked, depth }, { w: plain.width * zoom + 12, h: room.h }).small)
  })

  it('is not broader than its height allows to be read: beyond that, there is air at its sides', () => {
    const { wishes } = fitting(defaultGuests, { ...asked, depth }, { w: 4000, h: 545 })
    expect(wishes.broad).toBe(broadMost[depth])
  })
})

/** The room for the picture on a projector of 1280 x 720, beside the score; and what the parts are called in it. */
describe.each(['architecture', 'mechanism'] as const)('the %s in front of a room', (depth) => {
  const room = { w: 964, h: 474 }
  const { wishes, small: type } = fitting(defaultGuests, { ...asked, ledgers: false, depth }, room)
  const drawing = architecture(defaultGuests, wishes)
  const zoom = Math.min(room.w / drawing.width, room.h / drawing.height)

  it('has no type under 14 pixels, and is read whole', () => {
    expect(type * zoom).toBeGreaterThanOrEqual(13.9)
    expect(type).toBeLessThanOrEqual(largestType(depth, false) + 0.5)
  })
})

describe('guests that do not find room', () => {
  it('are tiles, and the one that somebody opens takes the place of another', () => {
    const first = fitting(eight, { ...asked, depth: 'mechanism' }, small)
    const columns = architecture(eight, first.wishes).columns.filter((column) => !column.tile).map((column) => column.path)
    expect(columns).toEqual(['root', 'g0', 'g1'])
    const then = fitting(eight, { ...asked, depth: 'mechanism', wanted: ['g6'] }, small)
    expect(architecture(eight, then.wishes).columns.filter((column) => !column.tile).map((column) => column.path)).toEqual(['root', 'g0', 'g6'])
  })

  it('at the start at most seven parts stand out', () => {
    for (const guests of [defaultGuests, eight]) {
      const drawing = architecture(guests, { depth: 'architecture' })
      expect(drawing.parts.filter((part) => part.hero).length).toBeLessThanOrEqual(7)
      expect(drawing.parts.length).toBeLessThan(guests.length === 2 ? 20 : 60)
    }
  })
})
