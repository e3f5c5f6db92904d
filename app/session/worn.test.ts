import { afterEach, describe, expect, it } from 'vitest'
import { onWorn, setWorn, worn, type WayKey } from './worn.ts'

const way = (to: number, hops: number) => ({ from: 1, to, behalf: 2, hops })

describe('the ways worn at a place', () => {
  const told: (ReadonlySet<WayKey> | null)[] = []
  const stop = onWorn((used) => told.push(used))

  afterEach(() => {
    told.length = 0
  })

  it('are told by what differs from the place before', () => {
    setWorn([way(3, 5), way(4, 1)])
    told.length = 0
    setWorn([way(3, 4), way(4, 1), way(5, 1)])
    expect(told).toHaveLength(1)
    expect(told[0]?.size).toBe(2)
    expect([...worn().values()].sort((a, b) => a - b)).toEqual([1, 1, 4])
  })

  it('are counted anew where a way has not been used yet', () => {
    setWorn([way(3, 5), way(4, 1)])
    told.length = 0
    setWorn([way(3, 5)])
    expect(told).toEqual([null])
    expect(worn().size).toBe(1)
  })

  it('count both directions of a way together', () => {
    setWorn([way(3, 5), { from: 3, to: 1, behalf: 2, hops: 4 }])
    expect([...worn().values()]).toEqual([9])
  })

  it('are none where nothing differs', () => {
    setWorn([way(3, 5)])
    told.length = 0
    setWorn([way(3, 5)])
    expect(told[0]?.size).toBe(0)
    stop()
  })
})
