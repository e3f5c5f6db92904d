/**
 * What a person has added to the run, as a moment carries it: names of branches, branches put away, bookmarks with their notes.
 * Hops and times count from the start, what is left out is as it would be anyway. Everything in it may come from a stranger. Pure.
 */
import type { Bookmark, TimeData } from '../time/time-store.ts'
import { MomentError } from './moment-error.ts'

/** Branch, hop and nanoseconds from the start; title, note and what was chosen, without the empty ones at the end. */
export type AddedBookmark = readonly [branch: number, hop: number, time: number, ...words: readonly string[]]

export interface Added {
  /** Branch and name. */
  readonly names?: readonly (readonly [branch: number, name: string])[] | undefined
  readonly bookmarks?: readonly AddedBookmark[] | undefined
  readonly deleted?: readonly number[] | undefined
}

/** Where the hops and the time of a machine begin to count. */
export interface Begin {
  readonly start: number
  readonly startTime: number
}

const namesMost = 200
const bookmarksMost = 500
const lettersMost = 2000

function withoutEmptyEnd(words: readonly string[]): readonly string[] {
  let length = words.length
  while (length > 0 && words[length - 1] === '') length -= 1
  return words.slice(0, length)
}

function given<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined
}

/** Undefined while there is nothing of it. */
export function addedOf({ names, bookmarks, deleted }: TimeData, { start, startTime }: Begin): Added | undefined {
  const named = Object.entries(names).map(([branch, name]) => [Number(branch), name] as const)
  const marks = bookmarks.map((b): AddedBookmark => [b.branch, b.n - start, b.time - startTime, ...withoutEmptyEnd([b.title, b.note, b.chosen])])
  if (named.length + marks.length + deleted.length === 0) return undefined
  return { names: given(named), bookmarks: given(marks), deleted: given(deleted) }
}

/** What the page adds to the run again. */
export function timeOf({ names = [], bookmarks = [], deleted = [] }: Added, { start, startTime }: Begin): TimeData {
  return {
    names: Object.fromEntries(names), deleted,
    bookmarks: bookmarks.map(([branch, hop, time, title = '', note = '', chosen = ''], i): Bookmark => ({ id: i + 1, branch, n: Math.max(0, start + hop), time: startTime + time, title, note, chosen })),
  }
}

function listOf(value: unknown, most: number, what: string): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > most) throw new MomentError(`The ${what} in the link are no list of at most ${most}.`)
  return value
}

/** Looks at what a stranger has added; `branches` are the branches there are. Throws a MomentError with one sentence. */
export function checkedAdded(value: unknown, branches: number): Added {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MomentError('What the link adds to the run is no object.')
  const { names, bookmarks, deleted } = value as Partial<Record<keyof Added, unknown>>
  const isBranch = (id: unknown): id is number => Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < branches
  const isText = (word: unknown): word is string => typeof word === 'string' && word.length <= lettersMost
  listOf(names, namesMost, 'names of branches').forEach((entry, i) => {
    const [branch, name] = Array.isArray(entry) ? (entry as readonly unknown[]) : []
    if (!isBranch(branch) || !isText(name)) throw new MomentError(`Name ${i + 1} in the link names no branch that is in it.`)
  })
  listOf(bookmarks, bookmarksMost, 'bookmarks').forEach((entry, i) => {
    const [branch, hop, time, ...words] = Array.isArray(entry) ? (entry as readonly unknown[]) : []
    const placed = isBranch(branch) && Number.isSafeInteger(hop) && Number.isSafeInteger(time)
    if (!placed || words.length > 3 || !words.every(isText)) throw new MomentError(`Bookmark ${i + 1} in the link says no branch that is in it, no hop, or more than a title and a note.`)
  })
  if (!listOf(deleted, namesMost, 'branches put away').every(isBranch)) throw new MomentError('The link puts a branch away that is not in it.')
  return value as Added
}
