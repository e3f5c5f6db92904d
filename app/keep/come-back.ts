/** At the opening of the page: what was kept, whether the page comes back to it or offers it, and the way back. */
import { placeNames } from '../session/address.ts'
import { ownInAddress } from '../disks/own-address.ts'
import type { LabView } from '../../engine/index.ts'
import type { ScenarioCard, WorkerApi } from '../session/lab-calls.ts'
import { session } from '../session/session-store.ts'
import { addressOfMachine, variantInAddress } from '../session/variant-address.ts'
import { witnesses } from '../session/witnesses.ts'
import { KeepTrouble } from './keep-store.ts'
import { keepStatus, sayOnce, unsay } from './keep-status.ts'
import { Keeper, lineageHere, troubles } from './keeper.ts'
import { TryAgain } from './try-again.ts'
import { isWorth, placeOf, sameMachine, stateOf, type KeptMachine, type KeptState } from './kept-state.ts'
import { everyPart } from './parts.ts'

/** Words of the address that wish for a machine or a place in its run. */
const wishes: readonly string[] = ['scenario', 'disk', 'at', 'm', ...placeNames]

/** Hops run again between two looks at the page. */
const atOnce = 20_000
/** A way back that takes longer is told. */
const longMs = 250

/** What was found, and the generation that is gone on from. */
interface Found {
  readonly state: KeptState
  readonly lineage: string
  readonly number: number
  readonly body: string
  readonly damaged: number
}

export interface CameBack {
  readonly view: LabView
  readonly machine: KeptMachine
}

function wishesSomething(): boolean {
  const words = new URLSearchParams(location.search)
  return wishes.some((word) => words.has(word)) || Object.keys(variantInAddress()).length > 0 || location.hash.length > 1
}

export class Keeping {
  readonly keeper = new Keeper()
  #scenarios: readonly ScenarioCard[] = []
  #cancelled = false

  /** Comes back to what was kept, when this page is to; null when it opens what its address says. */
  async open(lab: WorkerApi, scenarios: readonly ScenarioCard[]): Promise<CameBack | null> {
    this.#scenarios = scenarios
    const lineage = lineageHere()
    const found = await this.#found(lineage).catch((error: unknown) => {
      if (!(error instanceof KeepTrouble)) throw error
      // The others are said when something is to be kept: who only looks need not know.
      if (error.kind === 'silent') {
        sayOnce(troubles.silent)
        this.#askLater(lineage)
      }
      return null
    })
    if (!found) return null
    const { state } = found
    const { machine } = state
    const view = await this.comeBack(lab, state)
    if (!view) return null
    this.keeper.goOn(found.lineage, found.number, found.body)
    if (found.damaged > 0) sayOnce(`What was kept last is damaged; the newest that is whole was opened: ${placeOf(state.run)}.`)
    // An address that names this machine stays as it is: what else it says is as true as before the reload.
    if (!sameMachine({ ...machine, data: null }, this.#addressed())) history.replaceState(history.state, '', addressOfMachine(machine))
    session.setState({ scenario: machine.scenario })
    if (machine.data) this.#introduce(machine.data)
    this.look(state)
    return { view, machine }
  }

  /** Everything that happens from now on is kept. */
  begin(lab: WorkerApi): void {
    this.keeper.follow(lab)
    // Without it a simulation that stopped comes back by a reload alone.
    import('./resume.ts').then(({ watch }) => watch(lab)).catch(() => undefined)
    setTimeout(() => void this.keeper.prune().catch(() => undefined), 5000)
  }

  /** What was kept is offered when the store answers after all: over the machine that was opened instead, and over no other. */
  #askLater(lineage: string | null): void {
    let other = false
    const again = new TryAgain(() => void look())
    const witness = {
      leaving: () => Promise.resolve(),
      arrived: (same: boolean) => {
        if (same) return
        other = true
        over()
      },
    }
    const over = (): void => {
      again.over()
      witnesses.delete(witness)
    }
    const look = async (): Promise<void> => {
      try {
        const found = (lineage === null ? null : await this.#newest(lineage)) ?? (await this.#newest(null))
        if (other) return
        over()
        unsay([troubles.silent])
        if (found && isWorth(found.state.run)) this.offer(found.state)
        this.keeper.changed()
      } catch (error) {
        if (!other && error instanceof KeepTrouble && error.kind === 'silent') again.later()
        else over()
      }
    }
    witnesses.add(witness)
    again.later()
  }

  async #found(lineage: string | null): Promise<Found | null> {
    const here = lineage === null ? null : await this.#newest(lineage)
    // A scenario of somebody else's stands in no address that could be compared.
    if (here && (here.state.machine.data !== null || location.hash.startsWith('#m=') || sameMachine({ ...here.state.machine, data: null }, this.#addressed()))) return here
    const newest = await this.#newest(null)
    if (!newest) return null
    // Another tab may still be writing there: this one goes on in a lineage of its own.
    if (lineage === null && !wishesSomething()) return { ...newest, lineage: '', number: 0, body: '' }
    if (isWorth(newest.state.run)) this.offer(newest.state)
    return null
  }

  /** What the address names. */
  #addressed(): KeptMachine {
    const words = new URLSearchParams(location.search)
    const scenario = words.get('scenario') ?? this.#scenarios[0]!.name
    return { scenario, words: variantInAddress(), own: ownInAddress(words, scenario), data: null }
  }

  async #newest(lineage: string | null): Promise<Found | null> {
    const { good, damaged } = await this.keeper.store.newest(lineage, this.keeper.own())
    const state = good ? stateOf(good.body) : null
    if (!state && damaged > 0) sayOnce('What was kept is damaged and cannot be read; it is left as it is, and the page begins anew.')
    return good && state ? { state, lineage: good.lineage, number: good.number, body: good.body, damaged } : null
  }

  offer(state: KeptState): void {
    const { scenario, own, data } = state.machine
    const title = data?.title ?? this.#scenarios.find(({ name }) => name === scenario)?.title
    // A scenario that this version of the page no longer has cannot be gone on with.
    if (title !== undefined) keepStatus.setState({ offer: { state, words: `${title}${own ? ' with an own disk' : ''}, ${placeOf(state.run)}` } })
  }

  /** A scenario of somebody else's is named in the head like the page's own. */
  #introduce({ name, title, about }: ScenarioCard): void {
    session.setState({ own: { title, about }, scenarios: [...this.#scenarios.filter((card) => card.name !== name), { name, title, about }] })
  }

  /**
   * Opens the kept machine and runs its run again; answers its view, or null when that did not come to its end: then the notice
   * says why, what was kept is offered, and a machine has to be opened anew.
   */
  async comeBack(lab: WorkerApi, state: KeptState): Promise<LabView | null> {
    this.#cancelled = false
    const began = performance.now()
    try {
      const { scenario, words, own, data } = state.machine
      await lab.open(own ?? data ?? scenario, words)
      await lab.restore(state.run)
      for (let done = false; !done; ) {
        const far = await lab.regrow(atOnce)
        done = far.done
        if (this.#cancelled && !done) {
          this.offer(state)
          return null
        }
        if (performance.now() - began > longMs) keepStatus.setState({ course: { made: far.made, of: far.of, words: placeOf(state.run) } })
      }
      await this.#compare(lab, state)
      return await lab.view()
    } catch (error) {
      sayOnce(`${error instanceof Error ? error.message : String(error)} What was kept stays as it is; the machine is opened at its start.`)
      this.offer(state)
      return null
    } finally {
      keepStatus.setState({ course: null })
    }
  }

  async #compare(lab: WorkerApi, { print, run }: KeptState): Promise<void> {
    if (print === '' || (await lab.fingerprint()) === print) return
    sayOnce(`This machine runs differently from the one that was kept: at ${placeOf(run)} its fingerprint is another. What you see is what this version of the page makes of the same requests.`)
  }

  cancel(): void {
    this.#cancelled = true
  }

  /** The page looks at it as it did; what the address wishes comes first. */
  look({ look, parts }: KeptState): void {
    const words = new URLSearchParams(location.search)
    const { depth, panels, sight, ...rest } = look
    // Two machines side by side are a matter of the address.
    session.setState({ ...rest, sight: words.has('twin') ? 'twin' : sight === 'twin' ? 'picture' : sight, ...(words.has('depth') ? {} : { depth }), ...(session.getState().theme === 'projector' ? {} : { panels }) })
    for (const part of everyPart) if (parts[part.name] !== undefined) part.give(parts[part.name])
  }
}

export const keeping = new Keeping()
