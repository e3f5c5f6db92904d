import { describe, expect, it } from 'vitest'
import { axisOf, beatsPath, drawnLengths, shareOf, steppedEnd, ticksOf, timeAt } from './axis.ts'

describe('the axis of the scrub bar', () => {
  // 1 ms of action, 10 ms of waiting for a disk, 1 ms of action.
  const axis = axisOf(0, 12_000_000, [9, 1_000_000, 11_000_000])

  it('draws waits short and action to scale: all waits take three sevenths at most', () => {
    expect(axis.waits).toHaveLength(1)
    expect(axis.waits[0]!.left).toBeCloseTo(2 / 7, 6)
    expect(axis.waits[0]!.width).toBeCloseTo(3 / 7, 6)
    expect(shareOf(500_000, axis)).toBeCloseTo(1 / 7, 6)
    expect(shareOf(11_500_000, axis)).toBeCloseTo(6 / 7, 6)
  })

  it('turns times into places and back', () => {
    for (const time of [0, 1, 999_999, 1_000_000, 4_321_000, 11_000_001, 12_000_000]) expect(timeAt(shareOf(time, axis), axis)).toBe(time)
    expect(shareOf(-5, axis)).toBe(0)
    expect(timeAt(7, axis)).toBe(12_000_000)
  })

  it('draws nothing short where little is waited', () => {
    const busy = axisOf(0, 1_000_000, [5, 100_000, 160_000])
    expect(busy.waits).toEqual([])
    expect(shareOf(500_000, busy)).toBeCloseTo(0.5, 6)
  })

  it('has a place for every time although nothing has happened yet, or nothing but waiting', () => {
    expect(shareOf(100, axisOf(100, 100, []))).toBe(0)
    expect(timeAt(1, axisOf(100, 100, []))).toBe(101)
    expect(shareOf(500, axisOf(0, 1000, [3, 0, 1000]))).toBeCloseTo(0.5, 6)
  })

  it('draws a longer wait wider, yet all of them within a budget', () => {
    const drawn = drawnLengths([60_000, 300_000, 5_000_000], 200_000)
    expect(drawn[2]!).toBeGreaterThan(drawn[1]!)
    expect(drawn[1]!).toBeGreaterThan(drawn[0]!)
    expect(drawn.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(200_000)
    expect(drawnLengths([10, 20], 100)).toEqual([10, 20])
  })

  it('is monotonous however many waits there are', () => {
    const waits: number[] = []
    for (let i = 0; i < 2000; i++) waits.push(i, i * 100_000 + 1_000 * (i % 7), i * 100_000 + 90_000)
    const long = axisOf(0, 200_000_000, waits)
    let last = -1
    for (let time = 0; time <= 200_000_000; time += 333_333) {
      const share = shareOf(time, long)
      expect(share).toBeGreaterThanOrEqual(last)
      last = share
    }
    expect(last).toBeLessThanOrEqual(1)
  })

  it('writes times at the start and where something happens again, never too close', () => {
    const ticks = ticksOf(axis, 0.15)
    expect(ticks[0]).toEqual({ share: 0, time: 0 })
    expect(ticks.some((tick) => tick.time === 11_000_000)).toBe(true)
    ticks.slice(1).forEach((tick, i) => expect(tick.share - ticks[i]!.share).toBeGreaterThanOrEqual(0.149))
  })

  it('marks beginnings of beats, several with one mark where they are dense', () => {
    const block = { index: 0, to: 4, time: 12_000_000, waits: Float64Array.of(), beats: Float64Array.of(1, 0, 2, 10, 3, 600_000, 4, 11_500_000) }
    expect(beatsPath([block], axis, 2)).toBe('M0 0V10M171.4 0V10M857.1 0V10')
  })

  it('an axis that grows while it is looked at has few ends, each a little beyond what is known', () => {
    const ends = new Set<number>()
    for (let to = 1_000_000; to <= 2_000_000; to += 1000) {
      const end = steppedEnd(500, to)
      expect(end).toBeGreaterThanOrEqual(to)
      expect(end - to).toBeLessThanOrEqual((to - 500) / 15)
      ends.add(end)
    }
    expect(ends.size).toBeLessThan(34)
    expect(steppedEnd(500, 500)).toBeGreaterThan(500)
  })
})
