import { describe, expect, it } from 'vitest'
import { places } from '../../engine/index.ts'
import { boxes, dotAt, height, ways, width } from './geometry.ts'
import { lackSentence, operationAt, operationChoices, ratioWords, rungs, sideTitle, stationWords, whySentence } from './project.ts'
import { addressOfTwin, twinInAddress } from './twin-address.ts'
import type { StationCard, TwinAt, TwinCard } from './twin-calls.ts'

const there = (time: number) => ({ time, lack: null })
const lacks = (lack: 'without' | 'unfinished' | 'absent') => ({ time: null, lack })
const card: TwinCard = { words: 'alpha.path:pio', differences: [{ what: 'Alpha, way to its disk', left: 'VMBus', right: 'PIO', plain: true }, { what: 'Alpha, requests at once', left: 'as usual', right: '2', plain: false }], guests: [{ name: 'alpha', title: 'Alpha' }], guest: 'alpha', asked: 0 }
const read = { guest: 'alpha', ordinal: 0, title: 'read file' } as const
const route: readonly StationCard[] = [
  { point: 'start', ordinal: -1, guest: '', title: '', left: there(0), right: there(0) },
  { ...read, point: 'begun', left: there(100), right: there(2000) },
  { ...read, point: 'submitted', left: lacks('without'), right: there(2300) },
  { ...read, point: 'ended', left: there(1100), right: there(7000) },
  { ...read, ordinal: 1, point: 'begun', left: lacks('absent'), right: there(9000) },
  { point: 'rest', ordinal: -1, guest: '', title: '', left: there(1100), right: there(9000) },
]

describe('what the twin view says', () => {
  it('ratios have two digits, and what one side lacks has none', () => {
    expect([[18, 154], [0, 44], [8, 0], [0, 0], [5, 5], [11, 11.2], [8, 56], [1000, 30], [1, 4567], [3, 1]].map(([a, b]) => ratioWords(a!, b!)))
      .toEqual(['×8.6', 'right only', 'left only', '', 'same', '×1.0', '×7', '×0.030', '×4\u2009600', '×0.33'])
  })

  it('a rung has the time since its operation was asked for, once it is reached', () => {
    expect(rungs(route, 1).map(({ left, right, reached }) => [left, right, reached])).toEqual([['0 µs', '0 µs', true], ['without', '', false], ['', '', false]])
    expect(rungs(route, 3).map(({ left, right, here }) => [left, right, here])).toEqual([['0 µs', '0 µs', false], ['without', '300 ns', false], ['1 µs', '5 µs', true]])
    expect(rungs(route, 0)).toHaveLength(3)
    expect(rungs([route[0]!, route[5]!], 1)).toEqual([])
  })

  it('says which machine lacks a milestone', () => {
    expect(lackSentence('left', route[2]!)).toBe('The left machine ends operation 1 (read file) without being submitted.')
    expect(lackSentence('left', route[4]!)).toBe('The left machine never begins operation 2 (read file).')
    expect(lackSentence('left', { ...route[2]!, left: lacks('unfinished') })).toBe('The left machine never comes so far in operation 1 (read file).')
    expect(lackSentence('right', route[2]!)).toBe('')
  })

  it('names stations, operations and sides', () => {
    expect(route.map((_, i) => stationWords(card, route, i))).toEqual(['at the start', 'asked, Alpha 1: read file', 'submitted, Alpha 1: read file', 'ended, Alpha 1: read file', 'asked, Alpha 2: read file', 'both at rest'])
    expect(operationChoices(card, route)).toEqual([{ station: 1, title: 'Alpha 1: read file' }, { station: 4, title: 'Alpha 2: read file' }])
    expect([0, 3, 5].map((station) => operationAt(route, station)?.ordinal)).toEqual([0, 0, 1])
    expect(sideTitle(card, 'right')).toBe('PIO · Alpha, requests at once: 2')
  })

  it('says why they differ in a sentence that names the kinds of hops', () => {
    const sum = (hops: number, ns: number) => ({ hops, ns, letter: 'D' as const })
    const kind = (title: string, left: number, right: number) => ({ kind: title, title, place: 'hypervisor' as const, memory: false, left: sum(1, left), right: sum(2, right) })
    const side = { n: 0, says: '', because: '', time: 0, before: 0, diskLetter: 'A' as const, read: null }
    const at = (left: number, right: number, kinds: TwinAt['kinds'], hops: readonly [number, number]): TwinAt => ({
      station: 1, left: side, right: side, lines: [{ name: 'hops', left: hops[0], right: hops[1], ratio: null }], ways: [], moreKinds: 0, sameText: null, kinds,
      places: [{ place: 'hypervisor', left: sum(hops[0], left), right: sum(hops[1], right) }],
    })
    expect(whySentence(at(5, 5, [], [3, 3]))).toBe('They do the same, hop for hop.')
    const kinds = [kind('exit', 0, 5000), kind('call', 0, 3000), kind('copy', 0, 1000), kind('entry', 0, 1000), kind('ring', 1000, 0)]
    expect(whySentence(at(1000, 10_000, kinds, [5, 10]))).toBe('The right machine makes 5 hops more and uses 9 µs more processor time. 90\u00a0% of it goes into ‘exit’, ‘call’ and ‘copy’.')
    expect(whySentence(at(10_000, 1000, [kind('ring', 9000, 0)], [5, 10]))).toBe('The right machine makes 5 hops more and the left one uses 9 µs more processor time. It goes into ‘ring’.')
    expect(whySentence(at(1000, 1000, [kind('ring', 0, 0)], [5, 5]))).toBe('Both make as many hops, and both use as much processor time.')
  })
})

describe('the picture of a side', () => {
  it('has every place that anything can hop to, inside the drawing', () => {
    for (const place of places) if (place !== 'remote') expect(boxes.map((box) => box.spot)).toContain(place)
    for (const box of boxes) expect([box.x >= 0, box.y >= 0, box.x + box.width <= width, box.y + box.height <= height]).toEqual([true, true, true, true])
  })

  it('a hop begins in the middle of one box, takes the way and ends in the middle of the other', () => {
    for (const way of ways) {
      for (const [from, to] of [[way.from, way.to], [way.to, way.from]] as const) {
        const middle = (spot: string) => {
          const box = boxes.find((b) => b.spot === spot)!
          return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
        }
        for (const [share, point] of [[0, middle(from)], [0.5, { x: (way.a.x + way.b.x) / 2, y: (way.a.y + way.b.y) / 2 }], [1, middle(to)]] as const) {
          expect(dotAt(from, to, share).x).toBeCloseTo(point.x)
          expect(dotAt(from, to, share).y).toBeCloseTo(point.y)
        }
      }
    }
    expect(dotAt('remote', 'guest-user', 1)).toEqual({ x: 378, y: 52 })
  })
})

describe('the twin in the address', () => {
  it('is one plain string that comes back as it went in', () => {
    for (const words of ['alpha.path:pio', 'beta.path:pio~beta.path:dma', 'era:ws2012,profile:server-2024', '', 'strange & words=1#2']) {
      const url = addressOfTwin('https://lab.example/sub/?scenario=two-ways&twin=old#x', words)
      expect(twinInAddress(url.search)).toBe(words)
      expect(url.searchParams.get('scenario')).toBe('two-ways')
    }
    expect(addressOfTwin('https://lab.example/', 'alpha.path:pio').href).toBe('https://lab.example/?twin=alpha.path:pio')
    expect(addressOfTwin('https://lab.example/?twin=a&x=1', null).href).toBe('https://lab.example/?x=1')
    expect(twinInAddress('?x=1')).toBeNull()
  })
})
