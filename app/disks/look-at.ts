/**
 * Looks at a file that somebody handed in: what it is, whether its structures hold, what stands on it. Reads slices, never the
 * whole of a large file. Runs in the Worker, where slices can be read at once.
 */
import { contentsOf, FOOTER_BYTES, openVhd, putFooter, sectorReader, type SectorReader, type VhdDisk, VHD_FIXED, vhdIdText } from '../../engine/index.ts'
import type { DiskCard } from './disk-cards.ts'

/** Workers have it; the page's own types do not know it. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer }

/** Up to this length a file is hashed whole, and kept whole once a machine has it. */
export const wholeMost = 16 * 1024 * 1024
const sector = 512

/** Kinds of files that are no VHD but whose sectors can be read as they lie. */
const byTheSector: Readonly<Record<string, string>> = {
  'raw-disk': 'Raw disk', iso: 'ISO image', vhdx: 'VHDX file', 'other-disk': 'Disk of another format', zeros: 'Raw disk',
}

export interface Looked {
  readonly card: DiskCard
  /** Bytes as the machine sees them: of the file itself, or of a fixed VHD made of it. */
  readonly read: (offset: number, length: number) => Uint8Array
  /** Null for what is no VHD. */
  readonly vhd: VhdDisk | null
  readonly sectors: SectorReader
  /** The same under another id: what the machine sees of a raw disk carries it. */
  readonly under: (id: string) => Looked
}

export type Slice = (offset: number, length: number) => Uint8Array | null

/** Slices of a file, at once; null where the file ends before. */
export function slicesOf(file: Blob): Slice {
  const reader = new FileReaderSync()
  return (offset, length) => {
    if (offset < 0 || offset + length > file.size) return null
    return new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + length)))
  }
}

function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, '0')).join('')
}

/** 64 hexadecimal digits. Where the browser has no hashing (plain http), a checksum must do. */
export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto
  if (subtle) return hexOf(await subtle.digest('SHA-256', bytes))
  const words = Uint32Array.from({ length: 8 }, (_, i) => 0x811c9dc5 + i)
  for (let i = 0; i < bytes.length; i++) words[i & 7] = Math.imul(words[i & 7]! ^ bytes[i]!, 0x01000193)
  return [...words].map((word) => word.toString(16).padStart(8, '0')).join('')
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

interface Identity {
  readonly id: string
  /** What earlier builds called the same file: addresses, links and stores may still name it so; '' where that is the id. */
  readonly former: string
  readonly says: string
}

/**
 * What tells one disk from another. Of a small file that is its content, whatever it is called. Of a large one its ends are read
 * alone, which a copy may share with its original although sectors in the middle have changed: there the name counts too.
 */
async function identify(file: File, vhd: VhdDisk | null, slice: Slice): Promise<Identity> {
  const named = new TextEncoder().encode(`${file.name}\n${file.size}\n`)
  if (file.size <= wholeMost) {
    const whole = slice(0, file.size)! as Uint8Array<ArrayBuffer>
    const id = await digest(whole)
    return { id, former: await digest(joined([named, whole])), says: globalThis.crypto.subtle ? `SHA-256 of the file: ${id}.` : 'Told from others by a checksum of the whole file.' }
  }
  const ends = [named, slice(0, 64 * sector)!, slice(file.size - 8 * sector, 8 * sector)!]
  const tables = vhd ? [new Uint8Array(vhd.table.buffer.slice(0))] : []
  const read = vhd?.header ? 'footer, header and block table' : 'its first and last sectors'
  return { id: await digest(joined([...ends, ...tables])), former: '', says: `Told from others by name, length and a hash of ${read}; no hash of the whole file.` }
}

/** The file of a fixed VHD whose sectors these are: the sectors and a footer. */
export function asFixed(sectors: SectorReader, count: number, id: string): { readonly bytes: number; readonly read: Looked['read'] } {
  const footer = new Uint8Array(FOOTER_BYTES)
  const unique = Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(id.slice(2 * i, 2 * i + 2), 16))
  putFooter(footer, 0, VHD_FIXED, count, unique, 0)
  const end = count * sector
  return {
    bytes: end + FOOTER_BYTES,
    read: (offset, length) => {
      const out = new Uint8Array(length)
      const from = Math.floor(offset / sector)
      const to = Math.min(count, Math.ceil((offset + length) / sector))
      const found = to > from ? sectors(from, to - from) : new Uint8Array(0)
      if (!found) throw new Error('A sector of the disk cannot be read; choose its file again.')
      out.set(found.subarray(offset - from * sector, offset - from * sector + length))
      for (let i = Math.max(0, end - offset); i < length && offset + i < end + FOOTER_BYTES; i++) out[i] = footer[offset + i - end]!
      return out
    },
  }
}

/** Reads beyond the end as zeros. */
function padded(slice: Slice, size: number): Looked['read'] {
  return (offset, length) => {
    const out = new Uint8Array(length)
    const there = Math.min(length, size - offset)
    if (there > 0) out.set(slice(offset, there)!)
    return out
  }
}

const typeNames = { fixed: 'Fixed VHD', dynamic: 'Dynamic VHD', differencing: 'Differencing VHD' } as const

/** Looks at a file; throws one sentence when it cannot be a disk. */
export async function lookAt(file: File): Promise<Looked> {
  const slice = slicesOf(file)
  const vhd = openVhd(slice, file.size)
  if (vhd.kind === 'refused') {
    const kind = byTheSector[vhd.code]
    if (kind === undefined || file.size === 0) throw new Error(`${file.name}: ${vhd.sentence}`)
    return raw(file, slice, kind, vhd.code === 'raw-disk' || vhd.code === 'zeros' ? '' : vhd.sentence)
  }
  const { says, ...ids } = await identify(file, vhd, slice)
  const sectors = sectorReader(vhd, slice, null)
  const contents = vhd.type === 'differencing' ? null : contentsOf(sectors, vhd.sectors)
  const { header } = vhd
  const wants = vhd.type === 'differencing' && header ? { name: header.parentName.split(/[\\/]/).at(-1)!, id: vhdIdText(header.parentId) } : null
  const looked: Looked = {
    vhd, sectors, read: padded(slice, file.size), under: (id) => ({ ...looked, card: { ...looked.card, id, former: '' } }),
    card: {
      ...ids, name: file.name, bytes: file.size, sectors: vhd.sectors, kind: typeNames[vhd.type], contents: contents?.sentence ?? 'What it holds is known when its parent is here.', identity: says,
      notice: vhd.notice, wants, parent: null, unique: vhdIdText(vhd.footer.uniqueId), here: true, files: contents?.files ?? false, changed: file.lastModified,
    },
  }
  return looked
}

async function raw(file: File, slice: Slice, kind: string, sentence: string): Promise<Looked> {
  const { says, ...ids } = await identify(file, null, slice)
  const count = Math.ceil(file.size / sector)
  const bytes = padded(slice, file.size)
  const sectors: SectorReader = (from, n) => (from < 0 || from + n > count ? null : bytes(from * sector, n * sector))
  const contents = contentsOf(sectors, count)
  const plain = kind === 'Raw disk'
  const fixed = asFixed(sectors, count, ids.id)
  const looked: Looked = {
    vhd: null, sectors, read: fixed.read, under: (id) => ({ ...looked, read: asFixed(sectors, count, id).read, card: { ...looked.card, id, former: '' } }),
    card: {
      ...ids, name: file.name, bytes: fixed.bytes, sectors: count, kind, contents: plain || kind === 'ISO image' ? contents.sentence : 'Its sectors are those of the file, not of the disk inside.', identity: says,
      notice: `${sentence ? `${sentence} ` : ''}Its sectors can be read as they lie: the page gives them a footer, so that the machine sees a fixed VHD.`, wants: null, parent: null, unique: '', here: true, files: plain && contents.files, changed: file.lastModified,
    },
  }
  return looked
}
