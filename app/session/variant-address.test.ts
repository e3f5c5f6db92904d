import { describe, expect, it } from 'vitest'
import { addressOf, momentInWords, type Moment } from '../links/moment.ts'
import { addressOfMachine } from './variant-address.ts'

const page = new URL('https://lab.example/index.html')
const disk = { scenario: 'two-ways', disk: 'ab'.repeat(32), guest: 'gamma', title: 'Gamma', path: 'pio', name: 'old.vhd' } as const
/** A link that says everything a link can say. */
const moment: Required<Omit<Moment, 'own' | 'tree' | 'breakpoints' | 'added'>> = {
  scenario: 'two-ways', changes: { era: 'ws2012', 'beta.path': 'dma' }, disk, hop: 777, select: 'alpha/storvsc', follow: 12,
  look: { theme: 'dark', pace: 'flow', depth: 'mechanism', sight: 'table', lens: 'status:simplified', panels: 'lr', tab: 'time' }, build: '0.1.0-3fa9c1d2', print: '0123456789abcdef',
}
const link = `${addressOf(moment, 'AAAA', page).href.replace('?', '?fresh&words=ring&families=vmbus&in=alpha&request=9&')}`

describe('the address of another machine', () => {
  it('has nothing of the moment that the page was opened with, but how the page looks and runs', () => {
    const address = addressOfMachine({ scenario: 'polling', words: {}, own: null }, link)
    expect(address.href).toBe('https://lab.example/index.html?fresh=&scenario=polling&theme=dark&pace=flow&depth=mechanism')
    expect(momentInWords(address)).toMatchObject({ moment: { scenario: 'polling', changes: {}, hop: 0, look: { theme: 'dark', pace: 'flow', depth: 'mechanism' } }, packed: '' })
  })

  it('names its changes and its own disk instead of those before', () => {
    const address = addressOfMachine({ scenario: 'two-ways', words: { 'alpha.path': 'pio' }, own: { scenario: 'two-ways', disk: 'cd'.repeat(32), guest: 'delta' } }, link)
    const { moment: found, packed } = momentInWords(address)
    expect(packed).toBe('')
    expect(found).toMatchObject({ changes: { 'alpha.path': 'pio' }, disk: { scenario: 'two-ways', disk: 'cd'.repeat(32), guest: 'delta' }, hop: 0 })
    expect([found.disk?.name, found.build, found.print, found.select, found.follow]).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  it('goes on comparing, with what the new machine is compared with first', () => {
    const address = addressOfMachine({ scenario: 'polling', words: {}, own: null }, 'https://lab.example/?scenario=two-ways&twin=beta.path:pio')
    expect(address.search).toBe('?scenario=polling&twin=')
  })
})
