/**
 * A moment: one exact place in one exact run, and how the page showed it. It stands in an address or in a file; both are read
 * here, and everything a stranger may have put into them is looked at. Pure.
 *
 * Words of the address say what a person may read and change; what somebody asked of the machine (the tree of branches) and a
 * scenario of one's own are packed behind `#m=`.
 */
import type { Scenario } from '../../engine/index.ts'
import { intoAddress as ownIntoAddress, ownInAddress } from '../disks/own-address.ts'
import type { OwnMachine } from '../disks/disk-cards.ts'
import type { Sight } from '../session/session-store.ts'
import { variantInAddress } from '../session/variant-address.ts'
import { checkedAdded, type Added } from './added.ts'
import { MomentError } from './moment-error.ts'

/** So many characters of packed words are read at all. */
export const packedMost = 8000
/** So many characters of JSON, packed or in a file. */
export const jsonMost = 1 << 20
const depthMost = 24
export const branchesMost = 200
export const intentsMost = 5000
const hopMost = 20_000_000

/** What was asked in a branch, hops counted from the start: what the scenario planned by the time it was meant for, what somebody asked as it was said. */
export type MomentBound = readonly [after: number, at: number] | readonly [after: number, intent: object]

export interface MomentBranch {
  readonly parent: number
  readonly atHop: number
  readonly seen: number
  /** So many of its intents are its parent's; those of bring-up are not counted. */
  readonly shared: number
  readonly asked: readonly MomentBound[]
  readonly failed?: true
}

export interface MomentTree {
  readonly branches: readonly MomentBranch[]
  readonly branch: number
}

/** How the page showed it; what is left out is as it is for whoever opens it. */
export interface Look {
  readonly theme?: 'light' | 'dark' | 'projector'
  readonly pace?: 'story' | 'hops' | 'flow'
  readonly depth?: 'architecture' | 'mechanism'
  readonly sight?: Sight
  /** What is compared with what, while two machines are shown. */
  readonly twin?: string
  /** As `lenses/lens.ts` spells it: 'status:simplified'. */
  readonly lens?: string
  /** Open panels, by their first letters and, where somebody has moved their border, its place in pixels: 'l260rb', '' for none. */
  readonly panels?: string
  /** What stands below the picture, when it is something else than the hops. */
  readonly tab?: (typeof tabs)[number]
}

export interface Moment {
  /** Name of the scenario. */
  readonly scenario: string
  /** The scenario itself, when it is none of those that the lab comes with. */
  readonly own?: Scenario | undefined
  readonly changes: Readonly<Record<string, string>>
  readonly disk?: (OwnMachine & { readonly name?: string }) | undefined
  readonly tree?: MomentTree | undefined
  /** Breakpoints as `time-store.ts` keeps them, when they are others than the scenario's own. */
  readonly breakpoints?: readonly unknown[] | undefined
  readonly added?: Added | undefined
  /** From the start. */
  readonly hop: number
  /** A component by its path, a hop by its number from the start. */
  readonly select?: string | number | undefined
  /** Request that is followed, by its hop from the start. */
  readonly follow?: number | undefined
  readonly look: Look
  /** Build that made it, and what its machine had come to. */
  readonly build?: string | undefined
  readonly print?: string | undefined
}

const themes = ['light', 'dark', 'projector'] as const
const paces = ['story', 'hops', 'flow'] as const
const depths = ['architecture', 'mechanism'] as const
const sights: readonly Sight[] = ['picture', 'table', 'storyboard', 'twin']
const tabs = ['chart', 'time'] as const

function oneOf<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find((word) => word === value)
}

const wholeWord = /^\d{1,8}$/
const buildWord = /^[\w.+-]{1,60}$/
const printWord = /^[0-9a-f]{16}$/
const pathWord = /^[a-z0-9][a-z0-9/-]{0,119}$/
const lensWord = /^[a-z][a-z-]{0,30}(?::[a-z-]{1,20}(?:,[a-z-]{1,20}){0,15})?$/
const panelsWord = /^(?:[lrb](?:[1-9]\d{1,3})?){0,3}$/
const twinWord = /^[\w.:,~-]{1,1000}$/

function lookOf(word: (name: string) => string | null): Look {
  const look: Record<string, string | undefined> = {
    theme: oneOf(word('theme'), themes), pace: oneOf(word('pace'), paces), depth: oneOf(word('depth'), depths), sight: oneOf(word('view') ?? word('sight'), sights),
    tab: oneOf(word('tab'), tabs),
  }
  const lens = word('lens')
  const panels = word('panels')
  if (lens !== null && lensWord.test(lens)) look['lens'] = lens
  if (panels !== null && panelsWord.test(panels)) look['panels'] = panels
  const twin = word('twin')
  if (twin !== null && twinWord.test(twin)) Object.assign(look, { twin, sight: 'twin' })
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined))
}

function selected(word: string | null): string | number | undefined {
  if (word === null) return undefined
  if (wholeWord.test(word)) return Number(word)
  return pathWord.test(word) ? word : undefined
}

/** The part of a moment that is packed. */
export interface Packed {
  readonly own?: Scenario | undefined
  readonly tree?: MomentTree | undefined
  readonly breakpoints?: readonly unknown[] | undefined
  readonly added?: Added | undefined
}

/** What the words of an address say, and the packed words behind `#m=`, still packed. */
export function momentInWords(address: URL): { readonly moment: Moment; readonly packed: string } {
  const query = address.searchParams
  const word = (name: string): string | null => query.get(name)
  const scenario = word('scenario') ?? ''
  const hop = word('hop') ?? ''
  const build = word('v') ?? ''
  const print = word('f') ?? ''
  const follow = word('follow') ?? ''
  const own = ownInAddress(query, scenario)
  const named = word('named') ?? ''
  return {
    moment: {
      scenario, changes: variantInAddress(address.search), hop: wholeWord.test(hop) ? Math.min(hopMost, Number(hop)) : 0, select: selected(word('sel')),
      follow: wholeWord.test(follow) ? Number(follow) : undefined, look: lookOf(word), build: buildWord.test(build) ? build : undefined,
      print: printWord.test(print) ? print : undefined, disk: own ? { ...own, ...(named === '' ? {} : { name: named.slice(0, 120) }) } : undefined,
    },
    packed: packedIn(address),
  }
}

export function packedIn(address: URL): string {
  return /^#m=(.*)$/.exec(address.hash)?.[1] ?? ''
}

/** The address of a moment below the page's own; `packed` are its packed words. */
export function addressOf(moment: Moment, packed: string, page: URL): URL {
  const address = new URL(page.pathname, page)
  const { searchParams: query } = address
  query.set('scenario', moment.scenario)
  for (const [name, value] of Object.entries(moment.changes)) query.set(name, value)
  if (moment.disk) {
    ownIntoAddress(address, moment.disk)
    if (moment.disk.name) query.set('named', moment.disk.name)
  }
  const { look } = moment
  const words: readonly (readonly [string, string | number | undefined])[] = [
    ['hop', moment.hop > 0 ? moment.hop : undefined], ['sel', moment.select], ['follow', moment.follow], ['theme', look.theme], ['pace', look.pace], ['depth', look.depth],
    ['view', look.twin === undefined ? look.sight : undefined], ['twin', look.twin], ['lens', look.lens], ['panels', look.panels], ['tab', look.tab], ['v', moment.build], ['f', moment.print],
  ]
  for (const [name, value] of words) if (value !== undefined) query.set(name, String(value))
  // Paths of components and the words of a twin stand in an address as they are.
  address.search = address.search.replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',')
  if (packed !== '') address.hash = `m=${packed}`
  return address
}

/** Looks at what was unpacked; throws a MomentError with one sentence. The scenario itself is looked at by the engine. */
export function checkedPacked(value: unknown): Packed {
  if (!isObject(value)) throw new MomentError('The packed words of the link are no object.')
  const { own, tree, breakpoints, added } = value as Packed
  if (own !== undefined && !isObject(own)) throw new MomentError('The scenario in the link is no object.')
  if (breakpoints !== undefined && !Array.isArray(breakpoints)) throw new MomentError('The breakpoints in the link are no list.')
  const branched = tree === undefined ? undefined : checkedTree(tree)
  return { own, tree: branched, breakpoints, added: added === undefined ? undefined : checkedAdded(added, branched?.branches.length ?? 1) }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHop(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= hopMost
}

function checkedTree(tree: unknown): MomentTree {
  const { branches, branch } = (isObject(tree) ? tree : {}) as MomentTree
  if (!Array.isArray(branches) || branches.length === 0 || branches.length > branchesMost) throw new MomentError(`The branches in the link are no list of 1 to ${branchesMost}.`)
  let intents = 0
  let hops = 0
  branches.forEach((it: MomentBranch, i) => {
    const fits = isObject(it) && Array.isArray(it.asked) && isHop(it.atHop) && isHop(it.seen) && isHop(it.shared) && it.seen >= it.atHop
    if (!fits || (i === 0 ? it.parent !== -1 : !(Number.isSafeInteger(it.parent) && it.parent >= 0 && it.parent < i))) throw new MomentError(`Branch ${i + 1} in the link does not say where it begins and ends.`)
    for (const bound of it.asked) {
      const good = Array.isArray(bound) && bound.length === 2 && isHop(bound[0]) && (isObject(bound[1]) || (typeof bound[1] === 'number' && Number.isSafeInteger(bound[1]) && bound[1] >= 0))
      if (!good) throw new MomentError(`Branch ${i + 1} in the link asks for something that is bound to no hop.`)
    }
    intents += it.asked.length
    hops += it.seen - it.atHop
  })
  if (intents > intentsMost) throw new MomentError(`The link asks for ${intents} things; at most ${intentsMost} are done.`)
  if (hops > hopMost) throw new MomentError(`The branches in the link have ${hops} hops; at most ${hopMost} are run.`)
  if (!Number.isSafeInteger(branch) || branch < 0 || branch >= branches.length) throw new MomentError('The link stands in a branch that is not in it.')
  return { branches, branch }
}

// --- files --------------------------------------------------------------------------------------------------------------

/** A moment as a file: the same in JSON, for what no link can carry. */
export function fileOf(moment: Moment): string {
  return `${JSON.stringify({ viridianMoment: 1, ...moment }, null, 1)}\n`
}

export function depthOf(value: unknown, most = depthMost): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (most === 0) return false
  return Object.values(value).every((inner) => depthOf(inner, most - 1))
}

/** What a file or a script hands in as a moment; throws a MomentError with one sentence. */
export function momentOf(value: unknown): Moment {
  if (!isObject(value) || (value as { viridianMoment?: unknown }).viridianMoment !== 1) throw new MomentError('This is no moment of the lab: its field viridianMoment is not 1.')
  if (!depthOf(value)) throw new MomentError(`The moment nests more than ${depthMost} levels deep.`)
  const given = value as Partial<Moment>
  const { scenario, changes = {}, hop = 0, select, follow, build, print, disk, look } = given
  if (typeof scenario !== 'string' || scenario.length > 40) throw new MomentError('The moment names no scenario.')
  if (!isObject(changes) || Object.values(changes).some((word) => typeof word !== 'string')) throw new MomentError('The changes in the moment are no words.')
  if (!isHop(hop)) throw new MomentError(`The hop of the moment is no number from 0 to ${hopMost}.`)
  const words: Record<string, unknown> = isObject(look) ? { ...look } : {}
  const { own, tree, breakpoints, added } = checkedPacked({ own: given.own, tree: given.tree, breakpoints: given.breakpoints, added: given.added })
  return {
    scenario, own, changes: changes as Record<string, string>, tree, breakpoints, added, hop, select: typeof select === 'number' ? (isHop(select) ? select : undefined) : selected(typeof select === 'string' ? select : null),
    follow: isHop(follow) ? follow : undefined, look: lookOf((name) => (typeof words[name] === 'string' ? (words[name] as string) : null)),
    build: typeof build === 'string' && buildWord.test(build) ? build : undefined, print: typeof print === 'string' && printWord.test(print) ? print : undefined,
    disk: diskOf(disk, scenario),
  }
}

function diskOf(disk: unknown, scenario: string): Moment['disk'] {
  if (!isObject(disk)) return undefined
  const query = new URLSearchParams()
  const { disk: hash, guest, title, path, name } = disk as NonNullable<Moment['disk']>
  for (const [word, value] of [['disk', hash], ['at', guest], ['title', title], ['path', path]] as const) if (typeof value === 'string') query.set(word, value)
  const own = ownInAddress(query, scenario)
  return own ? { ...own, ...(typeof name === 'string' ? { name: name.slice(0, 120) } : {}) } : undefined
}
