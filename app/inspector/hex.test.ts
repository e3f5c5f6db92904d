import { describe, expect, it } from 'vitest'
import type { BytesView, DecodedField } from '../../engine/index.ts'
import { changedCount, fieldAt, fieldsWere, linesIn, linesOf, runsOf, stateLines, wordOf } from './hex.ts'

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

describe('a line of bytes', () => {
  it('is drawn in runs of one field, all changed or none, and has every byte once', () => {
    const after = Uint8Array.from({ length: 20 }, (_, i) => i)
    const before = after.slice()
    before[3] = 99
    const piece: BytesView = { ...view, before, after, fields: [field('first', 0, 4), field('second', 4, 2), field('inner', 5, 1)] }
    const lines = linesOf(piece, 8)
    expect(lines.map((line) => line.length)).toEqual([8, 8, 4])
    expect(runsOf(lines[0]!).map((run) => [run.map(({ at }) => at), run[0]!.field, run[0]!.changed])).toEqual([
      [[0, 1, 2], 0, false], [[3], 0, true], [[4], 1, false], [[5], 2, false], [[6, 7], -1, false],
    ])
    expect(lines.flatMap(runsOf).flat()).toEqual(lines.flat())
  })

  it('is made only as far as lines are shown', () => {
    const long: BytesView = { ...view, before: new Uint8Array(5000), after: new Uint8Array(5000) }
    expect(linesOf(long, 8, 16)).toHaveLength(16)
    expect(linesOf(long, 8)).toHaveLength(128)
    expect([linesIn(long, 8), linesIn(view, 8)]).toEqual([128, 1])
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

  it('tells the words of a hop: what is packed in one of them is unpacked', () => {
    expect(wordOf('span', 0x601e0)).toEqual(['+0x1E0', '96 bytes'])
    expect(wordOf('mdlSpan', 0x10800)).toEqual(['+0x800', '16 bytes'])
    expect(wordOf('port', 0x101f7)).toEqual(['0x1F7', '1 byte'])
    expect(wordOf('port', 0x201f0)).toEqual(['0x1F0', '2 bytes'])
    expect(wordOf('port', 0x20)).toEqual(['0x20', '32'])
    expect(wordOf('lba', 63)).toEqual(['0x3F', '63'])
  })
})
