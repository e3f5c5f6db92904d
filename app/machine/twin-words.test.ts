import { describe, expect, it } from 'vitest'
import { twinOf, twoWays, variantFrom, variantOf } from '../../engine/index.ts'
import { twinAgainst, wordsOfTwin } from './twin-words.ts'

const card = { own: { era: twoWays.era, profile: twoWays.profile, guests: twoWays.guests }, title: 'Windows Server 2008', about: twoWays.about, changed: false }

describe('the twin that the machine dialog asks for', () => {
  it('has on its right what the dialog says, whatever the machine of the page has changed', () => {
    expect(twinAgainst(card, {}, { 'beta.path': 'dma' })).toBe('beta.path:dma')
    expect(twinAgainst(card, { era: 'ws2012' }, { era: 'ws2012', 'beta.path': 'dma' })).toBe('beta.path:dma')
    // The era is put back to that of the scenario.
    expect(twinAgainst(card, { era: 'ws2012', 'beta.extraAccesses': '4' }, {})).toBe('era:ws2008,beta.extraAccesses:0')
    expect(twinAgainst(card, {}, {})).toBe('')
    expect(twinAgainst(card, { 'beta.path': 'dma' }, { 'beta.path': 'dma' })).toBe('')
  })

  it('is what the engine makes of both', () => {
    const here = { era: 'ws2012', 'beta.polled': 'true' }
    const there = { profile: 'server-2024', 'beta.pioMode': 'multiple' }
    const open = variantOf(twoWays, variantFrom(here))
    const { right } = twinOf(open, twinAgainst(card, here, there))
    expect(right).toMatchObject({ era: 'ws2008', profile: 'server-2024', guests: [twoWays.guests[0], { polled: false, pioMode: 'multiple' }] })
  })

  it('is read back into the dialog', () => {
    expect(wordsOfTwin('beta.path:pio~beta.path:dma', { era: 'ws2012' })).toEqual({ era: 'ws2012', 'beta.path': 'dma' })
    expect(wordsOfTwin('nonsense', { era: 'ws2012' })).toEqual({ era: 'ws2012' })
  })
})
