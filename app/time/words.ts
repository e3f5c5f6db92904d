/** What is asked of the machine, what is waited for and how waiting ended, as a person says it. Pure. */
import type { BranchView, Condition, UntilReason } from '../../engine/index.ts'
import { askedIn } from '../session/asked.ts'
import { count, hopNumber, instant, many } from '../ui/figures.ts'
import { figureTitle } from '../twin/project.ts'

type Loose = Readonly<Record<string, unknown>>

/** Names of things, as they are drawn. */
export interface Names {
  /** Title of a guest by its structural name. */
  readonly guest: (name: string) => string
  /** Title of a hop kind by its name. */
  readonly kind: (name: string) => string
  /** Title of a component with its partition, by its path. */
  readonly component: (path: string) => string
  readonly start: number
}

function sectors(i: Loose): string {
  const each = i['sectors'] === 1 ? 'a sector' : `${count(Number(i['sectors']))} sectors`
  return i['count'] === 1 ? each : `${count(Number(i['count']))} times ${each}`
}

const asked: Readonly<Record<string, (i: Loose, who: string) => string>> = {
  'boot-root': () => 'start the machine',
  'start-vm': (_, who) => `start ${who}`,
  'turn-off': (_, who) => `turn off ${who}`,
  'delete-vm': (_, who) => `delete ${who}`,
  'create-vm': (i) => `create ${String(i['title'] ?? i['name'])}`,
  'read-file': (i, who) => `${who} reads ${String(i['path'])}`,
  'list-files': (i, who) => `${who} lists ${String(i['path']) || 'its files'}`,
  inject: (i, who) => `${who} ${i['op'] === 'write' ? 'writes' : 'reads'} ${i['count'] === 0 ? 'on and on' : many(Number(i['count']), 'block')}`,
  'stop-load': (_, who) => `stop the load in ${who}`,
  'write-sectors': (i, who) => `${who} writes ${sectors(i)} at ${count(Number(i['lba']))}`,
  'write-file': (i, who) => `${who} writes ${String(i['path'])}`,
  'copy-file': (i, who) => `${who} copies ${String(i['from'])}`,
  'delete-file': (i, who) => `${who} deletes ${String(i['path'])}`,
  'read-sectors': (i, who) => `${who} reads ${sectors(i)} at ${count(Number(i['lba']))}`,
  burn: () => 'keep the root busy',
  'stop-burn': () => 'end the busy application',
}

/** 'Alpha reads README.TXT'. */
export function intentWords(intent: unknown, names: Names): string {
  const i = (typeof intent === 'object' && intent !== null ? intent : {}) as Loose
  const what = typeof i['do'] === 'string' ? i['do'] : 'something'
  const name = typeof i['guest'] === 'string' ? i['guest'] : typeof i['name'] === 'string' ? i['name'] : ''
  return asked[what]?.(i, name ? names.guest(name) : '') ?? what.replaceAll('-', ' ')
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** What a branch is called while nobody has named it: what somebody asked first in it, or what it goes without. */
export function branchWords(branch: BranchView, branches: readonly BranchView[], names: Names): string {
  const parent = branches.find((b) => b.id === branch.parent)
  if (!parent) return 'As it went first'
  const same = (i: number): boolean => parent.intents[i] !== undefined && parent.intents[i].after <= branch.atHop && JSON.stringify(parent.intents[i]) === JSON.stringify(branch.intents[i])
  let shared = 0
  while (shared < branch.intents.length && same(shared)) shared += 1
  const [own] = askedIn({ intents: branch.intents.slice(shared) })
  if (own) return capital(intentWords(own.intent, names))
  const [without] = askedIn({ intents: parent.intents.slice(shared) })
  return without ? `Without: ${intentWords(without.intent, names)}` : `From hop ${hopNumber(branch.atHop, names.start)}`
}

/** What the undo of the machine would take back at a hop: the last thing somebody asked at or before it. */
export function takenBack(branch: BranchView | undefined, cursor: number): unknown {
  return askedIn(branch).filter(({ after }) => after <= cursor).at(-1)?.intent ?? null
}

const levels: Readonly<Record<string, string>> = { file: 'a file request', disk: 'a disk request', command: 'a disk command', machine: 'something asked of the machine' }
export const milestoneTitles = {
  submitted: 'a disk request is submitted', 'handed-over': 'a disk request is handed over to the root', 'device-done': 'the disk has done its part', completed: 'a disk request is completed',
} as const

/** What is waited for, as a clause: 'Storage VSP acts', 'exits of Beta come to 100'. */
export function conditionWords(condition: Condition, names: Names): string {
  const c = condition as unknown as Loose
  const of = typeof c['guest'] === 'string' ? names.guest(c['guest']) : ''
  const ofGuest = of ? ` of ${of}` : ''
  const forGuest = of ? `, for ${of}` : ''
  if ('idle' in condition) return 'nothing is left to do'
  if ('hop' in condition) return `hop ${condition.hop} acts`
  if ('n' in condition) return `hop ${hopNumber(condition.n, names.start)} acts`
  if ('time' in condition) return `t comes to ${instant(condition.time)}`
  if ('kind' in condition) return `‘${names.kind(condition.kind)}’ happens${forGuest}`
  if ('component' in condition) return `${names.component(condition.component)} acts`
  if ('crossing' in condition) return `the border ‘${condition.crossing.replaceAll('-', ' ')}’ is crossed${forGuest}`
  if ('request' in condition) return `the request of hop ${hopNumber(condition.request, names.start)} ends`
  if ('ended' in condition) return `${levels[condition.ended] ?? 'a request'}${ofGuest} ends`
  if ('milestone' in condition) return `${milestoneTitles[condition.milestone]}${forGuest}`
  if ('counter' in condition) return `${figureTitle(condition.counter)}${ofGuest || ' of the machine'} come to ${count(condition.atLeast)}`
  return `the ring ${condition.ring === 'to-root' ? 'to the root' : 'to the guest'}${ofGuest} ${condition.holds === 'empty' ? 'becomes empty' : `holds ${many(condition.holds, 'byte')} or more`}`
}

/** A place in the run that was passed already: nobody runs on to it, the machine goes back. As words, or '' where it lies ahead. */
export function passed(condition: Condition, here: { readonly hops: number; readonly elapsed: number }): string {
  if ('hop' in condition && condition.hop < here.hops) return `hop ${condition.hop}`
  if ('time' in condition && condition.time < here.elapsed) return `t = ${instant(condition.time)}`
  return ''
}

export type Outcome = UntilReason | 'refused' | 'stopped'

/** How running until a condition ended, in a sentence. `says`: what the lab adds. */
export function outcomeWords(reason: Outcome, waited: string, hop: string, says: string, moved = true): string {
  switch (reason) {
    case 'reached': return moved ? `Stopped at hop ${hop}${waited === `hop ${hop} acts` ? '' : `: ${waited}`}.` : `Nothing to wait for: at hop ${hop} it is so already (${waited}).`
    case 'idle': return `It did not come to that: everything came to rest at hop ${hop} before ${waited}.`
    case 'hops': return `It did not come to that within a million hops; the run stands at hop ${hop}. Ask again to go on.`
    case 'time': return `It did not come to that in the time given; the run stands at hop ${hop}.`
    case 'failed': return `It did not come to that: the machine failed at hop ${hop}. ${says}`
    case 'needs': return `It did not come to that: a piece of a disk image is missing. ${says}`
    case 'refused': return says
    case 'stopped': return `Stopped by you at hop ${hop}, before ${waited}.`
  }
}
