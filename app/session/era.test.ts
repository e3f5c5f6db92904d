import { describe, expect, it } from 'vitest'
import type { BranchView } from '../../engine/index.ts'
import { eraOf, trueUpTo } from './era.ts'

const asked = (...after: readonly number[]): BranchView['intents'] => after.map((n) => ({ after: n, intent: {}, planned: false }))
/** 0 goes to 30,000 and was asked for something at 20,000; 1 forks at 100, 2 leaves 1 at 5000. */
const branches: readonly BranchView[] = [
  { id: 0, parent: -1, atHop: 0, tip: 30_000, atTime: 0, tipTime: 0, intents: asked(10, 20_000) },
  { id: 1, parent: 0, atHop: 100, tip: 9000, atTime: 0, tipTime: 0, intents: asked(10, 100) },
  { id: 2, parent: 1, atHop: 5000, tip: 6000, atTime: 0, tipTime: 0, intents: asked(10, 100, 5000) },
]
const at = (branch: number) => ({ status: { branch }, branches })

describe('what is known of a log', () => {
  it('is of one branch and of what was asked in it', () => {
    expect(eraOf(null)).toBe('')
    expect(new Set([0, 1, 2].map((id) => eraOf(at(id)))).size).toBe(3)
    // Two branches in which as much was asked are two.
    expect(eraOf(at(0))).not.toBe(eraOf(at(1)))
  })

  it('stays true up to the last hop that both branches have, whichever way one goes', () => {
    for (const [from, to, hop] of [[0, 1, 100], [1, 0, 100], [2, 0, 100], [0, 2, 100], [1, 2, 5000], [2, 1, 5000]] as const) {
      expect(trueUpTo(eraOf(at(from)), at(to)), `${from} to ${to}`).toBe(hop)
    }
  })

  it('stays true up to where somebody asks for more', () => {
    expect(trueUpTo('0 1', at(0))).toBe(20_000)
    expect(trueUpTo('0 2', at(0))).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('is nothing where nothing was known, or of another machine', () => {
    expect(trueUpTo('', at(0))).toBe(0)
    expect(trueUpTo('0 2', null)).toBe(0)
    expect(trueUpTo('7 2', at(0))).toBe(0)
    expect(trueUpTo('0 3', at(0))).toBe(0)
  })
})
