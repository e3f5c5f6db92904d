import { describe, expect, it } from 'vitest'
import type { BytesView, DecodedField } from '../../engine/index.ts'
import { changedCount, fieldAt, fieldsWere, linesOf, stateLines } from './hex.ts'

const field = (name: string, at: number, bytes: number): DecodedField => ({ name, at, bytes, kind: 'u8', value: '', raw: null, doc: '', missing: false, bits: [] })
const view: BytesView = {
  label: 'CDB', where: 'here', layout: null,
  before: Uint8Array.of(0x28, 0, 0, 0), after: Uint8Array.of(0x28, 0, 1, 0), fields: [field('whole', 0, 4), field('lba', 2, 2)],
}

describe('bytes in the inspector', () => {
  it('belong to the innermost field that covers them', () => {
    expect(fieldAt(view.fields, 0)).toBe(0)
    expect(fieldAt(view.fields, 3)).toBe(1)
    expect(fieldAt(view.fields, 9)).toBe(-1)
  })

  it('are marked when this hop changed them, and remember what stood there', () => {
    const cells = linesOf(view, 8)[0]!
    expect(cells.map((c) => c.changed)).toEqual([false, false, true, false])
    expect(cells[2]!.was).toBe(0)
    expect(changedCount(view)).toBe(1)
  })
})

describe('state in the inspector', () => {
  it('is a list of paths, changed ones marked with their value before', () => {
    expect(stateLines({ a: 1, b: { c: 'x' } }, { a: 1, b: { c: 'y' } })).toEqual([
      { path: 'a', before: '1', after: '1', changed: false },
      { path: 'b.c', before: 'x', after: 'y', changed: true },
    ])
  })
})

describe('a field', () => {
  it('tells what stood there before, where that differs', () => {
    const fields = [field('whole', 0, 4), { ...field('lba', 2, 2), value: '256' }]
    expect(fieldsWere({ fields, fieldsBefore: [field('whole', 0, 4), { ...field('lba', 2, 2), value: '0' }] })).toEqual([null, '0'])
    expect(fieldsWere({ fields })).toEqual([])
  })
})
