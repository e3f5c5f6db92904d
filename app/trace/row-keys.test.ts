import { describe, expect, it } from 'vitest'
import { rowAfter, rowForTab } from './row-keys.ts'

describe('keys in the hop list', () => {
  it('go from row to row, by what is seen at once, and to the ends', () => {
    const from = (key: string): number | null => rowAfter(key, 50, 1512, 12)
    expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map(from)).toEqual([51, 49, 62, 38, 0, 1511])
    expect([rowAfter('ArrowUp', 0, 3, 12), rowAfter('ArrowDown', 2, 3, 12), rowAfter('PageDown', 1, 3, 12)]).toEqual([0, 2, 2])
    expect([rowAfter('a', 1, 3, 12), rowAfter('ArrowDown', 0, 0, 12)]).toEqual([null, null])
  })

  it('leave one row to Tab: where focus was, else the cursor, else the first in view', () => {
    const shown = [11, 12, 13, 14]
    expect(rowForTab(shown, 12, 14, 2)).toBe(12)
    expect(rowForTab(shown, 99, 14, 2)).toBe(14)
    expect(rowForTab(shown, 0, 99, 2)).toBe(13)
    expect(rowForTab([], 0, 99, 2)).toBe(0)
  })
})
