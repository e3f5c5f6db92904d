import { describe, expect, it } from 'vitest'
import type { Dot } from '../session/motion.ts'
import { air, around, boundsOf, bringing, followed, shift } from './kept-in-view.ts'
import { architecture, defaultGuests } from './layout/architecture.ts'
import { bottom, right } from './layout/geometry.ts'

const drawing = architecture(defaultGuests, { depth: 'architecture' })
const dot = { n: 7, from: 'root/kernel', to: 'root/storvsp' } as Dot
const lit = ['alpha/reader', 'alpha/fs', 'root/kernel', 'root/storvsp']

describe('a picture that is looked at in part', () => {
  it('follows the hop that is told, not the first one of its beat', () => {
    expect(followed(dot, { lit, playing: true, pace: 'story' })).toEqual(['root/kernel', 'root/storvsp'])
    expect(followed(null, { lit, playing: false, pace: 'story' })).toEqual([])
    expect(followed(null, { lit, playing: true, pace: 'flow' })).toEqual(['alpha/reader', 'alpha/fs'])
  })

  it('moves a stretch no further than into the room, and shows its beginning where it is longer', () => {
    expect(shift(around, 400 - around, 400)).toBe(0)
    expect(shift(-10, 50, 400)).toBe(around + 10)
    expect(shift(300, 390, 400)).toBe(10 - around)
    expect(shift(60, 900, 400)).toBe(around - 60)
  })

  it('reckons with the parts that stand for components', () => {
    const part = (path: string) => drawing.parts.find((one) => one.path === (drawing.standsFor.get(path) ?? path))!.box
    const [a, b] = [part(dot.from), part(dot.to)]
    const bounds = boundsOf([dot.from, dot.to], drawing)!
    expect([bounds.x, bounds.y, right(bounds), bottom(bounds)]).toEqual([Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(right(a), right(b)), Math.max(bottom(a), bottom(b))])
    expect(boundsOf(['nowhere'], drawing)).toBeNull()
  })

  it('brings it in with the least move, and none where it is in view', () => {
    const room = { w: 390, h: 500 }
    const bounds = boundsOf([dot.from], drawing)!
    const view = bringing(bounds, { x: -1500, y: 4, zoom: 0.7 }, room, drawing)!
    expect(view.x + bounds.x * 0.7).toBeCloseTo(around, 6)
    expect(bringing(bounds, view, room, drawing)).toBeNull()
  })

  it('stays where it is along an edge that has room for all of it: nothing is cut to leave air beside a part', () => {
    const zoom = 0.6
    // As wide as the picture with a little air, and lower than it.
    const room = { w: drawing.width * zoom + 30, h: drawing.height * zoom - 40 }
    // As somebody asks a guest: from the upper edge, over the whole width.
    const asks = boundsOf(['remote/manager', 'alpha/reader'], drawing)!
    expect(right(asks) * zoom + 15, 'nearer to the edge than a name has room').toBeGreaterThan(room.w - around)
    expect(bringing(asks, { x: 15, y: 4, zoom }, room, drawing)).toBeNull()
  })

  it('is moved no further than its own edge comes into view', () => {
    const zoom = 0.6
    const room = { w: drawing.width * zoom * 0.5, h: drawing.height * zoom + 10 }
    const last = { x: drawing.width - 60, y: 100, w: 50, h: 20 }
    const view = bringing(last, { x: 4, y: 4, zoom }, room, drawing)!
    expect(view.x + drawing.width * zoom).toBeCloseTo(room.w - air, 6)
    expect(view.x + right(last) * zoom).toBeLessThanOrEqual(room.w)
    expect(bringing({ ...last, x: 10 }, view, room, drawing)!.x).toBe(air)
  })
})
