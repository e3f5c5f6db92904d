import { describe, expect, it } from 'vitest'
import { inView, lookAt } from './in-view.ts'

describe('what can be seen of the drawing', () => {
  it('is everything while nobody has looked', () => expect(inView({ x: 9000, y: 9000, w: 1, h: 1 })).toBe(true))

  it('is what its way and its zoom bring into the room, whole or in part', () => {
    lookAt([-100, 20, 0.5], 800, 600)
    // The room begins at 200, -40 of the drawing and is 1600 by 1200 of its units.
    expect(inView({ x: 190, y: -50, w: 11, h: 11 })).toBe(true)
    expect(inView({ x: 190, y: 0, w: 10, h: 10 })).toBe(false)
    expect(inView({ x: 1799, y: 1159, w: 50, h: 50 })).toBe(true)
    expect(inView({ x: 1801, y: 0, w: 50, h: 50 })).toBe(false)
    expect(inView({ x: 300, y: 1161, w: 50, h: 50 })).toBe(false)
  })
})
