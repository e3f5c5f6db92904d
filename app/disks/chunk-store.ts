/**
 * Pieces of own disks, kept in IndexedDB so that a replay and a reload do without the file. Bounded: when it is full, the disk
 * that was used longest ago gives way; when nothing can give way, or the browser forbids it, the page is told and goes on.
 */
import { asked, ended } from '../keep/answers.ts'
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
  full: 'The store of this browser is full: what is read from now on is not kept, and after a reload the disk must be chosen again.',
  bound: `Of own disks at most ${keptMost / 1024 / 1024} MB are kept: what is read from now on is not, and after a reload the disk must be chosen again.`,
}

async function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open('viridian-disks', 2)
  request.onupgradeneeded = () => {
    // Version 1 kept a chain of differencing disks as one: its pieces are of no use.
    for (const name of Array.from(request.result.objectStoreNames)) request.result.deleteObjectStore(name)
    request.result.createObjectStore('disks', { keyPath: 'id' })
    request.result.createObjectStore('pieces')
  }
  return asked(request)
}

function piecesOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER])
}

export class ChunkStore {
  notice = ''
  #db: Promise<IDBDatabase | null> | null = null
  #used: readonly string[] = []

  /** Null when the browser forbids it: private windows, settings, embedded pages. */
  #open(): Promise<IDBDatabase | null> {
    this.#db ??= opened().catch(() => {
      this.notice = words.forbidden
      return null
    })
    return this.#db
  }

  async all(): Promise<readonly Kept[]> {
    const db = await this.#open()
    return db ? asked(db.transaction('disks').objectStore('disks').getAll() as IDBRequest<Kept[]>) : []
  }

  async bytes(): Promise<number> {
    return (await this.all()).reduce((sum, kept) => sum + kept.bytes, 0)
  }

  /** Notes a disk, or that it is used again. What was kept of an older state of the file goes. */
  async note(card: DiskCard): Promise<void> {
    const db = await this.#open()
    if (!db) return
    const all = await this.all()
    const before = all.find((kept) => kept.id === card.id)
    if (before && card.here && before.card.changed !== card.changed) await this.forget(card.id)
    const bytes = before && before.card.changed === card.changed ? before.bytes : 0
    await this.#write(db, { id: card.id, card: { ...card, here: false }, bytes, used: 1 + Math.max(0, ...all.map((kept) => kept.used)) })
  }

  async #write(db: IDBDatabase, kept: Kept): Promise<void> {
    try {
      const transaction = db.transaction('disks', 'readwrite')
      transaction.objectStore('disks').put(kept)
      await ended(transaction)
    } catch {
      this.notice = words.full
    }
  }

  async piece(id: string, n: number): Promise<Uint8Array | null> {
    const db = await this.#open()
    const found: unknown = db ? await asked(db.transaction('pieces').objectStore('pieces').get([id, n])) : null
    return found instanceof Uint8Array ? found : null
  }

  async keep(id: string, n: number, piece: Uint8Array): Promise<void> {
    const db = await this.#open()
    if (!db || this.notice !== '') return
    if ((await this.bytes()) + piece.length > keptMost && !(await this.#giveWay(id))) {
      this.notice = words.bound
      return
    }
    try {
      await this.#put(db, id, n, piece)
    } catch {
      if (!(await this.#giveWay(id))) this.notice = words.full
      else await this.#put(db, id, n, piece).catch(() => (this.notice = words.full))
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

  /** These belong to the machine that is open: a replay needs all of their pieces. */
  use(ids: readonly string[]): void {
    this.#used = ids
  }

  /** The disk used longest ago goes, unless the machine has it or it is the one that needs the room. */
  async #giveWay(id: string): Promise<boolean> {
    const others = (await this.all()).filter((kept) => kept.id !== id && !this.#used.includes(kept.id) && kept.bytes > 0).sort((a, b) => a.used - b.used)
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
    await done
    this.notice = ''
  }
}
