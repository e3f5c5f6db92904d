import { describe, expect, it } from 'vitest'
import { FLAG_BEGINS, type Beat, type ComponentView, type Hop } from '../../engine/index.ts'
import type { KindCard } from './session-store.ts'
import { beatAfter, dotsOf, familiarRest, gist, growFamily, longestMove, moveOf, noteOf, opened, restOf, shortenedGap, staggered, strokes, type Cast, type Stroke } from './telling.ts'

const cast: Cast = {
  components: ['alpha/fs', 'alpha/storvsc'].map((path, index) => ({ path, index }) as unknown as ComponentView),
  kinds: [{ code: 0, name: 'block.read', title: 'read', family: 'call', letter: 'K', status: '', milestone: '', begins: '', ends: '' } as KindCard],
}
const hop = (n: number, request: number, from = 0, to = 1): Hop => ({
  n, time: n, departed: n, cost: 0, kind: 0, from, to, vp: 0, lp: 0, flags: 0, behalf: 2, cause: 0, origin: 0, request, args: [],
})
const beat = (from: number, to: number, kind: Beat['kind'] = 'hop'): Stroke => ({ from, to, kind, times: 1, cycle: 1, tells: from })

describe('a beat', () => {
  it('shows one dot for all hops that go the same way for the same reason', () => {
    const dots = dotsOf([hop(1, 1), hop(2, 1), hop(3, 1, 1, 0)], cast, null)
    expect(dots.map((d) => [d.n, d.times])).toEqual([
      [1, 2],
      [3, 1],
    ])
  })

  it('dims what does not belong to the followed request', () => {
    expect(dotsOf([hop(1, 7), hop(2, 9, 1, 0)], cast, new Set([7])).map((d) => d.dim)).toEqual([false, true])
  })

  it('never moves longer than 700 ms at tempo 1, whatever it stands for', () => {
    for (const kind of ['hop', 'cycle', 'wait'] as const) expect(moveOf(beat(1, 100_000, kind), 1, false)).toBeLessThanOrEqual(longestMove)
  })

  it('rests as long as its sentence takes to be read, within bounds; the tempo divides it', () => {
    expect(restOf('Alpha asks', 1)).toBe(400)
    expect(restOf('one two three four five six seven eight', 1)).toBe(1200)
    expect(restOf('word '.repeat(60), 1)).toBe(2600)
    expect(restOf('word '.repeat(60), 5)).toBe(520)
    expect(familiarRest(1)).toBeLessThan(restOf('', 1))
  })

  it('in flow: a gap of more than a second on the wall is run through in 0.8 s', () => {
    expect(shortenedGap(19_000, 20_000)).toBe(0)
    expect(shortenedGap(5_000_000, 20_000)).toBe(800)
  })

  it('is entered in its middle when the cursor stands there', () => {
    const beats = [beat(1, 1), beat(2, 9, 'cycle'), beat(10, 10)]
    expect(beatAfter(beats, 0)).toBe(beats[0])
    expect(beatAfter(beats, 4)).toMatchObject({ from: 5, to: 9 })
    expect(beatAfter(beats, 10)).toBeNull()
    expect(beatAfter([beat(7, 8)], 2)).toBeNull()
  })
})

describe('dots of one beat', () => {
  it('set off one after the other and have all arrived at the end', () => {
    expect(staggered(0.1, 9, 10)).toBe(0)
    expect(staggered(0.1, 0, 10)).toBeGreaterThan(0)
    for (let i = 0; i < 10; i++) expect(staggered(1, i, 10)).toBe(1)
  })
})

describe('a followed request', () => {
  it('holds every request that is begun inside it', () => {
    const begins = (n: number, origin: number) => ({ n, origin, flags: FLAG_BEGINS }) as Hop
    const inside = new Set([3])
    growFamily(inside, [begins(5, 3), begins(6, 0), { n: 7, origin: 3, flags: 0 } as Hop, begins(8, 5)])
    expect([...inside]).toEqual([3, 5, 8])
  })
})

describe('a stroke of the story', () => {
  const kinds = ['call', 'exit', 'entry'].map((name, code) => ({ code, name, title: name, family: name, letter: '', status: '', milestone: '', begins: '', ends: '' }) as unknown as KindCard)
  const components = ['guest-kernel', 'guest-kernel', 'hypervisor', 'hypervisor'].map((place, index) => ({ place, index, path: `p${index}` }) as unknown as ComponentView)
  const floors: Cast = { kinds, components }
  const at = (n: number, kind: number, from: number, to: number, behalf = 2): Hop => ({ ...hop(n, 1, from, to), kind, behalf })
  const hops = [at(1, 0, 0, 1), at(2, 0, 1, 0), at(3, 1, 0, 2), at(4, 0, 2, 3), at(5, 2, 3, 0), at(6, 0, 0, 1, 3)]
  const told = strokes(hops.map((h) => beat(h.n, h.n)), (n) => hops[n - 1] ?? null, floors)

  it('ends where the next floor begins, or another partition is served; the way back belongs to it', () => {
    expect(told.map((s) => [s.from, s.to])).toEqual([[1, 2], [3, 5], [6, 6]])
  })

  it('is told by its most telling hop, and covers every hop once', () => {
    expect(told.map((s) => s.tells)).toEqual([1, 3, 6])
  })
})

describe('what was told before', () => {
  it('is known by its ways and kinds, not by its numbers', () => {
    expect(gist([hop(1, 1), hop(2, 1)])).toBe(gist([hop(71, 9), hop(72, 9)]))
    expect(gist([hop(1, 1)])).not.toBe(gist([hop(1, 1, 1, 0)]))
  })
})

describe('a folded cycle', () => {
  it('says how often it happened, and can be opened', () => {
    expect(noteOf({ kind: 'cycle', times: 23 }, 0)).toBe('told once, happened 23 more times')
    const beats = [beat(1, 1), beat(2, 5, 'cycle')]
    expect(opened(beats, new Set())).toEqual(beats)
    expect(opened(beats, new Set([2])).map((b) => b.from)).toEqual([1, 2, 3, 4, 5])
  })

  it('says when time went by in between', () => {
    expect(noteOf({ kind: 'hop', times: 1 }, 5_300_000)).toBe('after 5.3 ms')
  })
})
