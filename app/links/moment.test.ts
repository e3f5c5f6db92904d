import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shipped } from '../../engine/index.ts'
import { addressOf, checkedPacked, fileOf, momentInWords, momentOf, packedMost, type Moment } from './moment.ts'
import { MomentError } from './moment-error.ts'
import { pack, unpack } from './pack.ts'
import type { TimeData } from '../time/time-store.ts'
import { addedOf, timeOf } from './added.ts'

const page = new URL('https://virtualisation.cs.example-university.edu/lab/2026/index.html?theme=dark#x')
const moment: Moment = {
  scenario: 'two-ways', changes: { era: 'ws2012', 'beta.path': 'dma' }, hop: 777, select: 'alpha/storvsc', follow: 12,
  look: { theme: 'projector', pace: 'flow', depth: 'mechanism', sight: 'table', lens: 'status:simplified,derived', panels: 'l260r', tab: 'time' }, build: '0.1.0-3fa9c1d2', print: '0123456789abcdef',
}
const defined = (value: object): object => JSON.parse(JSON.stringify(value)) as object

describe('the address of a moment', () => {
  it('says all of it, and is read back as it was', () => {
    const address = addressOf(moment, '', page)
    expect(address.href).toBe('https://virtualisation.cs.example-university.edu/lab/2026/index.html?scenario=two-ways&era=ws2012&beta.path=dma&hop=777&sel=alpha/storvsc&follow=12&theme=projector&pace=flow&depth=mechanism&view=table&lens=status:simplified,derived&panels=l260r&tab=time&v=0.1.0-3fa9c1d2&f=0123456789abcdef')
    expect(defined(momentInWords(address).moment)).toEqual(defined(moment))
  })

  it('says what is compared with what, and is then of two machines side by side', () => {
    const twin = 'beta.path:pio~era:ws2012,beta.path:dma'
    const address = addressOf({ scenario: 'two-ways', changes: {}, hop: 0, look: { sight: 'twin', twin } }, '', page)
    expect(address.search).toBe('?scenario=two-ways&twin=beta.path:pio%7Eera:ws2012,beta.path:dma')
    expect(momentInWords(address).moment.look).toEqual({ sight: 'twin', twin })
    expect(momentInWords(new URL('https://a.example/?scenario=two-ways&twin=%3Cb%3E')).moment.look).toEqual({})
  })

  it('of every shipped scenario, at a hop, with a part chosen, build and fingerprint, has at most 200 bytes', () => {
    for (const { name } of shipped) {
      const { build, print } = moment
      const address = addressOf({ scenario: name, changes: {}, hop: 99_999, select: 'root/vmwp/beta/ide', look: {}, build, print }, '', page)
      expect(address.href.length, name).toBeLessThanOrEqual(200)
    }
  })

  it('says which panels are open, with or without how large they are', () => {
    for (const panels of ['', 'lrb', 'l', 'l260r380b90', 'rb700']) {
      const address = addressOf({ ...moment, look: { panels } }, '', page)
      expect(momentInWords(address).moment.look.panels).toBe(panels)
    }
    for (const odd of ['l0', 'r12345', '260', 'l-5', 'lrbl', 'l2.5']) expect(momentInWords(new URL(`https://a.example/?panels=${odd}`)).moment.look.panels, odd).toBeUndefined()
  })

  it('leaves out what it does not know how to read', () => {
    const odd = new URL('https://a.example/?scenario=two-ways&hop=-3&sel=<b>&follow=x&theme=pink&pace=instant&view=1&lens=A&panels=zzzz&v=%00&f=12')
    expect(defined(momentInWords(odd).moment)).toEqual({ scenario: 'two-ways', changes: {}, hop: 0, look: {} })
  })

  it('carries any text of an address bar without failing', () => {
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
      expect(() => momentInWords(new URL(text))).not.toThrow()
    }))
  })
})

const tree = {
  branches: [
    { parent: -1, atHop: 0, seen: 900, shared: 0, asked: [[0, 1], [310, 0], [310, { do: 'read-file', guest: 'beta', path: 'README.TXT' }]] },
    { parent: 0, atHop: 200, seen: 450, shared: 1, asked: [[200, { do: 'list-files', guest: 'beta', path: '\\' }]] },
  ],
  branch: 1,
} as const

describe('packed words', () => {
  it.each([true, false])('are unpacked as they were, deflated: %s', async (deflate) => {
    const word = await pack({ tree }, deflate)
    expect(word).toMatch(/^[zj][\w-]+$/)
    expect(checkedPacked(await unpack(word))).toEqual({ own: undefined, tree })
  })

  it('are a few bytes for what a few people asked', async () => {
    expect((await pack({ tree })).length).toBeLessThan(260)
  })

  it('of any JSON come back as they were', async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
      const word = await pack({ value })
      fc.pre(word.length < packedMost)
      expect(await unpack(word)).toEqual(JSON.parse(JSON.stringify({ value })))
    }), { numRuns: 50 })
  })

  it('that are damaged, cut or not ours are refused in one sentence', async () => {
    const word = await pack({ tree })
    for (const bad of [word.slice(0, -7), `z${word.slice(9)}`, 'z', 'j', 'q123', 'z***', `${word}!`, 'jbm90IGpzb24']) {
      await expect(unpack(bad), bad).rejects.toThrow(/packed words of the link are damaged/)
    }
    await expect(unpack(`z${'A'.repeat(packedMost)}`)).rejects.toThrow('at most 8000 are read')
  })

  it('that would come to very much are not unpacked further than a bound', async () => {
    const bomb = await pack('a'.repeat(3_000_000))
    expect(bomb.length).toBeLessThan(packedMost)
    await expect(unpack(bomb)).rejects.toThrow(/come to more than/)
  })

  it('that nest without end are refused', async () => {
    const deep = await pack(JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`))
    await expect(unpack(deep)).rejects.toThrow(/nest too deep/)
  })

  it('with a tree that no run can have are refused in one sentence', () => {
    const [first, second] = tree.branches
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [[], /no object/],
      [{ tree: [] }, /no list of 1 to/],
      [{ tree: { branches: [], branch: 0 } }, /no list of 1 to/],
      [{ tree: { branches: [first, { ...second, parent: 1 }], branch: 0 } }, /Branch 2 in the link does not say/],
      [{ tree: { branches: [{ ...first, seen: 1e9 }], branch: 0 } }, /Branch 1 in the link does not say/],
      [{ tree: { branches: [{ ...first, asked: [[3]] }], branch: 0 } }, /bound to no hop/],
      [{ tree: { branches: [{ ...first, asked: [[3, 'read-file']] }], branch: 0 } }, /bound to no hop/],
      [{ tree: { branches: [{ ...first, asked: Array.from({ length: 6000 }, () => [0, 0]) }], branch: 0 } }, /asks for 6000 things/],
      [{ tree: { branches: [first], branch: 3 } }, /not in it/],
      [{ own: 7 }, /scenario in the link/],
    ]
    for (const [value, says] of bad) expect(() => checkedPacked(value), JSON.stringify(value)).toThrow(says)
  })

  it('whatever they are, are read or refused, never half of each', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      try {
        const { tree: read } = checkedPacked({ tree: value })
        expect(read === undefined || Array.isArray(read.branches)).toBe(true)
      } catch (error) {
        expect((error as Error).constructor.name).toMatch(/MomentError|TypeError/)
        expect((error as Error).constructor.name).toBe('MomentError')
      }
    }))
  })
})

const begin = { start: 2209, startTime: 81_000_500 }
const added: TimeData = {
  names: { 0: 'As planned', 1: 'With a list' }, deleted: [1],
  bookmarks: [
    { id: 1, branch: 1, n: 2509, time: 82_400_100, title: 'The interrupt', note: 'Why does nobody wait here?', chosen: 'alpha/storvsc' },
    { id: 2, branch: 0, n: 2200, time: 80_900_000, title: 'Hop \u22129', note: '', chosen: '' },
  ],
}

describe('what a person has added', () => {
  it('goes with a moment and is the same where the machine begins at another hop [KEEP-4]', async () => {
    const there = addedOf(added, begin)!
    expect(there.bookmarks).toEqual([[1, 300, 1_399_600, 'The interrupt', 'Why does nobody wait here?', 'alpha/storvsc'], [0, -9, -100_500, 'Hop \u22129']])
    const read = checkedPacked(await unpack(await pack({ tree, added: there }))).added!
    expect(timeOf(read, begin)).toEqual(added)
    expect(timeOf(read, { start: 100, startTime: 5_000_000 }).bookmarks.map(({ n, time }) => [n, time])).toEqual([[400, 6_399_600], [91, 4_899_500]])
    expect(momentOf(JSON.parse(fileOf({ ...moment, tree, added: there }))).added).toEqual(JSON.parse(JSON.stringify(there)))
  })

  it('costs a link little, and nothing where there is nothing [KEEP-4]', async () => {
    expect(addedOf({ names: {}, bookmarks: [], deleted: [] }, begin)).toBeUndefined()
    const without = await pack({ tree })
    expect((await pack({ tree, added: addedOf(added, begin) })).length - without.length).toBeLessThan(240)
    expect(checkedPacked({ tree }).added).toBeUndefined()
  })

  it('is refused in one sentence when it is of a branch that is not in the link, or no such thing at all [KEEP-4]', () => {
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [7, /adds to the run is no object/], [[], /adds to the run is no object/], [{ names: {} }, /names of branches in the link are no list/], [{ names: [[2, 'x']] }, /Name 1 in the link/],
      [{ names: [[0, 7]] }, /Name 1 in the link/], [{ bookmarks: 'x' }, /bookmarks in the link are no list/], [{ bookmarks: [[0, 1, 2, 'a'], [5, 1, 2]] }, /Bookmark 2 in the link/],
      [{ bookmarks: [[0, 1, 2, 'a', 'b', 'c', 'd']] }, /Bookmark 1 in the link/], [{ bookmarks: [[0, 1, 2, 'x'.repeat(3000)]] }, /Bookmark 1 in the link/], [{ bookmarks: [[0, 1.5, 2]] }, /Bookmark 1/],
      [{ bookmarks: Array.from({ length: 501 }, () => [0, 1, 2]) }, /at most 500/], [{ deleted: [2] }, /puts a branch away/],
    ]
    for (const [value, says] of bad) expect(() => checkedPacked({ tree, added: value }), JSON.stringify(value).slice(0, 99)).toThrow(says)
    expect(() => checkedPacked({ added: { names: [[1, 'x']] } })).toThrow(MomentError)
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      try {
        checkedPacked({ added: value })
      } catch (error) {
        expect(error).toBeInstanceOf(MomentError)
      }
    }))
  })
})

describe('a moment as a file', () => {
  it('is read back as it was', () => {
    const whole: Moment = { ...moment, tree, disk: { scenario: 'two-ways', disk: 'a'.repeat(64), guest: 'alpha', name: 'mine.vhd' } }
    expect(defined(momentOf(JSON.parse(fileOf(whole))))).toEqual(defined(whole))
  })

  it('that is none is refused in one sentence', () => {
    for (const [value, says] of [
      [null, /viridianMoment/], [{ viridianMoment: 2 }, /viridianMoment/], [{ viridianMoment: 1 }, /names no scenario/],
      [{ viridianMoment: 1, scenario: 'two-ways', changes: { era: 3 } }, /no words/], [{ viridianMoment: 1, scenario: 'two-ways', hop: -1 }, /no number/],
    ] as const) expect(() => momentOf(value)).toThrow(says)
  })

  it('carries breakpoints as they are kept, and no other thing in their place', () => {
    const breakpoints = [{ condition: { kind: 'vmbus.ringWriteGuest', guest: 'alpha' }, on: false }]
    expect(momentOf({ viridianMoment: 1, scenario: 'two-ways', breakpoints }).breakpoints).toEqual(breakpoints)
    expect(checkedPacked({ breakpoints }).breakpoints).toEqual(breakpoints)
    expect(() => checkedPacked({ breakpoints: 7 })).toThrow(MomentError)
  })
})
