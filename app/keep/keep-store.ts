/**
 * Generations in IndexedDB. A tab writes into a lineage of its own, each generation in one transaction beside those before it:
 * the newest good one is never touched before the next is complete. Who finds a number in its lineage that it has not written
 * shares the lineage with another tab (a tab can be duplicated) and takes a new one: no tab destroys what another has kept.
 */
import { asked, ended } from './answers.ts'
import { generationOf, newestOf, type Generation, type Newest } from './generation.ts'
import { inTime, KeptDatabase, StoreForbidden, StoreSilent } from './kept-database.ts'

/** Generations kept of a lineage, and lineages kept besides those of open tabs. */
export const generationsKept = 5
export const lineagesKept = 16

const name = 'viridian-keep'
const store = 'generations'

export type TroubleKind = 'forbidden' | 'full' | 'newer' | 'silent' | 'broken'

/** Why nothing can be kept. */
export class KeepTrouble extends Error {
  readonly kind: TroubleKind
  constructor(kind: TroubleKind, cause: unknown) {
    super(`Nothing can be kept: ${kind}.`, { cause })
    this.kind = kind
  }
}

function troubleOf(error: unknown): KeepTrouble {
  if (error instanceof KeepTrouble) return error
  if (error instanceof StoreForbidden) return new KeepTrouble('forbidden', error)
  if (error instanceof StoreSilent) return new KeepTrouble('silent', error)
  const called = error instanceof DOMException ? error.name : ''
  if (called === 'QuotaExceededError') return new KeepTrouble('full', error)
  if (called === 'VersionError') return new KeepTrouble('newer', error)
  return new KeepTrouble(called === 'SecurityError' || called === 'InvalidStateError' || called === 'NotAllowedError' ? 'forbidden' : 'broken', error)
}

const all = (lineage: string): IDBKeyRange => IDBKeyRange.bound([lineage, 0], [lineage, Number.MAX_SAFE_INTEGER])

export class KeepStore {
  readonly #database = new KeptDatabase(name, 1, (db) => db.createObjectStore(store, { keyPath: ['lineage', 'number'] }).createIndex('at', 'at'))

  /** The writing under way, also one that was not waited for to its end: there is one at a time. */
  #under: Promise<unknown> = Promise.resolve()
  /** What this tab has written last, also when nobody waited for it any more. */
  #own = { lineage: '', number: 0 }

  /** The newest good generation of a lineage; without one, of all but `own`. Throws KeepTrouble. */
  async newest(lineage: string | null, own = ''): Promise<Newest> {
    try {
      const transaction = (await this.#database.open()).transaction(store)
      const records = transaction.objectStore(store)
      const found: readonly unknown[] = await inTime(asked(lineage === null ? records.index('at').getAll() : records.getAll(all(lineage))))
      return newestOf(found.filter((one) => (one as Partial<Generation>).lineage !== own).reverse())
    } catch (error) {
      throw troubleOf(error)
    }
  }

  /**
   * Writes the next generation of a lineage, of which this tab knows the last `number`, and answers its number; 0 when another
   * tab has written there. Throws KeepTrouble; what was kept before is untouched then. A store that falls silent is not waited
   * for. What it was given may still come to be written: the next writing stands behind it and counts on from it, so that a
   * generation of this tab's own is never taken for that of another.
   */
  async write(lineage: string, number: number, body: string, strict: boolean): Promise<number> {
    try {
      const db = await this.#database.open()
      await inTime(this.#under)
      const work = this.#put(db, lineage, number, body, strict)
      this.#under = work.catch(() => undefined)
      return await inTime(work)
    } catch (error) {
      throw troubleOf(error)
    }
  }

  async #put(db: IDBDatabase, lineage: string, number: number, body: string, strict: boolean): Promise<number> {
    const transaction = db.transaction(store, 'readwrite', { durability: strict ? 'strict' : 'relaxed' })
    const done = ended(transaction)
    done.catch(() => undefined)
    const records = transaction.objectStore(store)
    const keys = await asked(records.getAllKeys(all(lineage)))
    const last = (keys.at(-1) as readonly [string, number] | undefined)?.[1] ?? 0
    const known = this.#own.lineage === lineage ? Math.max(number, this.#own.number) : number
    if (last > known) {
      transaction.abort()
      return 0
    }
    records.put(generationOf(lineage, known + 1, Date.now(), body))
    for (const key of keys.slice(0, Math.max(0, keys.length + 1 - generationsKept))) records.delete(key)
    await done
    this.#own = { lineage, number: known + 1 }
    return known + 1
  }

  /** Lets the lineages go that were used longest ago, but for those of `alive`. */
  async prune(alive: readonly string[]): Promise<void> {
    const transaction = (await this.#database.open()).transaction(store, 'readwrite')
    const done = ended(transaction)
    // What fails in between is told by what is awaited there; the end of the transaction must not fail unheard behind it.
    done.catch(() => undefined)
    const records = transaction.objectStore(store)
    const newestFirst = ((await asked(records.index('at').getAll())) as Generation[]).reverse()
    const kept = new Set<string>(alive)
    for (const { lineage } of newestFirst) {
      if (kept.has(lineage)) continue
      if (kept.size < lineagesKept + alive.length) kept.add(lineage)
      else records.delete(all(lineage))
    }
    await done
  }
}
