import { describe, expect, it } from 'vitest'
import { counterNames, crossings, type BranchView, type Condition } from '../../engine/index.ts'
import { fieldsOf, forms, guessOf, kindsOf } from './draft.ts'
import { branchWords, conditionWords, intentWords, outcomeWords, passed, takenBack, type Names } from './words.ts'

const names: Names = { guest: (name) => (name === 'alpha' ? 'Alpha' : name), kind: (name) => `kind ${name}`, component: (path) => `component ${path}`, start: 100 }

const conditions: readonly Condition[] = [
  { idle: true }, { hop: 240 }, { time: 12_000_000 }, { time: 250 }, { kind: 'vmbus.ringWriteGuest', guest: 'alpha' }, { component: 'alpha/storvsc' }, { crossing: 'guest-exit' }, { request: 246 }, { ended: 'file', guest: 'alpha' },
  { milestone: 'device-done' }, { counter: 'exits', atLeast: 1200, guest: 'alpha' }, { ring: 'to-root', guest: 'alpha', holds: 400 }, { ring: 'to-guest', guest: 'alpha', holds: 'empty' },
]

describe('conditions in words and fields', () => {
  it('are said as clauses', () => {
    expect(conditions.map((c) => conditionWords(c, names))).toEqual([
      'nothing is left to do', 'hop 240 acts', 't comes to 12.000 ms', 't comes to 0.25 µs', '‘kind vmbus.ringWriteGuest’ happens, for Alpha', 'component alpha/storvsc acts', 'the border ‘guest exit’ is crossed',
      'the request of hop 146 ends', 'a file request of Alpha ends', 'the disk has done its part', 'all exits of Alpha come to 1\u2009200', 'the ring to the root of Alpha holds 400 bytes or more', 'the ring to the guest of Alpha becomes empty',
    ])
  })

  it('fill the fields of the form, and come out of them again', () => {
    for (const condition of conditions) expect(kindsOf(fieldsOf(condition, 100))).toEqual({ condition, fault: '' })
    expect(new Set(conditions.map((c) => fieldsOf(c, 100).form)).size).toBe(forms.length)
  })

  it('[UNTIL-1] a hop is counted from the start; one that is counted from the very first is the same in the fields', () => {
    expect(conditionWords({ n: 340 }, names)).toBe('hop 240 acts')
    expect(kindsOf(fieldsOf({ n: 340 }, 100)).condition).toEqual({ hop: 240 })
  })

  it('say what the fields lack', () => {
    const plain = fieldsOf({ idle: true }, 0)
    expect(kindsOf({ ...plain, form: 'component' }).fault).toBe('Choose a component.')
    expect(kindsOf({ ...plain, form: 'ring' }).fault).toBe('Choose the guest whose ring is meant.')
    for (const bad of ['', 'x', '-3', '1.5']) expect(kindsOf({ ...plain, form: 'counter', atLeast: bad }).condition).toBeNull()
    expect(kindsOf({ ...plain, form: 'time', time: '0.5', unit: 's' }).condition).toEqual({ time: 500_000_000 })
    expect(kindsOf({ ...plain, form: 'counter', atLeast: '1 000' }).condition).toEqual({ counter: 'exits', atLeast: 1000 })
  })

  it('know every counter and border of the engine', () => {
    for (const counter of counterNames) expect(conditionWords({ counter, atLeast: 1 }, names)).toMatch(/^[a-zA-Z ]+ of the machine come to 1$/)
    for (const crossing of Object.keys(crossings)) expect(conditionWords({ crossing } as Condition, names)).toContain(crossing.replaceAll('-', ' '))
  })

  it('begin with what is chosen in the page', () => {
    const view = { components: [{ path: 'alpha/fs' }], status: { next: { kind: 0 } } } as never
    const kinds = [{ name: 'fs.open' }] as never
    expect(guessOf({ view, selection: { kind: 'component', index: 0 }, kinds, cursor: 5 }, 'run')).toEqual({ component: 'alpha/fs' })
    expect(guessOf({ view, selection: null, kinds, cursor: 5 }, 'break')).toEqual({ kind: 'fs.open' })
    expect(guessOf({ view: null, selection: null, kinds, cursor: 0 }, 'run')).toEqual({ milestone: 'device-done' })
  })

  it('tell how waiting ended', () => {
    for (const reason of ['reached', 'idle', 'hops', 'time', 'failed', 'needs', 'refused', 'stopped'] as const) expect(outcomeWords(reason, 'it rains', '7', 'The disk burns.')).toMatch(/\.$/)
    expect(outcomeWords('idle', 'it rains', '7', '')).toBe('It did not come to that: everything came to rest at hop 7 before it rains.')
    expect(outcomeWords('reached', 'it rains', '7', '')).toBe('Stopped at hop 7: it rains.')
    expect(outcomeWords('reached', conditionWords({ hop: 7 }, names), '7', '')).toBe('Stopped at hop 7.')
    expect(outcomeWords('reached', 'it rains', '7', '', false)).toBe('Nothing to wait for: at hop 7 it is so already (it rains).')
  })

  it('know a place that was passed from one that lies ahead', () => {
    const here = { hops: 1512, elapsed: 22_637_000 }
    expect(passed({ hop: 100 }, here)).toBe('hop 100')
    expect(passed({ time: 12_000_000 }, here)).toBe('t = 12.000 ms')
    for (const ahead of [{ hop: 1512 }, { hop: 1600 }, { time: 22_637_000 }, { idle: true }, { counter: 'exits', atLeast: 1 }] satisfies Condition[]) expect(passed(ahead, here)).toBe('')
  })
})

describe('branches in words', () => {
  const bound = (after: number, intent: unknown, planned = false) => ({ after, intent, planned })
  const read = { do: 'read-file', guest: 'alpha', path: 'A.TXT' }
  const off = { do: 'turn-off', name: 'alpha' }
  const view = (id: number, parent: number, atHop: number, intents: BranchView['intents']): BranchView => ({ id, parent, atHop, tip: 900, atTime: 0, tipTime: 0, intents })

  it('are called after what was asked in them, or after what they go without', () => {
    const first = view(0, -1, 0, [bound(100, read, true), bound(300, off)])
    const asked = view(1, 0, 200, [bound(100, read, true), bound(200, read)])
    const without = view(2, 0, 300, [bound(100, read, true)])
    const all = [first, asked, without]
    expect(all.map((b) => branchWords(b, all, names))).toEqual(['As it went first', 'Alpha reads A.TXT', 'Without: turn off Alpha'])
  })

  it('say what Undo takes back at a hop', () => {
    const first = view(0, -1, 0, [bound(100, read, true), bound(200, read), bound(300, off)])
    expect([150, 250, 400].map((n) => takenBack(first, n))).toEqual([null, read, off])
    expect(intentWords({ do: 'write-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 }, names)).toBe('Alpha writes 8 sectors at 40\u2009960')
    expect(intentWords({ do: 'something-new' }, names)).toBe('something new')
  })
})
