import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { families } from '../../engine/index.ts'
import { classes, classOf, lensOf, lensWord, noLens, sorts, toggled } from './lens.ts'
import { paintWith } from './paint.ts'
import type { KindCard } from '../session/session-store.ts'

const kind = (name: string, family: KindCard['family'], status: string): KindCard => ({ code: 0, name, title: name, family, letter: families[family].letter, status, milestone: '', begins: '', ends: '' })

describe('a lens', () => {
  it('is one word of the address and comes back from it', () => {
    const lenses = fc.constantFrom(...sorts).chain((by) => fc.record({ by: fc.constant(by), only: fc.subarray(classes[by].map((c) => c.id)) }))
    fc.assert(fc.property(lenses, (lens) => {
      expect(lensOf(lensWord(lens))).toEqual(lens)
      expect(lensWord(lens)).toMatch(/^[a-z:,-]*$/)
    }), { seed: 20_080_227 })
    expect(lensWord({ by: 'status', only: ['simplified'] })).toBe('status:simplified')
    expect(lensWord(noLens)).toBe('')
  })

  it('leaves out what it does not understand', () => {
    expect(lensOf('status:simplified,cake,simplified')).toEqual({ by: 'status', only: ['simplified'] })
    for (const word of ['', 'cake', 'cake:exit', 'toString:x', ':::', 'kind:']) expect(lensOf(word)).toEqual(noLens)
  })

  it('shows one class alone, a second one with it, and all again', () => {
    const one = toggled(noLens, 'exit', false)
    expect(one.only).toEqual(['exit'])
    expect(toggled(one, 'entry', true).only).toEqual(['exit', 'entry'])
    expect(toggled(toggled(one, 'entry', true), 'exit', false).only).toEqual(['exit'])
    expect(toggled(one, 'exit', false)).toEqual(noLens)
  })

  it('tells classes apart by letter as well as by colour', () => {
    for (const by of sorts) {
      expect(new Set(classes[by].map((c) => c.letter)).size).toBe(classes[by].length)
      expect(new Set(classes[by].map((c) => c.tint)).size).toBe(classes[by].length)
    }
  })

  it('has a class for every cost', () => {
    const at = (cost: number): string => classOf('cost', { family: 'exit', status: 'derived', place: 'hypervisor', cost })
    expect([0, 1, 999, 1000, 10_000, 10_001].map(at)).toEqual(['none', 'low', 'low', 'middle', 'middle', 'high'])
  })

  it('paints what it shows and dims the rest', () => {
    const kinds = [kind('a.b', 'exit', 'simplified'), kind('c.d', 'ring', 'documented')]
    const paint = paintWith({ by: 'status', only: ['simplified'] }, kinds, () => 'hypervisor')
    expect(paint('a.b', 'x', 0)).toEqual({ tint: 'exit', letter: '≈', dim: false })
    expect(paint('c.d', 'x', 0)).toEqual({ tint: 'ring', letter: '✓', dim: true })
    expect(paint('nobody', 'x', 0).dim).toBe(true)
    expect(paintWith({ by: 'place', only: [] }, kinds, () => 'hypervisor')('c.d', 'x', 0)).toEqual({ tint: 'signal', letter: 'H', dim: false })
    expect(paintWith({ by: 'kind', only: ['exit'] }, kinds, () => '')('c.d', 'x', 0)).toEqual({ tint: 'ring', letter: 'R', dim: true })
  })
})
