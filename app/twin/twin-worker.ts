/** The twins' two seats of the bench: two labs beside the page's own, moved from station to station. Runs in the Worker. */
import {
  ChunkMissing, leftOut, twinLack, twinLedger, twinMarks, twinMoves, twinFirst, twinOf, twinPresets, twinStations, twinSums,
  type LabView, type Scenario, type Twin, type TwinMark, type TwinScope, type TwinStation,
} from '../../engine/index.ts'
import type { Images } from '../session/images.ts'
import { Seat } from '../session/seat.ts'
import { planWith, type Asked } from './asked.ts'
import type { Side, Since, StationCard, TwinAhead, TwinApi, TwinAt, TwinAtSide, TwinCard, TwinOffers, TwinRoute, TwinStop } from './twin-calls.ts'

interface Lender {
  /** The scenario that is open, with what was changed. */
  readonly scenario: () => Scenario
  readonly images: () => Images
  /** What somebody has asked of it on the branch at hand. */
  readonly asked: () => Promise<readonly Asked[]>
}

/** A machine that never comes to rest is compared as far as this. */
const hopsMost = 200_000
const stationsMost = 3000
const kindsShown = 30
/** Stops lie among what has been run; nothing is looked for beyond. */
const stopsAhead = 1
const RUNNING = 2

interface Open {
  readonly twin: Twin
  readonly left: Seat
  readonly right: Seat
}

interface Route {
  readonly guest: string
  readonly stations: readonly TwinStation[]
  readonly marks: readonly TwinMark[]
}

function offersOf(scenario: Scenario): TwinOffers {
  return { presets: twinPresets(scenario), words: twinFirst(scenario), own: scenario.twin ?? '' }
}

function refuseWhoIsDown(view: LabView, side: Side): void {
  const { failure } = view.status
  if (failure !== null) throw new Error(`The ${side} machine does not come up: ${failure}`)
  const down = view.vms.find((vm) => vm.state !== RUNNING && vm.reason !== '')
  if (down) throw new Error(`${down.title} does not start on the ${side} machine: ${down.reason}`)
}

export class TwinBench {
  readonly #lender: Lender
  #open: Open | null = null
  #route: Route | null = null

  constructor(lender: Lender) {
    this.#lender = lender
  }

  readonly handlers: { readonly [K in keyof TwinApi]: (words: readonly never[]) => unknown } = {
    twinOffers: () => offersOf(this.#lender.scenario()),
    twinOpen: ([words]) => this.#start(words!),
    twinAhead: ([hops]) => this.#ahead(hops!),
    twinRoute: ([guest]) => this.#cards(guest!),
    twinAt: ([station, guest, since]) => this.#at(station!, guest!, since!),
    twinMoves: ([station, guest]) => this.#moves(station!, guest!),
  }

  /** Another machine is open: what was compared with the one before goes, and its disks are free. */
  close(): void {
    this.#open = null
    this.#route = null
  }

  /** The machines of the twin that is open. */
  open(): readonly Scenario[] {
    return this.#open ? [this.#open.twin.left, this.#open.twin.right] : []
  }

  get #twins(): Open {
    if (!this.#open) throw new Error('No twin has been opened yet.')
    return this.#open
  }

  async #start(words: string): Promise<TwinCard> {
    const twin = twinOf(this.#lender.scenario(), words)
    const images = this.#lender.images()
    const asked = await this.#lender.asked()
    const seat = (scenario: Scenario): Seat => new Seat(scenario, images, (plan) => planWith(plan, asked))
    const open: Open = { twin, left: seat(twin.left), right: seat(twin.right) }
    for (const side of ['left', 'right'] as const) {
      await open[side].bringUp()
      refuseWhoIsDown(await open[side].fetching((lab) => lab.view()), side)
    }
    this.#open = open
    this.#route = null
    const guests = twin.left.guests.map(({ name, title }) => ({ name, title }))
    const guest = twin.guests.length === 1 ? twin.guests[0]! : guests.length === 1 ? guests[0]!.name : ''
    return { words, differences: twin.differences, guests, guest, asked: asked.filter(({ planned }) => !planned).length }
  }

  async #ahead(hops: number): Promise<TwinAhead> {
    const { left: one, right: other } = this.#twins
    const made = { left: 0, right: 0 }
    let failed = ''
    let moving = false
    let cut = false
    for (const side of ['left', 'right'] as const) {
      const seat = this.#twins[side]
      const { start, tip } = seat.lab.status()
      // Whoever looks back stands in the past: what is ahead begins at the tip.
      if (seat.lab.status().n < tip) await seat.fetching((lab) => lab.seek(tip))
      const status = await seat.ahead(Math.min(hops, hopsMost - (tip - start)))
      made[side] = status.n - start
      const [left] = leftOut(seat.lab.run)
      if (left) failed = `On the ${side}, behind hop ${left.n - start}: ${left.says} The rest is compared.`
      if (status.failure !== null) failed = `The ${side} machine cannot go on at hop ${made[side]}: ${status.failure} What came before is compared.`
      if (status.next === null) continue
      if (made[side] >= hopsMost) cut = true
      else moving = true
    }
    if (this.#twins.left === one && this.#twins.right === other) this.#route = null
    return { ...made, done: !moving, cut, failed }
  }

  /** All that has been run, as the engine's twin functions take it. */
  #scope(side: Side): TwinScope {
    const { lab } = this.#twins[side]
    const { start, tip } = lab.status()
    return { run: lab.run, start, to: tip }
  }

  /** Both sides of a question; pieces of disks that it needs are fetched. */
  async #asked<T>(ask: (left: TwinScope, right: TwinScope) => T): Promise<T> {
    for (;;) {
      try {
        return ask(this.#scope('left'), this.#scope('right'))
      } catch (error) {
        if (!(error instanceof ChunkMissing)) throw error
        // Which of them lacks the piece does not matter: the other one takes it too.
        await this.#twins.left.supply(error.need)
        await this.#twins.right.supply(error.need)
      }
    }
  }

  async #routeOf(guest: string): Promise<Route> {
    if (this.#route?.guest === guest) return this.#route
    const only = guest === '' ? undefined : guest
    this.#route = await this.#asked((left, right) => {
      const stations = twinStations(left, right, only)
      const kept = stations.length > stationsMost ? [...stations.slice(0, stationsMost - 1), stations.at(-1)!] : stations
      return { guest, stations: kept, marks: twinMarks(left, right) }
    })
    return this.#route
  }

  async #cards(guest: string): Promise<TwinRoute> {
    const { stations, marks } = await this.#routeOf(guest)
    const all = await this.#asked((left, right) => twinStations(left, right, guest === '' ? undefined : guest).length)
    const card = ({ point, mark, left, right }: TwinStation): StationCard => {
      const side = (name: Side, n: number): StationCard['left'] => {
        const { startTime } = this.#twins[name].lab.status()
        const time = mark ? (mark[name]?.time ?? null) : this.#twins[name].lab.timeOf(n)
        return { time: time === null ? null : time - startTime, lack: mark ? twinLack(marks, mark, name) : null }
      }
      return { point, ordinal: mark?.ordinal ?? -1, guest: mark?.guest ?? '', title: mark?.title ?? '', left: side('left', left), right: side('right', right) }
    }
    return { stations: stations.map(card), more: all - stations.length, stops: await this.#stops(stations) }
  }

  /** The stops of the scenario that the left machine comes to, each at the first station behind it. [TWIN-11] */
  async #stops(stations: readonly TwinStation[]): Promise<readonly TwinStop[]> {
    const { twin, left } = this.#twins
    const given = twin.left.stops ?? []
    if (given.length === 0) return []
    const views = await left.fetching((lab) => lab.stops(stopsAhead))
    const { start } = left.lab.status()
    return views.flatMap(({ n, says }, i) => {
      const station = n > 0 ? stations.findIndex((it) => it.left >= n) : -1
      return station < 0 ? [] : [{ hop: n - start, number: i + 1, of: given.length, title: given[i]!.title, says, station }]
    })
  }

  /** Hop after which the ledger of a side counts. */
  #from(route: Route, station: number, side: Side, since: Since): number {
    const { start } = this.#twins[side].lab.status()
    if (since === 'power-on') return 0
    if (since === 'start') return start
    const last = route.stations.slice(0, station + 1).filter(({ mark }) => mark !== null).at(-1)?.mark
    const begun = last && route.marks.find((mark) => mark.guest === last.guest && mark.ordinal === last.ordinal && mark.point === 'begun')
    // A machine that never begins the operation has nothing to count.
    return begun ? (begun[side] ? begun[side].n - 1 : route.stations[station]![side]) : start
  }

  async #at(station: number, guest: string, since: Since): Promise<TwinAt> {
    const route = await this.#routeOf(guest)
    const here = route.stations[station]
    if (!here) throw new RangeError(`There is no station ${station}; there are ${route.stations.length}.`)
    const views = { left: await this.#stand('left', here), right: await this.#stand('right', here) }
    const only = guest === '' ? undefined : guest
    const sums = await this.#asked((left, right) => {
      const a: TwinScope = { run: left.run, start: this.#from(route, station, 'left', since), to: here.left }
      const b: TwinScope = { run: right.run, start: this.#from(route, station, 'right', since), to: here.right }
      return { ...twinSums(a, b, only), lines: twinLedger(a, b, only) }
    })
    const read = (side: Side) => this.#reading(views[side], guest)
    const [one, other] = [read('left'), read('right')]
    return {
      station,
      left: await this.#sideAt('left', here, one),
      right: await this.#sideAt('right', here, other),
      lines: sums.lines, places: sums.places, ways: sums.ways,
      kinds: sums.kinds.slice(0, kindsShown), moreKinds: Math.max(0, sums.kinds.length - kindsShown),
      sameText: one && other && one.read > 0 && one.read === other.read ? one.text === other.text : null,
    }
  }

  #stand(side: Side, here: TwinStation): Promise<LabView> {
    return this.#twins[side].fetching((lab) => lab.seek(here[side]))
  }

  /** What the guest has read; of the machine, what its first guest has. */
  #reading(view: LabView, guest: string): LabView['guests'][number] | null {
    const partition = guest === '' ? undefined : view.partitions.find((p) => p.path === guest)?.index
    return view.guests.find((file) => file.file !== '' && (partition === undefined || file.partition === partition)) ?? null
  }

  async #sideAt(side: Side, here: TwinStation, read: LabView['guests'][number] | null): Promise<TwinAtSide> {
    const seat = this.#twins[side]
    const n = here.mark?.[side]?.n ?? 0
    const [told] = n > 0 ? await seat.fetching((lab) => lab.captions(n, 1)) : []
    const { start, startTime, now } = seat.lab.status()
    return {
      n: here[side], says: told?.says ?? '', because: told?.because ?? '', time: now - startTime, before: start,
      diskLetter: seat.lab.run.kernel.profile.disk.letter, read: read ? { file: read.file, bytes: read.read, of: read.size } : null,
    }
  }

  async #moves(station: number, guest: string): Promise<unknown> {
    const { stations } = await this.#routeOf(guest)
    const [from, to] = [stations[station - 1], stations[station]]
    if (!from || !to) throw new RangeError(`There is no way to station ${station}; there are ${stations.length}.`)
    const only = guest === '' ? undefined : guest
    return this.#asked((left, right) => ({
      left: twinMoves({ run: left.run, start: from.left, to: to.left }, only),
      right: twinMoves({ run: right.run, start: from.right, to: to.right }, only),
    }))
  }
}
