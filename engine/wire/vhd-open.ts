/**
 * Opens a VHD: finds the footer, checks every structure, and answers with a disk or with one sentence. Nothing is thrown;
 * only the block table is kept. Works over any random access: a file, fetched chunks, memory. SPEC [VHD-4] to [VHD-8].
 */
import { count } from './count.ts';
import { beGet32 } from './bytes.ts';
import { LIKENESS_BYTES, likenessOf } from './not-a-vhd.ts';
import type { LooksLike } from './not-a-vhd.ts';
import { position, refused } from './refusal.ts';
import type { Refused } from './refusal.ts';
import {
  bitmapBit, bitmapBytes, BLOCK_UNUSED, blockCount, DYNAMIC_HEADER_BYTES, FOOTER_BYTES, footerSound, hasFooterCookie, hasHeaderCookie, headerSound, readFooter,
  readHeader, versionSupportedByFormat, VHD_DIFFERENCING, VHD_DYNAMIC, VHD_FIXED, VHD_SECTOR, VHD_SECTORS_MAX,
} from './vhd.ts';
import type { VhdFooter, VhdHeader } from './vhd.ts';

/** `length` bytes from `offset`, or null when the file does not hold them all. */
export type FileReader = (offset: number, length: number) => Uint8Array | null;
/** `count` sectors from `sector`, or null when they cannot be read. */
export type SectorReader = (sector: number, count: number) => Uint8Array | null;

export type VhdRefusalCode =
  | LooksLike | 'empty' | 'truncated' | 'trailing-bytes' | 'footer-checksum' | 'footer-version' | 'disk-type' | 'disk-size' | 'header-place' | 'header-cookie' | 'header-checksum'
  | 'header-version' | 'block-size' | 'table-size' | 'table-place' | 'entry-place' | 'entry-beyond-end' | 'entries-overlap' | 'unreadable';

export interface VhdDisk {
  readonly kind: 'vhd';
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  readonly sectors: number;
  readonly footer: VhdFooter;
  /** Null for a fixed disk. */
  readonly header: VhdHeader | null;
  /** Sector in the file of each block's bitmap, or BLOCK_UNUSED; empty for a fixed disk. */
  readonly table: Uint32Array;
  /** '' or what a person should know, such as that the copy of the footer was used. */
  readonly notice: string;
}

type Answer<T> = T | Refused<VhdRefusalCode>;

/** The block table may take 8 MiB: twice what a disk of 2040 GiB in blocks of 2 MiB needs. */
const TABLE_ENTRIES_MAX = 2 * 1024 * 1024;

/** Reads and checks a file of `fileBytes` bytes. */
export function openVhd(read: FileReader, fileBytes: number): Answer<VhdDisk> {
  if (fileBytes === 0) return refused('empty', 'The file is empty; copy it again from where it came from.');
  const found = findFooter(read, fileBytes);
  if (found.kind === 'refused') return found;
  const { footer, notice, atEnd } = found;
  const wrong = footerRefusal(footer);
  if (wrong !== null) return wrong;
  const sectors = footer.currentSize / VHD_SECTOR;
  if (footer.type === VHD_FIXED) {
    if (footer.currentSize > fileBytes - FOOTER_BYTES) {
      return refused('truncated', `The file is cut short: its footer says that the disk has ${footer.currentSize} bytes, but only ${fileBytes - FOOTER_BYTES} stand in front of it; copy the file again from its source.`);
    }
    return { kind: 'vhd', type: 'fixed', sectors, footer, header: null, table: new Uint32Array(0), notice };
  }
  const header = openHeader(read, footer, fileBytes);
  if ('kind' in header) return header;
  const table = openTable(read, footer, header, sectors, fileBytes);
  if ('kind' in table) return table;
  const misplaced = tableRefusal(table, footer, header, atEnd ? fileBytes - FOOTER_BYTES : fileBytes, atEnd);
  if (misplaced !== null) return misplaced;
  return { kind: 'vhd', type: footer.type === VHD_DYNAMIC ? 'dynamic' : 'differencing', sectors, footer, header, table, notice };
}

interface FoundFooter {
  readonly kind: 'footer';
  readonly footer: VhdFooter;
  readonly notice: string;
  readonly atEnd: boolean;
}

/** The footer at the end, or its copy at the start, or what the file looks like. [VHD-4] */
function findFooter(read: FileReader, fileBytes: number): Answer<FoundFooter> {
  const end = fileBytes >= FOOTER_BYTES ? read(fileBytes - FOOTER_BYTES, FOOTER_BYTES) : null;
  if (end !== null && footerSound(end)) return { kind: 'footer', footer: readFooter(end), notice: '', atEnd: true };
  const start = read(0, Math.min(fileBytes, LIKENESS_BYTES));
  if (start === null) return refused('unreadable', 'The beginning of the file cannot be read; try again, or copy the file to this computer first.');
  const damaged = end !== null && hasFooterCookie(end);
  const extra = damaged ? 0 : bytesBehindFooter(read, fileBytes);
  if (footerSound(start)) {
    const copy = readFooter(start);
    if (copy.type === VHD_DYNAMIC || copy.type === VHD_DIFFERENCING) {
      const what = damaged ? 'The footer at the end of the file has a wrong checksum' : extra > 0 ? `${behindText(extra)} behind the footer, which should be the end of the file` : 'The file does not end with a footer';
      return { kind: 'footer', footer: copy, notice: `${what}; its copy at the start was used.`, atEnd: damaged };
    }
  }
  if (extra > 0) return refused('trailing-bytes', `${behindText(extra)} behind the footer of the file, which should be its end; copy the file again from its source, or cut them off on a copy.`);
  if (damaged) {
    return refused('footer-checksum', `The footer at byte ${position(fileBytes - FOOTER_BYTES)} has a wrong checksum and no usable copy stands at the start of the file; restore the file from a copy.`);
  }
  if (hasFooterCookie(start) && fileBytes < FOOTER_BYTES) {
    return refused('truncated', `The file is cut short: it has ${count(fileBytes, 'byte')}, and the copy of the footer at its beginning alone takes ${FOOTER_BYTES}; copy the file again from its source.`);
  }
  if (hasFooterCookie(start)) {
    return refused('footer-checksum', 'The copy of the footer at byte 0 has a wrong checksum and the footer at the end of the file is missing; copy the file again from its source.');
  }
  const likeness = likenessOf(start);
  return refused(likeness.looks, likeness.sentence);
}

/** Bytes by which a file is longer than whole sectors that end with a sound footer, or 0. */
function bytesBehindFooter(read: FileReader, fileBytes: number): number {
  const extra = fileBytes % VHD_SECTOR;
  if (extra === 0 || fileBytes < FOOTER_BYTES + extra) return 0;
  const before = read(fileBytes - extra - FOOTER_BYTES, FOOTER_BYTES);
  return before !== null && footerSound(before) ? extra : 0;
}

function behindText(extra: number): string {
  return extra === 1 ? '1 byte stands' : `${extra} bytes stand`;
}

/** What the footer's own fields get wrong, or null. */
function footerRefusal(footer: VhdFooter): Refused<VhdRefusalCode> | null {
  if (!versionSupportedByFormat(footer.version)) {
    return refused('footer-version', `The footer names format version 0x${footer.version.toString(16)}, and only 0x10000 (1.0) is known; convert the file with a current tool.`);
  }
  if (footer.type !== VHD_FIXED && footer.type !== VHD_DYNAMIC && footer.type !== VHD_DIFFERENCING) {
    return refused('disk-type', `The footer names disk type ${footer.type}; only fixed (2), dynamic (3) and differencing (4) disks can be used, so convert the file to one of them.`);
  }
  const size = footer.currentSize;
  if (size <= 0 || size % VHD_SECTOR !== 0 || size / VHD_SECTOR > VHD_SECTORS_MAX) {
    const told = size < 0 ? '2^53 or more' : String(size);
    return refused('disk-size', `The footer gives the disk ${told} bytes, which is not a multiple of 512 between 512 bytes and 2040 GiB; restore the file from a copy.`);
  }
  return null;
}

function openHeader(read: FileReader, footer: VhdFooter, fileBytes: number): Answer<VhdHeader> {
  const at = footer.dataOffset;
  if (at < FOOTER_BYTES || at % VHD_SECTOR !== 0) {
    return refused('header-place', `The footer places the dynamic header at byte ${at < 0 ? '2^53 or more' : position(at)}, which is no sector behind the footer's copy; restore the file from a copy.`);
  }
  const bytes = at + DYNAMIC_HEADER_BYTES <= fileBytes ? read(at, DYNAMIC_HEADER_BYTES) : null;
  if (bytes === null) return refused('truncated', `The file is cut short: the dynamic header should lie at byte ${position(at)}, but the file has only ${count(fileBytes, 'byte')}; copy the file again from its source.`);
  if (!hasHeaderCookie(bytes)) return refused('header-cookie', `No dynamic header begins at byte ${position(at)}, where the footer places it; restore the file from a copy.`);
  if (!headerSound(bytes)) return refused('header-checksum', `The dynamic header at byte ${position(at)} has a wrong checksum; restore the file from a copy.`);
  const header = readHeader(bytes);
  if (!versionSupportedByFormat(header.version)) {
    return refused('header-version', `The dynamic header names version 0x${header.version.toString(16)}, and only 0x10000 (1.0) is known; convert the file with a current tool.`);
  }
  return header;
}

function openTable(read: FileReader, footer: VhdFooter, header: VhdHeader, sectors: number, fileBytes: number): Answer<Uint32Array> {
  const { blockSize, entries, tableOffset } = header;
  if (blockSize < VHD_SECTOR || (blockSize & (blockSize - 1)) !== 0) {
    return refused('block-size', `The dynamic header gives blocks ${blockSize} bytes, which is no power of two of at least 512; restore the file from a copy.`);
  }
  const needed = blockCount(sectors, blockSize);
  if (entries < needed || entries > TABLE_ENTRIES_MAX) {
    return refused('table-size', `The block table has ${entries} entries, but a disk of ${footer.currentSize} bytes in blocks of ${blockSize} needs ${needed} and at most ${TABLE_ENTRIES_MAX} are read; restore the file from a copy.`);
  }
  const bytes = entries * 4;
  if (tableOffset < FOOTER_BYTES || tableOffset % VHD_SECTOR !== 0 || intersects(tableOffset, bytes, footer.dataOffset, DYNAMIC_HEADER_BYTES)) {
    return refused('table-place', `The dynamic header places the block table at byte ${tableOffset < 0 ? '2^53 or more' : position(tableOffset)}, which is no free sector of the file; restore the file from a copy.`);
  }
  const raw = tableOffset + bytes <= fileBytes ? read(tableOffset, bytes) : null;
  if (raw === null) {
    return refused('truncated', `The file is cut short: the block table should fill ${bytes} bytes from byte ${position(tableOffset)}, but the file has only ${fileBytes}; copy the file again from its source.`);
  }
  const table = new Uint32Array(entries);
  for (let i = 0; i < entries; i++) table[i] = beGet32(raw, 4 * i);
  return table;
}

function intersects(a: number, aBytes: number, b: number, bBytes: number): boolean {
  return a < b + bBytes && b < a + aBytes;
}

/** What is wrong with where the table puts blocks, or null. `limit` is the first byte no block may use. [VHD-5] */
function tableRefusal(table: Uint32Array, footer: VhdFooter, header: VhdHeader, limit: number, whole: boolean): Refused<VhdRefusalCode> | null {
  const blockBytes = bitmapBytes(header.blockSize) + header.blockSize;
  const structures = [[0, FOOTER_BYTES], [footer.dataOffset, DYNAMIC_HEADER_BYTES], [header.tableOffset, table.length * 4]] as const;
  for (let block = 0; block < table.length; block++) {
    if (table[block] === BLOCK_UNUSED) continue;
    const at = table[block] * VHD_SECTOR;
    if (at + blockBytes > limit) {
      const beyond = `ntry ${block} of the block table places its block at byte ${position(at)}, and it would end at ${at + blockBytes}, behind the ${limit} bytes that hold blocks`;
      // With a sound footer at its end the file was not simply cut.
      return refused('entry-beyond-end', whole ? `E${beyond}; something is missing in its middle or the table is damaged, so copy it again from its source.` : `The file is cut short: its footer is missing, and e${beyond}; copy it again from its source.`);
    }
    if (structures.some(([from, bytes]) => intersects(at, blockBytes, from, bytes))) {
      return refused('entry-place', `Entry ${block} of the block table places its block at byte ${position(at)}, where the file's own structures are; restore the file from a copy.`);
    }
  }
  return overlapRefusal(table, blockBytes);
}

function overlapRefusal(table: Uint32Array, blockBytes: number): Refused<VhdRefusalCode> | null {
  const used = table.filter((sector) => sector !== BLOCK_UNUSED).sort();
  for (let i = 1; i < used.length; i++) {
    if ((used[i] - used[i - 1]) * VHD_SECTOR >= blockBytes) continue;
    const first = table.indexOf(used[i - 1]);
    const second = table.lastIndexOf(used[i]);
    return refused('entries-overlap', `Entries ${Math.min(first, second)} and ${Math.max(first, second)} of the block table share bytes from ${position(used[i] * VHD_SECTOR)} on; restore the file from a copy.`);
  }
  return null;
}

/** Byte offset in the file of a sector's data, or -1 when its block is not allocated. Bitmaps are not looked at. */
export function sectorOffset(disk: VhdDisk, sector: number): number {
  if (disk.header === null) return sector * VHD_SECTOR;
  const perBlock = disk.header.blockSize / VHD_SECTOR;
  const entry = disk.table[Math.floor(sector / perBlock)];
  return entry === BLOCK_UNUSED ? -1 : entry * VHD_SECTOR + bitmapBytes(disk.header.blockSize) + (sector % perBlock) * VHD_SECTOR;
}

/** Whether the bitmap of an allocated block has the sector; true for a fixed disk. Null when it cannot be read. [VHD-6] */
function present(disk: VhdDisk, read: FileReader, sector: number): boolean | null {
  if (disk.header === null) return true;
  const perBlock = disk.header.blockSize / VHD_SECTOR;
  const index = sector % perBlock;
  const byte = read(disk.table[Math.floor(sector / perBlock)] * VHD_SECTOR + (index >>> 3), 1);
  return byte === null ? null : bitmapBit(byte, 0, index & 7);
}

/**
 * Sectors of an opened disk. A sector that is not there reads as zero, or as the parent's in a differencing disk; without
 * a parent such a sector makes the read fail. [VHD-6]
 */
export function sectorReader(disk: VhdDisk, read: FileReader, parent: SectorReader | null): SectorReader {
  return (sector, count) => {
    if (sector < 0 || count < 0 || sector + count > disk.sectors) return null;
    const out = new Uint8Array(count * VHD_SECTOR);
    for (let i = 0; i < count; i++) {
      const offset = sectorOffset(disk, sector + i);
      const here = offset < 0 ? false : present(disk, read, sector + i);
      if (here === null) return null;
      if (!here && disk.type !== 'differencing') continue;
      const bytes = here ? read(offset, VHD_SECTOR) : (parent?.(sector + i, 1) ?? null);
      if (bytes === null) return null;
      out.set(bytes, i * VHD_SECTOR);
    }
    return out;
  };
}
