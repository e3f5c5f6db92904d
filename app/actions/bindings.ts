/** Which chord does what: the defaults, with what a person changed. Changes are remembered; an address with `fresh` has none. */
import { createStore } from 'zustand/vanilla'
import { keep, kept } from '../session/commands.ts'
import type { Action } from './action.ts'
import { everyAction } from './every.ts'

/** Chords that a person gave an action in place of its own, by its id. */
export type Changed = Readonly<Record<string, readonly string[]>>

const fresh = typeof location !== 'undefined' && new URLSearchParams(location.search).has('fresh')

function remembered(): Changed {
  try {
    const read: unknown = JSON.parse((fresh ? null : kept('keys')) ?? '{}')
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return {}
    const good = Object.entries(read).filter(([id, chords]) => everyAction.some((a) => a.id === id) && Array.isArray(chords) && chords.every((c) => typeof c === 'string' && c.length < 40))
    return Object.fromEntries(good) as Changed
  } catch {
    return {}
  }
}

export const bindings = createStore<{ readonly changed: Changed }>()(() => ({ changed: remembered() }))

export function chordsOf(action: Action, changed: Changed = bindings.getState().changed): readonly string[] {
  return changed[action.id] ?? action.keys ?? []
}

/** The action of a chord; what a person chose comes before the defaults. */
export function actionOf(chord: string, changed: Changed = bindings.getState().changed): Action | undefined {
  const chosen = everyAction.find((a) => changed[a.id]?.includes(chord))
  return chosen ?? everyAction.find((a) => changed[a.id] === undefined && a.keys?.includes(chord))
}

/** Gives an action one chord in place of those it has; another action that has it loses it. */
export function rebind(action: Action, chords: readonly string[]): void {
  const changed: Record<string, readonly string[]> = { ...bindings.getState().changed, [action.id]: chords }
  for (const other of everyAction) {
    if (other === action) continue
    const left = chordsOf(other, changed).filter((c) => !chords.includes(c))
    if (left.length < chordsOf(other, changed).length) changed[other.id] = left
  }
  show(changed)
}

export function toDefaults(): void {
  show({})
}

function show(changed: Changed): void {
  bindings.setState({ changed })
  keep('keys', JSON.stringify(changed))
}
