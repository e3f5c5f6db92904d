import { describe, expect, it } from 'vitest'
import { checkOf, generationOf, isGood, newestOf, type Generation } from './generation.ts'
import { isWorth, placeOf, sameMachine, stateOf, type KeptMachine } from './kept-state.ts'

const body = JSON.stringify({ version: 1, machine: { scenario: 'two-ways' }, run: {}, look: {}, text: 'Größe' })

describe('a generation', () => {
  it('is checked by CRC-32: the check value of the standard, and length', () => {
    expect(checkOf('123456789')).toBe('cbf43926.9')
    expect(checkOf('')).toBe('00000000.0')
  })

  it('is refused when any one character of it is another', () => {
    const good = generationOf('a', 7, 1000, body)
    expect(isGood(good)).toBe(true)
    for (let at = 0; at < body.length; at++) {
      const other = String.fromCharCode(body.charCodeAt(at) ^ 1)
      expect(isGood({ ...good, body: body.slice(0, at) + other + body.slice(at + 1) })).toBe(false)
    }
    for (let to = 0; to < body.length; to++) expect(isGood({ ...good, body: body.slice(0, to) })).toBe(false)
  })

  it('is refused under another name than its own, and so is what is no generation', () => {
    const good = generationOf('a', 7, 1000, body)
    for (const strange of [{ ...good, lineage: 'b' }, { ...good, number: 8 }, { ...good, check: '' }, { ...good, body: 5 }, null, 'text', {}, []]) expect(isGood(strange)).toBe(false)
  })

  it('of which the newest good one counts, and the damaged ones before it are told', () => {
    const records: Generation[] = [9, 8, 7, 6].map((number) => generationOf('a', number, number, body))
    const broken = (n: number): Generation => ({ ...records[n]!, body: `${body} ` })
    expect(newestOf(records)).toEqual({ good: records[0], damaged: 0 })
    expect(newestOf([broken(0), null, records[2], records[3]])).toEqual({ good: records[2], damaged: 2 })
    expect(newestOf([broken(0), broken(1)])).toEqual({ good: null, damaged: 2 })
    expect(newestOf([])).toEqual({ good: null, damaged: 0 })
  })
})

describe('what is kept', () => {
  const branch = { parent: -1, atHop: 0, seen: 100, shared: 0, intents: [{ after: 0, at: 0, planned: true, intent: {} }] }
  const run = { version: 1, start: 100, branches: [branch], branch: 0, n: 100 } as const

  it('is read only when this version can', () => {
    expect(stateOf(body)?.machine.scenario).toBe('two-ways')
    for (const strange of ['', '{', 'null', '[]', '5', '{"version":2}', body.replace('"version":1', '"version":2')]) expect(stateOf(strange)).toBeNull()
  })

  it('is worth it as soon as somebody has moved or asked', () => {
    expect(isWorth(run)).toBe(false)
    expect(isWorth({ ...run, n: 101 })).toBe(true)
    expect(isWorth({ ...run, branches: [{ ...branch, intents: [{ after: 100, at: 0, planned: false, intent: {} }] }] })).toBe(true)
    expect(isWorth({ ...run, branches: [branch, branch] })).toBe(true)
  })

  it('is named by its place', () => {
    expect(placeOf({ ...run, n: 912 })).toBe('hop 812')
    expect(placeOf({ ...run, n: 912, branches: [branch, branch] })).toBe('hop 812, two branches')
    expect(placeOf({ ...run, n: 95 })).toBe('hop −5')
  })

  it('belongs to one machine, in whatever order its words stand', () => {
    const machine: KeptMachine = { scenario: 'two-ways', words: { era: 'ws2012', 'beta.path': 'dma' }, own: null, data: null }
    expect(sameMachine(machine, { ...machine, words: { 'beta.path': 'dma', era: 'ws2012' } })).toBe(true)
    expect(sameMachine(machine, { ...machine, words: { era: 'ws2012' } })).toBe(false)
    expect(sameMachine(machine, { ...machine, own: { scenario: 'two-ways', disk: 'ab', guest: 'alpha' } })).toBe(false)
  })
})
