import { describe, expect, it } from 'vitest'
import { rateOf, shareOf, sliderOf, ticks, timeAt } from './scale.ts'

describe('the scrub bar', () => {
  const range = { from: 1000, to: 3000 }
  it('turns times into places and back', () => {
    expect(shareOf(2000, range)).toBe(0.5)
    expect(timeAt(0.5, range)).toBe(2000)
    expect(timeAt(7, range)).toBe(3000)
    expect(shareOf(0, range)).toBe(0)
  })

  it('has a handful of round labels, whatever the span', () => {
    for (const span of [3000, 90_000, 11_234_567, 2_000_000_000]) {
      const labels = ticks(span)
      expect(labels.length).toBeGreaterThan(1)
      expect(labels.length).toBeLessThanOrEqual(12)
      expect(labels.at(-1)!.at).toBeLessThanOrEqual(span)
    }
    expect(ticks(11_000_000).map((t) => t.label)).toEqual(['0', '2 ms', '4 ms', '6 ms', '8 ms', '10 ms'])
  })
})

describe('the speed slider', () => {
  it('is logarithmic and finds its own place again', () => {
    for (const slider of [0, 25, 50, 100]) expect(sliderOf(rateOf(slider))).toBe(slider)
    expect(rateOf(0)).toBe(1000)
    expect(rateOf(100)).toBe(1_000_000_000)
  })
})
