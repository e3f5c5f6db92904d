import { describe, expect, it } from 'vitest'
import { shipped } from '../../engine/index.ts'
import { addressOf } from './moment.ts'
import { codeOf } from './Qr.tsx'

// A reader written from the standard (ISO/IEC 18004), which knows nothing of how the codes are made.

/** By version and level: correction words of a block, then blocks and their data words. */
const blocksOf: Readonly<Record<string, readonly [ec: number, ...(readonly [blocks: number, words: number])[]]>> = {
  '1M': [10, [1, 16]], '2M': [16, [1, 28]], '3M': [26, [1, 44]], '4M': [18, [2, 32]], '5M': [24, [2, 43]], '6M': [16, [4, 27]], '7M': [18, [4, 31]],
  '8M': [22, [2, 38], [2, 39]], '9M': [22, [3, 36], [2, 37]], '10M': [26, [4, 43], [1, 44]], '28L': [30, [3, 117], [10, 118]],
}
const centresOf: Readonly<Record<number, readonly number[]>> = {
  1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46], 10: [6, 28, 50], 28: [6, 26, 50, 74, 98, 122],
}
const masks: readonly ((y: number, x: number) => boolean)[] = [
  (y, x) => (y + x) % 2 === 0, (y) => y % 2 === 0, (_, x) => x % 3 === 0, (y, x) => (y + x) % 3 === 0, (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (y, x) => ((y * x) % 2) + ((y * x) % 3) === 0, (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0, (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
]

type Rows = readonly (readonly boolean[])[]

/** Whether a module is part of a pattern rather than data. */
function fixed(size: number, version: number): (y: number, x: number) => boolean {
  const centres = centresOf[version]!
  const corner = (a: number, b: number): boolean => (a === 6 && (b === 6 || b === centres.at(-1))) || (a === centres.at(-1) && b === 6)
  const alignment = centres.flatMap((a) => centres.filter((b) => !corner(a, b)).map((b) => [a, b] as const))
  return (y, x) =>
    y === 6 || x === 6 || (y < 9 && x < 9) || (y < 9 && x >= size - 8) || (y >= size - 8 && x < 9) ||
    (version >= 7 && ((y < 6 && x >= size - 11) || (x < 6 && y >= size - 11))) ||
    alignment.some(([a, b]) => Math.abs(a - y) <= 2 && Math.abs(b - x) <= 2)
}

/** The 15 bits beside the upper left finder: level and mask. */
function formatOf(rows: Rows): { readonly level: string; readonly mask: number } {
  const at: (readonly number[])[] = [...Array.from({ length: 6 }, (_, x) => [8, x]), [8, 7], [8, 8], [7, 8], ...Array.from({ length: 6 }, (_, i) => [5 - i, 8])]
  const bits = at.reduce((value, [y, x]) => (value << 1) | (rows[y!]![x!] ? 1 : 0), 0) ^ 0b101010000010010
  return { level: ['M', 'L', 'H', 'Q'][bits >> 13]!, mask: (bits >> 10) & 7 }
}

function wordsOf(rows: Rows, version: number, mask: number): number[] {
  const size = rows.length
  const isFixed = fixed(size, version)
  const bits: number[] = []
  let up = true
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let i = 0; i < size; i++) {
      const y = up ? size - 1 - i : i
      for (const x of [right, right - 1]) if (!isFixed(y, x)) bits.push((rows[y]![x] ?? false) !== masks[mask]!(y, x) ? 1 : 0)
    }
    up = !up
  }
  return Array.from({ length: Math.floor(bits.length / 8) }, (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((word, bit) => (word << 1) | bit, 0))
}

const exponents: number[] = []
for (let i = 0, value = 1; i < 255; i++, value = value & 128 ? (value << 1) ^ 0x11d : value << 1) exponents.push(value)

function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : exponents[(exponents.indexOf(a) + exponents.indexOf(b)) % 255]!
}

/** Data words of a code whose every block is free of errors; throws otherwise. */
function dataOf(words: readonly number[], key: string): number[] {
  const [ec, ...groups] = blocksOf[key]!
  const lengths = groups.flatMap(([blocks, length]) => Array.from({ length: blocks }, () => length))
  const data: number[][] = lengths.map(() => [])
  let at = 0
  for (let i = 0; i < Math.max(...lengths); i++) lengths.forEach((length, b) => i < length && data[b]!.push(words[at++]!))
  const checks: number[][] = lengths.map(() => [])
  for (let i = 0; i < ec; i++) for (const check of checks) check.push(words[at++]!)
  data.forEach((block, b) => {
    for (let e = 0; e < ec; e++) {
      const syndrome = [...block, ...checks[b]!].reduce((sum, word) => times(sum, exponents[e]!) ^ word, 0)
      if (syndrome !== 0) throw new Error(`block ${b} has errors`)
    }
  })
  return data.flat()
}

function read(rows: Rows): { readonly version: number; readonly level: string; readonly text: string } {
  const version = (rows.length - 17) / 4
  const { level, mask } = formatOf(rows)
  const data = dataOf(wordsOf(rows, version, mask), `${version}${level}`)
  const bits = data.flatMap((word) => Array.from({ length: 8 }, (_, i) => (word >> (7 - i)) & 1))
  const take = (from: number, count: number): number => bits.slice(from, from + count).reduce((value, bit) => value * 2 + bit, 0)
  if (take(0, 4) !== 4) throw new Error('not in bytes')
  const wide = version < 10 ? 8 : 16
  const bytes = Uint8Array.from({ length: take(4, wide) }, (_, i) => take(4 + wide + i * 8, 8))
  return { version, level, text: new TextDecoder().decode(bytes) }
}

describe('a QR code', () => {
  it('of every shipped scenario is at most of version 10, with correction level M, and is read back as the link', () => {
    for (const { name } of shipped) {
      const page = new URL('https://virtualisation.cs.example-university.edu/lab/2026/')
      const { href } = addressOf({ scenario: name, changes: {}, hop: 99_999, look: {}, build: '0.1.0-3fa9c1d2', print: '0123456789abcdef' }, '', page)
      const { version, level, text } = read(codeOf(href).rows)
      expect(text).toBe(href)
      expect([version <= 10, level]).toEqual([true, 'M'])
    }
  })

  it('of 213 bytes is the largest of version 10-M; 1,500 bytes still fit into one of level L', () => {
    const word = 'https://a.example/?'.padEnd(213, 'x')
    expect(read(codeOf(word).rows)).toEqual({ version: 10, level: 'M', text: word })
    expect(codeOf(`${word}x`).ecc).toBe('L')
    const long = word.padEnd(1500, 'Ab-_9')
    expect(read(codeOf(long).rows)).toEqual({ version: 28, level: 'L', text: long })
  })

  it('is not read when a module of it is wrong: the reader itself looks', () => {
    const rows = codeOf('https://a.example/').rows.map((row) => [...row])
    rows[12]![12] = !rows[12]![12]
    expect(() => read(rows)).toThrow(/errors/)
  })
})
