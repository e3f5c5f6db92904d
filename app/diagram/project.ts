/** From a view of the lab to what the picture draws. Pure. */
import { siteOf, type ChannelView, type ComponentView, type GuestFileView, type Ledger, type LabView, type PartitionView, type Site, type VpView } from '../../engine/index.ts'
import type { RequestMark } from '../session/session-store.ts'
import { brief, count, inUnit, unitFor, type TimeUnit } from '../ui/figures.ts'
import type { MachineCard } from '../session/lab-calls.ts'
import { defaultGuests, type GuestShape, type Part } from './layout/architecture.ts'

/** Guests that a scenario speaks of, before there is a partition for any of them. */
export function plannedGuests(guests: MachineCard['own']['guests'] | undefined): readonly GuestShape[] {
  return (guests ?? []).map(({ name, title, path }) => ({ path: name, title, way: path === 'synthetic' ? 'synthetic' : 'emulated', devices: ['ide', 'pic'], planned: true }))
}

/** The guests of a lab, in the order of their partitions; while there is none, those that are planned; before the Worker has answered, those of the first scenario. */
export function guestShapes(view: LabView | null, planned: readonly GuestShape[] = []): readonly GuestShape[] {
  if (!view) return defaultGuests
  const guests = view.partitions.filter((p) => p.index > 1)
  if (guests.length === 0) return planned
  const { synthetic, devices } = equipmentOf(view.components)
  return guests.map(({ index, path, title }) => {
    // While a machine is being set up its drivers are not there yet; VMMS knows already which it will have.
    const vm = view.vms.find(({ name }) => name === path)
    const own = synthetic.has(path) || vm?.path === 'synthetic'
    return { path, title, way: own ? 'synthetic' : 'emulated', guest: vm?.guest ?? (own ? 'enlightened' : 'legacy'), devices: devices.get(path) ?? [], ordinal: index - 1 }
  })
}

/** 'IDE emulator of Beta': what stands once in the root for every guest is told apart by it. */
export function titleOf({ path, title }: Pick<ComponentView, 'path' | 'title'>, vms: LabView['vms'] | undefined): string {
  const guest = path.startsWith('root/vmwp/') ? path.split('/')[2] : undefined
  return guest === undefined ? title : `${title} of ${vms?.find((vm) => vm.name === guest)?.title ?? guest}`
}

interface Equipment {
  /** Guests with the synthetic driver. */
  readonly synthetic: ReadonlySet<string>
  /** Devices in the worker process of each guest, in order. */
  readonly devices: ReadonlyMap<string, readonly string[]>
}

const equipments = new WeakMap<readonly ComponentView[], Equipment>()

/** Read off the list of components once: it is asked with every view, and changes seldom. */
function equipmentOf(components: readonly ComponentView[]): Equipment {
  let known = equipments.get(components)
  if (known) return known
  const synthetic = new Set<string>()
  const devices = new Map<string, string[]>()
  for (const { path } of components) {
    const [first, second, guest, device, more] = path.split('/')
    if (second === 'storvsc' && guest === undefined) synthetic.add(first!)
    if (first !== 'root' || second !== 'vmwp' || guest === undefined || device === undefined) continue
    devices.set(guest, [...(devices.get(guest) ?? []), more === undefined ? device : path.slice(`root/vmwp/${guest}/`.length)].sort())
  }
  equipments.set(components, (known = { synthetic, devices }))
  return known
}

const noPlans: readonly GuestShape[] = []
let keyed: { readonly components: unknown; readonly partitions: unknown; readonly planned: readonly GuestShape[]; readonly key: string } | null = null

/** The key of a view's guests; made anew only when what it is made of has changed. */
export function viewKey(view: LabView | null, planned: readonly GuestShape[] = noPlans): string {
  if (!view) return shapeKey(defaultGuests)
  const { components, partitions } = view
  if (keyed?.components !== components || keyed.partitions !== partitions || keyed.planned !== planned) {
    keyed = { components, partitions, planned, key: shapeKey(guestShapes(view, planned)) }
  }
  return keyed.key
}

type KeyRow = readonly [path: string, title: string, way: GuestShape['way'], devices: string, ordinal: number, guest: string, planned: boolean]

/** Same guests, same drawing: the layout is made anew only when this changes. What a guest is stands in it where its way does not say it. */
export function shapeKey(guests: readonly GuestShape[]): string {
  return JSON.stringify(guests.map((g, i): KeyRow => [g.path, g.title, g.way, g.devices.join('+'), g.ordinal ?? i + 1, g.guest === 'enlightened' && g.way === 'emulated' ? g.guest : '', g.planned ?? false]))
}

/** The inverse: the key is what the drawing depends on, and all it depends on. */
export function shapesFrom(key: string): readonly GuestShape[] {
  return (JSON.parse(key) as readonly KeyRow[]).map(([path, title, way, devices, ordinal, guest, planned]) => ({
    path, title, way, devices: devices ? devices.split('+') : [], ordinal, ...(guest ? { guest } : {}), ...(planned ? { planned: true as const } : {}),
  }))
}

export interface LedgerFigure {
  /** What is counted: 'exits'. Split by who caused it, it stands under this name. */
  readonly name: string
  /** What a row or column of such values is called: 'guest exits'. */
  readonly head: string
  /** What this value says of it: '1 guest exit'. */
  readonly label: string
  readonly value: string
  readonly unit: string
  /** What others did of it on behalf of the guest: '+49'; empty where the value is a sum, and where there is nothing. */
  readonly others: string
  /** Who caused it: only where the count can be told apart. */
  readonly split: readonly { readonly by: string; readonly value: string }[]
}

type PerCauser = Ledger['messages']

function splitOf(figures: PerCauser): LedgerFigure['split'] {
  return (['guest', 'root', 'hypervisor'] as const).map((by) => ({ by, value: count(figures[by]) }))
}

function summed(table: Ledger['exits']): PerCauser {
  const sum = (by: keyof PerCauser): number => Object.values(table[by] ?? {}).reduce((a, b) => a + b, 0)
  return { guest: sum('guest'), root: sum('root'), hypervisor: sum('hypervisor') }
}

function total(figures: PerCauser): number {
  return figures.guest + figures.root + figures.hypervisor
}

/** What the guest caused itself stands first, what root and hypervisor did on its behalf beside it. [LEDGER-4] */
function ownFirst(name: string, figures: PerCauser): LedgerFigure {
  const others = total(figures) - figures.guest
  return { ...plain(name, count(figures.guest), '', splitOf(figures)), head: `guest ${name}`, label: `guest ${others > 0 ? name : labelled(name, figures.guest)}`, others: others > 0 ? `+${brief(others)}` : '' }
}

const alone: Readonly<Record<string, string>> = { exits: 'exit', hypercalls: 'hypercall', 'worker trips': 'worker trip', copies: 'copy' }

function labelled(name: string, value: number): string {
  return value === 1 ? (alone[name] ?? name) : name
}

function plain(name: string, value: string, unit = '', split: LedgerFigure['split'] = []): LedgerFigure {
  return { name, head: name, label: name, value, unit, others: '', split }
}

/** The split of a figure in words: '49 by the guest, 105 by the root, 0 by the hypervisor on behalf of the guest'. */
export function splitWords({ split, others }: LedgerFigure): string {
  const words = split.map((s) => `${s.value} by the ${s.by}`).join(', ')
  return others === '' ? words : `${words}, all on behalf of the guest`
}

/** The six figures of a guest's ledger, in the order they are read from the back of the room. */
export function ledgerFigures(ledger: Ledger | undefined, unit: TimeUnit = ledgerUnit([ledger])): readonly LedgerFigure[] {
  if (!ledger) return [...['exits', 'hypercalls'].map((name) => ({ ...plain(name, '–'), head: `guest ${name}`, label: `guest ${name}` })), ...['worker trips', 'copies', 'CPU', 'elapsed'].map((name) => plain(name, '–'))]
  return [
    ownFirst('exits', summed(ledger.exits)),
    ownFirst('hypercalls', summed(ledger.hypercalls)),
    { ...plain('worker trips', count(ledger.workerTrips)), label: labelled('worker trips', ledger.workerTrips) },
    { ...plain('copies', count(total(ledger.copies)), '', splitOf(ledger.copies)), label: labelled('copies', total(ledger.copies)) },
    plain('CPU', inUnit(cpuOf(ledger), unit), unit, cpuSplit(ledger, unit)),
    plain('elapsed', inUnit(ledger.elapsedNs, unit), unit),
  ]
}

function cpuOf({ cpuNs }: Ledger): number {
  return Object.values(cpuNs).reduce((a, b) => a + b, 0)
}

/** The unit of all times in the ledgers of a machine: processor time is read beside the time it passed in, and one guest beside another. */
export function ledgerUnit(ledgers: readonly (Ledger | undefined)[]): TimeUnit {
  return unitFor(ledgers.reduce((most, ledger) => (ledger ? Math.max(most, ledger.elapsedNs, cpuOf(ledger)) : most), 0))
}

let units: { readonly of: LabView['ledgers']; readonly unit: TimeUnit } | null = null

/** The same for a view; looked up once for each. */
export function unitOf(view: LabView | null): TimeUnit {
  if (!view) return 'µs'
  if (units?.of !== view.ledgers) units = { of: view.ledgers, unit: ledgerUnit(Object.values(view.ledgers)) }
  return units.unit
}

const amounts = new WeakMap<Ledger, readonly number[]>()

/** What the six figures of a ledger count, as numbers, in their order. */
function amountsOf(ledger: Ledger): readonly number[] {
  let known = amounts.get(ledger)
  if (!known) amounts.set(ledger, (known = [summed(ledger.exits).guest, summed(ledger.hypercalls).guest, ledger.workerTrips, total(ledger.copies), cpuOf(ledger), ledger.elapsedNs]))
  return known
}

let mosts: { readonly of: LabView['ledgers']; readonly most: readonly number[] } | null = null

/** The greatest of each figure among the guests; looked up once for each view. */
function mostOf({ ledgers, partitions }: LabView): readonly number[] {
  if (mosts?.of !== ledgers) {
    const most = [0, 0, 0, 0, 0, 0]
    for (const { index } of partitions) {
      const ledger = index > 1 ? ledgers[index] : undefined
      if (ledger) amountsOf(ledger).forEach((amount, i) => (most[i] = Math.max(most[i]!, amount)))
    }
    mosts = { of: ledgers, most }
  }
  return mosts.most
}

/** Beside the guest that has most of a figure: its figures in whole per cent of that, so that two ways compare before a digit is read. Words, so that the same is the same; none where there is nobody to compare with. */
export function sharesOf(view: LabView | null, index: number): string {
  const ledger = view?.ledgers[index]
  if (!view || !ledger || view.partitions.length < 3) return ''
  const most = mostOf(view)
  return amountsOf(ledger).map((amount, i) => (most[i]! > 0 ? Math.round((amount / most[i]!) * 100) : 0)).join(' ')
}

function cpuSplit({ cpuNs }: Ledger, unit: TimeUnit): LedgerFigure['split'] {
  const parts: readonly (readonly [string, number])[] = [
    ['guest', cpuNs['guest-kernel'] + cpuNs['guest-user']],
    ['root', cpuNs['root-kernel'] + cpuNs['root-user']],
    ['hypervisor', cpuNs.hypervisor],
  ]
  return parts.map(([by, ns]) => ({ by, value: inUnit(ns, unit) }))
}

const vpWords: Readonly<Record<VpView['state'], string>> = {
  running: 'runs',
  hypervisor: 'is in the hypervisor',
  ready: 'is ready, no processor free',
  waiting: 'waits',
  suspended: 'is suspended',
}

/** 'VP 0 runs on LP 1'. */
export function vpSentence(vp: VpView): string {
  return `VP ${vp.index} ${vpWords[vp.state]}${vp.lp >= 0 ? ` on LP ${vp.lp}` : ''}`
}

/** Which VP each logical processor holds, in order. */
export function processors(partitions: readonly PartitionView[]): readonly { readonly lp: number; readonly holds: string; readonly ordinal: number }[] {
  const held = new Map<number, { holds: string; ordinal: number }>()
  let most = 3
  for (const partition of partitions) {
    for (const vp of partition.vps) {
      if (vp.lp < 0) continue
      most = Math.max(most, vp.lp)
      if (vp.state !== 'running' && vp.state !== 'hypervisor') continue
      const inside = vp.state === 'hypervisor' ? ' ▾' : ''
      held.set(vp.lp, { holds: `${shortTitle(partition)} VP ${vp.index}${inside}`, ordinal: partition.index - 1 })
    }
  }
  return Array.from({ length: most + 1 }, (_, lp) => ({ lp, holds: held.get(lp)?.holds ?? 'idle', ordinal: held.get(lp)?.ordinal ?? -1 }))
}

function shortTitle(partition: PartitionView): string {
  return partition.index === 1 ? 'Root' : partition.title
}

/** File requests of a partition that have begun and not ended at a time. */
export function underWay(marks: readonly RequestMark[], partition: number, time: number): number {
  return marks.filter((mark) => mark.partition === partition && mark.begun <= time && (!mark.over || mark.ended > time)).length
}

export interface PacketMark {
  /** Left edge and width as shares of the ring. */
  readonly at: number
  readonly length: number
}

/** Where unread packets stand in a ring, as shares of its data area. */
export function ringMarks(ring: ChannelView['toRoot']): readonly PacketMark[] {
  return ring.packets.map((packet, i) => {
    const end = ring.packets[i + 1]?.offset ?? ring.write
    const length = (end - packet.offset + ring.size) % ring.size
    return { at: packet.offset / ring.size, length: Math.max(0.02, length / ring.size) }
  })
}

const placeNames: Readonly<Record<Site, string>> = {
  memory: 'memory shared with the root',
  hardware: 'hardware',
  hypervisor: 'hypervisor',
  'root-kernel': 'kernel mode',
  'root-user': 'user mode',
  'guest-kernel': 'kernel mode',
  'guest-user': 'user mode',
  remote: 'outside the machine',
}

/** Where a component is found, in words. */
export function placeName(component: Pick<ComponentView, 'type' | 'place'>): string {
  return placeNames[siteOf(component)]
}

const floorWords: Readonly<Record<Part['floor'] | 'pipe', string>> = {
  remote: 'outside the machine',
  user: 'user mode',
  kernel: 'kernel mode',
  hypervisor: 'hypervisor',
  hardware: 'hardware',
  // Rings run nowhere.
  pipe: 'memory shared with the root',
}

/** What a part is called by whoever does not see where it stands. */
export function partName(part: Pick<Part, 'name' | 'title' | 'floor' | 'look'>, partition: string): string {
  const name = part.name ?? part.title
  return [name, partition, floorWords[part.look === 'pipe' ? 'pipe' : part.floor]].filter(Boolean).join(', ')
}

/** What stands in a guest, as lines: the entries of a listing, or the text of a file; null when there is neither. */
export function shownOf(file: Pick<GuestFileView, 'text' | 'listing'>): string | null {
  if (file.listing === null) return file.text === '' ? null : file.text
  if (file.listing.length === 0) return '(empty)'
  return file.listing.map((entry) => `${entry.name}  ${entry.directory ? '<DIR>' : count(entry.size)}`).join('\n')
}

/** How many independent checkers the engine has; the test compares it with the engine. */
export const checkers = 14
