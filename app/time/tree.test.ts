import { describe, expect, it } from 'vitest'
import type { BranchView } from '../../engine/index.ts'
import { commonHop, isOn, lineage, treeOf } from './tree.ts'

const branch = (id: number, parent: number, atHop: number, tip: number): BranchView => ({ id, parent, atHop, tip, atTime: atHop * 10, tipTime: tip * 10, intents: [] })

/** 0 to 100; 1 leaves it at 20, 2 at 60; 3 leaves 1 at 40; 4 leaves 1 at 10, where that is still 0. */
const tree = [branch(0, -1, 0, 100), branch(1, 0, 20, 90), branch(2, 0, 60, 80), branch(3, 1, 40, 70), branch(4, 1, 10, 30)]

describe('the tree of branches', () => {
  it('puts a branch below the one it leaves, the last to leave nearest, so that no lines cross', () => {
    const { lanes, folded } = treeOf(tree, 3, [], 0, 8)
    expect(lanes.map(({ id, depth }) => `${id}/${depth}`)).toEqual(['0/0', '2/1', '1/1', '3/2', '4/2'])
    expect(folded).toBe(0)
    // A line goes down from a parent at the time of the fork: no lane between them may have begun by then.
    for (const lane of lanes) {
      const parent = lanes.find(({ id }) => id === lane.from)
      if (!parent) continue
      for (const between of lanes.slice(parent.row + 1, lane.row)) expect(between.begins >= lane.begins || between.ends <= lane.begins || between.from === lane.from).toBe(true)
    }
  })

  it('knows how far the past of the present branch runs along the others', () => {
    const past = new Map(treeOf(tree, 3, [], 0, 8).lanes.map(({ id, pastTo }) => [id, pastTo]))
    expect([past.get(0), past.get(1), past.get(3), past.get(2)]).toEqual([200, 400, 700, -1])
  })

  it('hangs the children of a deleted branch on the one before it; the present branch is always there', () => {
    const { lanes } = treeOf(tree, 3, [1, 3], 0, 8)
    expect(lanes.map(({ id, from }) => `${id}<${from}`)).toEqual(['0<-1', '2<0', '3<0', '4<0'])
  })

  it('folds what there is no room for: the present one, where it came from and the newest stay', () => {
    const many = Array.from({ length: 12 }, (_, i) => branch(i, i === 0 ? -1 : 0, i * 5, 100))
    const { lanes, folded } = treeOf(many, 2, [], 0, 4)
    expect(lanes.map(({ id }) => id).sort((a, b) => a - b)).toEqual([0, 2, 10, 11])
    expect(folded).toBe(8)
  })

  it('knows which hops two branches share', () => {
    expect(lineage(3, tree).map(({ id }) => id)).toEqual([3, 1, 0])
    expect([commonHop(3, 2, tree), commonHop(3, 1, tree), commonHop(4, 3, tree), commonHop(2, 2, tree) > 1e9]).toEqual([20, 40, 10, true])
    expect([isOn(15, 0, 3, tree), isOn(30, 0, 3, tree), isOn(30, 1, 3, tree), isOn(50, 1, 3, tree), isOn(12, 3, 0, tree), isOn(30, 3, 0, tree)]).toEqual([true, false, true, false, true, false])
  })
})
