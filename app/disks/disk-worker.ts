/** The Worker's answers about own disks and files of guests. */
import type { DiskFile, Scenario } from '../../engine/index.ts'
import type { DisksApi, OwnMachine } from './disk-cards.ts'
import { fetchFile, type Lender } from './guest-files.ts'
import { OwnDisks } from './own-disks.ts'
import { withDisk } from './own-machine.ts'

export class DiskDesk {
  readonly own: OwnDisks
  readonly #lender: Lender
  /** Held open while it is handed over piece by piece: what is written meanwhile is not in it. */
  #open: { readonly guest: string; readonly file: DiskFile } | null = null

  /** `used` says which images the machines that are open have. */
  constructor(lender: Lender, used: () => readonly string[]) {
    this.own = new OwnDisks(used)
    this.#lender = lender
  }

  async scenarioOf(base: Scenario, machine: OwnMachine): Promise<Scenario> {
    const [card, ...parents] = await this.own.chain(machine.disk)
    return withDisk(base, machine, card!, parents)
  }

  readonly handlers: { readonly [K in keyof DisksApi]: (words: readonly never[]) => unknown } = {
    shelf: () => this.own.shelf(),
    addDisk: ([file]) => this.own.add(file as unknown as File),
    forgetDisk: ([id]) => this.own.forget(id as unknown as string),
    parentFiles: () => this.#lender.lab().diskFiles().flatMap(({ name, guest }) => (guest === '' ? [name] : [])),
    exportPiece: ([guest, offset, length]) => this.#exported(guest as unknown as string, offset as unknown as number, length as unknown as number),
    fetchFile: ([guest, path]) => fetchFile(this.#lender, guest as unknown as string, path as unknown as string),
  }

  async #exported(guest: string, offset: number, length: number): Promise<unknown> {
    if (offset === 0 || this.#open?.guest !== guest) this.#open = { guest, file: this.#lender.lab().diskFile(guest) }
    const { file } = this.#open!
    const wanted = Math.max(0, Math.min(length, file.bytes - offset))
    for (;;) {
      const found = file.read(offset, wanted)
      if (found instanceof Uint8Array) return { bytes: found, whole: file.bytes, name: file.name }
      await this.#lender.supply(found)
    }
  }
}
