import { describe, expect, it } from 'vitest'
import { brief, count, delta, duration, inUnit, instant, many, unitFor } from './figures.ts'

describe('a duration', () => {
  it('has two significant digits and the unit that fits', () => {
    const said = [0, 999, 1060, 10_620, 99_600, 5_314_000, 1_200_000_000].map((ns) => `${duration(ns).value} ${duration(ns).unit}`)
    expect(said).toEqual(['0 µs', '1 µs', '1.1 µs', '11 µs', '100 µs', '5.3 ms', '1.2 s'])
  })

  it('can be told in the unit of another, to be compared at a glance', () => {
    expect([18_120, 273_400, 12_345_678].map((ns) => inUnit(ns, 'µs'))).toEqual(['18', '270', '12\u2009000'])
    expect([0, 18_120, 450, 12_345_678, 2_000_000_000].map((ns) => inUnit(ns, 'ms'))).toEqual(['0', '0.018', '<0.001', '12', '2\u2009000'])
    expect([100_400, 99_600, 142_000, 9000, 1_240_000].map((ns) => inUnit(ns, 'ms'))).toEqual(['0.10', '0.10', '0.14', '0.009', '1.2'])
    expect([0, 999_000, 999_900, 999_900_000].map(unitFor)).toEqual(['µs', 'ms', 'ms', 's'])
  })
})

describe('a count', () => {
  it('is set in groups of three', () => {
    expect(count(1234567)).toBe('1\u2009234\u2009567')
  })

  it('is told in thousands and millions where there is little room', () => {
    expect([0, 9999, 10_000, 21_039, 999_499, 999_500, 12_345_678].map(brief)).toEqual(['0', '9\u2009999', '10k', '21k', '999k', '1.0M', '12.3M'])
  })

  it('has the name of what is counted in the number that fits', () => {
    expect([many(1, 'hop'), many(0, 'hop'), many(2345, 'byte'), many(1, 'entry', 'entries'), many(2, 'entry', 'entries')]).toEqual(['1 hop', '0 hops', '2\u2009345 bytes', '1 entry', '2 entries'])
  })
})

describe('a point of time', () => {
  it('before the start has the sign that hop numbers have', () => {
    expect([instant(-1060), instant(-2_500_000), instant(0), instant(1060)]).toEqual(['\u22121.06 µs', '\u22122.500 ms', '0.00 µs', '1.06 µs'])
  })
})

describe('a distance between hops', () => {
  it('is exact below a microsecond', () => {
    expect([60, 1500, 5_300_000].map(delta)).toEqual(['60 ns', '1.50 µs', '5.300 ms'])
  })
})
