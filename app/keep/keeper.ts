/**
 * Keeps the lab: the writing of whatever changes begins within 100 ms of the change, or as soon as the writing before it has ended,
 * and the page says "kept" when it is in the store: how long the store takes is a matter of the browser and the disk under it, and
 * until then the page says "saving". What was shown as kept is never lost (the bench kills page and browser to see it). Nothing is
 * kept of a lab that nobody has touched. A failure is said once, in words, until it is over; the page goes on and tries again with
 * every change, and by itself ever more rarely.
 */
import type { Scenario } from '../../engine/index.ts'
import { ownInAddress } from '../disks/own-address.ts'
import type { WorkerApi } from '../session/lab-calls.ts'
import { hasLeft } from '../session/address.ts'
import { session, type Session } from '../session/session-store.ts'
import { variantInAddress } from '../session/variant-address.ts'
import { witnesses } from '../session/witnesses.ts'
import { KeepStore, KeepTrouble, type TroubleKind } from './keep-store.ts'
import { keepStatus, sayOnce, unsay } from './keep-status.ts'
import { bodyOf, isWorth, lookOf, looksOther, stateOf, type KeptMachine, type KeptState } from './kept-state.ts'
import { everyPart } from './parts.ts'
import { TryAgain } from './try-again.ts'

/** From a change to when its writing begins, so that changes that come together are written together. */
const settle = 40
/** A machine that has stood still for so long gets its fingerprint into what is kept. */
const rest = 700
/** A store that takes longer than this for an answer is not waited for when the simulation has died, in milliseconds. */
const patience = 5000

export const troubles: Readonly<Record<TroubleKind, string>> = {
  forbidden: 'This browser lets the page keep nothing (a private window, a setting, or an embedded page): what you do here is gone when the page is closed.',
  full: 'The store of this browser is full: what you do from now on is not kept. What was kept before stays. Free some space, and it goes on by itself.',
  newer: 'A newer version of this page has kept things here that this one does not understand; they are left as they are, and nothing is kept. Reload the page.',
  silent: 'The store of this browser does not answer, and the page goes on without it. What was kept before stays there and is offered as soon as it answers; until then nothing more is kept.',
  broken: 'The store of this browser cannot be used: what you do from now on is not kept.',
}

/** What is open: the address says it, but for a scenario of somebody else's. */
function machineOpen(strange: Scenario | null): KeptMachine {
  const { own, machineCard, scenario } = session.getState()
  const disk = own ? ownInAddress(new URLSearchParams(location.search), scenario) : null
  return { scenario, words: machineCard?.changed ? variantInAddress() : {}, own: disk, data: disk ? null : strange }
}

const newLineage = (): string => Array.from(crypto.getRandomValues(new Uint32Array(3)), (word) => word.toString(36)).join('')

const tabKey = 'viridian-lineage'

/** What only this tab remembers, over reloads; null where the browser allows no such thing. */
function tab(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

function reloaded(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as readonly (PerformanceEntry & { readonly type?: string })[]
  return entry?.type === 'reload'
}

/**
 * The lineage of this entry of the browser's history: a reload and a restored window have it, a link that is followed has none.
 * A reload also loses the state of its entry when the address changes while it is under way (the hop stands there a while after
 * the cursor has moved): the tab remembers it too.
 */
export function lineageHere(): string | null {
  const { lineage } = (typeof history.state === 'object' && history.state !== null ? history.state : {}) as { lineage?: unknown }
  if (typeof lineage === 'string') return lineage
  if (reloaded()) return tab()?.getItem(tabKey) ?? null
  tab()?.removeItem(tabKey)
  return null
}

function markEntry(lineage: string): void {
  history.replaceState({ ...(history.state as object | null), lineage }, '')
  try {
    tab()?.setItem(tabKey, lineage)
  } catch {
    // No room: the entry has it.
  }
}

/** Ends when the work ends or fails, and at the latest when nobody can wait any longer. */
async function patiently(work: Promise<void> | null): Promise<void> {
  const silent = new Promise((resolve) => setTimeout(resolve, patience))
  await Promise.race([work?.catch(() => undefined), silent])
}

export class Keeper {
  readonly store = new KeepStore()
  #lineage = ''
  #number = 0
  #lab: WorkerApi | null = null
  #following = false
  #last = ''
  #timer = 0
  #writing: Promise<void> | null = null
  #next: Promise<void> | null = null
  /** Another machine is on its way: what the Worker answers belongs to no lineage yet. */
  #away = false
  #release = (): void => undefined
  #resting = 0
  #troubled = false
  /** What some troubles are about goes away without anything that happens on the page. */
  readonly #again = new TryAgain(() => this.changed())

  /** Goes on in a lineage of which a number of generations is known. */
  goOn(lineage: string, number: number, body: string): void {
    this.#lineage = lineage
    this.#number = number
    this.#last = body
  }

  /** From now on everything of this lab is kept; the machine that is open is the one of the lineage. */
  follow(lab: WorkerApi): void {
    const first = !this.#following
    this.#following = true
    this.#lab = lab
    if (this.#lineage === '') this.goOn(newLineage(), 0, '')
    this.#take(this.#lineage)
    keepStatus.setState({ word: 'idle' })
    this.changed()
    if (!first) return
    session.subscribe((state, before) => {
      if (moved(state, before) || looksOther(state, before)) this.changed()
    })
    for (const part of everyPart) part.watch(() => this.changed())
    witnesses.add({ leaving: () => this.#leaving(), arrived: (same) => this.#arrived(same) })
    // What is left over when the page goes: the browser may not wait for it, but it is begun at once.
    addEventListener('pagehide', () => void this.flush())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && void this.flush())
  }

  /** This entry of the history, and the lock by which other tabs see that the lineage is in use. */
  #take(lineage: string): void {
    markEntry(lineage)
    this.#release()
    const { locks } = navigator as { locks?: LockManager }
    const held = new Promise<void>((resolve) => (this.#release = resolve))
    void locks?.request(`viridian-tab-${lineage}`, { ifAvailable: true }, (lock) => (lock ? held : undefined)).catch(() => undefined)
  }

  /** What the old machine has become is kept before the next one comes. */
  async #leaving(): Promise<void> {
    await patiently(this.flush())
    this.#away = true
    clearTimeout(this.#timer)
    clearTimeout(this.#resting)
    this.#timer = 0
  }

  /** Another machine is another story, in a lineage of its own; that of the old one stays with its entry of the history. */
  #arrived(same: boolean): void {
    this.#away = false
    if (!same) {
      this.begin()
      // What was kept is not of this machine.
      keepStatus.setState(({ word }) => ({ word: word === 'not kept' ? word : 'idle', kept: null }))
    }
    this.changed()
  }

  /** Nobody is asked any more, until another lab is followed. Ends with the writing under way: what it brings will be shown as kept. */
  async forsake(): Promise<void> {
    this.#lab = null
    clearTimeout(this.#resting)
    await patiently(this.#writing)
  }

  /** The lineage in which this page keeps; '' before it does. */
  own(): string {
    return this.#lineage
  }

  /** What the store has last taken. */
  lastState(): KeptState | null {
    return stateOf(this.#last)
  }

  changed(): void {
    if (!this.#lab || this.#away || hasLeft() || session.getState().phase !== 'ready') return
    if (this.#timer === 0) this.#timer = window.setTimeout(() => void this.flush(), settle)
  }

  /** Writes what has changed; one writing at a time. Resolves when what stood on the page at the call is written. */
  flush(print = false): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = 0
    if (this.#writing) {
      this.#next ??= this.#writing.catch(() => undefined).then(() => {
        this.#next = null
        return this.flush()
      })
      return this.#next
    }
    this.#writing = this.#write(print).finally(() => (this.#writing = null))
    return this.#writing
  }

  async #write(print = false): Promise<void> {
    const state = await this.collect(print)
    // What the address says by then belongs to another machine.
    if (!state || this.#away || hasLeft()) return
    const body = bodyOf(state)
    if (body !== this.#last || this.#troubled) {
      // What is tried again is still not kept.
      if (!this.#troubled) keepStatus.setState({ word: 'saving' })
      try {
        const strict = !session.getState().playing
        let lineage = this.#lineage
        let number = await this.store.write(lineage, this.#number, body, strict)
        while (number === 0) {
          this.begin()
          lineage = this.#lineage
          number = await this.store.write(lineage, 0, body, strict)
        }
        // The store has taken so long that another story has begun since.
        if (lineage !== this.#lineage) return
        this.#number = number
      } catch (error) {
        return this.#failed(error)
      }
      this.#last = body
      this.answered()
    }
    keepStatus.setState({ word: 'kept', kept: { generation: this.#number, branch: state.run.branch, n: state.run.n, intents: countOf(state), print: state.print } })
    clearTimeout(this.#resting)
    if (!print && !session.getState().playing) this.#resting = window.setTimeout(() => void this.flush(true), rest)
  }

  #failed(error: unknown): void {
    if (!(error instanceof KeepTrouble)) throw error
    this.#troubled = true
    keepStatus.setState({ word: 'not kept' })
    sayOnce(troubles[error.kind])
    clearTimeout(this.#resting)
    if (error.kind === 'silent' || error.kind === 'full') this.#again.later()
  }

  /** The store takes what it is given: what was said of it is no longer true. */
  answered(): void {
    this.#troubled = false
    this.#again.over()
    unsay(Object.values(troubles))
  }

  /** A lineage of its own from here on; what was kept in the one before stays. */
  begin(): void {
    this.goOn(newLineage(), 0, '')
    this.#take(this.#lineage)
  }

  /** Null while there is nothing that would be missed, or the machine cannot say. */
  async collect(wanted = false): Promise<KeptState | null> {
    if (!this.#lab) return null
    try {
      const { run, print, data } = await this.#lab.kept(wanted)
      const parts = Object.fromEntries(everyPart.map((part) => [part.name, part.take()]))
      if (!isWorth(run) && this.#number === 0 && !everyPart.some(({ name, worth }) => worth?.() ?? parts[name] !== null)) return null
      return { version: 1, machine: machineOpen(data), run, print, look: lookOf(session.getState()), parts }
    } catch {
      // A fingerprint may want a piece of a disk that is not at hand: the rest is kept without it.
      if (wanted) return this.collect()
      // A simulation that has stopped is brought back from what is kept; until then nothing new is.
      if (this.#lab) keepStatus.setState({ word: 'not kept' })
      return null
    }
  }

  /** Lets go what was kept longest ago. Not urgent. */
  async prune(): Promise<void> {
    const { locks } = navigator as { locks?: LockManager }
    const held = (await locks?.query())?.held ?? []
    const alive = held.flatMap(({ name }) => (name?.startsWith('viridian-tab-') ? [name.slice('viridian-tab-'.length)] : []))
    await this.store.prune([...alive, this.#lineage])
  }
}

function countOf({ run }: KeptState): number {
  return run.branches.reduce((sum, branch) => sum + branch.intents.length, 0)
}

function moved(a: Session, b: Session): boolean {
  return a.cursor !== b.cursor || a.playing !== b.playing || a.phase !== b.phase || a.machine !== b.machine || (a.view !== b.view && (a.view?.status.branch !== b.view?.status.branch || a.view?.branches !== b.view?.branches))
}
