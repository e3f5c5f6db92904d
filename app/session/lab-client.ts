/** The page's end of the wire to the Worker: one promise per call, answered in the order the Worker works. */
import workerAddress from './lab-worker.ts?worker&url'
import { noteSent } from './ahead-calls.ts'
import type { Answer, Call, Operation, WorkerApi } from './lab-calls.ts'

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

interface PolicyMaker {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): { createScriptURL(address: string): string }
}

let policy: ReturnType<PolicyMaker['createPolicy']> | undefined

/** Starts the Worker. The one Trusted Types policy of the page vouches for its address and for no other. */
export function startWorker(): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyMaker }
  const vouch = (address: string): string => {
    if (address !== workerAddress) throw new TypeError('Only the Worker of the lab may be started.')
    return address
  }
  policy ??= trustedTypes?.createPolicy('viridian-worker', { createScriptURL: vouch })
  return new Worker(policy?.createScriptURL(workerAddress) ?? workerAddress, { type: 'module', name: 'Viridian Lab' })
}

const stopped = 'The simulation stopped.'

export function createClient(worker: Worker): WorkerApi {
  let last = 0
  const waiting = new Map<number, Waiting>()
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.ok) call?.resolve(data.value as never)
    else call?.reject(new Error(data.failure))
  })
  let dead = false
  const end = (message: string): void => {
    for (const call of waiting.values()) call.reject(new Error(message))
    waiting.clear()
  }
  worker.addEventListener('error', (event) => end(event.message || stopped))
  // Told by whoever has seen it die: nothing will be answered any more.
  worker.addEventListener('dead', () => {
    dead = true
    end(stopped)
  })
  const call = (operation: Operation, words: readonly unknown[]): Promise<never> =>
    new Promise((resolve, reject) => {
      if (dead) return reject(new Error(stopped))
      last += 1
      waiting.set(last, { resolve, reject })
      noteSent(operation)
      worker.postMessage({ id: last, operation, words } satisfies Call)
    })
  // Every operation of the interface is sent under its own name, so there is nothing to list here. A promise must not look like one that can be waited for.
  return new Proxy({} as WorkerApi, {
    get: (_, operation) => (operation === 'then' ? undefined : (...words: unknown[]) => call(operation as Operation, words)),
  })
}
