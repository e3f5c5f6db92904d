import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askedIn, originsIn } from './frame.ts'

/** What a message is told that asks wrongly. */
function faultOf(asked: ReturnType<typeof askedIn>): string {
  return asked !== null && 'fault' in asked ? asked.fault : ''
}

describe('the origins that may speak to an embedded lab', () => {
  it('are those the address names, https or this machine', () => {
    expect(originsIn('https://course.example.edu/page, https://b.example:8443,http://localhost:3000')).toEqual(['https://course.example.edu', 'https://b.example:8443', 'http://localhost:3000'])
    expect(originsIn('')).toEqual([])
    expect(originsIn('*,http://insecure.example,javascript:alert(1),null,file:///a,data:text/html,x')).toEqual([])
  })
})

describe('a message to an embedded lab', () => {
  it('is a call with words, or the wish to hear an event', () => {
    expect(askedIn({ viridian: 2, id: 1, call: 'seek', words: [4711] })).toEqual({ id: 1, call: 'seek', words: [4711] })
    expect(askedIn({ viridian: 2, id: 'a', call: 'status' })).toEqual({ id: 'a', call: 'status', words: [] })
    expect(askedIn({ viridian: 2, id: 2, on: 'hop' })).toEqual({ id: 2, on: 'hop' })
    expect(askedIn({ viridian: 2, id: 2, off: 'hop' })).toEqual({ id: 2, off: 'hop' })
  })

  it('that is none of ours is not answered; one that asks wrongly is told why', () => {
    for (const other of [null, 7, 'x', {}, { viridian: 1, id: 1, call: 'status' }, []]) expect(askedIn(other)).toBeNull()
    expect(faultOf(askedIn({ viridian: 2, call: 'status' }))).toContain('has an id')
    for (const call of ['constructor', '__proto__', 'on', 'ready', 'toString', 7, undefined]) expect(faultOf(askedIn({ viridian: 2, id: 1, call }))).toContain('no such call')
    expect(faultOf(askedIn({ viridian: 2, id: 1, on: 'click' }))).toContain('no such event')
    expect(faultOf(askedIn({ viridian: 2, id: 1, call: 'load', words: 'two-ways' }))).toContain('list')
    expect(faultOf(askedIn({ viridian: 2, id: 1, call: 'load', words: ['x'.repeat(1 << 20)] }))).toContain('at most')
    const round: Record<string, unknown> = {}
    round['self'] = round
    expect(faultOf(askedIn({ viridian: 2, id: 1, call: 'load', words: [round] }))).toContain('plain data')
  })

  it('whatever it is, never throws', () => {
    fc.assert(fc.property(fc.anything(), (data) => {
      expect(() => askedIn(data)).not.toThrow()
      expect(() => askedIn({ viridian: 2, id: 1, call: 'load', words: data })).not.toThrow()
    }))
  })
})
