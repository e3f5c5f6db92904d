import { describe, expect, it } from 'vitest'
import { farthest } from './address.ts'
import { shortOf } from './short-of.ts'

describe('an address that leads farther than the run goes', () => {
  const at = { n: 3345, start: 1000, state: 'idle', why: 'Nothing moves: nobody has asked for anything, and every VP waits in HLT for an interrupt.' } as const

  it('says where the machine stands and why, in one sentence', () => {
    expect(shortOf(99_999, at)).toBe('The address leads to hop 99\u2009999; the page stands at hop 2\u2009345, the last one of this run: nobody has asked for anything, and every VP waits in HLT for an interrupt.')
    expect(shortOf(3000, { ...at, why: 'Nothing moves. A planned step was left out (read-file): Beta is off.' })).toMatch(/the last one of this run: A planned step was left out \(read-file\): Beta is off\.$/)
    expect(shortOf(2345, at)).toBe('')
    expect(shortOf(0, at)).toBe('')
  })

  it('names a failure, the limit, and a link that has been no farther', () => {
    expect(shortOf(3000, { ...at, state: 'failed', why: 'The disk is gone.' })).toMatch(/at hop 2\u2009345, where the machine stopped: The disk is gone\.$/)
    expect(shortOf(9_000_000, { ...at, n: farthest + 1000, state: 'ready', why: '' })).toMatch(/because an address leads at most 2\u2009000\u2009000 hops far\.$/)
    expect(shortOf(3000, { ...at, state: 'ready', why: '' })).toMatch(/as far as this link has been\.$/)
  })
})
