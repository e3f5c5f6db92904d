import { describe, expect, it } from 'vitest'
import { rateOf, sliderOf } from './scale.ts'

describe('the speed slider', () => {
  it('is logarithmic and finds its own place again', () => {
    for (const slider of [0, 25, 50, 100]) expect(sliderOf(rateOf(slider))).toBe(slider)
    expect(rateOf(0)).toBe(1000)
    expect(rateOf(100)).toBe(1_000_000_000)
  })
})
