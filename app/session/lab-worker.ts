/**
 * The Worker: it holds the lab, answers the page's calls one after the other and fetches pieces of disk images when the
 * machine needs them (simulated time stands still meanwhile).
 *
 *   page  lab-client.ts  --- Call --->  here  --- method of Lab --->  engine
 *   page  <--- Answer (plain data, rows transferred) ---  here  <--- value ---
 */
import { checkScenario, eraTitles, glimpse, guestIntents, shipped, variantFrom, variantOf, vmFields, withSpares, type Advanced, type AdvanceLimits, type Lab, type LabStatus, type Scenario } from '../../engine/index.ts'
import { chartHandlers } from '../chart/chart-worker.ts'
import { galleryHandlers } from '../gallery/gallery-worker.ts'
import { DiskDesk } from '../disks/disk-worker.ts'
import type { OwnMachine } from '../disks/disk-cards.ts'
import { ownImages, shippedImages } from '../disks/own-machine.ts'
import { keepHandlers } from '../keep/keep-worker.ts'
import type { Abilities, Call, HopFilter } from './lab-calls.ts'
import { inTurn } from './in-turn.ts'
import { linksHandlers } from '../links/links-worker.ts'
import { askedOf } from '../twin/asked.ts'
import { TwinBench } from '../twin/twin-worker.ts'
import { driverHandlers, type Bench } from './driver-worker.ts'
import { timeHandlers } from '../time/time-worker.ts'
import { createImages, wholeImage, type Images } from './images.ts'
import { find, hopAt, kindCards, lasts, neighbours, requestsInside } from './log-questions.ts'
import { Seat } from './seat.ts'
import { knownAt, story, strokeBefore, timeline } from './story-questions.ts'

interface Scope {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<Call>) => void): void
}
const scope = globalThis as unknown as Scope

/** Seat 0 of the bench: the page's own lab. Twins have seats of their own. */
let seat: Seat | null = null
let images: Images | null = null

function theSeat(): Seat {
  if (!seat) throw new Error('No scenario has been opened yet.')
  return seat
}

const theLab = (): Lab => theSeat().lab
/** Repeats a question until no piece of a disk image is missing. */
const fetching = <T>(ask: (lab: Lab) => T): Promise<T> => theSeat().fetching(ask)
const supply = (need: NonNullable<LabStatus['need']>): Promise<void> => theSeat().supply(need)

let scenario: Scenario = shipped[0]!
/** As it was before anything of its machine was changed. */
let unchanged: Scenario = scenario
const twins = new TwinBench({ scenario: () => scenario, images: () => images!, asked: () => fetching(askedOf) })
const lender = { lab: theLab, fetching, supply }
const usedImages = (): readonly string[] => [scenario, ...twins.open()].flatMap(ownImages)
const desk = new DiskDesk(lender, usedImages)

function named(name: string | null): Scenario {
  const found = name === null ? shipped[0]! : shipped.find((s) => s.name === name)
  if (!found) throw new Error(`There is no scenario called '${name}'; the address may name ${shipped.map((s) => s.name).join(', ')}.`)
  return found
}

/** A scenario by its name, a stranger's scenario, or one with an own disk in it. */
async function meant(wish: string | OwnMachine | Scenario | null): Promise<Scenario> {
  if (wish === null || typeof wish === 'string') return named(wish)
  return 'viridian' in wish ? checkScenario(wish) : desk.scenarioOf(named(wish.scenario), wish)
}

/** Builds the machine of the scenario and brings it up. */
async function raise(): Promise<void> {
  seat = new Seat(scenario, images!)
  await seat.bringUp()
}

/** Opens a scenario by its name, without one the first; or one with an own disk in it; with changes. What cannot be opened leaves what is open. */
async function open(wish: string | OwnMachine | Scenario | null, changes: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const before = { seat, images, scenario, unchanged }
  try {
    unchanged = await meant(wish)
    scenario = variantOf(unchanged, variantFrom(changes))
    const served = createImages({ ...shippedImages, ...scenario.images })
    images = { piece: (image, chunk) => (desk.own.has(image) && !(image in shippedImages) ? desk.own.piece(image, chunk) : served.piece(image, chunk)) }
    await raise()
    twins.close()
    return theLab().view()
  } catch (error) {
    ;({ seat, images, scenario, unchanged } = before)
    throw error
  }
}

function abilities(): Abilities {
  const disks = withSpares(scenario).guests.map(({ title }, i) => ({ fileId: i + 1, name: `${title}.vhd` }))
  return { intents: Object.keys(guestIntents), paths: ['synthetic', 'pio', 'dma'].filter((path) => vmFields.path.fault(path, [], null) === null), disks }
}

async function advance(limits: AdvanceLimits): Promise<Advanced> {
  const first = await fetching((l) => l.advance(limits))
  if (first.status.state !== 'needs' || !first.status.need) return first
  // Rows up to the missing piece are there; the rest follows when it has come.
  await supply(first.status.need)
  const made = first.status.n - first.from + 1
  const rest = made < limits.hops ? await advance({ ...limits, hops: limits.hops - made }) : null
  const l = theLab()
  const status = l.status()
  return { ...l.rows(first.from, status.n - first.from + 1), status, hit: rest?.hit ?? -1 }
}

const bench: Bench = { lab: theLab, fetching, supply, again: raise, open: () => ({ scenario, unchanged, shipped: shipped.includes(unchanged) }) }

type Handlers = Readonly<Record<Call['operation'], (words: readonly never[]) => unknown>>

const handlers: Handlers = {
  ...desk.handlers,
  ...chartHandlers(fetching),
  ...keepHandlers(lender, () => (shipped.includes(unchanged) ? null : unchanged)),
  ...driverHandlers(bench),
  ...linksHandlers(bench),
  ...timeHandlers(fetching, () => scenario),
  ...twins.handlers,
  ...galleryHandlers({ fetching, open: () => scenario }),
  open: ([name, changes]) => open(name!, changes),
  machine: () => ({ own: { era: unchanged.era, profile: unchanged.profile, guests: unchanged.guests }, title: eraTitles[scenario.era], about: scenario.about, changed: scenario !== unchanged && JSON.stringify(scenario) !== JSON.stringify(unchanged) }),
  scenarios: () => shipped.map(({ name, title, about, view }) => ({ name, title, about, ...(view ? { view } : {}) })),
  advance: ([limits]) => advance(limits!),
  seek: ([n]) => fetching((l) => l.seek(n!)),
  stand: ([n]) => fetching((l) => l.seek(n!).status),
  // A piece of a disk is fetched for whoever goes there.
  glimpse: ([by, say]) => glimpse(theLab(), by!, say!),
  rows: ([from, count]) => fetching((l) => l.rows(from!, count!)),
  view: () => fetching((l) => l.view()),
  intend: ([intent]) => fetching((l) => l.intend(intent)),
  inspectHop: ([n]) => fetching((l) => l.inspectHop(n!)),
  inspectComponent: ([component]) => fetching((l) => l.inspectComponent(component!)),
  requests: ([from, to]) => fetching((l) => l.requests(from!, to!)),
  journey: ([request]) => fetching((l) => l.journey(request!)),
  ledger: ([request]) => fetching((l) => l.ledger(request!)),
  beats: ([from, count]) => fetching((l) => l.beats(from!, count!)),
  setChecks: ([on]) => theLab().setChecks(on!),
  fingerprint: () => fetching((l) => l.fingerprint()),
  kinds: () => kindCards(theLab()),
  abilities: () => abilities(),
  undo: () => fetching((l) => l.undo()),
  captions: ([from, count]) => fetching((l) => l.captions(from!, count!)),
  worn: ([to]) => fetching((l) => l.ways(to!)),
  files: ([to, most]) => fetching((l) => l.files(to!, most!)),
  inside: ([request, to]) => fetching((l) => [...requestsInside(l, request!, to!)]),
  find: ([filter, first, to]) => fetching((l) => find(l, filter as unknown as HopFilter, first!, to!)),
  neighbours: ([n]) => fetching((l) => neighbours(l, n!)),
  lasts: ([to]) => fetching((l) => lasts(l, to!)),
  hopAt: ([time]) => fetching((l) => hopAt(l, time!)),
  story: ([from, count, floors]) => fetching((l) => story(l, from!, count!, floors!)),
  strokeBefore: ([n, floors]) => fetching((l) => strokeBefore(l, n!, floors!)),
  timeline: ([index, beats]) => fetching((l) => timeline(l, index!, beats!)),
  knownAt: ([time]) => fetching((l) => knownAt(l, time!)),
}

function transfers(value: unknown): Transferable[] {
  const rows = (value as { rows?: unknown } | null)?.rows
  return rows instanceof ArrayBuffer ? [rows] : []
}

const take = inTurn(({ operation, words }) => handlers[operation](words as readonly never[]), (said) => scope.postMessage(said, said.ok ? transfers(said.value) : []))
scope.addEventListener('message', ({ data }) => take(data))

// The first machine's disk is on its way before anybody asks: most visits open it.
for (const source of Object.values(shipped[0]!.images)) void wholeImage(source).catch(() => undefined)
