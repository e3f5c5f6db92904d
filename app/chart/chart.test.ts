import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLab, decodeRow, families, labOf, twoWays, type ComponentView, type Hop, type Lab } from '../../engine/index.ts'
import { kindCards } from '../session/log-questions.ts'
import { gapHeight, held, layout, reanchored, spacings, tickEvery, units, within, yOfTime, type Scale } from './axis.ts'
import { measure, requestOf } from './chart-worker.ts'
import { keptActing, lanesFor, levelFor } from './lanes.ts'
import { measureFigures } from './measure.ts'
import { chainOf, hit, sceneOf, type Sources } from './project.ts'

const pieceBytes = 64 * 1024

/** The first scenario, brought up and run to its end. */
function finishedLab(): Lab {
  const image = readFileSync(fileURLToPath(new URL(`../../public/${twoWays.images['sample']!.file}`, import.meta.url)))
  const lab = createLab(labOf(twoWays))
  const supply = (need: { image: string; chunk: number }): void => {
    const piece = new Uint8Array(pieceBytes)
    piece.set(image.subarray(need.chunk * pieceBytes, (need.chunk + 1) * pieceBytes))
    lab.supply(need.image, need.chunk, piece)
  }
  for (let status = lab.bringUp(); status.need; status = lab.bringUp()) supply(status.need)
  for (let { status } = lab.advance({ hops: 1_000_000 }); status.need; ({ status } = lab.advance({ hops: 1_000_000 }))) supply(status.need)
  return lab
}

const lab = finishedLab()
const { start, tip, startTime } = lab.status()
const kinds = kindCards(lab)
const { components, partitions } = lab.view()
const hops = ((): readonly Hop[] => {
  const { rows } = lab.rows(1, tip)
  const words = new Int32Array(rows)
  const times = new Float64Array(rows)
  return Array.from({ length: tip }, (_, i) => decodeRow(words, times, i, 1))
})()
const hopAt = (n: number): Hop | null => hops[n - 1] ?? null
const timeOf = (n: number): number | null => hopAt(n)?.time ?? null
const titles = { partitionOf: (index: number) => (index === 1 ? 'Root' : (partitions.find((p) => p.index === index)?.title ?? '')) }
const extent = { first: start + 1, last: tip }
const scaleOf = (spacing: Scale['spacing'], unit = units[spacing].first): Scale => ({ spacing, unit })

function sourcesFor(scale: Scale, cursor: number, more: Partial<Sources> = {}): Sources {
  const rows = layout(scale, { n: cursor, y: 200 }, extent, timeOf, 0, 400)
  const acting = new Set(rows.flatMap(({ n }) => [hopAt(n)!.from, hopAt(n)!.to]))
  const { laneOf } = lanesFor(components, acting, 'component', titles)
  return { scale, rows, hopAt, laneOf, kinds, cursor, start, startTime, family: null, paint: null, roleOf: () => '', height: 400, ...more }
}

describe('the axis of the chart', () => {
  it('keeps hops in order and their gaps true to the spacing, whatever the anchor', () => {
    const seed = 20_080_204
    fc.assert(fc.property(fc.constantFrom(...spacings), fc.integer({ min: extent.first, max: extent.last }), fc.integer({ min: -50, max: 450 }), (spacing, n, y) => {
      const scale = scaleOf(spacing)
      const rows = layout(scale, { n, y }, extent, timeOf, 0, 400)
      rows.forEach((row, i) => {
        const before = rows[i - 1]
        if (!before) return
        expect(row.n).toBe(before.n + 1)
        expect(row.y - before.y).toBeCloseTo(gapHeight(scale, timeOf(row.n)! - timeOf(before.n)!), 3)
      })
      const anchored = rows.find((row) => row.n === n)
      if (anchored) expect(anchored.y).toBeCloseTo(y, 6)
      // Told from another hop in view, everything stands where it stood.
      const again = layout(scale, reanchored(rows, { n, y }, 400), extent, timeOf, 0, 400)
      for (const row of again) {
        const same = rows.find((r) => r.n === row.n)
        if (same) expect(row.y).toBeCloseTo(same.y, 3)
      }
    }), { seed, numRuns: 300 })
  })

  it('holds the first hop at the upper edge and the last at the lower', () => {
    const scale = scaleOf('even')
    for (const anchor of [{ n: extent.first, y: 300 }, { n: extent.last, y: -200 }, { n: extent.last, y: 5000 }]) {
      const steady = held(layout(scale, anchor, extent, timeOf, -400, 800), anchor, extent, 400)
      const rows = layout(scale, steady, extent, timeOf, 0, 400)
      expect(rows.length).toBeGreaterThan(15)
      expect(rows[0]!.y).toBeLessThanOrEqual(30)
      expect(rows.at(-1)!.y).toBeGreaterThanOrEqual(360)
    }
    expect(layout(scale, { n: 5, y: 0 }, { first: 6, last: 5 }, timeOf, 0, 400)).toEqual([])
  })

  it('draws linear time to scale and the logarithm of a long wait small', () => {
    expect(gapHeight(scaleOf('linear', 10), 2500)).toBe(25)
    const log = scaleOf('log')
    expect(gapHeight(log, 5_000_000) / gapHeight(log, 500)).toBeLessThan(5)
    expect(gapHeight(log, 5_000_000)).toBeGreaterThan(gapHeight(log, 50_000))
    expect([tickEvery(10, 56), tickEvery(0.01, 50)]).toEqual([10_000, 5_000_000])
  })

  it('places a moment between the hops around it', () => {
    const rows = layout(scaleOf('log'), { n: start + 60, y: 200 }, extent, timeOf, 0, 400)
    const [a, b] = [rows[3]!, rows[4]!]
    const y = yOfTime(scaleOf('log'), rows, timeOf, (timeOf(a.n)! + timeOf(b.n)!) / 2)
    expect(y).toBeGreaterThanOrEqual(a.y)
    expect(y).toBeLessThanOrEqual(b.y)
    expect(yOfTime(scaleOf('log'), rows, timeOf, timeOf(rows[0]!.n)! - 1e6)).toBeLessThan(rows[0]!.y)
    expect(within(rows, 100, 200).length).toBeLessThan(rows.length)
  })
})

describe('lifelines', () => {
  const acting = new Set(hops.slice(start, start + 60).flatMap((hop) => [hop.from, hop.to]))

  it('stand from the guest over the hypervisor to root and disk, in named bands, and only those that act', () => {
    const { lanes, bands, laneOf, folded } = lanesFor(components, acting, 'component', titles)
    expect(lanes).toHaveLength(acting.size)
    expect(folded).toBe(components.filter((c) => !c.gone).length - acting.size)
    const order = bands.map((band) => band.place)
    expect(bands.find((band) => lanes.slice(band.from, band.from + band.lanes).some((lane) => lane.title === 'VMBus channel'))?.title).toBe('Shared memory')
    const rank = ['remote', 'guest-user', 'guest-kernel', 'hypervisor', 'root-kernel', 'root-user', 'hardware']
    expect([...order].sort((a, b) => rank.indexOf(a) - rank.indexOf(b))).toEqual(order)
    expect(bands.map((band) => band.title)).toContain('Alpha · user mode')
    expect(bands.reduce((sum, band) => sum + band.lanes, 0)).toBe(lanes.length)
    for (const index of acting) expect(lanes[laneOf(index)]!.components).toEqual([index])
    expect(laneOf(components.find((c) => !acting.has(c.index))!.index)).toBe(-1)
  })

  it('are drawn together when there is no room: by place, then by partition', () => {
    expect(levelFor(components, acting, acting.size)).toBe('component')
    const byPlace = lanesFor(components, acting, 'place', titles)
    expect(byPlace.lanes.length).toBeLessThan(acting.size)
    expect(levelFor(components, acting, byPlace.lanes.length)).toBe('place')
    expect(levelFor(components, acting, 1)).toBe('partition')
    for (const index of acting) expect(lanesFor(components, acting, 'partition', titles).laneOf(index)).toBeGreaterThanOrEqual(0)
    const many = Array.from({ length: 40 }, (_, i) => ({ index: i, path: `g${i}/kernel`, title: 'Kernel', place: i < 38 ? 'guest-kernel' : i === 38 ? 'hypervisor' : 'hardware', partition: i < 38 ? i + 2 : 0, gone: false }) as ComponentView)
    const all = new Set(many.map((c) => c.index))
    const few = lanesFor(many, all, 'partition', titles, 12)
    expect(few.lanes).toHaveLength(12)
    expect(few.lanes.map((lane) => lane.title)).toContain('29 more guests')
    for (const index of all) expect(few.laneOf(index)).toBeGreaterThanOrEqual(0)
    expect(lanesFor(many, all, 'partition', titles, 40).lanes).toHaveLength(40)
  })

  it('do not jump: what acts near the view keeps its lifeline', () => {
    expect([...keptActing(new Set([1, 2]), new Set([1, 2, 3]), new Set([3, 4]))]).toEqual([1, 2, 3])
  })
})

describe('what the chart draws', () => {
  it('is an arrow for every hop in view, whose ends have lifelines and whose mark is that of its family', () => {
    const s = sourcesFor(scaleOf('even'), start + 80)
    const { arrows } = sceneOf(s)
    expect(arrows.map((arrow) => arrow.n)).toEqual(s.rows.map((row) => row.n))
    for (const arrow of arrows) {
      const kind = kinds[hopAt(arrow.n)!.kind]!
      expect([arrow.from >= 0, arrow.to >= 0, arrow.letter, arrow.title]).toEqual([true, true, families[kind.family].letter, kind.title])
      expect(arrow.y0).toBeLessThanOrEqual(arrow.y1)
      expect(arrow.ahead).toBe(arrow.n > start + 80)
    }
  })

  it('hangs an arrow on the one that caused it', () => {
    const s = sourcesFor(scaleOf('even'), start + 80)
    const { arrows } = sceneOf(s)
    const byN = new Map(arrows.map((arrow) => [arrow.n, arrow]))
    const linked = arrows.filter((arrow) => byN.has(arrow.hop.cause))
    expect(linked.length).toBeGreaterThan(10)
    for (const arrow of linked) {
      const cause = byN.get(arrow.hop.cause)!
      expect(arrow.y0).toBe(cause.y1)
      if (arrow.hop.from === cause.hop.to) expect(arrow.from).toBe(cause.to)
    }
  })

  it('dims what does not belong to the followed request', () => {
    const hop = hops.slice(start + 60).find((h) => h.request > 0)!
    const { arrows } = sceneOf(sourcesFor(scaleOf('even'), hop.n, { family: new Set([hop.request]) }))
    for (const arrow of arrows) expect(arrow.dim).toBe(arrow.hop.request !== hop.request)
  })

  it('names the arrow that is pointed at', () => {
    const { arrows } = sceneOf(sourcesFor(scaleOf('even'), start + 80))
    const arrow = arrows.find((one) => one.from !== one.to)!
    const xOf = (lane: number): number => 100 + lane * 60
    expect(hit(arrows, xOf, (xOf(arrow.from) + xOf(arrow.to)) / 2, arrow.y1, 14)?.n).toBe(arrow.n)
    expect(hit(arrows, xOf, 300, -500, 14)).toBeNull()
  })

  it('tells waits apart from rows, and in linear spacing has a ruler with distinct times', () => {
    const wait = hops.findIndex((hop, i) => i > start && hop.time - hops[i - 1]!.time > 1e6) + 1
    expect(sceneOf(sourcesFor(scaleOf('even'), wait)).gaps.length).toBeGreaterThan(0)
    for (const unit of [0.05, 1, 40, 900]) {
      const { margin, gaps } = sceneOf(sourcesFor(scaleOf('linear', unit), start + 80))
      expect(gaps).toEqual([])
      expect(margin.length).toBeGreaterThan(2)
      expect(new Set(margin.map((mark) => mark.text)).size).toBe(margin.length)
    }
  })

  it('goes back from cause to cause', () => {
    const last = start + 120
    const chain = chainOf(last, hopAt)
    expect(chain.size).toBeGreaterThan(3)
    expect(chain.has(hopAt(last)!.cause)).toBe(true)
    for (const n of chain) expect(hops.some((hop) => hop.cause === n)).toBe(true)
  })
})

describe('what lies between two marks', () => {
  it('is what the ledger of the machine counts, and whichever mark comes first', () => {
    const whole = measure(lab, start, tip, 0)
    const ledger = lab.view().ledgers[0]!
    const summed = (table: Readonly<Record<string, Readonly<Record<string, number>>>>): number => Object.values(table).flatMap((by) => Object.values(by)).reduce((a, b) => a + b, 0)
    expect(whole.hops).toBe(tip - start)
    expect(whole.exits).toBe(summed(ledger.exits))
    expect(whole.hypercalls).toBe(summed(ledger.hypercalls))
    expect(Object.fromEntries(whole.cpu)).toEqual(Object.fromEntries(Object.entries(ledger.cpuNs).filter(([, ns]) => ns > 0)))
    expect(whole.ns).toBe(timeOf(tip)! - timeOf(start)!)
    expect(measure(lab, tip, start, 0)).toEqual(whole)
  })

  it('can be counted for one request alone', () => {
    const request = lab.requests(start + 1, tip).find((r) => r.level === 'file')!
    const its = measure(lab, request.begun, request.ended, request.id)
    expect(its.hops).toBeLessThan(measure(lab, request.begun, request.ended, 0).hops + 1)
    expect(its.exits).toBeGreaterThan(0)
    const inner = hops.find((hop) => hop.n > request.begun && hop.request > 0 && hop.request !== request.id && requestOf(lab, hop.n) === request.id)
    expect(inner).toBeDefined()
    expect(requestOf(lab, 1)).toBe(hopAt(1)!.request === 0 ? 0 : requestOf(lab, 1))
  })

  it('is told with units', () => {
    const told = measureFigures({ hops: 1, ns: 1500, exits: 2, hypercalls: 0, cpu: [['hypervisor', 900]] })
    expect(told.map(({ label, value }) => `${label} ${value}`)).toEqual(['time 1.5 µs', 'hop 1', 'all exits 2', 'all hypercalls 0', 'CPU 900 ns', 'hypervisor 900 ns'])
    expect(measureFigures({ hops: 2, ns: 0, exits: 0, hypercalls: 0, cpu: [] })[1]).toEqual({ label: 'hops', value: '2' })
  })
})
