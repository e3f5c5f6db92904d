import { describe, expect, it } from 'vitest'
import { rowHeight, scrollTo, spaceOf, tallest, visibleRange } from './window.ts'

describe('the window on a long list', () => {
  it('draws the rows in view and a few beyond', () => {
    const { from, to, top } = visibleRange(100 * rowHeight, 10 * rowHeight, 1000)
    expect([from, to, top]).toEqual([94, 116, 94 * rowHeight])
    expect(visibleRange(0, 220, 3)).toEqual({ from: 0, to: 3, top: 0 })
  })

  it('reaches every row of a list higher than browsers can lay out, its first and last ones included', () => {
    const count = 5_000_000
    expect(spaceOf(count)).toBe(tallest)
    expect(visibleRange(0, 220, count).from).toBe(0)
    expect(visibleRange(tallest - 220, 220, count).to).toBe(count)
    for (const row of [0, 7, 1234, 2_500_000, count - 1]) {
      const scroll = scrollTo(row, 220, count)
      const { from, to, top } = visibleRange(scroll, 220, count)
      expect(from).toBeLessThanOrEqual(row)
      expect(to).toBeGreaterThan(row)
      const y = top + (row - from) * rowHeight - scroll
      expect(y).toBeGreaterThan(-rowHeight)
      expect(y).toBeLessThan(220)
    }
  })
})
