/** Virtual disks under the real storage half of the root, each compared with a plain array of bytes. */
import type { RootFile } from '../../root/kernel/ntfs.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import { asker, rig, type Answers, type Rig } from './rig.ts';
import { readVhd } from './vhd-maker.ts';

export interface Placed {
  readonly fileId: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly raw?: boolean;
  readonly readOnly?: boolean;
  readonly parent?: number;
}

export interface VhdWorld {
  readonly r: Rig;
  readonly vsp: number;
  /** Opens a file on behalf of a guest; answers the handle and the sentence. */
  open(fileId: number, behalf?: number): { readonly handle: number; readonly sectors: number; readonly says: string; readonly reason: number };
  /** Asks for a read or write and does not wait; `page`: first of the pages of the data. Returns its cookie. */
  ask(write: boolean, handle: number, lba: number, sectors: number, page: number): number;
  close(handle: number): void;
  statusOf(cookie: number): number | null;
  /** Asks and waits. */
  read(handle: number, lba: number, sectors: number): { readonly status: number; readonly bytes: Uint8Array };
  write(handle: number, lba: number, bytes: Uint8Array): number;
  /** The disk as another program would read it from the files on the physical disk: child first. */
  fromFiles(...fileIds: readonly number[]): Uint8Array;
  count(kind: string): number;
}

/** Files in two extents each, of whole clusters; free clusters behind all of them. */
export function vhdWorld(files: readonly Placed[], freeSectors = 400_000, eager = true): VhdWorld {
  const extents: { lbaFrom: number; sectors: number; image: string; imageOffset: number }[] = [];
  const images: Record<string, Uint8Array> = {};
  const roots: RootFile[] = files.map((file, i) => {
    const sectors = Math.ceil(file.bytes.length / 512);
    const half = Math.ceil(sectors / 2 / 8) * 8;
    const lba = 100_000 * (i + 1);
    const parts = [{ fileSector: 0, sectors: half, lba: lba + 50_000 }, { fileSector: half, sectors: sectors - half, lba }].filter((p) => p.sectors > 0);
    images[file.name] = file.bytes;
    for (const p of parts) extents.push({ lbaFrom: p.lba, sectors: p.sectors, image: file.name, imageOffset: p.fileSector * 512 });
    const { bytes: _bytes, ...root } = file;
    return { ...root, extents: parts };
  });
  const free = { lba: 100_000 * (files.length + 1), sectors: freeSectors };
  const kinds = [vhd.opened, vhd.done, vhd.closed];
  const r = rig({ images, disk: { sectors: free.lba + freeSectors, extents }, files: roots, free, eager, types: [asker('vsp', 'root-kernel', kinds)] });
  const vsp = r.w.add('vsp', 'root/storvsp', 1);
  let cookie = 100;
  const got = (): number[][] => r.w.state<Answers>(vsp).got;
  const statusOf = (c: number): number | null => got().find((a) => a[0] === c)?.[1] ?? null;
  const ask = (write: boolean, handle: number, lba: number, sectors: number, page: number): number => {
    cookie += 1;
    const pieces: [number, number, number][] = [];
    for (let left = sectors * 512, p = page; left > 0; p++, left -= 4096) pieces.push([p, 0, Math.min(left, 4096)]);
    const slot = cookie % 64;
    const span = r.mdl(900 + (slot >> 3), pieces, (slot & 7) * 256);
    r.w.poke(vsp, write ? vhd.write : vhd.read, r.vhd, [handle, lba, sectors, 900 + (slot >> 3), span, cookie], 0);
    return cookie;
  };
  return {
    r, vsp, ask, statusOf,
    close: (handle) => r.w.poke(vsp, vhd.close, r.vhd, [handle, (cookie += 1)], 0),
    open: (fileId, behalf = 0) => {
      cookie += 1;
      r.w.kernel.act.beginIntent(vsp);
      r.w.kernel.act.behalf = behalf;
      r.w.kernel.act.send(vhd.open, r.vhd, fileId, cookie);
      r.w.kernel.act.depart();
      r.finish();
      const [, handle, sectors, text, , reason] = got().find((a) => a[0] === cookie)!;
      return { handle: handle!, sectors: sectors!, says: r.w.kernel.m.texts[text!] ?? '', reason: reason! };
    },
    read: (handle, lba, sectors) => {
      const c = ask(false, handle, lba, sectors, 2000);
      r.finish();
      const bytes = new Uint8Array(sectors * 512);
      for (let at = 0; at < bytes.length; at += 4096) bytes.set(r.bytes(2000 + at / 4096, 0, Math.min(4096, bytes.length - at)), at);
      return { status: statusOf(c)!, bytes };
    },
    write: (handle, lba, bytes) => {
      for (let at = 0; at < bytes.length; at += 4096) r.fill(2000 + at / 4096, bytes.subarray(at, at + 4096));
      const c = ask(true, handle, lba, bytes.length / 512, 2000);
      r.finish();
      return statusOf(c)!;
    },
    fromFiles: (...fileIds) => readVhd(fileIds.map((id) => r.file(id))),
    count: (kind) => r.w.names().filter((n) => n === kind).length,
  };
}

/** Bytes that tell where they belong: sector number and a mark. */
export function pattern(lba: number, sectors: number, mark: number): Uint8Array {
  const out = new Uint8Array(sectors * 512);
  for (let s = 0; s < sectors; s++) {
    for (let i = 0; i < 512; i++) out[s * 512 + i] = (Math.imul(lba + s, 31) + Math.imul(i, 7) + Math.imul(mark, 101) + (((lba + s) * mark) >> 8)) & 0xff;
    out[s * 512] = mark;
  }
  return out;
}
