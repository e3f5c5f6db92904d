import { describe, expect, test } from 'vitest'
import { chordOf, isLetter, readable, whyNot } from './chord.ts'

const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }

describe('a chord', () => {
  test('spells modifiers in one order and takes Command for Ctrl', () => {
    expect(chordOf({ ...plain, key: 'ArrowRight', metaKey: true, shiftKey: true })).toBe('Ctrl+Shift+ArrowRight')
    expect(chordOf({ ...plain, key: 'K', ctrlKey: true })).toBe('Ctrl+k')
  })
  test('is what Shift made of a key, unless that is a letter', () => {
    expect(chordOf({ ...plain, key: '?', shiftKey: true })).toBe('?')
    expect(chordOf({ ...plain, key: 'I', shiftKey: true })).toBe('Shift+i')
    expect(chordOf({ ...plain, key: ' ' })).toBe('Space')
    expect(chordOf({ ...plain, key: '+', shiftKey: true })).toBe('Plus')
  })
  test('is nothing while only modifiers are held', () => {
    expect(chordOf({ ...plain, key: 'Shift', shiftKey: true })).toBe('')
  })
  test('of one character is a letter key, and is read out in signs', () => {
    expect([isLetter('i'), isLetter('Shift+i'), isLetter('Plus'), isLetter('Ctrl+k'), isLetter('Space')]).toEqual([true, true, true, false, false])
    expect(readable('Ctrl+ArrowLeft')).toBe('Ctrl ←')
  })
  test('that the browser or the reader needs is refused with a reason', () => {
    expect(whyNot('F5')).toContain('Function keys')
    expect(whyNot('Ctrl+w')).toContain('browser')
    expect(whyNot('Shift+Tab')).toContain('Tab')
    expect(whyNot('Ctrl+k')).toBe('')
  })
})
