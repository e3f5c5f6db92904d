/** The lens that is on: in the address, in what draws, in the legend. */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { siteOf } from '../../engine/index.ts'
import { onWorn, wayKey, worn } from '../session/worn.ts'
import { fromAddress, intoAddress } from '../session/address.ts'
import { eraNow } from '../session/era.ts'
import { labSession } from '../session/lab-session.ts'
import { session } from '../session/session-store.ts'
import { lensOf, lensWord, noLens, type Lens } from './lens.ts'
import { lensChanged, lensNow } from './lens-now.ts'
import { paintWith } from './paint.ts'

export const lensStore = createStore<Lens>()(() => lensOf(fromAddress('lens')))

export function useLens(): Lens {
  return useStore(lensStore)
}

export function setLens(lens: Lens): void {
  lensStore.setState(lens, true)
  intoAddress({ lens: lensWord(lens) })
}

export function setLensWord(word: string): void {
  setLens(word === '' ? noLens : lensOf(word))
}

/** Ways on which a bright hop has gone; asked of the Worker when the lens changes and as the log grows. */
let bright = new Set<number>()
let asked = ''

async function askWays(): Promise<void> {
  const lens = lensStore.getState()
  if (lens.only.length === 0 || worn().size === 0) return
  const { cursor } = session.getState()
  const word = `${lensWord(lens)} ${cursor} ${eraNow()}`
  if (word === asked) return
  asked = word
  const { lab } = await labSession()
  const ways = await lab.lensWays(lensWord(lens), cursor)
  if (asked !== word) return
  bright = new Set(ways)
  lensChanged()
}

let timer = 0
/** The flow wears ways ten times a second: the Worker is asked no oftener than this. */
const askEvery = 500

function askSoon(): void {
  if (timer !== 0 || lensStore.getState().only.length === 0) return
  timer = window.setTimeout(() => {
    timer = 0
    askWays().catch(() => undefined)
  }, askEvery)
}

function apply(): void {
  const lens = lensStore.getState()
  const on = lensWord(lens) !== ''
  const { kinds, view } = session.getState()
  const places = new Map(view?.components.map((c) => [c.path, siteOf(c) as string]))
  lensNow.paint = on ? paintWith(lens, kinds, (path) => places.get(path) ?? '') : null
  lensNow.wire = lens.only.length > 0 ? (from, to, behalf) => bright.has(wayKey(from, to, behalf)) : null
  asked = ''
  lensChanged()
  if (lens.only.length > 0) askWays().catch(() => undefined)
}

/** Called once, when the page lives. */
export function startLenses(): void {
  lensStore.subscribe(apply)
  onWorn(askSoon)
  session.subscribe((now, before) => {
    if (now.kinds !== before.kinds || now.view?.components !== before.view?.components) apply()
  })
  apply()
}

