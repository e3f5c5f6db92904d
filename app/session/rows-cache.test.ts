import { describe, expect, it } from 'vitest'
import { ROW_BYTES } from '../../engine/index.ts'
import { blockHops, createRowsCache } from './rows-cache.ts'

/** A log in which hop n acted at time 10 n. */
function logOf(length: number): { ask: (from: number, count: number) => Promise<{ rows: ArrayBuffer; from: number }>; asked: number[]; grow: (by: number) => void } {
  let tip = length
  const asked: number[] = []
  return {
    asked,
    grow: (by) => {
      tip += by
    },
    ask: (from, count) => {
      asked.push(from)
      const hops = Math.max(0, Math.min(count, tip - from + 1))
      const times = new Float64Array((hops * ROW_BYTES) / 8)
      for (let i = 0; i < hops; i++) times[i * 8] = (from + i) * 10
      return Promise.resolve({ rows: times.buffer, from })
    },
  }
}

describe('rows on the page', () => {
  it('are asked for once a block, also when many want them at once', async () => {
    const log = logOf(2000)
    const rows = createRowsCache(log.ask)
    await Promise.all([rows.want(1, 3), rows.want(2, 600), rows.want(5, 5)])
    expect(log.asked).toEqual([1, blockHops + 1])
    expect(rows.get(600)?.time).toBe(6000)
    expect(rows.get(1500)).toBeNull()
  })

  it('are asked for again when the block was not full and more is wanted', async () => {
    const log = logOf(10)
    const rows = createRowsCache(log.ask)
    await rows.want(1, 10)
    log.grow(10)
    expect(rows.get(15)).toBeNull()
    await rows.want(15, 15)
    expect(rows.get(15)?.time).toBe(150)
  })

  it('are forgotten where another branch begins', async () => {
    const log = logOf(2000)
    const rows = createRowsCache(log.ask)
    await rows.want(1, 2000)
    rows.forgetAfter(700)
    expect(rows.get(500)?.n).toBe(500)
    expect(rows.get(700)).toBeNull()
  })

  it('that came anyway are kept where they go on with what is here, and never asked for again', async () => {
    const log = logOf(3000)
    const rows = createRowsCache(log.ask)
    await rows.want(1, 700)
    const asked = log.asked.length
    const pull = (await log.ask(1025, 1000)).rows
    rows.put(pull, 1025)
    log.asked.length = asked
    await rows.want(1025, 2024)
    expect(log.asked).toHaveLength(asked)
    expect([rows.timeOf(1025), rows.timeOf(2024), rows.timeOf(2025), rows.get(1500)?.n]).toEqual([10_250, 20_240, null, 1500])
  })

  it('that go on with nothing here are here until others come, and leave no hole', async () => {
    const log = logOf(3000)
    const rows = createRowsCache(log.ask)
    rows.put((await log.ask(2600, 10)).rows, 2600)
    expect([2599, 2600, 2609, 2610].map((n) => rows.get(n)?.time ?? rows.timeOf(n))).toEqual([null, 26_000, 26_090, null])
    rows.put((await log.ask(2800, 1)).rows, 2800)
    expect([rows.get(2600), rows.get(2800)?.time]).toEqual([null, 28_000])
    rows.forgetAfter(2799)
    expect(rows.get(2800)).toBeNull()
    rows.put((await log.ask(2600, 10)).rows, 2600)
    log.asked.length = 0
    await rows.want(2600, 2609)
    expect([log.asked.length, rows.get(2600)?.time]).toEqual([1, 26_000])
  })
})
