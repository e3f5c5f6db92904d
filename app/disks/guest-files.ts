/** Whole files and whole disks out of the running machine, piece by piece. Runs in the Worker. */
import { pieceRead, type Lab } from '../../engine/index.ts'
import type { FileRead } from './disk-cards.ts'

/** What the Worker lends: the lab, and a question that is asked again until no piece of a disk is missing. */
export interface Lender {
  lab(): Lab
  fetching<T>(ask: (lab: Lab) => T): Promise<T>
  supply(need: { readonly image: string; readonly chunk: number }): Promise<void>
}

/** A file of this length can be handed over at once. */
const fileMost = 256 * 1024 * 1024
const hopsAtOnce = 200_000

interface ReaderTask {
  readonly status: string
  readonly size: number
}

function readerOf(lab: Lab, guest: string): ReaderTask | undefined {
  const view = lab.view()
  const partition = view.partitions.find((p) => p.path === guest)?.index
  return view.guests.find((g) => g.partition === partition)
}

/** Asks the guest's reader for the file and runs the machine until it has it: every byte is one that the guest has read. */
export async function fetchFile(lender: Lender, guest: string, path: string): Promise<FileRead> {
  const lab = lender.lab()
  const pieces = new Map<number, Uint8Array>()
  lab.onHop((hop) => {
    const piece = pieceRead(lab.run, hop)
    if (piece && piece.status === 0) pieces.set(piece.cookie, piece.bytes)
  })
  try {
    await lender.fetching((l) => l.intend({ do: 'read-file', guest, path, depth: 8 }))
    for (let task = readerOf(lab, guest); ; task = readerOf(lab, guest)) {
      if (task && task.size > fileMost) throw new Error(`${path} has ${task.size} bytes; at most ${fileMost} are handed over at once.`)
      const { status } = await lender.fetching((l) => l.advance({ hops: hopsAtOnce }))
      if (status.state === 'needs' && status.need) await lender.supply(status.need)
      else if (status.state !== 'ready') break
    }
  } finally {
    lab.onHop(null)
  }
  const task = readerOf(lab, guest)
  if (task?.status !== 'read') throw new Error(`${path} cannot be read: ${task?.status ?? 'the guest has no reader'}`)
  return { name: path.split('\\').at(-1) ?? path, bytes: joined(pieces) }
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
