import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { shipped, twoWays, type Scenario, type TwinMoves } from '../../engine/index.ts'
import { Seat } from '../session/seat.ts'
import { cpuOf, headline, ledgerUnit, placeBars, reasons, rungs, spotSums, stationWords, waySums, whySentence } from './project.ts'
import { Counter } from './tally.ts'
import { askedOf, planWith, type Asked } from './asked.ts'
import type { Side, TwinApi } from './twin-calls.ts'
import { TwinBench } from './twin-worker.ts'

const piece = 65_536

/** Disks from the files that the page is served with. */
function filesOf({ images }: Scenario): { readonly piece: (hash: string, chunk: number) => Promise<Uint8Array> } {
  const files = new Map<string, Uint8Array>()
  return {
    piece: async (hash, chunk) => {
      const image = Object.values(images).find((i) => i.sha256 === hash)!
      const bytes = files.get(image.file) ?? new Uint8Array(readFileSync(fileURLToPath(new URL(`../../public/${image.file}`, import.meta.url))))
      files.set(image.file, bytes)
      const out = new Uint8Array(piece)
      out.set(bytes.subarray(chunk * piece, (chunk + 1) * piece))
      return out
    },
  }
}

/** The bench as the page sees it. */
function benchOf(scenario: () => Scenario, asked: readonly Asked[] = []): TwinApi {
  const images = filesOf(scenario())
  const { handlers } = new TwinBench({ scenario, images: () => images, asked: async () => asked })
  return new Proxy({} as TwinApi, { get: (_, name) => name === 'then' ? undefined : async (...words: unknown[]) => handlers[name as keyof TwinApi](words as never[]) })
}

async function opened(words: string, scenario = twoWays, asked: readonly Asked[] = []): Promise<TwinApi> {
  const bench = benchOf(() => scenario, asked)
  await bench.twinOpen(words)
  while (!(await bench.twinAhead(7000)).done);
  return bench
}

const valueOf = (rows: ReturnType<typeof headline>, id: string, side: Side): string => rows.find((row) => row.id === id)![side].value

describe('the twins in the Worker', () => {
  it('stand at every milestone of one file read in two ways', async () => {
    const bench = await opened('alpha.path:pio')
    const { stations } = await bench.twinRoute('alpha')
    expect(stations.map((s) => s.point)).toEqual(['start', 'begun', 'submitted', 'handed-over', 'device-done', 'completed', 'ended', 'begun', 'submitted', 'handed-over', 'device-done', 'completed', 'ended', 'rest'])
    for (let i = 1; i < stations.length; i++) expect(stations[i]!.right.time!).toBeGreaterThanOrEqual(stations[i - 1]!.right.time!)
    const end = await bench.twinAt(stations.length - 1, 'alpha', 'start')
    expect(end.sameText).toBe(true)
    expect(end.left.read).toEqual({ file: 'README.TXT', bytes: 483, of: 483 })
    const rows = headline(end, null)
    expect(Number(valueOf(rows, 'guestExits', 'right'))).toBeGreaterThan(4 * Number(valueOf(rows, 'guestExits', 'left')))
    expect(valueOf(rows, 'workerTrips', 'left')).toBe('0')
    const card = await bench.twinOpen('alpha.path:pio')
    expect(stationWords(card, stations, 5)).toBe('completed, Alpha 1: open file')
  })

  it('count one operation alone, since the start, or since the machines were switched on', async () => {
    const bench = await opened('alpha.path:pio')
    const hops = async (since: 'operation' | 'start' | 'power-on', station: number): Promise<number> => (await bench.twinAt(station, 'alpha', since)).lines.find((line) => line.name === 'hops')?.left ?? 0
    expect(await hops('start', 0)).toBe(0)
    expect(await hops('operation', 1)).toBe(1)
    expect(await hops('operation', 12)).toBeLessThan(await hops('start', 12))
    expect(await hops('power-on', 12)).toBeGreaterThan(await hops('start', 12))
    const exits = (await bench.twinAt(12, 'alpha', 'operation')).lines.find((line) => line.name === 'exits')!
    expect(exits.right).toBeGreaterThan(5 * exits.left)
  })

  it('move between two stations what the figures of both grow by', async () => {
    const bench = await opened('alpha.path:dma')
    const { stations } = await bench.twinRoute('alpha')
    for (let station = 1; station < stations.length; station++) {
      const before = await bench.twinAt(station - 1, 'alpha', 'start')
      const after = await bench.twinAt(station, 'alpha', 'start')
      const both = await bench.twinMoves(station, 'alpha')
      const tally = (side: Side) => new Counter(both[side]).upTo(both[side].hops)
      const moving = { left: tally('left'), right: tally('right') }
      const plain = (rows: ReturnType<typeof headline>) => rows.filter((row) => row.id !== 'elapsed').map((row) => [row.id, row.left.value, row.right.value, row.ratio])
      expect(plain(headline(before, moving, ledgerUnit(after)))).toEqual(plain(headline(after, null)))
      for (const side of ['left', 'right'] as const) {
        expect(spotSums(before, side, moving[side])).toEqual(spotSums(after, side))
        const used = Object.fromEntries(Object.entries(waySums(before, side, moving[side])).filter(([, hops]) => hops > 0))
        expect(used).toEqual(Object.fromEntries(Object.entries(waySums(after, side)).filter(([, hops]) => hops > 0)))
      }
    }
  })

  it('are asked what a person has asked, in its place and not before its time [TWIN-10]', async () => {
    const seat = new Seat(twoWays, filesOf(twoWays))
    const { lab } = seat
    const { start, startTime } = await seat.bringUp()
    await seat.ahead(30)
    lab.intend({ do: 'list-files', guest: 'beta', path: '\\' })
    await seat.ahead(50_000)
    lab.intend({ do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' })
    await seat.ahead(50_000)
    const asked = askedOf(lab)
    const kinds = asked.map((it) => (it.planned ? 'planned' : (it.intent as { do: string }).do))
    expect(kinds.filter((kind) => kind !== 'planned')).toEqual(['list-files', 'read-file'])
    const first = asked.find((it) => !it.planned) as Extract<Asked, { planned: false }>
    expect(first.after).toBe(lab.timeOf(start + 30) - startTime)

    // A machine that is changed in nothing else runs as the one it was asked of; the one beside it is asked the same.
    const bench = await opened('alpha.path:pio', twoWays, asked)
    expect((await bench.twinOpen('alpha.path:pio')).asked).toBe(2)
    while (!(await bench.twinAhead(7000)).done);
    const { stations } = await bench.twinRoute('')
    const titles = (side: Side): string[] => stations.filter((s) => s.point === 'ended' && s[side].lack === null).map((s) => `${s.guest} ${s.title}`)
    expect(titles('right').sort()).toEqual(titles('left').sort())
    expect(titles('left').filter((title) => title.startsWith('alpha')).length).toBeGreaterThan(2)
    expect((await bench.twinAt(stations.length - 1, '', 'start')).left.n).toBe(lab.status().n)
    const { length } = (await bench.twinRoute('alpha')).stations
    expect((await bench.twinAt(length - 1, 'alpha', 'start')).sameText).toBe(true)
  })

  it('plan what was asked between the steps of the scenario, and go on with those that are left [TWIN-10]', () => {
    const plan = ['a', 'b', 'c'].map((intent) => ({ after: 'idle', intent }) as const)
    const asked: readonly Asked[] = [{ planned: true }, { planned: false, after: 700, intent: 'x' }, { planned: true }, { planned: false, after: 900, intent: 'y' }]
    expect(planWith(plan, asked).map(({ after, intent }) => `${String(intent)} ${after as string}`)).toEqual(['a idle', 'x 700', 'b idle', 'y 900', 'c idle'])
    expect(planWith(plan, [])).toEqual(plan)
  })

  it('say when one of them cannot be asked what was asked, and compare the rest [TWIN-10]', async () => {
    const bench = benchOf(() => twoWays, [{ planned: false, after: 300_000, intent: { do: 'read-file', guest: 'nobody', path: 'A' } }])
    await bench.twinOpen('alpha.path:pio')
    const ahead = await bench.twinAhead(7000)
    expect(ahead.failed).toMatch(/^On the right, behind hop \d+: A planned step was left out \(read-file\): .*nobody.* The rest is compared\.$/)
    expect(ahead.done).toBe(true)
    expect((await bench.twinRoute('')).stations.length).toBeGreaterThan(0)
  })

  it('come to the stops of the scenario at stations, with the figures of the left machine [TWIN-11]', async () => {
    const bench = await opened('alpha.path:pio')
    const { stations, stops } = await bench.twinRoute('')
    expect(stops.map(({ number }) => number)).toEqual(twoWays.stops!.map((_, i) => i + 1))
    expect(stops.every(({ of }) => of === twoWays.stops!.length)).toBe(true)
    // As `run two-ways --stops` counts them.
    expect(stops.map(({ hop }) => hop), 'where the figures hold').toEqual([4, 7, 243, 258, 515, 1511])
    for (const [i, stop] of stops.entries()) {
      expect(stop.station).toBeGreaterThanOrEqual(stops[i - 1]?.station ?? 1)
      expect(stop.says).not.toMatch(/[{}]/)
    }
    expect(stops.at(-1)!.station).toBeLessThan(stations.length)
    // Alpha of the left machine does with PIO what only Beta does otherwise: it never writes a packet into a ring.
    const other = await opened('alpha.path:pio~alpha.path:dma')
    expect((await other.twinRoute('')).stops.map(({ number }) => number)).not.toContain(1)
  })

  it('a string that does not fit is refused, and what was open stays open', async () => {
    const bench = await opened('alpha.path:pio')
    await expect(bench.twinOpen('gamma.path:pio')).rejects.toThrow('gamma is no guest of this scenario; there are alpha, beta.')
    await expect(bench.twinOpen('')).rejects.toThrow(/the same/)
    expect((await bench.twinRoute('alpha')).stations).toHaveLength(14)
    await expect(bench.twinAt(99, 'alpha', 'start')).rejects.toThrow(/no station 99/)
    await expect(benchOf(() => twoWays).twinRoute('')).rejects.toThrow(/No twin/)
  })

  it('eras that do the same say so, and what differs is how they came up', async () => {
    const bench = await opened('era:ws2012')
    const { stations } = await bench.twinRoute('')
    const end = await bench.twinAt(stations.length - 1, '', 'start')
    expect(reasons(end)).toEqual([])
    expect(whySentence(end)).toBe('They do the same, hop for hop.')
    expect(end.left.before).not.toBe(end.right.before)
    const all = await bench.twinAt(stations.length - 1, '', 'power-on')
    expect(reasons(all).length).toBeGreaterThan(0)
  })

  it('what is drawn of a station keeps within its bars, in scenarios of other kinds too', async () => {
    for (const name of ['one-ring', 'second-read', 'dynamic-vhd-grows', 'power-on']) {
      const scenario = shipped.find((s) => s.name === name)!
      const bench = benchOf(() => scenario)
      const { presets, words, own } = await bench.twinOffers()
      expect([own, ...presets.map((preset) => preset.words)], name).toContain(words)
      await bench.twinOpen(words)
      while (!(await bench.twinAhead(40_000)).done);
      const { stations } = await bench.twinRoute('')
      expect(stations.length, name).toBeGreaterThan(2)
      for (const station of [0, Math.floor(stations.length / 2), stations.length - 1]) {
        const at = await bench.twinAt(station, '', 'operation')
        for (const bars of placeBars(at)) for (const bar of [bars.hops.left, bars.hops.right, bars.cpu.left, bars.cpu.right]) expect(bar.share).toBeLessThanOrEqual(1)
        expect(rungs(stations, station).length).toBeLessThanOrEqual(6)
        expect(cpuOf(at).left).toBeGreaterThanOrEqual(0)
      }
    }
  })
})

it('no moves, no figures', () => {
  const none: TwinMoves = { hops: 0, moves: new Uint8Array(), ns: new Uint32Array() }
  expect(new Counter(none).upTo(5)).toMatchObject({ done: 0, of: 0, guestExits: 0, spot: null })
})
