/** The sample disk of the repository, and small disks built in memory, for the tests of the disk formats. */
import { readFileSync } from 'node:fs';
import { bePut32, fillBytes, put16, put32, putAscii } from '../../wire/bytes.ts';
import { BLOCK_UNUSED, blockCount, putFooter, putHeader, setBitmapBit, VHD_DIFFERENCING, VHD_DYNAMIC, VHD_FIXED } from '../../wire/vhd.ts';
import type { FileReader } from '../../wire/vhd-open.ts';

const folder = new URL('../../../public/disks/', import.meta.url);

export function sampleDisk(): Uint8Array {
  return new Uint8Array(readFileSync(new URL('viridian-sample.vhd', folder)));
}

/** Path in the disk to hash, from the list beside the disk. */
export function sampleHashes(): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const line of readFileSync(new URL('viridian-sample.sha256.txt', folder), 'utf8').split('\n')) {
    const found = /^([0-9a-f]{64})\s+(.+)$/.exec(line);
    if (found === null) continue;
    for (const path of found[2]!.replace(/\(.*\)/, '').split(' and ')) hashes.set(path.trim(), found[1]!);
  }
  return hashes;
}

/** Random access over bytes in memory. */
export function readerOf(bytes: Uint8Array): FileReader {
  return (offset, length) => (offset < 0 || offset + length > bytes.length ? null : bytes.subarray(offset, offset + length));
}

export const diskId = Uint8Array.from({ length: 16 }, (_, i) => i);

/** A fixed VHD of `sectors` sectors, each filled with its number modulo 251. */
export function fixedDisk(sectors: number): Uint8Array {
  const bytes = new Uint8Array(sectors * 512 + 512);
  for (let s = 0; s < sectors; s++) fillBytes(bytes, s * 512, 512, s % 251);
  putFooter(bytes, sectors * 512, VHD_FIXED, sectors, diskId, 0x2b00_0000);
  return bytes;
}

export interface SparseDisk {
  readonly bytes: Uint8Array;
  /** Where the footer at the end begins. */
  readonly footerAt: number;
}

export const smallBlock = 4096;
export const tableAt = 0x600;

/**
 * A dynamic or differencing VHD in blocks of 4 KiB. `present` lists the sectors it holds, each filled with 0xC0 + its number
 * modulo 16; all other bits of the bitmaps are clear.
 */
export function sparseDisk(sectors: number, present: readonly number[], type: 3 | 4 = VHD_DYNAMIC): SparseDisk {
  const entries = blockCount(sectors, smallBlock);
  const blocks = [...new Set(present.map((s) => Math.floor(s / 8)))];
  const firstBlock = tableAt + Math.ceil((entries * 4) / 512) * 512;
  const footerAt = firstBlock + blocks.length * (512 + smallBlock);
  const bytes = new Uint8Array(footerAt + 512);
  for (const at of [0, footerAt]) putFooter(bytes, at, type, sectors, diskId, 0x2b00_0000);
  putHeader(bytes, 512, tableAt, entries, smallBlock);
  for (let i = 0; i < entries; i++) bePut32(bytes, tableAt + 4 * i, BLOCK_UNUSED);
  blocks.forEach((block, i) => {
    const at = firstBlock + i * (512 + smallBlock);
    bePut32(bytes, tableAt + 4 * block, at / 512);
    for (const s of present) {
      if (Math.floor(s / 8) !== block) continue;
      setBitmapBit(bytes, at, s % 8);
      fillBytes(bytes, at + 512 + (s % 8) * 512, 512, 0xc0 + (s % 16));
    }
  });
  return { bytes, footerAt };
}

export const differencing = VHD_DIFFERENCING;

/** The boot sector of a FAT16 volume of 20000 sectors with 2 KiB clusters. */
export function fat16Boot(): Uint8Array {
  const boot = new Uint8Array(1536);
  boot.set([0xeb, 0x3c, 0x90]);
  putAscii(boot, 3, 8, 'MSDOS5.0');
  put16(boot, 11, 512);
  boot[13] = 4;
  put16(boot, 14, 1);
  boot[16] = 2;
  put16(boot, 17, 512);
  put16(boot, 19, 20_000);
  boot[21] = 0xf8;
  put16(boot, 22, 20);
  boot[38] = 0x29;
  put32(boot, 39, 0x1234_5678);
  putAscii(boot, 43, 11, 'VIRIDIAN', 0x20);
  putAscii(boot, 54, 8, 'FAT16', 0x20);
  put16(boot, 510, 0xaa55);
  return boot;
}
