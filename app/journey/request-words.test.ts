import { describe, expect, it } from 'vitest'
import { requestWords } from './request-words.ts'

const mark = { request: 2241, partition: 2, title: 'Alpha: open file', begun: 1000, ended: 12_000_000, over: false }
const both = [{ index: 1 }, { index: 2 }]
const rootAlone = [{ index: 1 }]

describe('a request in the list', () => {
  it('goes on while its partition is there, and says how long it took when it has ended', () => {
    expect(requestWords(mark, 500_000, both)).toBe('under way')
    expect(requestWords({ ...mark, over: true }, 500_000, both)).toBe('under way')
    expect(requestWords({ ...mark, over: true }, 12_000_000, both)).toBe('12 ms')
    expect(requestWords({ ...mark, over: true }, -1, rootAlone)).toBe('12 ms')
  })

  it('lies ahead where the machine stands before it, also while its partition is not there yet', () => {
    for (const partitions of [both, rootAlone]) for (const over of [true, false]) expect(requestWords({ ...mark, over }, 500, partitions)).toBe('lies ahead')
    expect(requestWords({ ...mark, over: true }, 500_000, rootAlone)).toBe('under way')
  })

  it('is broken off when its partition was turned off: nothing is under way then', () => {
    expect(requestWords(mark, 12_000_000, rootAlone)).toBe('broken off: turned off')
    expect(requestWords({ ...mark, over: true }, 12_000_000, rootAlone)).toBe('12 ms')
  })
})
