/** The dot that is foremost is that of the hop of which the sentence speaks, or none. */
import { describe, expect, it } from 'vitest'
import type { Hop } from '../../engine/index.ts'
import type { Dot } from '../session/motion.ts'
import { dotsOf, type Cast, type Stroke } from '../session/telling.ts'
import { toldOf, type Telling } from './told-hop.ts'

const cast = {
  kinds: ['put', 'tell', 'take'].map((name) => ({ name, family: 'call', letter: 'c' })),
  components: ['a', 'b', 'c'].map((path) => ({ path })),
} as unknown as Cast

/** Hops A, B, C, A: the first and the last used one way for one reason. */
const hops = [[0, 0, 1], [1, 1, 2], [2, 2, 0], [0, 0, 1]].map(([kind, from, to], i) => ({ n: 11 + i, kind, from, to, behalf: 1, cost: 0, request: 7, origin: 0, flags: 0, time: i }) as unknown as Hop)
const hopAt = (n: number): Hop | null => hops.find((hop) => hop.n === n) ?? null
const dots = dotsOf(hops, cast, null)

function telling(caption: Partial<NonNullable<Telling['caption']>> | null, tells = 0, more: Partial<Telling> = {}): Telling {
  const beat = { from: 11, to: 14, kind: 'hop', times: 1, cycle: 1, tells } as Stroke
  return { caption: caption && { n: 14, says: '', because: '', note: '', ...caption }, beat, kinds: cast.kinds, view: { components: cast.components } as Telling['view'], playing: false, pace: 'story', ...more }
}

describe('the dot that is told', () => {
  it('is that of the hop of which the sentence speaks', () => {
    expect(toldOf(dots, telling({ of: 12 }), hopAt)?.kind).toBe('tell')
    expect(toldOf(dots, telling({ of: 13 }), hopAt)?.kind).toBe('take')
  })

  it('is the one that it shares with an earlier hop of its way, not the last one before it', () => {
    expect(toldOf(dots, telling({ of: 14 }), hopAt)).toMatchObject({ n: 11, kind: 'put', times: 2 })
  })

  it('is that of the beat while an earlier sentence stands', () => {
    expect(toldOf(dots, telling({ n: 14, of: 2, again: 3 }, 13), hopAt)?.kind).toBe('take')
    expect(toldOf(dots, telling({ n: 14, of: 2, again: 3 }, 14), hopAt)?.kind).toBe('put')
  })

  it('is none where no dot is that of the told hop, and while everything flows', () => {
    expect(toldOf(dots, telling({ of: 5 }), hopAt)).toBeNull()
    expect(toldOf(dots.slice(1), telling({ of: 14 }), hopAt)).toBeNull()
    expect(toldOf(dots, telling(null), hopAt)).toBeNull()
    expect(toldOf(dots, telling({ of: 12 }, 12, { playing: true, pace: 'flow' }), hopAt)).toBeNull()
  })

  it('is none while a hop is undone, and none that is dimmed because another request is followed', () => {
    const back: Dot = { ...dots[1]!, from: 'c', to: 'b', undone: true }
    expect(toldOf([back], telling({ of: 12 }), hopAt)).toBeNull()
    const aside = dotsOf(hops, cast, new Set([1]))
    expect(toldOf(aside, telling({ of: 12 }), hopAt)).toBeNull()
  })
})
