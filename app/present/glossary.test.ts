import { describe, expect, it } from 'vitest'
import { bibliography } from '../../engine/index.ts'
import { glossary, termsIn } from './glossary.ts'

describe('the glossary', () => {
  it('has a source with a place in it for every term', () => {
    for (const { term, source } of glossary) {
      const [id = '', ...locator] = source.split(' ')
      expect(bibliography.map((s) => s.id), term).toContain(id)
      expect(locator.length, `${term}: ${source}`).toBeGreaterThan(0)
    }
  })

  it('takes no place in a book for two things, and says what is inferred of the ways between the root’s own parts', () => {
    const places = glossary.map(({ source }) => source).filter((source) => source.startsWith('WININT '))
    expect(new Set(places).size).toBe(places.length)
    const of = (name: string) => glossary.find(({ term }) => term === name)!
    for (const name of ['VID', 'VMWP']) expect(of(name).inferred, name).toMatch(/inferred/)
    expect(of('WinHv').says).toContain('enlightened guest')
    expect(of('MDL').source).toBe('WDM Using MDLs')
  })

  it('explains every term once, in sentences, in order', () => {
    const forms = glossary.flatMap(({ term, forms = [] }) => [term, ...forms].map((form) => form.toLowerCase()))
    expect(forms.filter((form, i) => forms.indexOf(form) !== i)).toEqual([])
    const terms = glossary.map(({ term }) => term)
    for (const { term, says } of glossary) expect(says, term).toMatch(/^[A-Z].{30,}\.$/)
    expect(terms).toContain('VMBus')
    expect(terms.length).toBeGreaterThanOrEqual(40)
  })

  it('finds terms in a caption, the longest form of each, each once', () => {
    const text = 'Storage VSC writes a packet into the ring of its VMBus channel and makes the hypercall HvSignalEvent, because the ring was empty.'
    expect(termsIn(text).map(({ from, to }) => text.slice(from, to))).toEqual(['Storage VSC', 'ring', 'VMBus channel', 'hypercall', 'HvSignalEvent'])
  })

  it('does not take parts of words or other spellings for terms', () => {
    expect(termsIn('The rooted exiting ringing of vid and pic: pio.').map(({ term }) => term.term)).toEqual([])
  })
})
