/** The Worker's answers about own disks and files of guests. */
import type { Scenario } from '../../engine/index.ts'
import type { DisksApi, OwnMachine } from './disk-cards.ts'
import { fetchFile, type Lender } from './guest-files.ts'
import { OwnDisks } from './own-disks.ts'
import { withDisk } from './own-machine.ts'

export interface DiskLender extends Lender {
  /** Bytes of an image of the open scenario. */
  piece(image: string, chunk: number): Promise<Uint8Array>
  /** The scenario that is open. */
  scenario(): Scenario
}

const pieceBytes = 64 * 1024

/** A VHD as it lies on the physical disk, held open while it is handed over piece by piece. */
interface OpenFile {
  readonly name: string
  readonly bytes: number
  read(offset: number, length: number): Uint8Array | { readonly image: string; readonly chunk: number }
}

export class DiskDesk {
  readonly own = new OwnDisks()
  readonly #lender: DiskLender
  #open: { readonly guest: string; readonly file: OpenFile } | null = null

  constructor(lender: DiskLender) {
    this.#lender = lender
  }

  async scenarioOf(base: Scenario, machine: OwnMachine): Promise<Scenario> {
    return withDisk(base, machine, await this.own.card(machine.disk))
  }

  readonly handlers: { readonly [K in keyof DisksApi]: (words: readonly never[]) => unknown } = {
    shelf: () => this.own.shelf(),
    addDisk: ([file]) => this.own.add(file as unknown as File),
    forgetDisk: ([id]) => this.own.forget(id as unknown as string),
    exportPiece: ([guest, offset, length]) => this.#exported(guest as unknown as string, offset as unknown as number, length as unknown as number),
    fetchFile: ([guest, path]) => fetchFile(this.#lender, guest as unknown as string, path as unknown as string),
  }

  async #exported(guest: string, offset: number, length: number): Promise<unknown> {
    if (offset === 0 || this.#open?.guest !== guest) this.#open = { guest, file: this.#fileOf(guest) }
    const { file } = this.#open!
    const wanted = Math.max(0, Math.min(length, file.bytes - offset))
    for (;;) {
      const found = file.read(offset, wanted)
      if (found instanceof Uint8Array) return { bytes: found, whole: file.bytes, name: file.name }
      await this.#lender.supply(found)
      this.#pieces.set(`${found.image}|${found.chunk}`, await this.#lender.piece(found.image, found.chunk))
      if (this.#pieces.size > 64) this.#pieces.delete(this.#pieces.keys().next().value!)
    }
  }

  readonly #pieces = new Map<string, Uint8Array>()

  /** Asked of the lab, which knows what has been written; a lab that cannot say has disks that are only read. */
  #fileOf(guest: string): OpenFile {
    const lab = this.#lender.lab() as unknown as { diskFile?: (name: string) => OpenFile }
    if (typeof lab.diskFile === 'function') return lab.diskFile(guest)
    const scenario = this.#lender.scenario()
    const config = scenario.guests.find((g) => g.name === guest)
    const image = config ? scenario.images[config.disk] : undefined
    if (!config || !image) throw new Error(`There is no guest called '${guest}' with a disk.`)
    return { name: `${config.title}.vhd`, bytes: image.bytes, read: (offset, length) => this.#read(image.sha256, offset, length) }
  }

  #read(image: string, offset: number, length: number): ReturnType<OpenFile['read']> {
    const out = new Uint8Array(length)
    for (let done = 0; done < length; ) {
      const chunk = Math.floor((offset + done) / pieceBytes)
      const piece = this.#pieces.get(`${image}|${chunk}`)
      if (!piece) return { image, chunk }
      const part = piece.subarray((offset + done) % pieceBytes, Math.min(pieceBytes, ((offset + done) % pieceBytes) + length - done))
      out.set(part, done)
      done += part.length
    }
    return out
  }
}
