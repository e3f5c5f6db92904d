/** The guest's reader over the root's whole storage stack: only the way between the partitions is a short one. */
import { describe, expect, it } from 'vitest';
import { fs } from '../../guest/kernel/fs.ts';
import type { FsState } from '../../guest/kernel/fs-state.ts';
import { block, gkernel } from '../../guest/kernel/hops.ts';
import { reader, type ReaderState } from '../../guest/user/reader.ts';
import { ask } from '../../remote.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import { component } from '../../sim/component.ts';
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { frame } from '../../sim/memory.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';
import { rig, sampleBytes, sha256, type RigOptions } from '../disk/rig.ts';

const say = () => ({ actor: 'a', act: 'b', object: 'c', because: 'd' });
const way = (crossing: 'guest-memory-write' | 'root-memory-read' | 'root-memory-write' | 'guest-memory-read') =>
  hop({ title: 'way', family: 'ring', crossing, args: ['lba', 'sectors', 'page', 'cookie'], cost: 'call', level: 'dpc', status: 'documented', sources: ['ours'], sentence: say });
const W = defineHops('way', { out: way('guest-memory-write'), outRoot: way('root-memory-read'), back: way('root-memory-write'), backGuest: way('guest-memory-read') });

const wire = component<object>({
  name: 'wire', title: 'Wire', about: 'test', place: 'hardware', sources: ['ours'], initial: () => ({}),
  on: {
    [W.out.name]: (_s, h, act) => act.sendAfter(0, 0, W.outRoot, act.find('root/storvsp'), h.a0, h.a1, h.a2, h.a3),
    [W.back.name]: (_s, h, act) => act.sendAfter(0, 2, W.backGuest, act.find('alpha/storvsc'), h.a0, h.a1, h.a2, h.a3),
  },
});
const vsc = component<{ requests: number[] }>({
  name: 'short-vsc', title: 'VSC', about: 'test', place: 'guest-kernel', sources: ['ours'], initial: () => ({ requests: [] }),
  on: {
    [gkernel.initDriver.name]: (_s, _h, act) => act.send(block.info, act.find('alpha/fs'), 65536, 32),
    [block.read.name]: (s, h, act) => {
      s.requests[h.a4] = h.request;
      act.send(W.out, act.find('wire'), h.a0, h.a1, h.a2, h.a4);
    },
    [W.backGuest.name]: (s, h, act) => {
      act.request = s.requests[h.a3]!;
      act.send(block.done, act.find('alpha/fs'), h.a3, h.a0);
    },
  },
});
const vsp = component<object>({
  name: 'short-vsp', title: 'VSP', about: 'test', place: 'root-kernel', sources: ['ours'], initial: () => ({}),
  on: {
    [vhd.opened.name]: () => {},
    [W.outRoot.name]: (_s, h, act) => {
      const at = h.a3 * 16;
      const page = act.pageForWrite(990);
      putMdlHeader(page, at, 1);
      putMdlPiece(page, at, 0, h.a2, 0, h.a1 * 512);
      act.send(vhd.read, act.find('root/vhdparser'), 1, h.a0, h.a1, 990, mdlSpan(at, 1), h.a3);
    },
    [vhd.done.name]: (_s, h, act) => act.send(W.back, act.find('wire'), h.a1, 0, 0, h.a0),
  },
});
const remote = component<object>({ name: 'remote', title: 'Remote', about: 'test', place: 'remote', sources: ['ours'], initial: () => ({}), on: {} });
const kernel = component<object>({
  name: 'short-guest-kernel', title: 'Kernel', about: 'test', place: 'guest-kernel', sources: ['ours'], initial: () => ({}),
  on: { 'cpu.hltDoneGuest': () => {}, [gkernel.driverReady.name]: () => {} },
});

function world(options: Partial<RigOptions> = {}) {
  const r = rig({
    images: { a: sampleBytes },
    disk: { sectors: 200_000, extents: [{ lbaFrom: 50_000, sectors: 1700, image: 'a', imageOffset: 0 }, { lbaFrom: 2000, sectors: 2402, image: 'a', imageOffset: 1700 * 512 }] },
    files: [{ fileId: 1, name: 'Alpha.vhd', extents: [{ fileSector: 0, sectors: 1700, lba: 50_000 }, { fileSector: 1700, sectors: 2402, lba: 2000 }] }],
    types: [reader, fs, wire, vsc, vsp, remote, kernel], ...options,
  });
  const { partition, vp } = r.w.guest('alpha');
  r.w.add('wire', 'wire');
  const me = r.w.add('remote', 'remote/manager');
  const storvsp = r.w.add('short-vsp', 'root/storvsp', 1);
  const guest = r.w.add('short-guest-kernel', 'alpha/kernel', partition);
  const files = r.w.add('fs', 'alpha/fs', partition, { pages: 1100 });
  const driver = r.w.add('short-vsc', 'alpha/storvsc', partition);
  const app = r.w.add('reader', 'alpha/reader', partition, { pages: 1200 });
  r.w.poke(storvsp, vhd.open, r.vhd, [1, 0], 0);
  r.w.poke(guest, gkernel.initDriver, driver, [], vp);
  r.finish();
  const read = (path: string, depth: number): { status: number; sum: string } => {
    r.w.poke(me, ask.readFile, app, [r.w.kernel.m.texts.push(path) - 1, depth], vp);
    r.finish();
    const last = r.w.state<ReaderState>(app).last!;
    const bytes = new Uint8Array(64 * 4096);
    for (let i = 0; i < 64; i++) bytes.set(frame(r.w.kernel.m.memory, 1200 + i), i * 4096);
    return { status: last.status, sum: sha256(bytes.slice(0, last.size)) };
  };
  return { r, read, fs: () => r.w.state<FsState>(files) };
}

describe('a file read from the guest down to the disk', () => {
  it.each([1, 32])('[VHDP-7] [NTFS-2] [DISK-4] [FS-3] all files of the sample arrive byte for byte at depth %i, chunks coming late', (depth) => {
    const { r, read } = world();
    for (const [path, sum] of [
      ['README.TXT', '79fdbab98ce813adff2db8f14fa3be64e2e78801b1dcb0bfe3cbc571da529852'],
      ['HELLO.TXT', '5c54aa7824661f45b307bc9803b02140419372aa45567ae3353e0cff92954601'],
      ['LAB/NUMBERS.TXT', 'd7ec8e4874dda7d9b4f638bc583359c40e36b2d0f69c0d0d928f4189af919f59'],
      ['BIG.BIN', 'de55f4d4df6fcad103298e22194fd12fe854f3f38f2593d3ba9b76a35145987a'],
      ['LAB/FRAG.BIN', 'de55f4d4df6fcad103298e22194fd12fe854f3f38f2593d3ba9b76a35145987a'],
    ] as const) expect(read(path, depth)).toEqual({ status: 0, sum });
    expect(r.fetched.length).toBeGreaterThan(3);
  });

  it('[FS-12] [DRV-5] nests command under disk under file, and every request ends', () => {
    const { r, read } = world();
    read('LAB/FRAG.BIN', 8);
    const kinds = r.w.kernel.catalogue;
    const hops = r.w.hops();
    const begun = hops.filter((h) => kinds[h.kind]!.begins);
    const ended = new Set(hops.filter((h) => kinds[h.kind]!.ends).map((h) => h.request));
    expect(begun.filter((h) => !ended.has(h.n)).map((h) => kinds[h.kind]!.name)).toEqual([]);
    expect(new Set(begun.map((h) => kinds[h.kind]!.begins))).toEqual(new Set(['command', 'disk', 'file']));
  });

  it('[FS-8] moves file data by DMA into the cache lines of the guest, and copies them once', () => {
    const { r, read } = world({ eager: true });
    read('HELLO.TXT', 1);
    const named = (name: string) => r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === name);
    const last = named('disk.dma').at(-1)!;
    expect(last.args[0]).toBeGreaterThanOrEqual(1100);
    expect(named('fs.copy').map((h) => [h.args[0], h.args[2], h.args[4]])).toEqual([[last.args[0], 1200, 23]]);
  });
});
