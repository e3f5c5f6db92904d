/** Bytes as the inspector prints them, and which of them belong to a field or have changed. Pure. */
import type { BytesView, DecodedField } from '../../engine/index.ts'
import { many } from '../ui/figures.ts'

/** A longer piece is shown in part. */
export const bytesShown = 1024

export function hex2(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0')
}

export function offsetLabel(offset: number): string {
  return offset.toString(16).toUpperCase().padStart(4, '0')
}

export function character(value: number): string {
  return value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '·'
}

/** A word of a hop as it is told: a span in bytes and the offset in its page, a port without the size that is packed with it. */
export function wordOf(name: string, value: number): readonly [hex: string, plain: string] {
  if (/span$/i.test(name)) return [`+0x${(value & 0xfff).toString(16).toUpperCase()}`, bytesWord(Math.floor(value / 4096))]
  const sized = name === 'port' && value > 0xffff
  return [`0x${(sized ? value & 0xffff : value).toString(16).toUpperCase()}`, sized ? bytesWord(value >>> 16) : String(value)]
}

export function bytesWord(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`
}

export interface Cell {
  readonly at: number
  readonly value: number
  readonly was: number | null
  readonly changed: boolean
  /** Index of the innermost field that covers the byte, or -1. */
  readonly field: number
}

export function fieldAt(fields: readonly DecodedField[], at: number): number {
  let found = -1
  fields.forEach((field, i) => {
    if (field.missing || at < field.at || at >= field.at + field.bytes) return
    if (found < 0 || field.bytes < fields[found]!.bytes) found = i
  })
  return found
}

/** How many lines the bytes of a piece take, as far as they are shown at all. */
export function linesIn(view: BytesView, bytesPerLine: number): number {
  return Math.ceil(Math.min(view.after.length, bytesShown) / bytesPerLine)
}

/** The first lines of a piece, at most `most`. */
export function linesOf(view: BytesView, bytesPerLine: number, most = Infinity): readonly (readonly Cell[])[] {
  const lines: Cell[][] = []
  const end = Math.min(view.after.length, bytesShown, most * bytesPerLine)
  for (let at = 0; at < end; at++) {
    if (at % bytesPerLine === 0) lines.push([])
    const value = view.after[at]!
    const was = at < view.before.length ? view.before[at]! : null
    lines[lines.length - 1]!.push({ at, value, was, changed: was !== null && was !== value, field: fieldAt(view.fields, at) })
  }
  return lines
}

/** A line as it is drawn: bytes beside each other that belong to one field, all of them changed or none. */
export function runsOf(line: readonly Cell[]): readonly (readonly Cell[])[] {
  const runs: Cell[][] = []
  for (const cell of line) {
    const last = runs.at(-1)
    if (last && last[0]!.field === cell.field && last[0]!.changed === cell.changed) last.push(cell)
    else runs.push([cell])
  }
  return runs
}

export function changedCount(view: BytesView): number {
  let changed = 0
  for (let at = 0; at < view.after.length; at++) if (at < view.before.length && view.before[at] !== view.after[at]) changed += 1
  return changed
}

export interface Difference {
  readonly path: string
  readonly before: string
  readonly after: string
  readonly changed: boolean
}

const deepest = 4
const most = 120

/** State as lines 'path value', with what the last hop changed. */
export function stateLines(before: unknown, after: unknown): readonly Difference[] {
  const out: Difference[] = []
  const walk = (path: string, a: unknown, b: unknown, depth: number): void => {
    if (out.length >= most) return
    const keys = depth < deepest ? keysOf(b) : null
    if (!keys) {
      out.push({ path, before: told(a), after: told(b), changed: told(a) !== told(b) })
      return
    }
    for (const key of keys) walk(path ? `${path}.${key}` : key, child(a, key), child(b, key), depth + 1)
  }
  walk('', before, after, 0)
  return out
}

function keysOf(value: unknown): string[] | null {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return null
  const keys = Object.keys(value)
  return keys.length > 0 ? keys : null
}

function child(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined
}

function told(value: unknown): string {
  if (value === undefined) return '–'
  if (ArrayBuffer.isView(value)) return many(value.byteLength, 'byte')
  if (value !== null && typeof value === 'object') return Array.isArray(value) ? '[]' : '{}'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** For each field, what stood there before the hop when that differs; else null. */
export function fieldsWere(view: Pick<BytesView, 'fields' | 'fieldsBefore'>): readonly (string | null)[] {
  const { fields, fieldsBefore } = view
  if (!fieldsBefore) return []
  return fields.map((field) => {
    const before = fieldsBefore.find((f) => f.name === field.name && f.at === field.at)
    if (!before || before.missing || (before.value === field.value && before.missing === field.missing)) return null
    return before.value
  })
}
