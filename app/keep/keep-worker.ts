/** The Worker's side of keeping. */
import type { Scenario } from '../../engine/index.ts'
import type { Lender } from '../disks/guest-files.ts'
import type { KeepApi } from './keep-calls.ts'

const pulse = `viridian-worker-${Array.from(crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(36)).join('')}`

/** Held until the Worker ends, however it ends: the page waits for it and knows. Answers when it is held. */
function hold(): string | Promise<string> {
  const { locks } = navigator as { locks?: LockManager }
  if (!locks) return ''
  return new Promise((resolve) => {
    const forever = (): Promise<never> => {
      resolve(pulse)
      return new Promise(() => undefined)
    }
    locks.request(pulse, forever).catch(() => resolve(''))
  })
}

/** `strange`: the scenario as it came, when it is not one of the page's own. */
export function keepHandlers(lender: Lender, strange: () => Scenario | null): { readonly [K in keyof KeepApi]: (words: readonly never[]) => unknown } {
  return {
    kept: async ([print]) => ({ run: lender.lab().history(), print: print ? await lender.fetching((l) => l.fingerprint()) : '', data: strange() }),
    restore: ([run]) => lender.lab().restore(run),
    regrow: async ([hops]) => {
      for (;;) {
        const far = lender.lab().regrow(hops!)
        const { need } = lender.lab().status()
        if (!far.needs || !need) return far
        await lender.supply(need)
      }
    },
    pulse: hold,
  }
}
