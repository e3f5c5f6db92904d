/** The way of a request up to a hop: along its causes, without what has come back. */
import { describe, expect, it } from 'vitest'
import type { Hop } from '../../engine/index.ts'
import { begunIn, causesOf, ownIn, stationsOf } from './way-here.ts'

/** Hops 1, 2, … from part to part, each caused by the one before it unless said otherwise. */
function run(...ways: readonly (readonly [from: number, to: number, cause?: number])[]): readonly Hop[] {
  return ways.map(([from, to, cause], i) => ({ n: i + 1, from, to, cause: cause ?? i }) as Hop)
}

const letters = 'abcdef'
const names = (hops: readonly Hop[], until: number): string => stationsOf(hops, letters[until]!, (c) => letters[c]!).map(({ part }) => part).join('')

describe('the causes of a hop', () => {
  const hops = run([0, 1], [1, 2], [5, 4, 0], [2, 3, 2])
  const at = (n: number): Hop | null => hops[n - 1] ?? null

  it('are told from the first, without what others did meanwhile', () => {
    expect(causesOf(hops[3]!, 0, at)).toEqual({ hops: [hops[0], hops[1]], missing: 0 })
    expect(causesOf(hops[2]!, 0, at)).toEqual({ hops: [], missing: 0 })
  })

  it('end where the start of the person is, and where a row is not at hand, which is named', () => {
    expect(causesOf(hops[3]!, 1, at)).toEqual({ hops: [hops[1]], missing: 0 })
    expect(causesOf(hops[3]!, 0, (n) => (n === 1 ? null : at(n)))).toEqual({ hops: [hops[1]], missing: 1 })
  })
})

describe('causes of one guest', () => {
  const served = (...guests: readonly number[]): readonly Hop[] => guests.map((behalf, i) => ({ n: i + 1, from: i, to: i + 1, cause: i, behalf }) as Hop)

  it('begin behind the last one for another guest: what it waited for there is no way of its own', () => {
    const hops = served(2, 2, 3, 2, 0, 3, 3)
    expect(ownIn(hops, 3)).toEqual(hops.slice(4))
    expect(ownIn(served(3, 0, 3), 3)).toEqual(served(3, 0, 3))
    expect(ownIn(hops, 2)).toEqual([])
    expect(ownIn(hops, 0)).toEqual(hops)
  })
})

describe('causes whose beginning is not known', () => {
  it('begin where their guest acted first; whole ones, and those that it had no part in, stay as they are', () => {
    const hops = run([3, 4, 90], [4, 3], [0, 1], [1, 3])
    const inGuest = ({ from }: Hop): boolean => from === 0
    expect(begunIn(hops, 0, inGuest)).toEqual(hops.slice(2))
    expect(begunIn(hops, 90, inGuest)).toEqual(hops)
    expect(begunIn(hops, 0, () => false)).toEqual(hops)
    expect(begunIn([], 0, inGuest)).toEqual([])
  })
})

describe('the stations of a way', () => {
  it('are the parts that it came through', () => {
    expect(names(run([0, 1], [1, 2], [2, 3]), 3)).toBe('abcd')
    expect(names([], 2)).toBe('c')
  })

  it('leave out what has come back, so that a request that is done has none but who asked', () => {
    expect(names(run([0, 1], [1, 2], [2, 3], [3, 2]), 2)).toBe('abc')
    expect(names(run([0, 1], [1, 2], [2, 3], [3, 1], [1, 4]), 4)).toBe('abe')
    expect(names(run([0, 1], [1, 2], [2, 1], [1, 0]), 0)).toBe('a')
  })

  it('name the hop that came to each; none where what acted had waited for something', () => {
    const hops = run([0, 1], [3, 4])
    expect(stationsOf(hops, 'e', (c) => letters[c]!).map(({ by }) => by?.n ?? 0)).toEqual([0, 1, 0, 2])
  })

  it('take a part of the overview that hands something to itself as one station', () => {
    expect(stationsOf(run([0, 1], [1, 2], [2, 3]), 'y', (c) => (c === 0 ? 'x' : 'y')).map(({ part }) => part)).toEqual(['x', 'y'])
  })
})
