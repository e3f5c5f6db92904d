/** The shelf of own disks in the Worker: files at hand, what was kept of them, and their pieces for the machine. */
import { contentsOf, parentWarning, sectorReader } from '../../engine/index.ts'
import { ChunkStore, keptMost } from './chunk-store.ts'
import type { DiskCard, DiskShelf } from './disk-cards.ts'
import { lookAt, slicesOf, wholeMost, type Looked } from './look-at.ts'

const pieceBytes = 64 * 1024

interface Shelved {
  readonly card: DiskCard
  /** Null when the file is not at hand: only what was kept. */
  readonly looked: Looked | null
  readonly file: File | null
}

export class OwnDisks {
  readonly #store: ChunkStore
  readonly #used: () => readonly string[]
  readonly #disks = new Map<string, Shelved>()
  #read: Promise<void> | null = null

  /** `used` says which images the machines that are open have. */
  constructor(used: () => readonly string[]) {
    this.#used = used
    this.#store = new ChunkStore(used)
  }

  /** What earlier visits have kept. */
  #ready(): Promise<void> {
    this.#read ??= this.#store.all().then((all) => {
      for (const { id, card } of all) if (!this.#disks.has(id)) this.#disks.set(id, { card, looked: null, file: null })
    }, () => {
      // A store that was silent is asked again the next time.
      this.#read = null
    })
    return this.#read
  }

  async shelf(): Promise<DiskShelf> {
    await this.#ready()
    return { cards: [...this.#disks.values()].map(({ card }) => card).reverse(), keptBytes: await this.#store.bytes().catch(() => 0), mostBytes: keptMost, notice: this.#store.notice, used: this.#used() }
  }

  has(id: string): boolean {
    return this.#disks.has(id)
  }

  async card(id: string): Promise<DiskCard> {
    await this.#ready()
    await this.#asFormer(id)
    const found = this.#disks.get(id)
    if (!found) throw new Error('The address names an own disk that is not kept here; choose its file again.')
    return found.card
  }

  /** An id of an earlier build: the file that had it goes on the shelf under it too, so that the machine is the same as it was then. */
  async #asFormer(id: string): Promise<void> {
    const now = [...this.#disks.values()].find(({ card }) => card.former === id)
    if (!now?.looked) return
    const looked = now.looked.under(id)
    this.#disks.set(id, { ...now, card: looked.card, looked })
    await this.#store.note(looked.card)
  }

  async add(file: File): Promise<DiskCard> {
    await this.#ready()
    const looked = await lookAt(file)
    this.#disks.delete(looked.card.id)
    this.#disks.set(looked.card.id, { card: looked.card, looked, file })
    // What was kept under its former id has its file at hand again.
    if (looked.card.former && this.#disks.has(looked.card.former)) await this.#asFormer(looked.card.former)
    await this.#join()
    const { card } = this.#disks.get(looked.card.id)!
    await this.#store.note(card)
    return card
  }

  /** Takes a disk off the shelf; refused while a machine has it, which would find neither the disk nor what was kept of it. */
  async forget(id: string): Promise<DiskShelf> {
    await this.#ready()
    const name = this.#disks.get(id)?.card.name
    if (name !== undefined && this.#used().includes(id)) throw new Error(`${name} belongs to the machine that is open: open another one, then take it off the shelf.`)
    this.#disks.delete(id)
    await this.#store.forget(id)
    return this.shelf()
  }

  /** A differencing disk whose parent has come is a disk like any other: the machine gets both files and reads through them. */
  async #join(): Promise<void> {
    for (let again = true; again; ) {
      again = false
      for (const [id, { card, looked, file }] of this.#disks) {
        const parent = card.wants ? this.#parentOf(card) : undefined
        if (!looked?.vhd || !file || !parent?.looked?.vhd) continue
        const sectors = sectorReader(looked.vhd, slicesOf(file), parent.looked.sectors)
        const contents = contentsOf(sectors, looked.vhd.sectors)
        const warning = parentWarning(looked.vhd.header!, parent.looked.vhd.footer.timeStamp)
        const joined: DiskCard = {
          ...card, contents: contents.sentence, wants: null, parent: { id: parent.card.id, name: parent.card.name }, files: contents.files,
          notice: `What it does not hold is read from its parent ${parent.card.name}, which is not written to.${warning ? ` ${warning}` : ''}`,
        }
        this.#disks.set(id, { card: joined, file, looked: { ...looked, card: joined, sectors } })
        await this.#store.note(joined)
        again = true
      }
    }
  }

  #parentOf({ wants }: DiskCard): Shelved | undefined {
    return [...this.#disks.values()].find(({ looked, card }) => looked?.vhd && card.wants === null && card.unique === wants?.id)
  }

  /** A disk and those it was made from, the nearest first. */
  async chain(id: string): Promise<readonly DiskCard[]> {
    const out = [await this.card(id)]
    for (let { parent } = out[0]!; parent !== null; ) {
      const { id: next, name } = parent
      const card: DiskCard | undefined = this.#disks.get(next)?.card
      if (!card) throw new Error(`${out.at(-1)!.name} is a differencing disk, and its parent ${name} is no longer kept here: choose that file again.`)
      out.push(card)
      parent = card.parent
    }
    void this.#keepWhole(out.map((card) => card.id))
    return out
  }

  /** A small disk is kept whole, beside the work: who comes back goes on without its file. What cannot be kept is asked for when it is wanted. */
  async #keepWhole(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { looked, card } = this.#disks.get(id) ?? {}
      if (!looked || !card || card.bytes > wholeMost) continue
      for (let n = 0; n * pieceBytes < card.bytes && this.#store.notice === ''; n++) {
        const done = await this.piece(id, n).then(() => true, () => false)
        if (!done) return
      }
    }
  }

  /** A piece of a disk: from what was kept, or from the file. */
  async piece(id: string, n: number): Promise<Uint8Array> {
    await this.#ready()
    const kept = await this.#store.piece(id, n).catch(() => null)
    if (kept) return kept
    const disk = this.#disks.get(id)
    if (!disk?.looked) throw new Error(`${disk?.card.name ?? 'The own disk'} is needed again: the machine wants a part of it that was not kept. Choose the file once more, and go on.`)
    const piece = this.#slice(disk.card, disk.looked, n)
    await this.#store.keep(id, n, piece)
    return piece
  }

  #slice(card: DiskCard, { read }: Looked, n: number): Uint8Array {
    try {
      return read(n * pieceBytes, pieceBytes)
    } catch (error) {
      throw new Error(`${card.name} can no longer be read: it was moved, changed or taken away. Choose it once more, and go on.`, { cause: error })
    }
  }
}
