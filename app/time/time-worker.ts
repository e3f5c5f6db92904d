/** The Worker's answers about branches and breakpoints. */
import type { Lab, Scenario } from '../../engine/index.ts'
import type { TimeApi } from './time-calls.ts'

type Handlers = { readonly [K in keyof TimeApi]: (words: readonly never[]) => unknown }

export function timeHandlers(fetching: <T>(ask: (lab: Lab) => T) => Promise<T>, scenario: () => Scenario): Handlers {
  return {
    compare: ([left, right, at]) => fetching((lab) => lab.compare(left!, right!, at!)),
    lighten: ([branch]) => fetching((lab) => lab.lighten(branch!)),
    faultsOf: ([conditions]) => fetching((lab) => lab.faultsOf(conditions!)),
    ownBreakpoints: () => scenario().breakpoints ?? [],
  }
}
