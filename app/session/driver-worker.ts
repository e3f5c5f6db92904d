/** The Worker's answers to the driver. */
import { ConditionError, type Lab, type LabStatus, type UntilCaps } from '../../engine/index.ts'
import type { DriverApi, OpenScenario, UntilAnswer } from './driver-questions.ts'

export interface Bench {
  readonly lab: () => Lab
  readonly fetching: <T>(ask: (lab: Lab) => T) => Promise<T>
  readonly supply: (need: NonNullable<LabStatus['need']>) => Promise<void>
  readonly open: () => OpenScenario
  /** The same machine once more, with nothing asked of it. */
  readonly again: () => Promise<void>
}

/** A condition that waits for ever more pieces of a disk does not end by itself. */
const piecesMost = 4096
const hopsUsual = 1_000_000

/** Runs until the condition holds, fetching what the machine needs; the cap counts hops from where it began. */
async function until({ lab, supply }: Bench, condition: unknown, caps: UntilCaps): Promise<UntilAnswer> {
  const from = lab().status().n
  const most = caps.hops ?? hopsUsual
  for (let i = 0; i < piecesMost; i++) {
    try {
      const { reason, status } = lab().until(condition, { ...caps, hops: most - (lab().status().n - from) })
      if (reason !== 'needs' || !status.need) return { reason, says: status.why, status }
      await supply(status.need)
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
      return { reason: 'refused', says: error.message, status: lab().status() }
    }
  }
  throw new Error('The machine asks for ever more pieces of its disk.')
}

type Handlers = { readonly [K in keyof DriverApi]: (words: readonly never[]) => unknown }

export function driverHandlers(bench: Bench): Handlers {
  return {
    until: ([condition, caps]) => until(bench, condition, caps ?? {}),
    goTo: ([branch, n]) => bench.fetching((lab) => lab.goTo(branch!, n)),
    openScenario: () => bench.open(),
  }
}
