/** In place of the Worker: a log that was recorded once, and nobody who could be asked for more. Only for measures. */
import { ROW_BYTES } from '../../engine/index.ts'
import type { WorkerApi } from '../session/lab-calls.ts'
import { createRowsCache, type RowsCache } from '../session/rows-cache.ts'

let log = new ArrayBuffer(0)

export function setLog(rows: ArrayBuffer): void {
  log = rows
}

export function rowsFrom(from: number, count: number): ArrayBuffer {
  return log.slice((from - 1) * ROW_BYTES, (from - 1 + count) * ROW_BYTES)
}

const known = { rows: (from: number, count: number) => Promise.resolve({ rows: rowsFrom(from, count), from }) }

export interface LabSession {
  readonly lab: WorkerApi
  readonly rows: RowsCache
  readonly playback: never
}

const lab = new Proxy(known as unknown as WorkerApi, {
  get: (_, name) => (name === 'rows' ? known.rows : name === 'then' ? undefined : () => Promise.resolve([])),
})
const session: LabSession = { lab, rows: createRowsCache(known.rows), playback: null as never }

export function labSession(): Promise<LabSession> {
  return Promise.resolve(session)
}

export function openSession(): LabSession {
  return session
}

export function openInstead(): Promise<never> {
  return Promise.reject(new Error('A recorded log cannot be opened as another machine.'))
}

export const reopen = openInstead
export const replaceWorker = openInstead
