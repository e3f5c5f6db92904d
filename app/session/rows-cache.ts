/** Rows on the page: blocks of hop rows by number, a bounded number of them, asked for when needed. */
import { decodeRow, ROW_BYTES, ROW_WORDS, type Hop } from '../../engine/index.ts'

export const blockHops = 512
const blocksKept = 256

interface Block {
  words: Int32Array
  times: Float64Array
  hops: number
}

type Ask = (from: number, count: number) => Promise<{ readonly rows: ArrayBuffer; readonly from: number }>

export interface RowsCache {
  /** The hop when it is here, else null. */
  get(n: number): Hop | null
  /** When hop `n` acted, or null while its row is not here. */
  timeOf(n: number): number | null
  /** Makes hops `from`..`to` be here. */
  want(from: number, to: number): Promise<void>
  /** Rows that came anyway, from hop `from` on, are kept where they go on with what is here, and else until others come. */
  put(rows: ArrayBuffer, from: number): void
  /** A branch was made after hop `n`: what followed is not so any more. */
  forgetAfter(n: number): void
}

/** Decodes row `i` of a buffer whose first is hop `from`. */
export function hopOf(rows: ArrayBuffer, from: number, i: number): Hop {
  return decodeRow(new Int32Array(rows), new Float64Array(rows), i, from)
}

/** Decodes a buffer of rows whose first is hop `from`. */
export function hopsOf(rows: ArrayBuffer, from: number): Hop[] {
  const words = new Int32Array(rows)
  const times = new Float64Array(rows)
  const out: Hop[] = []
  for (let i = 0; i < rows.byteLength / ROW_BYTES; i++) out.push(decodeRow(words, times, i, from))
  return out
}

/** The same rows with room for a whole block. */
function grownBlock(block: Block | undefined): Block {
  const buffer = new ArrayBuffer(blockHops * ROW_BYTES)
  const words = new Int32Array(buffer)
  if (block) words.set(block.words)
  return { words, times: new Float64Array(buffer), hops: block?.hops ?? 0 }
}

function putRows(blocks: Map<number, Block>, rows: ArrayBuffer, from: number): void {
  const words = new Int32Array(rows)
  const hops = rows.byteLength / ROW_BYTES
  for (let i = 0; i < hops; ) {
    const index = Math.floor((from + i - 1) / blockHops)
    const at = (from + i - 1) % blockHops
    const count = Math.min(blockHops - at, hops - i)
    const block = blocks.get(index)
    if (at === 0 || (block !== undefined && at <= block.hops && at + count > block.hops)) {
      const grown = block && block.words.length === blockHops * ROW_WORDS ? block : grownBlock(block)
      grown.words.set(words.subarray(i * ROW_WORDS, (i + count) * ROW_WORDS), at * ROW_WORDS)
      grown.hops = Math.max(grown.hops, at + count)
      blocks.set(index, grown)
    }
    i += count
  }
}

function blockOf(rows: ArrayBuffer): Block {
  return { words: new Int32Array(rows), times: new Float64Array(rows), hops: rows.byteLength / ROW_BYTES }
}

/** Where a row stands: in a block whose first hop is `from`, so many rows behind it. */
interface Place {
  readonly block: Block
  readonly from: number
  readonly at: number
}

function placeIn(blocks: ReadonlyMap<number, Block>, n: number): Place | null {
  const index = Math.floor((n - 1) / blockHops)
  const block = blocks.get(index)
  const at = (n - 1) % blockHops
  return block && at < block.hops ? { block, from: index * blockHops + 1, at } : null
}

export function createRowsCache(ask: Ask): RowsCache {
  const blocks = new Map<number, Block>()
  const coming = new Map<number, Promise<void>>()
  /** What came last: it may go on with nothing that is here, and is asked for all the same. */
  let latest: Omit<Place, 'at'> | null = null
  const find = (n: number): Place | null => placeIn(blocks, n) ?? (latest && n >= latest.from && n < latest.from + latest.block.hops ? { ...latest, at: n - latest.from } : null)
  const fetchBlock = async (index: number): Promise<void> => {
    const from = index * blockHops + 1
    const answer = await ask(from, blockHops)
    const rows = answer.rows
    const hops = rows.byteLength / ROW_BYTES
    // Rows that came by another way meanwhile may reach further.
    if ((blocks.get(index)?.hops ?? 0) > hops) return
    blocks.delete(index)
    blocks.set(index, blockOf(rows))
    trim()
  }
  const trim = (): void => {
    // Oldest first: a Map keeps the order of insertion.
    for (const key of blocks.keys()) {
      if (blocks.size <= blocksKept) break
      blocks.delete(key)
    }
  }
  return {
    get(n) {
      const found = find(n)
      return found && decodeRow(found.block.words, found.block.times, found.at, found.from)
    },
    timeOf(n) {
      const found = find(n)
      return found && found.block.times[found.at * (ROW_BYTES / 8)]!
    },
    async want(from, to) {
      const waits: Promise<void>[] = []
      for (let index = Math.floor((Math.max(1, from) - 1) / blockHops); index * blockHops < to; index++) {
        const last = Math.min(to, (index + 1) * blockHops)
        const block = blocks.get(index)
        if (block && index * blockHops + block.hops >= last) continue
        let wait = coming.get(index)
        if (!wait) {
          wait = fetchBlock(index).finally(() => coming.delete(index))
          coming.set(index, wait)
        }
        waits.push(wait)
      }
      await Promise.all(waits)
    },
    put(rows, from) {
      putRows(blocks, rows, from)
      latest = { block: blockOf(rows), from }
      trim()
    },
    forgetAfter(n) {
      if (latest && latest.from + latest.block.hops - 1 > n) latest = null
      for (const index of blocks.keys()) if ((index + 1) * blockHops > n) blocks.delete(index)
    },
  }
}
