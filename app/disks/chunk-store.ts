/**
 * Pieces of own disks, kept in IndexedDB so that a replay and a reload do without the file. Bounded: when it is full, the disk
 * that was used longest ago gives way; when nothing can give way, or the browser forbids it, the page is told and goes on.
 */
import { asked, ended } from '../keep/answers.ts'
import { inTime, KeptDatabase, StoreHeld, StoreSilent } from '../keep/kept-database.ts'
import type { DiskCard } from './disk-cards.ts'

export const keptMost = 256 * 1024 * 1024

interface Kept {
  readonly id: string
  readonly card: DiskCard
  readonly bytes: number
  /** Counts uses: the least goes first. */
  readonly used: number
}

const words = {
  forbidden: 'This browser lets the page keep nothing: after a reload, own disks must be chosen again.',
  held: 'Another tab with an older build of this page holds the store of own disks: close it, or disks must be chosen again after a reload.',
  silent: 'The store of this browser does not answer: until it does, nothing of own disks is kept, and what was kept of them before is not at hand.',
  full: 'The store of this browser is full: what is read from now on is not kept, and after a reload the disk must be chosen again.',
  bound: `Of own disks at most ${keptMost / 1024 / 1024} MB are kept: what is read from now on is not, and after a reload the disk must be chosen again.`,
}

function upgrade(db: IDBDatabase): void {
  // Version 1 kept a chain of differencing disks as one: its pieces are of no use.
  for (const name of Array.from(db.objectStoreNames)) db.deleteObjectStore(name)
  db.createObjectStore('disks', { keyPath: 'id' })
  db.createObjectStore('pieces')
}

function piecesOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER])
}

export class ChunkStore {
  notice = ''
  readonly #database = new KeptDatabase('viridian-disks', 2, upgrade)
  readonly #used: () => readonly string[]
  /** It has opened and then left a question without an answer: nothing further is asked before that one is answered. */
  #silent = false

  /** `used` says which disks the machines that are open have: a replay needs all of their pieces. */
  constructor(used: () => readonly string[]) {
    this.#used = used
  }

  /** Null when the browser forbids it (private windows, settings, embedded pages) or another tab is in the way: asked again the next time. */
  async #open(): Promise<IDBDatabase | null> {
    if (this.#silent) return null
    try {
      const db = await this.#database.open()
      if ([words.forbidden, words.held, words.silent].includes(this.notice)) this.notice = ''
      return db
    } catch (error) {
      this.notice = error instanceof StoreHeld ? words.held : error instanceof StoreSilent ? words.silent : words.forbidden
      return null
    }
  }

  async all(): Promise<readonly Kept[]> {
    const db = await this.#open()
    return db ? this.#answer(asked(db.transaction('disks').objectStore('disks').getAll() as IDBRequest<Kept[]>)) : []
  }

  /** What the store answers, or `StoreSilent`: whoever has a file goes on with that. */
  async #answer<T>(work: Promise<T>): Promise<T> {
    try {
      return await inTime(work)
    } catch (error) {
      if (error instanceof StoreSilent) {
        this.#silent = true
        this.notice = words.silent
        const over = (): void => {
          this.#silent = false
        }
        work.then(over, over)
      }
      throw error
    }
  }

  async bytes(): Promise<number> {
    return (await this.all()).reduce((sum, kept) => sum + kept.bytes, 0)
  }

  /** Notes a disk, or that it is used again. What was kept of an older state of the file goes. Never fails: the notice says what is not kept. */
  async note(card: DiskCard): Promise<void> {
    const db = await this.#open()
    if (!db) return
    try {
      const all = await this.all()
      const before = all.find((kept) => kept.id === card.id)
      if (before && card.here && before.card.changed !== card.changed) await this.forget(card.id)
      const bytes = before && before.card.changed === card.changed ? before.bytes : 0
      const transaction = db.transaction('disks', 'readwrite')
      transaction.objectStore('disks').put({ id: card.id, card: { ...card, here: false }, bytes, used: 1 + Math.max(0, ...all.map((kept) => kept.used)) } satisfies Kept)
      await this.#answer(ended(transaction))
    } catch (error) {
      this.#notKept(error)
    }
  }

  #notKept(error: unknown): void {
    this.notice = error instanceof StoreSilent ? words.silent : words.full
  }

  async piece(id: string, n: number): Promise<Uint8Array | null> {
    const db = await this.#open()
    const found: unknown = db ? await this.#answer(asked(db.transaction('pieces').objectStore('pieces').get([id, n]))) : null
    return found instanceof Uint8Array ? found : null
  }

  /** Keeps a piece. Never fails: the notice says why no more is kept. */
  async keep(id: string, n: number, piece: Uint8Array): Promise<void> {
    const db = await this.#open()
    if (!db || this.notice !== '') return
    try {
      if ((await this.bytes()) + piece.length > keptMost && !(await this.#giveWay(id))) {
        this.notice = words.bound
        return
      }
      await this.#answer(this.#put(db, id, n, piece)).catch(async (error: unknown) => {
        if (error instanceof StoreSilent) throw error
        // The browser's own bound may be nearer.
        if (!(await this.#giveWay(id))) throw new Error(words.full)
        await this.#answer(this.#put(db, id, n, piece))
      })
    } catch (error) {
      this.#notKept(error)
    }
  }

  async #put(db: IDBDatabase, id: string, n: number, piece: Uint8Array): Promise<void> {
    const transaction = db.transaction(['disks', 'pieces'], 'readwrite')
    const done = ended(transaction)
    const pieces = transaction.objectStore('pieces')
    const there = await asked(pieces.getKey([id, n]))
    if (there !== undefined) return done
    pieces.put(piece, [id, n])
    const disks = transaction.objectStore('disks')
    const kept = (await asked(disks.get(id))) as Kept | undefined
    if (kept) disks.put({ ...kept, bytes: kept.bytes + piece.length })
    await done
  }

  /** The disk used longest ago goes, unless a machine has it or it is the one that needs the room. */
  async #giveWay(id: string): Promise<boolean> {
    const used = this.#used()
    const others = (await this.all()).filter((kept) => kept.id !== id && !used.includes(kept.id) && kept.bytes > 0).sort((a, b) => a.used - b.used)
    const [oldest] = others
    if (!oldest) return false
    await this.forget(oldest.id)
    return true
  }

  async forget(id: string): Promise<void> {
    const db = await this.#open()
    if (!db) return
    const transaction = db.transaction(['disks', 'pieces'], 'readwrite')
    const done = ended(transaction)
    transaction.objectStore('disks').delete(id)
    transaction.objectStore('pieces').delete(piecesOf(id))
    await this.#answer(done)
    this.notice = ''
  }
}
