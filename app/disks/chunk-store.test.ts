import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { patience } from '../keep/kept-database.ts'
import { ChunkStore } from './chunk-store.ts'
import type { DiskCard } from './disk-cards.ts'

type Handler = (() => void) | undefined
interface Waiting {
  result: unknown
  onsuccess?: Handler
}

/** A store that opens; what is asked of it then is answered by `answer`, or not at all. */
function standIn() {
  const waiting: Waiting[] = []
  const ask = (): Waiting => {
    const request: Waiting = { result: undefined }
    waiting.push(request)
    return request
  }
  const objectStore = () => ({ getAll: ask, get: ask, getKey: ask, put: ask, delete: ask })
  const db = { transaction: () => ({ objectStore }) }
  vi.stubGlobal('indexedDB', {
    open: () => {
      const request: Waiting = { result: db }
      queueMicrotask(() => request.onsuccess?.())
      return request
    },
  })
  const answer = async (result: unknown): Promise<void> => {
    for (const request of waiting.splice(0)) {
      request.result = result
      request.onsuccess?.()
    }
    await vi.advanceTimersByTimeAsync(0)
  }
  return { waiting, answer }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('a store of disks that opens and then falls silent is waited for once, says so, and is asked again when it has answered', async () => {
  const { waiting, answer } = standIn()
  const store = new ChunkStore(() => [])
  const first = store.piece('a', 0).catch((error: unknown) => (error as Error).name)
  await vi.advanceTimersByTimeAsync(patience)
  expect(await Promise.race([first, Promise.resolve('still waiting')])).toBe('StoreSilent')
  expect(store.notice).toContain('does not answer')
  // Nobody waits for it again, and nothing more is asked of it.
  expect(await store.piece('a', 1)).toBeNull()
  expect(await store.all()).toEqual([])
  await store.keep('a', 1, new Uint8Array(4))
  await store.note({ id: 'a' } as DiskCard)
  expect(waiting).toHaveLength(1)

  await answer(new Uint8Array([1]))
  const again = store.piece('a', 0)
  await vi.advanceTimersByTimeAsync(0)
  await answer(new Uint8Array([7]))
  expect(await again).toEqual(new Uint8Array([7]))
  expect(store.notice).toBe('')
})

it('what cannot be kept of a disk because the store fell silent is no full store', async () => {
  const { answer } = standIn()
  const store = new ChunkStore(() => [])
  const kept = store.keep('a', 0, new Uint8Array(4))
  await vi.advanceTimersByTimeAsync(0)
  await answer([])
  await vi.advanceTimersByTimeAsync(patience)
  await kept
  expect(store.notice).toContain('does not answer')
})
