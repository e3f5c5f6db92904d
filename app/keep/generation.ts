/** One generation of what is kept: a body of words and a checksum over it. Pure. */

/** Of one tab, or of one that went on from it: generations of different tabs never meet. */
export interface Generation {
  readonly lineage: string
  /** Counts up within a lineage. */
  readonly number: number
  /** Wall time in milliseconds, to find the newest of all. */
  readonly at: number
  readonly body: string
  readonly check: string
}

const table = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  return c
})

/** CRC-32 (ISO 3309) over the UTF-8 bytes of a text, and their number: '1a2b3c4d.812'. */
export function checkOf(text: string): string {
  const bytes = new TextEncoder().encode(text)
  let crc = -1
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return `${(~crc >>> 0).toString(16).padStart(8, '0')}.${bytes.length}`
}

export function generationOf(lineage: string, number: number, at: number, body: string): Generation {
  return { lineage, number, at, body, check: checkOf(`${lineage} ${number} ${body}`) }
}

/** True when the words are those that were written, under the name they were written under. */
export function isGood(record: unknown): record is Generation {
  const { lineage, number, at, body, check } = (typeof record === 'object' && record !== null ? record : {}) as Partial<Generation>
  if (typeof lineage !== 'string' || typeof number !== 'number' || typeof at !== 'number' || typeof body !== 'string') return false
  return check === checkOf(`${lineage} ${number} ${body}`)
}

export interface Newest {
  readonly good: Generation | null
  /** Newer ones that cannot be read any more. */
  readonly damaged: number
}

/** The newest of some generations that can be read; they come newest first. */
export function newestOf(records: readonly unknown[]): Newest {
  let damaged = 0
  for (const record of records) {
    if (isGood(record)) return { good: record, damaged }
    damaged += 1
  }
  return { good: null, damaged }
}
