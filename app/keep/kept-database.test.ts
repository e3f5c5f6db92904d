import { afterEach, describe, expect, it, vi } from 'vitest'
import { inTime, KeptDatabase, patience, StoreForbidden, StoreHeld, StoreSilent } from './kept-database.ts'

interface Request {
  result: IDBDatabase
  error: unknown
  onsuccess?: () => void
  onerror?: () => void
  onblocked?: () => void
  onupgradeneeded?: () => void
}

/** The part of a browser's store that answers `open`, by hand. */
function standIn() {
  const requests: Request[] = []
  const closed: unknown[] = []
  vi.stubGlobal('indexedDB', {
    open: () => {
      const db = { close: () => closed.push(db) } as unknown as IDBDatabase
      const request: Request = { result: db, error: null }
      requests.push(request)
      return request
    },
  })
  return { requests, closed }
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a database of the browser', () => {
  it('is opened once, and again when its connection has ended', async () => {
    const { requests } = standIn()
    const database = new KeptDatabase('x', 1, () => undefined)
    const [first, second] = [database.open(), database.open()]
    requests[0]!.onsuccess!()
    expect(await first).toBe(await second)
    // Somebody has cleared the data of the site.
    ;(await first).onclose!(new Event('close'))
    const again = database.open()
    requests[1]!.onsuccess!()
    expect(await again).toBe(requests[1]!.result)
    expect(requests).toHaveLength(2)
  })

  it('makes way for a newer page, and comes back behind it', async () => {
    const { requests, closed } = standIn()
    const database = new KeptDatabase('x', 1, () => undefined)
    const first = database.open()
    requests[0]!.onsuccess!()
    ;(await first).onversionchange!(new Event('versionchange') as IDBVersionChangeEvent)
    expect(closed).toEqual([requests[0]!.result])
    const again = database.open()
    requests[1]!.error = new DOMException('newer', 'VersionError')
    requests[1]!.onerror!()
    await expect(again).rejects.toThrow('newer')
    void database.open().catch(() => undefined)
    expect(requests).toHaveLength(3)
  })

  it('held by an older page is told at once, without a second request, and is there when that page has gone', async () => {
    const { requests } = standIn()
    const database = new KeptDatabase('x', 2, () => undefined)
    const first = database.open()
    requests[0]!.onblocked!()
    await expect(first).rejects.toThrow(StoreHeld)
    await expect(database.open()).rejects.toThrow(StoreHeld)
    requests[0]!.onsuccess!()
    expect(await database.open()).toBe(requests[0]!.result)
    expect(requests).toHaveLength(1)
  })

  it('that the browser forbids is told so, and asked for again', async () => {
    const refuse = vi.fn<() => never>(() => {
      throw new DOMException('no', 'SecurityError')
    })
    vi.stubGlobal('indexedDB', { open: refuse })
    const database = new KeptDatabase('x', 1, () => undefined)
    await expect(database.open()).rejects.toThrow(StoreForbidden)
    await expect(database.open()).rejects.toThrow(StoreForbidden)
    expect(refuse).toHaveBeenCalledTimes(2)
  })

  it('that does not answer is not waited for, nor asked a second time, and is there when it answers after all', async () => {
    vi.useFakeTimers()
    const { requests } = standIn()
    const database = new KeptDatabase('x', 1, () => undefined)
    const first = database.open().catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(patience)
    expect(await first).toBeInstanceOf(StoreSilent)
    await expect(database.open()).rejects.toThrow(StoreSilent)
    requests[0]!.onsuccess!()
    expect(await database.open()).toBe(requests[0]!.result)
    expect(requests).toHaveLength(1)
  })

  it('that opens and then says nothing is not waited for either', async () => {
    vi.useFakeTimers()
    const asked = inTime(new Promise(() => undefined)).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(patience)
    expect(await asked).toBeInstanceOf(StoreSilent)
    expect(await inTime(Promise.resolve(7))).toBe(7)
    expect(vi.getTimerCount()).toBe(0)
  })
})
