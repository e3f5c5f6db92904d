import { describe, expect, it } from 'vitest'
import { createLab, decodeRow, labOf, ROW_BYTES, twoWays, type Hop, type LabView } from '../../engine/index.ts'
import { tiling } from './tile.ts'

const copies = 64

function hopsOf(rows: ArrayBuffer): Hop[] {
  const [words, times] = [new Int32Array(rows), new Float64Array(rows)]
  return Array.from({ length: rows.byteLength / ROW_BYTES }, (_, i) => decodeRow(words, times, i, 1))
}

describe('a log of two guests as one of 128', () => {
  const lab = createLab(labOf(twoWays))
  lab.bringUp()
  const view: LabView = lab.view()
  const guests = view.partitions.filter((p) => p.index > 1).length
  const first = Math.max(1, lab.status().n - 40)
  const tiled = tiling(view, [view], copies)
  const hops = hopsOf(tiled.rows(lab.rows(first, 40).rows, first))

  it('names every component and every partition once', () => {
    expect(new Set(tiled.view.components.map((c) => c.path)).size).toBe(tiled.view.components.length)
    expect(tiled.view.components.map((c) => c.index)).toEqual(tiled.view.components.map((_, i) => i))
    expect(tiled.view.partitions).toHaveLength(1 + guests * copies)
    expect(Object.keys(tiled.momentAt(0).ledgers)).toHaveLength(1 + guests * copies)
  })

  it('never runs backwards, and every hop is between components that are there, caused by one before it', () => {
    for (const [i, hop] of hops.entries()) {
      expect(hop.time).toBeGreaterThanOrEqual(hops[i - 1]?.time ?? 0)
      expect(hop.cause).toBeLessThan(hop.n)
      expect(Math.max(hop.from, hop.to)).toBeLessThan(tiled.view.components.length)
    }
  })
})
