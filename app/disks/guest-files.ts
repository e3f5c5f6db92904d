/** Whole files and whole disks out of the running machine, piece by piece. Runs in the Worker. */
import { fileInHand, pieceRead, type Hop, type Lab } from '../../engine/index.ts'
import type { FileRead } from './disk-cards.ts'

/** What the Worker lends: the lab, and a question that is asked again until no piece of a disk is missing. */
export interface Lender {
  lab(): Lab
  fetching<T>(ask: (lab: Lab) => T): Promise<T>
  supply(need: { readonly image: string; readonly chunk: number }): Promise<void>
}

/** A file of this length can be handed over at once. */
const fileMost = 256 * 1024 * 1024
/** Hops between two looks whether it has been read: a machine under load goes on no further than this. */
const hopsAtOnce = 2000
/** A reader that has not come to the file after so many hops has too much to do before it. */
const hopsMost = 20_000_000

/** What hops tell of one reading of a file: from where its reader opens it until it has finished. */
class Reading {
  readonly #lab: Lab
  readonly #guest: string
  readonly #path: string
  readonly #reader: number
  readonly #pieces = new Map<number, Uint8Array>()
  #begun = false
  /** What the reader says of it; '' while it has not finished. */
  said = ''

  constructor(lab: Lab, guest: string, path: string) {
    this.#lab = lab
    this.#guest = guest
    this.#path = path
    this.#reader = lab.view().components.findIndex((c) => c.path === `${guest}/reader` && !c.gone)
    if (this.#reader < 0) throw new Error(`${guest} has no reader that could read ${path}: start it first.`)
  }

  take(hop: Hop): void {
    const kind = this.#lab.kinds[hop.kind]?.name
    if (hop.from === this.#reader && kind === 'fs.open') this.#begun ||= fileInHand(this.#lab.run, this.#reader) === this.#path
    if (hop.to === this.#reader && kind === 'fs.readDone' && this.#begun) {
      const piece = pieceRead(this.#lab.run, hop)
      if (piece?.status === 0) this.#pieces.set(piece.cookie, piece.bytes)
    }
    if (hop.to !== this.#reader || kind !== 'reader.finished') return
    // A reader with too many tasks refuses the next one before it has begun.
    if (this.#begun || hop.args[1] !== 0) this.said = hop.args[1] === 0 ? 'read' : this.#task()?.status ?? ''
  }

  refuseTooLarge(): void {
    const task = this.#task()
    if (this.#begun && task && task.size > fileMost) throw new Error(`${this.#path} has ${task.size} bytes; at most ${fileMost} are handed over at once.`)
  }

  bytes(): Uint8Array {
    return joined(this.#pieces)
  }

  #task() {
    const { partitions, guests } = this.#lab.view()
    const partition = partitions.find((p) => p.path === this.#guest)?.index
    return guests.find((g) => g.partition === partition)
  }
}

/** Asks the guest's reader for the file and runs the machine until it has it: every byte is one that the guest has read. */
export async function fetchFile(lender: Lender, guest: string, path: string): Promise<FileRead> {
  const lab = lender.lab()
  const reading = new Reading(lab, guest, path)
  lab.onHop((hop) => reading.take(hop))
  try {
    await lender.fetching((l) => l.intend({ do: 'read-file', guest, path, depth: 8 }))
    for (let made = 0; reading.said === ''; made += hopsAtOnce) {
      reading.refuseTooLarge()
      const { status } = await lender.fetching((l) => l.advance({ hops: hopsAtOnce }))
      if (status.state === 'needs' && status.need) await lender.supply(status.need)
      else if (reading.said === '' && status.state !== 'ready') throw new Error(`${path} cannot be read: ${status.why}`)
      if (made > hopsMost) throw new Error(`${path} has not been read after ${hopsMost} hops: ${guest} has too much to do before it. Stop its loads, and try again.`)
    }
  } finally {
    lab.onHop(null)
  }
  if (reading.said !== 'read') throw new Error(`${path} cannot be read: ${reading.said}`)
  return { name: path.split('\\').at(-1) ?? path, bytes: reading.bytes(), status: lab.status() }
}

function joined(pieces: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const order = [...pieces.keys()].sort((a, b) => a - b)
  const out = new Uint8Array(order.reduce((sum, n) => sum + pieces.get(n)!.length, 0))
  let at = 0
  for (const n of order) {
    const piece = pieces.get(n)!
    out.set(piece, at)
    at += piece.length
  }
  return out
}
