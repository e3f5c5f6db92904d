import { describe, expect, it } from 'vitest'
import { filterOf, isPlain, noFilter, wordsOf } from './filter.ts'

const partitions = [
  { index: 1, path: 'root' },
  { index: 2, path: 'alpha' },
]

describe('the filter of the hop list', () => {
  it('stands in the address and comes back from it', () => {
    const filter = { text: 'ring write', families: ['ring', 'exit'], partition: 2, request: 2300 }
    const words = wordsOf(filter, partitions, 2239)
    expect(words).toEqual({ words: 'ring write', families: 'ring,exit', in: 'alpha', request: '61' })
    expect(filterOf(words, partitions, 2239)).toEqual(filter)
  })

  it('leaves out what it does not understand', () => {
    const filter = filterOf({ words: '', families: 'ring,cake', in: 'omega', request: '-4' }, partitions, 0)
    expect(filter).toEqual({ text: '', families: ['ring'], partition: -1, request: 0 })
    expect(filterOf({ words: '', families: 'toString', in: '', request: '' }, partitions, 0)).toBe(noFilter)
    expect(isPlain(noFilter)).toBe(true)
  })
})
