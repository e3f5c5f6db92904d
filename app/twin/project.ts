/** From the Worker's answers to what the twin view draws. Pure. */
import { weakestLetter, type Place, type TwinKind, type TwinLine } from '../../engine/index.ts'
import { count, duration, inUnit, many, unitFor, type TimeUnit } from '../ui/figures.ts'
import { spotOf, wayKey, type Spot, type Tally } from './tally.ts'
import { sides, type Side, type StationCard, type TwinAt, type TwinCard } from './twin-calls.ts'

type Both<T> = Readonly<Record<Side, T>>

export const placeTitles: Readonly<Record<Spot, string>> = {
  'guest-user': 'Guest program', 'guest-kernel': 'Guest kernel', hypervisor: 'Hypervisor', 'root-kernel': 'Root kernel', 'root-user': 'Worker process',
  hardware: 'Hardware', remote: 'Somebody', memory: 'Ring',
}

export const pointTitles: Readonly<Record<StationCard['point'], string>> = {
  start: 'start', begun: 'asked', submitted: 'submitted', 'handed-over': 'handed over', 'device-done': 'device done', completed: 'completed', ended: 'ended', rest: 'at rest',
}

/** Of counts and of times: '×8.6', '×0.11', 'same'; what only one side has, says so. */
export function ratioWords(left: number, right: number): string {
  if (left === right) return left === 0 ? '' : 'same'
  if (left === 0) return 'right only'
  if (right === 0) return 'left only'
  const ratio = right / left
  // What differs by less than two digits show is nearly the same: ×1.0.
  return `×${ratio >= 99.5 ? count(Number(ratio.toPrecision(2))) : Number.isInteger(ratio) ? ratio : ratio.toPrecision(2)}`
}

export interface Cell {
  readonly value: string
  readonly unit: string
  /** How well a time is founded; empty for a count. */
  readonly letter: string
}

export interface LedgerRow {
  readonly id: string
  readonly label: string
  readonly left: Cell
  readonly right: Cell
  readonly ratio: string
  /** Which side has more: its figure is printed stronger. */
  readonly more: Side | null
}

const labels: Readonly<Record<string, string>> = {
  hops: 'hops', guestExits: 'guest exits', exits: 'all exits', guestHypercalls: 'guest hypercalls', hypercalls: 'all hypercalls', messages: 'messages', events: 'event flags', interrupts: 'interrupts', ringWrites: 'ring writes', copies: 'copies',
  bytesCopied: 'bytes copied', bytesByDma: 'bytes by DMA', diskCommands: 'disk commands', workerTrips: 'worker trips', modeSwitches: 'mode switches', contextSwitches: 'context switches',
  vpSwitches: 'VP switches',
}

/** A figure of the ledger, as the page calls it. */
export function figureTitle(name: string): string {
  return labels[name] ?? name
}

function rowOf(id: string, label: string, left: number, right: number, cell: (value: number, side: Side) => Cell): LedgerRow {
  return { id, label, left: cell(left, 'left'), right: cell(right, 'right'), ratio: ratioWords(left, right), more: left === right ? null : left > right ? 'left' : 'right' }
}

const counted = (value: number): Cell => ({ value: count(value), unit: '', letter: '' })

/** Microseconds compare at a glance; from a tenth of a second on they would only be long. The times of one table have one unit. */
function timed(ns: number, letter: string, unit: TimeUnit = ns < 1e8 ? 'µs' : unitFor(ns)): Cell {
  return ns === 0 ? { value: '0', unit: '', letter: '' } : { value: inUnit(ns, unit), unit, letter }
}

/** Of all times in the ledger: processor time is read beside the time it passed in. */
export function ledgerUnit(at: TwinAt, moving: Both<Tally> | null = null): TimeUnit {
  const cpu = cpuOf(at)
  const elapsed = lineOf(at, 'elapsedNs')
  return unitFor(Math.max(elapsed.left, elapsed.right, cpu.left + (moving?.left.cpuNs ?? 0), cpu.right + (moving?.right.cpuNs ?? 0)))
}

function lineOf(at: TwinAt, name: TwinLine['name']): Both<number> {
  return at.lines.find((line) => line.name === name) ?? { left: 0, right: 0 }
}

export function cpuOf(at: TwinAt): Both<number> {
  const sum = (side: Side): number => at.places.reduce((all, place) => all + place[side].ns, 0)
  return { left: sum('left'), right: sum('right') }
}

const noTally = { guestExits: 0, guestHypercalls: 0, workerTrips: 0, copies: 0, cpuNs: 0 }

/** The six figures that are read from the back of the room; they grow while something moves. [LEDGER-4] */
export function headline(at: TwinAt, moving: Both<Tally> | null, unit: TimeUnit = ledgerUnit(at, moving)): readonly LedgerRow[] {
  const grown = { left: moving?.left ?? noTally, right: moving?.right ?? noTally }
  const letters = { left: weakestLetter(at.places.map((place) => place.left)), right: weakestLetter(at.places.map((place) => place.right)) }
  const plain = (['guestExits', 'guestHypercalls', 'workerTrips', 'copies'] as const).map((name) => {
    const line = lineOf(at, name)
    return rowOf(name, labels[name]!, line.left + grown.left[name], line.right + grown.right[name], counted)
  })
  const cpu = cpuOf(at)
  const elapsed = lineOf(at, 'elapsedNs')
  return [
    ...plain,
    rowOf('cpu', 'CPU time', cpu.left + grown.left.cpuNs, cpu.right + grown.right.cpuNs, (ns, side) => timed(ns, letters[side], unit)),
    rowOf('elapsed', 'elapsed', elapsed.left, elapsed.right, (ns, side) => timed(ns, at[side].diskLetter, unit)),
  ]
}

/** Everything else the ledger counts. */
export function furtherRows(at: TwinAt): readonly LedgerRow[] {
  const unit = ledgerUnit(at)
  const said = new Set(['guestExits', 'guestHypercalls', 'workerTrips', 'copies', 'elapsedNs'])
  return at.lines.flatMap(({ name, left, right }) => {
    if (said.has(name)) return []
    if (!name.startsWith('cpuNs ')) return [rowOf(name, labels[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), left, right, counted)]
    const place = name.slice('cpuNs '.length) as Place
    const sum = at.places.find((p) => p.place === place)
    return [rowOf(name, `CPU: ${placeTitles[place].toLowerCase()}`, left, right, (ns, side) => timed(ns, sum?.[side].letter ?? '', unit))]
  })
}

// --- places ---------------------------------------------------------------------------------------------------------------

export interface Bar {
  readonly value: string
  readonly unit: string
  readonly letter: string
  /** Of the longest bar of its kind, both sides together. */
  readonly share: number
}

export interface PlaceBars {
  readonly spot: Spot
  readonly title: string
  readonly hops: Both<Bar>
  readonly cpu: Both<Bar>
}

export interface SpotSum {
  readonly hops: number
  readonly ns: number
}

const spots: readonly Spot[] = ['guest-user', 'guest-kernel', 'memory', 'hypervisor', 'root-kernel', 'root-user', 'hardware']

/** Hops and time by spot; shared memory is taken out of the hardware it lies in. */
export function spotSums(at: TwinAt, side: Side, moving: Tally | null = null): Readonly<Record<Spot, SpotSum>> {
  const memory = at.ways.filter((way) => way.memory && way.to === 'hardware').reduce((sum, way) => sum + way[side], 0)
  const sums = {} as Record<Spot, SpotSum>
  for (const spot of [...spots, 'remote'] as const) {
    const place = at.places.find((p) => p.place === spot)?.[side]
    const hops = spot === 'memory' ? memory : (place?.hops ?? 0) - (spot === 'hardware' ? memory : 0)
    sums[spot] = { hops: hops + (moving?.arrived[spot] ?? 0), ns: (place?.ns ?? 0) + (moving?.nsAt[spot] ?? 0) }
  }
  return sums
}

/** Hops by way, both directions together. */
export function waySums(at: TwinAt, side: Side, moving: Tally | null = null): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { ...moving?.ways }
  for (const way of at.ways) {
    const key = wayKey(spotOf(way.from, way.memory), spotOf(way.to, way.memory))
    sums[key] = (sums[key] ?? 0) + way[side]
  }
  return sums
}

export function placeBars(at: TwinAt): readonly PlaceBars[] {
  const sums = { left: spotSums(at, 'left'), right: spotSums(at, 'right') }
  const most = (of: (sum: SpotSum) => number): number => Math.max(1, ...spots.flatMap((spot) => sides.map((side) => of(sums[side][spot]))))
  const [mostHops, mostNs] = [most((sum) => sum.hops), most((sum) => sum.ns)]
  return spots.filter((spot) => sums.left[spot].hops + sums.right[spot].hops > 0).map((spot) => {
    const letter = (side: Side): string => at.places.find((p) => p.place === spot)?.[side].letter ?? ''
    const hops = (side: Side): Bar => ({ ...counted(sums[side][spot].hops), share: sums[side][spot].hops / mostHops })
    const cpu = (side: Side): Bar => ({ ...timed(sums[side][spot].ns, letter(side)), share: sums[side][spot].ns / mostNs })
    return { spot, title: placeTitles[spot], hops: { left: hops('left'), right: hops('right') }, cpu: { left: cpu('left'), right: cpu('right') } }
  })
}

// --- why ------------------------------------------------------------------------------------------------------------------

export interface Reason {
  readonly kind: string
  readonly title: string
  readonly place: string
  readonly left: Cell
  readonly right: Cell
  readonly leftHops: string
  readonly rightHops: string
  /** Of the largest difference in processor time; negative where the left side spends more. */
  readonly share: number
}

export function reasons(at: TwinAt): readonly Reason[] {
  const difference = (kind: TwinKind): number => kind.right.ns - kind.left.ns
  const most = Math.max(1, ...at.kinds.map((kind) => Math.abs(difference(kind))))
  return at.kinds.map((kind) => ({
    kind: kind.kind, title: kind.title, place: placeTitles[spotOf(kind.place, kind.memory)].toLowerCase(),
    left: timed(kind.left.ns, kind.left.letter), right: timed(kind.right.ns, kind.right.letter), leftHops: count(kind.left.hops), rightHops: count(kind.right.hops),
    share: difference(kind) / most,
  }))
}

/** The answer in one or two sentences, before the list. */
export function whySentence(at: TwinAt): string {
  const cpu = cpuOf(at)
  const hops = lineOf(at, 'hops')
  if (at.kinds.length === 0) return 'They do the same, hop for hop.'
  const apart = Math.abs(cpu.right - cpu.left)
  const counts = hops.left === hops.right ? 'Both make as many hops' : `The ${hops.right > hops.left ? 'right' : 'left'} machine makes ${many(Math.abs(hops.right - hops.left), 'hop')} more`
  if (apart === 0) return `${counts}, and both use as much processor time.`
  const more = cpu.right > cpu.left ? 1 : -1
  const { value, unit } = timed(apart, '')
  const who = hops.left !== hops.right && Math.sign(hops.right - hops.left) === more ? 'uses' : `the ${more > 0 ? 'right' : 'left'} one uses`
  const gains = at.kinds.map((kind) => ({ title: kind.title, ns: (kind.right.ns - kind.left.ns) * more })).filter(({ ns }) => ns > 0)
  const most = gains.slice(0, 3)
  const share = Math.round((100 * most.reduce((sum, { ns }) => sum + ns, 0)) / gains.reduce((sum, { ns }) => sum + ns, 0))
  const titles = most.map(({ title }) => `‘${title}’`)
  const list = titles.length > 1 ? `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)}` : titles.join('')
  const lead = gains.length <= 3 ? `It goes into ${list}.` : `${share}\u00a0% of it goes into ${list}.`
  return `${counts} and ${who} ${value} ${unit} more processor time. ${lead}`
}

// --- ladder ---------------------------------------------------------------------------------------------------------------

export interface Rung {
  readonly station: number
  readonly title: string
  readonly reached: boolean
  readonly here: boolean
  /** Since the operation began on that side; '' while it is not reached. */
  readonly left: string
  readonly right: string
  readonly leftLack: string
  readonly rightLack: string
}

export interface OperationChoice {
  readonly station: number
  readonly title: string
}

function guestTitle(card: TwinCard, name: string): string {
  return card.guests.find((guest) => guest.name === name)?.title ?? name
}

const operationKey = ({ guest, ordinal }: StationCard): string => `${guest} ${ordinal}`

/** Every operation once, with the station at which it begins. */
export function operationChoices(card: TwinCard, route: readonly StationCard[]): readonly OperationChoice[] {
  const seen = new Set<string>()
  const out: OperationChoice[] = []
  route.forEach((station, i) => {
    if (station.ordinal < 0 || seen.has(operationKey(station))) return
    seen.add(operationKey(station))
    out.push({ station: i, title: `${guestTitle(card, station.guest)} ${station.ordinal + 1}: ${station.title}` })
  })
  return out
}

/** The operation at hand: that of the station, of the one before at rest, the first one at the start. */
export function operationAt(route: readonly StationCard[], station: number): StationCard | null {
  for (let i = Math.min(station, route.length - 1); i >= 0; i--) if (route[i]!.ordinal >= 0) return route[i]!
  return route.find((card) => card.ordinal >= 0) ?? null
}

export function lackSentence(side: Side, station: StationCard): string {
  const { lack } = station[side]
  if (lack === null) return ''
  const operation = `operation ${station.ordinal + 1} (${station.title})`
  if (lack === 'absent') return `The ${side} machine never begins ${operation}.`
  if (lack === 'without') return `The ${side} machine ends ${operation} without being ${pointTitles[station.point]}.`
  return `The ${side} machine never comes so far in ${operation}.`
}

const lackWords = { absent: 'never', without: 'without', unfinished: 'never' } as const

export function rungs(route: readonly StationCard[], station: number): readonly Rung[] {
  const operation = operationAt(route, station)
  if (!operation) return []
  const own = route.map((card, i) => ({ card, i })).filter(({ card }) => card.ordinal >= 0 && operationKey(card) === operationKey(operation))
  const begun = own.find(({ card }) => card.point === 'begun')?.card ?? operation
  return own.map(({ card, i }) => {
    const side = (name: Side): string => {
      const { time, lack } = card[name]
      if (lack !== null) return lackWords[lack]
      if (i > station || time === null) return ''
      const { value, unit } = duration(time - (begun[name].time ?? time))
      return `${value} ${unit}`
    }
    return {
      station: i, title: pointTitles[card.point], reached: i <= station, here: i === station, left: side('left'), right: side('right'),
      leftLack: lackSentence('left', card), rightLack: lackSentence('right', card),
    }
  })
}

/** 'Milestone 5 of 12: completed, Alpha 1: open file'. */
export function stationWords(card: TwinCard, route: readonly StationCard[], station: number): string {
  const here = route[station]
  if (!here) return ''
  if (here.ordinal < 0) return here.point === 'start' ? 'at the start' : 'both at rest'
  return `${pointTitles[here.point]}, ${guestTitle(card, here.guest)} ${here.ordinal + 1}: ${here.title}`
}

/** What a side is called: what it has that the other has not. */
export function sideTitle(card: TwinCard, side: Side): string {
  return card.differences.map((difference) => (difference.plain ? difference[side] : `${difference.what}: ${difference[side]}`)).join(' · ')
}
