/**
 * VHD files made and read without the engine's own code, for tests: what the format says, written down once more. Big-endian.
 * Source: VHDSPEC.
 */
import { createHash } from 'node:crypto';

export const SECTOR = 512;

export interface MadeVhd {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
  readonly stamp: number;
}

export interface MakeOptions {
  readonly sectors: number;
  /** Bytes; 0: fixed. */
  readonly blockSize: number;
  /** Content of a sector that is to be there, or null. */
  readonly content: (sector: number) => Uint8Array | null;
  readonly parent?: { readonly vhd: MadeVhd; readonly name: string; readonly relative?: string; readonly id?: Uint8Array; readonly stamp?: number };
  readonly seed?: number;
}

const text = (view: Uint8Array, at: number, s: string): void => s.split('').forEach((c, i) => (view[at + i] = c.charCodeAt(0)));
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function sum(bytes: Uint8Array, at: number): void {
  view(bytes).setUint32(at, 0);
  let total = 0;
  for (const b of bytes) total += b;
  view(bytes).setUint32(at, ~total >>> 0);
}

function footer(type: number, sectors: number, id: Uint8Array, stamp: number): Uint8Array {
  const out = new Uint8Array(512);
  const v = view(out);
  text(out, 0, 'conectix');
  v.setUint32(8, 2);
  v.setUint32(12, 0x1_0000);
  v.setBigUint64(16, type === 2 ? 0xffff_ffff_ffff_ffffn : 512n);
  v.setUint32(24, stamp);
  text(out, 28, 'test');
  v.setUint32(32, 0x1_0000);
  text(out, 36, 'Wi2k');
  v.setBigUint64(40, BigInt(sectors) * 512n);
  v.setBigUint64(48, BigInt(sectors) * 512n);
  // Geometry for small disks: 17 sectors a track, 4 heads.
  v.setUint16(56, Math.min(65_535, Math.floor(sectors / 68)));
  out[58] = 4;
  out[59] = 17;
  v.setUint32(60, type);
  out.set(id, 68);
  sum(out, 64);
  return out;
}

function header(entries: number, tableAt: number, options: MakeOptions): Uint8Array {
  const out = new Uint8Array(1024);
  const v = view(out);
  text(out, 0, 'cxsparse');
  v.setBigUint64(8, 0xffff_ffff_ffff_ffffn);
  v.setBigUint64(16, BigInt(tableAt));
  v.setUint32(24, 0x1_0000);
  v.setUint32(28, entries);
  v.setUint32(32, options.blockSize);
  const { parent } = options;
  if (parent !== undefined) {
    out.set(parent.id ?? parent.vhd.id, 40);
    v.setUint32(56, parent.stamp ?? parent.vhd.stamp);
    Array.from(parent.name).forEach((c, i) => v.setUint16(64 + 2 * i, c.charCodeAt(0)));
    if (parent.relative !== undefined) {
      text(out, 576, 'W2ru');
      v.setUint32(580, 512);
      v.setUint32(584, parent.relative.length * 2);
      v.setBigUint64(592, 1536n);
    }
  }
  sum(out, 36);
  return out;
}

/** Makes a VHD file; blocks stand in it in the order of the disk. */
export function makeVhd(options: MakeOptions): MadeVhd {
  const { sectors, blockSize, content, parent } = options;
  const id = new Uint8Array(createHash('md5').update(`viridian ${options.seed ?? 0} ${sectors} ${blockSize} ${parent === undefined ? '' : parent.name}`).digest());
  const stamp = 250_000_000 + (options.seed ?? 0);
  const parts: Uint8Array[] = [];
  if (blockSize === 0) {
    for (let s = 0; s < sectors; s++) parts.push(content(s) ?? new Uint8Array(512));
    parts.push(footer(2, sectors, id, stamp));
    return { bytes: join(parts), id, stamp };
  }
  const perBlock = blockSize / SECTOR;
  const entries = Math.ceil(sectors / perBlock);
  const foot = footer(parent === undefined ? 3 : 4, sectors, id, stamp);
  const hasText = parent?.relative !== undefined;
  const tableAt = 1536 + (hasText ? 512 : 0);
  const table = new Uint8Array(Math.ceil((entries * 4) / 512) * 512).fill(0xff);
  parts.push(foot, header(entries, tableAt, options));
  if (hasText) {
    const locator = new Uint8Array(512);
    Array.from(parent.relative!).forEach((c, i) => view(locator).setUint16(2 * i, c.charCodeAt(0), true));
    parts.push(locator);
  }
  parts.push(table);
  const bitmapBytes = Math.ceil(perBlock / 8 / 512) * 512;
  let at = tableAt + table.length;
  for (let b = 0; b < entries; b++) {
    const bitmap = new Uint8Array(bitmapBytes);
    const data = new Uint8Array(blockSize);
    let any = false;
    for (let i = 0; i < perBlock && b * perBlock + i < sectors; i++) {
      const bytes = content(b * perBlock + i);
      if (bytes === null) continue;
      any = true;
      bitmap[i >> 3]! |= 0x80 >> (i & 7);
      data.set(bytes, i * 512);
    }
    if (!any) continue;
    view(table).setUint32(b * 4, at / 512);
    parts.push(bitmap, data);
    at += bitmapBytes + blockSize;
  }
  parts.push(foot);
  return { bytes: join(parts), id, stamp };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Reads a whole disk from its file and those of its parents, nearest first; throws when a structure is unsound. */
export function readVhd(files: readonly Uint8Array[]): Uint8Array {
  const [file, ...parents] = files as [Uint8Array, ...Uint8Array[]];
  const foot = soundFooter(file);
  const v = view(foot);
  const sectors = Number(v.getBigUint64(48)) / 512;
  const type = v.getUint32(60);
  if (type === 2) return file.slice(0, sectors * 512);
  const out = parents.length > 0 ? fit(readVhd(parents), sectors * 512) : new Uint8Array(sectors * 512);
  const at = Number(v.getBigUint64(16));
  const head = file.slice(at, at + 1024);
  const h = view(head);
  if (String.fromCharCode(...head.slice(0, 8)) !== 'cxsparse') throw new Error('no dynamic header');
  const wanted = h.getUint32(36);
  sum(head, 36);
  if (h.getUint32(36) !== wanted) throw new Error('header checksum');
  const perBlock = h.getUint32(32) / 512;
  const bitmapSectors = Math.ceil(perBlock / 4096);
  const table = new DataView(file.buffer, file.byteOffset + Number(h.getBigUint64(16)));
  const used: number[] = [];
  for (let b = 0; b * perBlock < sectors; b++) {
    const entry = table.getUint32(4 * b);
    if (entry === 0xffff_ffff) continue;
    used.push(entry);
    if ((entry + bitmapSectors + perBlock) * 512 > file.length - 512) throw new Error(`block ${b} beyond the end`);
    for (let i = 0; i < perBlock && b * perBlock + i < sectors; i++) {
      if (((file[entry * 512 + (i >> 3)]! << (i & 7)) & 0x80) === 0) continue;
      const from = (entry + bitmapSectors + i) * 512;
      out.set(file.subarray(from, from + 512), (b * perBlock + i) * 512);
    }
  }
  used.sort((a, b) => a - b);
  used.forEach((entry, i) => {
    if (i > 0 && entry - used[i - 1]! < bitmapSectors + perBlock) throw new Error('blocks overlap');
  });
  return out;
}

function fit(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(bytes.subarray(0, length));
  return out;
}

/** The footer at the end; a dynamic file may have to fall back on the copy at the start. */
function soundFooter(file: Uint8Array): Uint8Array {
  for (const at of [file.length - 512, 0]) {
    const foot = file.slice(at, at + 512);
    const wanted = view(foot).getUint32(64);
    sum(foot, 64);
    if (String.fromCharCode(...foot.slice(0, 8)) === 'conectix' && view(foot).getUint32(64) === wanted) return foot;
  }
  throw new Error('no sound footer');
}
