import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Generation } from './generation.ts'
import { KeepStore, KeepTrouble } from './keep-store.ts'
import { patience } from './kept-database.ts'

type Handler = (() => void) | null

/** A store with its records; while it is `shut` no transaction comes to its end, and all of them do when it opens. */
function standIn() {
  const records = new Map<string, Generation>()
  const ends: (() => void)[] = []
  const state = { shut: false }
  const keyOf = ({ lineage, number }: Generation): string => JSON.stringify([lineage, number])
  const transaction = () => {
    const puts: Generation[] = []
    const self = { oncomplete: null as Handler, onabort: null as Handler, error: null, abort: () => self.onabort?.(), objectStore: () => objects }
    const end = (): void => {
      for (const one of puts) records.set(keyOf(one), one)
      self.oncomplete?.()
    }
    const objects = {
      getAllKeys: (range: { lineage: string }) => {
        const request = { result: [...records.keys()].map((key) => JSON.parse(key) as [string, number]).filter(([lineage]) => lineage === range.lineage), onsuccess: null as Handler }
        queueMicrotask(() => request.onsuccess?.())
        return request
      },
      put: (one: Generation) => {
        puts.push(one)
        if (state.shut) ends.push(end)
        else queueMicrotask(end)
      },
      delete: ([lineage, number]: [string, number]) => records.delete(JSON.stringify([lineage, number])),
    }
    return self
  }
  vi.stubGlobal('IDBKeyRange', { bound: ([lineage]: [string]) => ({ lineage }) })
  vi.stubGlobal('indexedDB', {
    open: () => {
      const request = { result: { transaction }, onsuccess: null as Handler }
      queueMicrotask(() => request.onsuccess?.())
      return request
    },
  })
  const open = async (): Promise<void> => {
    state.shut = false
    for (const end of ends.splice(0)) end()
    await vi.advanceTimersByTimeAsync(0)
  }
  return { records, state, ends, open }
}

const bodies = (records: ReadonlyMap<string, Generation>): readonly string[] => [...records.values()].map(({ number, body }) => `${number} ${body}`)

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('a store that falls silent while it writes is not waited for, and what comes late is this tab\'s own: no other lineage is begun', async () => {
  const { records, state, ends, open } = standIn()
  const store = new KeepStore()
  expect(await store.write('a', 0, 'one', true)).toBe(1)
  state.shut = true
  const silent = (async () => store.write('a', 1, 'two', true))().catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(patience)
  const trouble = await Promise.race([silent, Promise.resolve('still waiting')])
  expect(trouble).toBeInstanceOf(KeepTrouble)
  expect((trouble as KeepTrouble).kind).toBe('silent')
  // The next stands behind it: nothing more is put into a store that is silent.
  const next = (async () => store.write('a', 1, 'three', true))().catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(patience)
  expect(await next).toMatchObject({ kind: 'silent' })
  expect(ends).toHaveLength(1)

  await open()
  expect(bodies(records)).toEqual(['1 one', '2 two'])
  expect(await store.write('a', 1, 'three', true)).toBe(3)
  expect(bodies(records)).toEqual(['1 one', '2 two', '3 three'])
})

it('what another tab has written in a lineage is left to it', async () => {
  const { records } = standIn()
  const [one, two] = [new KeepStore(), new KeepStore()]
  expect(await one.write('a', 0, 'one', false)).toBe(1)
  expect(await two.write('a', 1, 'two', false)).toBe(2)
  expect(await one.write('a', 1, 'mine', false)).toBe(0)
  expect(bodies(records)).toEqual(['1 one', '2 two'])
})
