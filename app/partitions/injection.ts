/** What somebody injects: the answers of the form, what is wrong with them, and the intent they become. Pure. */

export type Operation = 'read' | 'write' | 'copy' | 'list'
export type Measure = 'file' | 'sector'
export type Times = 'once' | 'many' | 'endless'

export interface Injection {
  readonly guest: string
  readonly operation: Operation
  readonly by: Measure
  readonly path: string
  readonly to: string
  readonly text: string
  readonly lba: string
  /** Sectors of one request: 1 is 512 bytes, 128 are 64 KB. */
  readonly sectors: number
  readonly times: Times
  readonly count: string
  /** Requests a second; empty: as fast as they come back. */
  readonly perSecond: string
  readonly depth: string
  readonly pattern: 'sequential' | 'same' | 'random'
}

export const firstInjection: Injection = {
  guest: '', operation: 'read', by: 'sector', path: 'README.TXT', to: 'COPY.TXT', text: 'Written in the lab.', lba: '64', sectors: 8, times: 'endless',
  count: '100', perSecond: '', depth: '4', pattern: 'sequential',
}

/** Sizes of one request, in sectors. */
export const sizes: readonly (readonly [number, string])[] = [1, 2, 4, 8, 16, 32, 64, 128].map((sectors) => [sectors, sectors === 1 ? '512 B' : `${sectors / 2} KB`])

export type Field = 'path' | 'to' | 'lba' | 'count' | 'perSecond' | 'depth' | 'guest'
export type Faults = Readonly<Partial<Record<Field, string>>>

function whole(words: string): number {
  return /^\s*\d{1,10}\s*$/.test(words) ? Number(words) : Number.NaN
}

const inside = (value: number, least: number, most: number): boolean => value >= least && value <= most

/** Copies and lists are of files; sectors are read and written. */
export function measureOf(injection: Injection): Measure {
  return injection.operation === 'copy' || injection.operation === 'list' ? 'file' : injection.by
}

function oftenFaults({ times, count, perSecond }: Injection, faults: Partial<Record<Field, string>>): void {
  if (times === 'many' && !inside(whole(count), 1, 1_000_000)) faults.count = 'Type how many, from 1 to 1000000.'
  if (perSecond.trim() !== '' && !inside(whole(perSecond), 1, 1_000_000)) faults.perSecond = 'Type how many a second, from 1 to 1000000, or leave it empty.'
}

export function faultsOf(injection: Injection): Faults {
  const faults: Partial<Record<Field, string>> = {}
  if (injection.guest === '') faults.guest = 'Choose a guest that runs; start one first if none does.'
  if (measureOf(injection) === 'file') {
    if (injection.operation !== 'list' && injection.path.trim() === '') faults.path = 'Type the name of a file, for example README.TXT.'
    if (injection.operation === 'copy') {
      if (injection.to.trim() === '') faults.to = 'Type the name that the copy is to have.'
      else if (injection.to.trim().toUpperCase() === injection.path.trim().toUpperCase()) faults.to = 'A copy needs a name of its own.'
    }
    if (injection.times === 'many') oftenFaults(injection, faults)
    return faults
  }
  if (!inside(whole(injection.lba), 0, 0x0fff_ffff)) faults.lba = 'Type the number of a sector, from 0 on.'
  oftenFaults(injection, faults)
  if (!inside(whole(injection.depth), 1, 32)) faults.depth = 'Type how many may be under way at once, from 1 to 32.'
  return faults
}

/** Work on a file ends by itself: once, or a number of times. */
function fileIntent({ operation, guest, path, to, text, times, count, perSecond }: Injection): Record<string, unknown> {
  const name = path.trim()
  const often = times !== 'many' ? {} : { count: whole(count), ...(perSecond.trim() === '' ? {} : { perSecond: whole(perSecond) }) }
  if (operation === 'list') return { do: 'list-files', guest, path: name === '' ? '\\' : name, ...often }
  if (operation === 'copy') return { do: 'copy-file', guest, from: name, to: to.trim(), ...often }
  return operation === 'write' ? { do: 'write-file', guest, path: name, text, ...often } : { do: 'read-file', guest, path: name, ...often }
}

export function intentOf(injection: Injection): Record<string, unknown> {
  if (measureOf(injection) === 'file') return fileIntent(injection)
  const { guest, operation, sectors, times, perSecond, pattern } = injection
  const count = times === 'once' ? 1 : times === 'many' ? whole(injection.count) : 0
  return {
    do: 'inject', guest, op: operation, lba: whole(injection.lba), sectors, count, depth: whole(injection.depth), pattern,
    ...(perSecond.trim() === '' ? {} : { perSecond: whole(perSecond) }),
  }
}

/** Whether it goes on by itself, so that it is looked at as a flow. */
export function goesOn(injection: Injection): boolean {
  return measureOf(injection) === 'sector' ? injection.times !== 'once' : injection.times === 'many'
}
