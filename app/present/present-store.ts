/** How the page is shown to others: whole, presented to a room, or embedded in somebody's page. And what points at it. */
import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import { session, type Theme } from '../session/session-store.ts'
import { setTheme } from '../session/commands.ts'

export type Shown = 'page' | 'present' | 'embed'
export type Pointer = 'none' | 'laser' | 'spotlight'
/** Beside the picture, large over it, or nowhere: then a room may guess. */
export type LedgerSize = 'beside' | 'large' | 'hidden'

export interface Present {
  readonly shown: Shown
  readonly pointer: Pointer
  readonly ledger: LedgerSize
  /** Only the keys of a clicker act. */
  readonly locked: boolean
}

const words = typeof location === 'undefined' ? new URLSearchParams() : new URLSearchParams(location.search)

export const present = createStore<Present>()(() => ({
  shown: words.has('embed') ? 'embed' : words.has('present') ? 'present' : 'page', pointer: 'none', ledger: 'beside', locked: words.has('lock'),
}))

export function usePresent<T>(pick: (state: Present) => T): T {
  return useStore(present, pick)
}

// Whoever came by the address of a presentation had no other theme before.
let themeBefore: Theme = 'light'

/** The address says it too, so that a reload in front of a room stays what it was. */
export function show(shown: Shown): void {
  const before = present.getState().shown
  if (shown === before) return
  if (shown === 'present') {
    themeBefore = session.getState().theme
    setTheme('projector')
  } else if (before === 'present') setTheme(themeBefore)
  present.setState({ shown, pointer: 'none', ledger: 'beside', locked: false })
  const address = new URL(location.href)
  address.searchParams.delete('present')
  address.searchParams.delete('lock')
  if (shown === 'present') address.searchParams.set('present', '')
  history.replaceState(history.state, '', address.href.replace(/([?&]present)=(?=&|#|$)/, '$1'))
}

export function togglePresent(): void {
  show(present.getState().shown === 'present' ? 'page' : 'present')
}

export function point(pointer: Pointer): void {
  present.setState({ pointer: present.getState().pointer === pointer ? 'none' : pointer })
}

const sizes: readonly LedgerSize[] = ['beside', 'large', 'hidden']

export function nextLedger(): void {
  present.setState({ ledger: sizes[(sizes.indexOf(present.getState().ledger) + 1) % sizes.length]! })
}

export function toggleLock(): void {
  present.setState({ locked: !present.getState().locked })
}

/** The whole screen, where a browser gives it. */
export async function toggleFullScreen(): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen()
    else await document.documentElement.requestFullscreen()
  } catch {
    session.setState({ failure: 'This browser does not give the page the whole screen; its own key may.' })
  }
}
