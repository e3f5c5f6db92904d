/** The page's end of the wire to the Worker: one promise per call, answered in the order the Worker works. */
import workerAddress from './lab-worker.ts?worker&url'
import type { Answer, Call, Operation, WorkerApi } from './lab-calls.ts'

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

interface PolicyMaker {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): { createScriptURL(address: string): string }
}

/** Starts the Worker. The one Trusted Types policy of the page vouches for its address and for no other. */
export function startWorker(): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyMaker }
  const vouch = (address: string): string => {
    if (address !== workerAddress) throw new TypeError('Only the Worker of the lab may be started.')
    return address
  }
  const address = trustedTypes?.createPolicy('viridian-worker', { createScriptURL: vouch }).createScriptURL(workerAddress)
  return new Worker(address ?? workerAddress, { type: 'module', name: 'Viridian Lab' })
}

export function createClient(worker: Worker): WorkerApi {
  let last = 0
  const waiting = new Map<number, Waiting>()
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.ok) call?.resolve(data.value as never)
    else call?.reject(new Error(data.failure))
  })
  worker.addEventListener('error', (event) => {
    for (const call of waiting.values()) call.reject(new Error(event.message || 'The simulation stopped.'))
    waiting.clear()
  })
  const call = (operation: Operation, words: readonly unknown[]): Promise<never> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      worker.postMessage({ id: last, operation, words } satisfies Call)
    })
  return {
    open: (scenario, changes) => call('open', [scenario, changes]),
    machine: () => call('machine', []),
    advance: (limits) => call('advance', [limits]),
    seek: (n) => call('seek', [n]),
    rows: (from, count) => call('rows', [from, count]),
    view: () => call('view', []),
    intend: (intent) => call('intend', [intent]),
    inspectHop: (n) => call('inspectHop', [n]),
    inspectComponent: (component) => call('inspectComponent', [component]),
    requests: (from, to) => call('requests', [from, to]),
    journey: (request) => call('journey', [request]),
    ledger: (request) => call('ledger', [request]),
    beats: (from, count) => call('beats', [from, count]),
    setChecks: (on) => call('setChecks', [on]),
    fingerprint: () => call('fingerprint', []),
    scenarios: () => call('scenarios', []),
    kinds: () => call('kinds', []),
    abilities: () => call('abilities', []),
    undo: () => call('undo', []),
    captions: (from, count) => call('captions', [from, count]),
    worn: (to) => call('worn', [to]),
    files: (to, most) => call('files', [to, most]),
    inside: (request, to) => call('inside', [request, to]),
    find: (filter, first, to) => call('find', [filter, first, to]),
    neighbours: (n) => call('neighbours', [n]),
    lasts: (to) => call('lasts', [to]),
    hopAt: (time) => call('hopAt', [time]),
    story: (from, count, floors) => call('story', [from, count, floors]),
    strokeBefore: (n, floors) => call('strokeBefore', [n, floors]),
    timeline: (index, beats) => call('timeline', [index, beats]),
    knownAt: (time) => call('knownAt', [time]),
    shelf: () => call('shelf', []),
    addDisk: (file) => call('addDisk', [file]),
    forgetDisk: (id) => call('forgetDisk', [id]),
    exportPiece: (guest, offset, length) => call('exportPiece', [guest, offset, length]),
    fetchFile: (guest, path) => call('fetchFile', [guest, path]),
  }
}
