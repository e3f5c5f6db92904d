import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { createLab, decodeRow, labOf, twoWays, type Hop, type Lab } from '../../engine/index.ts'
import type { HopFilter } from './lab-calls.ts'
import { find, looksMost, requestsInside } from './log-questions.ts'

const pieceBytes = 64 * 1024
const stretch = 8192
/** Rows of so many stretches are kept in memory. */
const keptStretches = 3
const hops = 70_000
const image = readFileSync(fileURLToPath(new URL(`../../public/${twoWays.images['sample']!.file}`, import.meta.url)))

function fed<T>(lab: Lab, ask: () => T): T {
  for (;;) {
    const value = ask()
    const { need } = lab.status()
    if (!need) return value
    const piece = new Uint8Array(pieceBytes)
    piece.set(image.subarray(need.chunk * pieceBytes, (need.chunk + 1) * pieceBytes))
    lab.supply(need.image, need.chunk, piece)
  }
}

/** A machine whose one guest reads without end; most rows of its log have been given up. */
function longRun(): Lab {
  const lab = createLab({ ...labOf({ ...twoWays, steps: [] }), caps: { rows: keptStretches * stretch * 64 } })
  fed(lab, () => lab.bringUp())
  lab.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' })
  fed(lab, () => lab.advance({ hops: 9000 }))
  lab.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 0, sectors: 8, count: 0, depth: 1 })
  while (lab.status().n < hops) fed(lab, () => lab.advance({ hops: Math.min(20_000, hops - lab.status().n) }))
  return lab
}

const none: HopFilter = { text: '', families: [], partition: -1, request: 0 }
let lab: Lab
let all: readonly Hop[]

beforeAll(() => {
  lab = longRun()
  all = Array.from({ length: Math.ceil(hops / stretch) }, (_, k) => {
    const { rows } = lab.rows(k * stretch + 1, stretch)
    const words = new Int32Array(rows)
    const times = new Float64Array(rows)
    return Array.from({ length: rows.byteLength / 64 }, (_row, i) => decodeRow(words, times, i, k * stretch + 1))
  }).flat()
}, 120_000)

interface Searched {
  readonly numbers: readonly number[]
  /** Rows read for each answer, and stretches that the run had to be repeated for. */
  readonly answers: readonly { readonly rows: number; readonly repeated: number }[]
}

/** Searches the whole log as the list of hops does, and counts what each answer takes. */
function search(filter: HopFilter): Searched {
  const numbers: number[] = []
  const answers: { rows: number; repeated: number }[] = []
  const rows = lab.rows.bind(lab)
  const { tip, start } = lab.status()
  for (let to = start; to < tip; ) {
    const answer = { rows: 0, repeated: 0 }
    lab.rows = (from, count) => {
      const there = lab.run.branch.stretches[Math.floor((from - 1) / stretch)]!
      answer.rows += count
      if (!there.log || there.first + there.filled < from + count) answer.repeated++
      return rows(from, count)
    }
    const found = find(lab, filter, to + 1, tip)
    lab.rows = rows
    expect(found.to).toBeGreaterThan(to)
    numbers.push(...found.numbers)
    answers.push(answer)
    to = found.to
  }
  return { numbers, answers }
}

function oracle(passes: (hop: Hop) => boolean): readonly number[] {
  const { start } = lab.status()
  return all.filter((hop) => hop.n > start && passes(hop)).map((hop) => hop.n)
}

/** Two long lists are the same; the first number that differs is said. */
function expectSame(found: readonly number[], wanted: readonly number[], what: string): void {
  const differs = found.findIndex((n, i) => n !== wanted[i])
  expect([found.length, differs < 0 ? 'none differs' : `${found[differs]} and not ${wanted[differs]}`], what).toEqual([wanted.length, 'none differs'])
}

describe('searching a long log', () => {
  it('[HIST-14] finds every hop of a family that is everywhere, in answers of bounded work', () => {
    const { numbers, answers } = search({ ...none, families: ['hypercall'] })
    expectSame(numbers, oracle((hop) => lab.kinds[hop.kind]!.family === 'hypercall'), 'hypercalls')
    expect(answers.length).toBeGreaterThan(hops / looksMost)
    for (const { rows, repeated } of answers) {
      expect(rows).toBeLessThanOrEqual(looksMost)
      expect(repeated).toBeLessThanOrEqual(1)
    }
  })
  it('[HIST-14] passes over the stretches in which nothing can be found: of a log of 70 000 hops it reads what holds a match', () => {
    for (const family of ['person', 'message', 'interrupt'] as const) {
      const { numbers, answers } = search({ ...none, families: [family] })
      const wanted = oracle((hop) => lab.kinds[hop.kind]!.family === family)
      expectSame(numbers, wanted, family)
      // Of the first one is known what was in it before the start, too; of the last one nothing, since it is not full.
      const places = new Set([lab.status().start + 1, ...wanted, hops].map((n) => Math.floor((n - 1) / stretch)))
      expect(answers.reduce((sum, { rows }) => sum + rows, 0), family).toBeLessThanOrEqual(places.size * stretch)
    }
    expect(search({ ...none, families: ['person'] }).answers).toHaveLength(1)
  })
  it('[HIST-14] a partition that did nothing for most of the log is found where it did something', () => {
    const { components } = lab.view()
    const beta = components.find((c) => c.path === 'beta/kernel')!.partition
    const { numbers, answers } = search({ ...none, partition: beta })
    expectSame(numbers, oracle((hop) => [components[hop.from]!.partition, components[hop.to]!.partition, hop.behalf].includes(beta)), 'beta')
    expect(answers.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(hops / 2)
  })
  it('[HIST-14] what is inside a request is found in parts as it is in one, wherever the search begins', () => {
    const { tip } = lab.status()
    const begun = oracle((hop) => lab.kinds[hop.kind]!.begins !== undefined)
    const late = begun[Math.floor(begun.length * 0.8)]!
    const ids = requestsInside(lab, late, tip)
    expectSame(search({ ...none, request: late }).numbers, oracle((hop) => ids.has(hop.request)), `request ${late}`)
    const [first] = begun
    const middle = first! + 700
    const inside = requestsInside(lab, first!, middle + 2000)
    expectSame([...find(lab, { ...none, request: first! }, middle, middle + 2000).numbers], oracle((hop) => inside.has(hop.request) && hop.n >= middle && hop.n <= middle + 2000), `request ${first}`)
  })
  it('[HIST-14] words cost more than numbers, so an answer looks at fewer hops', () => {
    const { tip, start } = lab.status()
    const found = find(lab, { ...none, text: 'because sectors' }, start + 1, tip)
    expect(found.to - start).toBeLessThanOrEqual(looksMost / 10 + 1)
  })
})
