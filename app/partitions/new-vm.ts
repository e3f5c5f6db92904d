/** What the wizard asks for, page by page; what is wrong with an answer, in one sentence; and the intent it all becomes. Pure. */
import type { VhdFile } from '../session/lab-calls.ts'

export type Way = 'synthetic' | 'pio' | 'polled' | 'dma'

export interface Draft {
  readonly name: string
  readonly memory: string
  readonly vps: string
  readonly guest: 'enlightened' | 'legacy'
  readonly way: Way
  readonly disk: number
  readonly start: boolean
}

/** Pages in order, under the names of Hyper-V's wizard where it has them. */
export const pages = [
  ['name', 'Specify Name and Location'],
  ['memory', 'Assign Memory'],
  ['vps', 'Assign Processors'],
  ['guest', 'Guest Operating System'],
  ['disk', 'Connect Virtual Hard Disk'],
  ['summary', 'Completing the New Virtual Machine Wizard'],
] as const
export type PageName = (typeof pages)[number][0]

/** What is there already: names taken, disks, and megabytes nobody has. */
export interface Surroundings {
  readonly names: readonly string[]
  readonly titles: readonly string[]
  readonly disks: readonly VhdFile[]
  /** Who has a disk attached, by file. */
  readonly attached: ReadonlyMap<number, string>
  readonly guests: number
  readonly freeMb: number
  readonly ways: readonly Way[]
}

/** As many guests as one machine is shown with. */
export const guestsMost = 8
const memoryLeast = 8
const memoryMost = 16_384
const vpsMost = 4

/** Greek letters that nobody has, as a first answer. */
const letters = ['Gamma', 'Delta', 'Epsilon', 'Zeta', 'Eta', 'Theta', 'Iota', 'Kappa', 'Alpha', 'Beta']

export function firstDraft(around: Surroundings): Draft {
  const name = letters.find((letter) => !around.titles.includes(letter)) ?? ''
  const free = around.disks.find((disk) => !around.attached.has(disk.fileId)) ?? around.disks[0]
  return { name, memory: '128', vps: '1', guest: 'enlightened', way: 'synthetic', disk: free?.fileId ?? 0, start: true }
}

/** The name that paths are made of: lower-case letters, digits and '-'. */
export function structural(name: string): string {
  return name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 31)
}

function whole(words: string): number {
  return /^\s*\d{1,6}\s*$/.test(words) ? Number(words) : Number.NaN
}

function nameFault(name: string, around: Surroundings): string {
  const path = structural(name)
  if (name.trim() === '') return 'Type a name, for example Gamma.'
  if (name.trim().length > 60) return 'A name has at most 60 characters.'
  if (path === '') return 'A name needs at least one letter from A to Z; parts of the machine are called after it.'
  if (['root', 'hardware', 'hypervisor', 'remote'].includes(path)) return `'${path}' is a part of the machine itself; choose another name.`
  if (around.names.includes(path)) return `There is a virtual machine called ${around.titles[around.names.indexOf(path)] ?? path} already; choose another name.`
  return ''
}

function diskFault(disk: number, around: Surroundings): string {
  if (!around.disks.some((card) => card.fileId === disk)) return 'Choose a virtual hard disk.'
  const who = around.attached.get(disk)
  return who === undefined ? '' : `This disk is attached to ${who} and would be written by two; choose a free one, or turn ${who} off first.`
}

/** What is wrong with the answers of a page; '' when nothing is. */
export function faultOf(page: PageName, draft: Draft, around: Surroundings): string {
  switch (page) {
    case 'name':
      return nameFault(draft.name, around)
    case 'memory': {
      const mb = whole(draft.memory)
      if (!(mb >= memoryLeast && mb <= memoryMost)) return `Type a whole number of megabytes from ${memoryLeast} to ${memoryMost}.`
      return mb > around.freeMb ? `The machine has about ${around.freeMb} MB that no partition uses; give this one less, or turn another off.` : ''
    }
    case 'vps':
      return whole(draft.vps) >= 1 && whole(draft.vps) <= vpsMost ? '' : `Type a whole number from 1 to ${vpsMost}; a virtual machine of 2008 has at most four.`
    case 'guest':
      return draft.way === 'synthetic' && draft.guest === 'legacy' ? 'A guest without enlightenments has no VMBus drivers; choose an emulated path for it.' : ''
    case 'disk':
      return diskFault(draft.disk, around)
    case 'summary':
      return around.guests >= guestsMost ? `There are ${around.guests} virtual machines; the page shows ${guestsMost} at most, so delete one first.` : ''
  }
}

const wayWords: Readonly<Record<Way, string>> = {
  synthetic: 'Synthetic storage over VMBus', pio: 'Emulated IDE, PIO with interrupts', polled: 'Emulated IDE, PIO by polling', dma: 'Emulated IDE, bus-master DMA',
}

export function wayName(way: Way): string {
  return wayWords[way]
}

/** Ways that a kind of guest can go. */
export function waysOf(guest: Draft['guest'], ways: readonly Way[]): readonly Way[] {
  return ways.filter((way) => guest === 'enlightened' || way !== 'synthetic')
}

export function summaryOf(draft: Draft, around: Surroundings): readonly (readonly [string, string])[] {
  return [
    ['Name', draft.name.trim()],
    ['Memory', `${whole(draft.memory)} MB`],
    ['Virtual processors', String(whole(draft.vps))],
    ['Guest operating system', draft.guest === 'enlightened' ? 'Enlightened (knows Hyper-V)' : 'Legacy (does not know Hyper-V)'],
    ['Path to its disk', wayName(draft.way)],
    ['Hard disk', around.disks.find((card) => card.fileId === draft.disk)?.name ?? ''],
  ]
}

export function createIntent(draft: Draft): { readonly do: 'create-vm'; readonly name: string } & Record<string, unknown> {
  return {
    do: 'create-vm', name: structural(draft.name), title: draft.name.trim(), guest: draft.guest, memoryMb: whole(draft.memory), vps: whole(draft.vps),
    path: draft.way === 'polled' ? 'pio' : draft.way, ...(draft.way === 'polled' ? { polled: true } : {}), disk: { fileId: draft.disk },
  }
}
