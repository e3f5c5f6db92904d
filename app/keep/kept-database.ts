/**
 * A database of the browser, opened when it is first needed and opened again when its connection has ended: site data can be
 * cleared while the page is open, and a newer page in another tab may want to change the store. Nobody waits for it for ever.
 */

/** An older page in another tab holds the store as it was: `open` is worth asking again. */
export class StoreHeld extends Error {
  constructor() {
    super('Another tab holds an older state of the store.')
    this.name = 'StoreHeld'
  }
}

/** The browser lets the page have no store: private windows, settings, embedded pages. */
export class StoreForbidden extends Error {
  constructor(cause: unknown) {
    super('The browser lets the page keep nothing.', { cause })
    this.name = 'StoreForbidden'
  }
}

/** The browser has not answered: a profile that is broken, or a computer that is busy. `open` is worth asking again. */
export class StoreSilent extends Error {
  constructor() {
    super('The store of this browser does not answer.')
    this.name = 'StoreSilent'
  }
}

/** A browser that takes longer than this for an answer is not waited for, in milliseconds. */
export const patience = 4000

/** What the browser answers, or `StoreSilent`. */
export function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const silent = setTimeout(() => reject(new StoreSilent()), patience)
    answer.finally(() => clearTimeout(silent)).then(resolve, reject)
  })
}

export class KeptDatabase {
  readonly #name: string
  readonly #version: number
  readonly #upgrade: (db: IDBDatabase) => void
  #db: Promise<IDBDatabase> | null = null

  constructor(name: string, version: number, upgrade: (db: IDBDatabase) => void) {
    this.#name = name
    this.#version = version
    this.#upgrade = upgrade
  }

  /** The connection that is open, or a new one. Fails with what the browser says, with `StoreForbidden`, `StoreHeld` or `StoreSilent`. */
  open(): Promise<IDBDatabase> {
    if (this.#db) return this.#db
    try {
      return (this.#db = inTime(this.#answered(indexedDB.open(this.#name, this.#version))))
    } catch (error) {
      return Promise.reject(new StoreForbidden(error))
    }
  }

  #answered(request: IDBOpenDBRequest): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const ended = (): void => {
        this.#db = null
      }
      request.onupgradeneeded = () => this.#upgrade(request.result)
      request.onerror = () => {
        ended()
        reject(request.error ?? new Error('The store did not open.'))
      }
      // Whoever asks meanwhile is answered the same, as when nothing is answered: another request would stand behind this one without a word.
      request.onblocked = () => reject(new StoreHeld())
      request.onsuccess = () => {
        const db = request.result
        db.onversionchange = () => {
          db.close()
          ended()
        }
        db.onclose = ended
        this.#db = Promise.resolve(db)
        resolve(db)
      }
    })
  }
}
