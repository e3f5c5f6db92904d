import { describe, expect, it } from 'vitest'
import { shared } from './shared.ts'

const view = (exits: number): object => ({
  partitions: [{ index: 1, vps: [{ vp: 0, state: 'running' }] }, { index: 2, vps: [{ vp: 1, state: 'waiting' }] }],
  ledgers: { 2: { exits, cpu: { guest: 5 } }, 3: { exits: 7, cpu: { guest: 9 } } },
  next: null,
})

describe('a view that comes anew', () => {
  it('is the one before when it says the same', () => {
    const before = view(1)
    expect(shared(before, structuredClone(before))).toBe(before)
  })

  it('keeps every part that says the same, of 128 guests all but the one that acted', () => {
    const of = (acted: number): Record<string, object> => Object.fromEntries(Array.from({ length: 128 }, (_, i) => [i + 2, { exits: i === acted ? 1 : 0, copies: { guest: i } }]))
    const before = of(-1)
    const after = shared(before, of(5))
    expect(Object.keys(after).filter((key) => after[key] !== before[key])).toEqual(['7'])
    expect(after['7']).toEqual({ exits: 1, copies: { guest: 5 } })
  })

  it('says what it says, whatever was there before', () => {
    const cases: readonly (readonly [unknown, unknown])[] = [
      [view(1), view(2)], [null, view(1)], [view(1), null], [[1, 2, 3], [1, 2]], [[1], [1, 2]], [{ a: 1, b: 2 }, { a: 1 }], [{ a: 1 }, { a: 1, b: undefined }], [{ a: [] }, { a: {} }],
      [{ a: new Uint8Array([1, 2]) }, { a: new Uint8Array([1, 3]) }],
    ]
    for (const [before, after] of cases) expect(shared(before, after)).toEqual(after)
    expect(Object.keys(shared<object>({ a: 1, b: 2 }, { a: 1 }))).toEqual(['a'])
  })
})
