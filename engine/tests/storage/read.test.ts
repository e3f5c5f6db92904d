import { describe, expect, it } from 'vitest';
import { setupSteps, storvsp, transactionName } from '../../devices/storage/hops.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import type { StorvscState } from '../../devices/storage/vsc-state.ts';
import { newDisk, type StorvspState } from '../../devices/storage/vsp-state.ts';
import { storagePacketBytes } from '../../devices/storage/protocol.ts';
import { asciiOf, hexOf } from '../../wire/bytes.ts';
import { HvSignalEvent } from '../../wire/hypercalls.ts';
import { capacityBlocks } from '../../wire/scsi.ts';
import { GPADL_HEADER } from '../../wire/vmbus.ts';
import { DISK_SECTORS, FREE_PAGES, rig, STORAGE_PAGES, type Read, type StorageRig } from './rig.ts';

const one: Read = { lba: 0x100, sectors: 8, page: FREE_PAGES, offset: 0 };
const kinds = (r: StorageRig, from: number): string[] => r.w.names().slice(from);
const count = (names: readonly string[], name: string): number => names.filter((n) => n === name).length;

describe('bring-up of a synthetic disk', () => {
  it('[STORVSC-1] [STORVSC-2] makes the handshake, asks what and how large the disk is, and tells the file system', () => {
    const r = rig();
    const g = r.up('alpha', { queueDepth: 5 });
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0, 0]);
    expect(r.w.state<{ info: number[] }>(g.fs).info).toEqual([DISK_SECTORS, 5, 128]);
    const writes = r.of('vmbus.ringWriteGuest');
    expect(writes.map((a) => transactionName(a[3]!))).toEqual([...setupSteps]);
    expect(writes.map((a) => a[2])).toEqual([72, 72, 72, 72, 96, 96]);
    expect(r.of('vmbus.ringWriteRoot').map((a) => a[2])).toEqual([72, 72, 72, 72, 72, 72]);
    const buffer = r.memory(g, r.w.state<StorvscState>(g.storvsc).buffer);
    expect(capacityBlocks(buffer, 0)).toBe(DISK_SECTORS);
    expect(asciiOf(buffer, 8, 28)).toBe('Msft    Virtual Disk    1.0 ');
  });

  it('[STORVSC-1] a step that is refused ends the attempt with its status', () => {
    const r = rig();
    const g = r.guest('alpha', ['alpha/storvsc']);
    r.w.add('storvsc', 'alpha/storvsc', g.partition, { pages: STORAGE_PAGES });
    const fs = r.w.add('short-fs', 'alpha/fs', g.partition);
    // A disk that is in the middle of a handshake already.
    const state = r.w.kernel.stateForWrite(r.storvsp) as unknown as StorvspState;
    state.vmbus = r.server;
    state.disks.push({ ...newDisk(0, g.partition, g.worker, 0), handle: 7, sectors: 9 });
    r.w.poke(r.storvsp, vmbus.offer, r.server, [g.partition, 0, 0]);
    r.attach(g);
    r.boot(g);
    for (let i = 0; i < 2000 && !r.w.names().includes('vmbus.openedDone'); i++) r.w.run(1);
    (r.w.kernel.stateForWrite(r.storvsp) as unknown as StorvspState).disks[0]!.phase = 2;
    r.w.run();
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0, 0xc000_0184]);
    expect(r.w.state<{ info: number[] }>(fs).info).toEqual([]);
  });

  it('[STORVSC-1] a guest without a disk says so, and a VHD that cannot be opened is reported to the worker process', () => {
    const r = rig();
    const g = r.guest('alpha', ['alpha/storvsc']);
    r.w.add('storvsc', 'alpha/storvsc', g.partition, { pages: STORAGE_PAGES });
    r.w.poke(g.worker, storvsp.attach, r.storvsp, [g.partition, 404, 3]);
    r.w.run();
    expect(r.w.state<{ told: number[][] }>(g.worker).told).toEqual([[0xc000_0032, 3]]);
    r.attach(g);
    r.boot(g);
    r.w.run();
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0, 0xc000_000e]);
  });

  it('[VMBUS-6] [VMBUS-8] rings of 2 x 17 pages need a body message and work all the same', () => {
    const r = rig();
    const g = r.up('alpha', { dataPages: 16 });
    expect(r.posts(g.partition).filter(([type]) => type === GPADL_HEADER || type === 9)).toEqual([[8, 28 + 26 * 8], [9, 16 + 8 * 8]]);
    expect(r.read(g, [one]).done).toEqual([[0, 0]]);
  });
});

describe('a synthetic read', () => {
  it('[STORIO-1] at depth 1 costs one signal each way, 96 ring bytes out and 72 back, and no port access', () => {
    for (const sectors of [1, 8]) {
      const r = rig();
      const g = r.up('alpha');
      const from = r.w.kernel.m.n;
      const calls = r.short.calls.length;
      const s = r.read(g, [{ ...one, sectors }]);
      expect([s.done, s.bad]).toEqual([[[0, 0]], []]);
      const names = kinds(r, from);
      expect(r.short.calls.slice(calls)).toEqual([[g.partition, HvSignalEvent, 0], [1, HvSignalEvent, 0]]);
      const hops = r.w.hops().slice(from);
      const bytes = (name: string): number => hops.filter((h) => r.w.kernel.catalogue[h.kind]!.name === name).reduce((n, h) => n + h.args[2]!, 0);
      expect([bytes('vmbus.ringWriteGuest'), bytes('vmbus.ringWriteRoot')]).toEqual([96, 72]);
      expect([count(names, 'vmbus.ringReadRoot'), count(names, 'vmbus.ringReadGuest'), count(names, 'pio.write')]).toEqual([1, 1, 0]);
    }
  });

  it('[STORVSC-3] [STORVSC-4] puts the bytes of the fact sheets on the ring, and keeps the packet in its record', () => {
    const r = rig();
    const g = r.up('alpha');
    const storvsc = r.w.state<StorvscState>(g.storvsc);
    const from = r.of('vmbus.ringWriteGuest').length;
    r.read(g, [{ lba: 0x1000 - 8, sectors: 8, page: FREE_PAGES + 5, offset: 0 }]);
    const [, offset, length, transId, page, span] = r.of('vmbus.ringWriteGuest')[from]!;
    expect([length, transId]).toEqual([96, storvsc.records * 4096]);
    const bytes = hexOf(r.memory(g, page!), span! & 0xfff, span! >>> 12);
    const id = `00${(storvsc.records * 16).toString(16).padStart(6, '0').match(/../g)!.reverse().join('')}`;
    expect(bytes).toBe(
      ['09000500', '0b000100', id, '00000000', '00000000', '01000000', '00100000', '00000000', '45000000', '00000000'].join('') +
      ['03000000', '01000000', '00000000', '24000000', '00000000', '0a120100', '00100000', '28000000', '0ff80000', '08000000', '00000000', '00000000'].join('') +
      ['00000000', offset!.toString(16).padStart(4, '0').match(/../g)!.reverse().join('') + '0000'].join(''),
    );
    expect(hexOf(r.memory(g, storvsc.records), 0, 48)).toBe(bytes.slice(80, 80 + 96));
    expect(storagePacketBytes('ws2008')).toBe(48);
  });

  it('[STORVSC-4] names two pages when the buffer crosses a page: 104 ring bytes', () => {
    const r = rig();
    const g = r.up('alpha');
    const s = r.read(g, [{ lba: 9, sectors: 8, page: FREE_PAGES, offset: 512 }, { lba: 9, sectors: 1, page: FREE_PAGES + 4, offset: 4000 }]);
    expect([s.done, s.bad]).toEqual([[[0, 0], [1, 0]], []]);
    expect(r.of('vmbus.ringWriteGuest').slice(-2).map((a) => a[2])).toEqual([104, 104]);
  });

  it('[CHAN-1] belongs to its request from the ring write to the answer, without a trace in guest bytes', () => {
    const r = rig();
    const g = r.up('alpha');
    const from = r.w.kernel.m.n;
    r.read(g, [one]);
    const hops = r.w.hops().slice(from);
    const of = (name: string) => hops.find((h) => r.w.kernel.catalogue[h.kind]!.name === name)!;
    const request = of('block.read').n;
    for (const name of ['block.read', 'vmbus.ringWriteGuest', 'vmbus.ringReadRoot', 'vhd.read', 'vhd.done', 'vmbus.ringWriteRoot', 'vmbus.ringReadGuest', 'block.done']) {
      expect([name, of(name).request]).toEqual([name, request]);
    }
    expect(of('vmbus.ringReadRoot').origin).toBe(of('vmbus.ringWriteGuest').n);
    expect(of('vmbus.ringReadGuest').origin).toBe(of('vmbus.ringWriteRoot').n);
    expect([of('vmbus.ringWriteGuest').cost, of('vmbus.ringWriteRoot').cost]).toEqual([0, 0]);
    expect(of('vhd.read').behalf).toBe(g.partition);
    expect(r.w.state<{ tags: unknown[] }>(g.channel).tags).toEqual([]);
  });

  it('[STORVSC-7] [STORVSP-3] beyond the end of the disk gives sense 5/21/00, a medium error 3/11/00', () => {
    const r = rig({ status: (lba) => (lba === 77 ? 0xc000_0185 : 0) });
    const g = r.up('alpha');
    const s = r.read(g, [{ ...one, lba: DISK_SECTORS - 7 }, { ...one, lba: 77 }, { ...one, lba: DISK_SECTORS - 8 }]);
    expect(s.done).toEqual([[0, 0x05_2100], [1, 0x03_1100], [2, 0]]);
    expect(s.bad).toEqual([]);
  });
});

describe('many reads', () => {
  const many = (n: number): Read[] => Array.from({ length: n }, (_, i) => ({ lba: (i * 53) % (DISK_SECTORS - 8), sectors: 1 + (i % 8), page: FREE_PAGES + (i % 100) * 2, offset: 0 }));

  it('[STORVSC-5] keeps at most queueDepth under way, 64 more waiting in order, and refuses what comes beyond', () => {
    const r = rig();
    const g = r.up('alpha', { queueDepth: 4 });
    const s = r.read(g, many(100), 100);
    expect(s.bad).toEqual([]);
    const refused = s.done.filter(([, status]) => status === 0xc000_009a).map(([i]) => i);
    expect(refused).toEqual(Array.from({ length: refused.length }, (_, i) => 68 + i));
    expect(refused.length).toBeGreaterThan(0);
    expect(s.done).toHaveLength(100);
    expect(r.w.state<{ most: number }>(r.vhd).most).toBe(4);
    const order = r.of('vmbus.ringWriteGuest').slice(6).map((a) => a[3]);
    expect(order).toHaveLength(100 - refused.length);
  });

  it('[STORVSC-5] refuses a read of no sector or of more than 64 KiB', () => {
    const r = rig();
    const g = r.up('alpha');
    expect(r.read(g, [{ ...one, sectors: 0 }, { ...one, sectors: 129 }]).done).toEqual([[0, 0xc000_000d], [1, 0xc000_000d]]);
  });

  it('[STORVSC-6] a full ring delays requests and loses none', () => {
    const r = rig({ wait: () => 1_000_000 });
    const g = r.up('alpha', { dataPages: 1 });
    const reads = Array.from({ length: 60 }, (_, i): Read => ({ lba: i * 60, sectors: 60, page: FREE_PAGES + (i % 40) * 9, offset: 512 }));
    (r.w.kernel.stateForWrite(r.storvsp) as unknown as StorvspState).disks[0]!.draining = true; // nobody reads the ring for a while
    const s = r.read(g, reads, 40);
    expect(s.done).toEqual([]);
    const stuck = r.w.state<StorvscState>(g.storvsc);
    expect([stuck.outstanding, stuck.waiting.length]).toEqual([26, 14]);
    const disk = (r.w.kernel.stateForWrite(r.storvsp) as unknown as StorvspState).disks[0]!;
    disk.draining = false;
    r.w.poke(r.server, vmbus.callback, r.storvsp, [g.channel], 0);
    r.w.run();
    const after = r.w.state<{ done: [number, number][]; bad: number[] }>(g.fs);
    expect(after.done.filter(([, status]) => status === 0)).toHaveLength(60);
    expect(after.bad).toEqual([]);
    expect(r.of('storvsc.retry').length).toBeGreaterThan(0);
  });
});
