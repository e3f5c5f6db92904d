/** In the open page: going on with what was offered, and with a new Worker when the old one has died. */
import type { LabView } from '../../engine/index.ts'
import type { WorkerApi } from '../session/lab-calls.ts'
import { replaceWorker } from '../session/lab-session.ts'
import { openInstead } from '../session/open-instead.ts'
import { addressOfMachine } from '../session/variant-address.ts'
import { keeping } from './come-back.ts'
import { keepStatus, sayOnce } from './keep-status.ts'
import { placeOf, type KeptState } from './kept-state.ts'

/** Shows a kept machine in place of what is open; false when the way back did not come to its end. */
async function enter(state: KeptState, address: URL, same: boolean): Promise<boolean> {
  const { scenario, words, own, data } = state.machine
  const open = async (lab: WorkerApi): Promise<LabView> => {
    const view = await keeping.comeBack(lab, state)
    if (!view) throw new Error('The way back was not gone to its end.')
    return view
  }
  try {
    await openInstead({
      what: own ?? data ?? scenario, changes: words, address, same, open,
      arrive: async ({ playback }) => {
        await playback.seek(state.run.n)
        keeping.look(state)
      },
    })
    return true
  } catch {
    return false
  }
}

/** Goes on with what is offered, in a lineage of its own: what is open now stays kept where it is. */
export async function goOn(): Promise<void> {
  const { offer } = keepStatus.getState()
  if (!offer) return
  keepStatus.setState({ offer: null })
  const before = await keeping.keeper.collect()
  if (await enter(offer.state, addressOfMachine(offer.state.machine), false)) return
  if (!before || !(await enter(before, new URL(location.href), true))) location.reload()
}

/** The Worker has died: another one runs again what was kept. */
async function revive(): Promise<void> {
  const written = keeping.keeper.forsake()
  // Questions to the dead Worker end here, and with them a writing that waits for an answer.
  const lab = replaceWorker()
  await written
  const state = keeping.keeper.lastState()
  if (!state) return location.reload()
  if (!(await enter(state, new URL(location.href), true))) return location.reload()
  keeping.keeper.follow(lab)
  sayOnce(`The simulation had stopped. It was started again, and stands where it was kept: ${placeOf(state.run)}.`)
  await watch(lab)
}

/** Waits for the death of the Worker, by the lock that it holds as long as it lives. */
export async function watch(lab: WorkerApi): Promise<void> {
  const { locks } = navigator as { locks?: LockManager }
  const name = await lab.pulse()
  if (name === '' || !locks) return
  void locks.request(name, () => undefined).then(revive, () => undefined).catch(() => {
    sayOnce('The simulation has stopped and could not be started again. Reload the page to come back to what was kept.')
  })
}
