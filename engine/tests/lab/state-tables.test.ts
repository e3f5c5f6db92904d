import { describe, expect, it } from 'vitest';
import { put16, put32 } from '../../wire/bytes.ts';
import { ringPackets } from '../../lab/ring-packets.ts';
import { compared, tablesNow } from '../../lab/state-tables.ts';
import type { StateTable } from '../../lab/views.ts';
import { fed, realLab, rest } from './real.ts';

describe('the state of a component', () => {
  const lab = realLab();
  rest(lab);
  const { components } = lab.view();
  const indexOf = (path: string): number => components.find((c) => c.path === path)!.index;
  const atRest = new Map<string, readonly StateTable[]>();
  const tablesOf = (path: string): readonly StateTable[] => {
    const known = atRest.get(path) ?? tablesNow(lab.run.kernel, indexOf(path), lab.status().start).map((table) => ({ ...compared([], [table])[0]! }));
    atRest.set(path, known);
    return known;
  };
  const cell = (path: string, title: string, row: string, column = 1): string =>
    tablesOf(path).find((table) => table.title === title)?.rows.find(({ cells }) => cells[0] === row)?.cells[column] ?? '';

  it('[INSPECT-4] is told in tables for every type that has a state worth telling', () => {
    for (const { type, path } of components) if (type !== 'hypercalls' && type !== 'manager') expect(tablesOf(path), path).not.toHaveLength(0);
    for (const { path } of components) {
      for (const table of tablesOf(path)) {
        expect(table.title).not.toBe('');
        expect(table.empty).toMatch(/\.$|^Nothing/);
        for (const { cells } of table.rows) {
          if (table.head.length > 0) expect(cells, `${path}: ${table.title}`).toHaveLength(table.head.length);
          expect(cells.join(' '), `${path}: ${table.title}`).not.toMatch(/undefined|NaN|\[object/);
        }
      }
    }
  });

  it('[INSPECT-4] tells only what stands in a state', () => {
    const { components: parts } = lab.run.kernel.m;
    const states = [...parts.states];
    const lacking = new Set<string>();
    /** The state, with an ear for words that it does not have. */
    const heard = (value: unknown, where: string): unknown => {
      if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
      return new Proxy(value, {
        get: (target, name) => {
          if (typeof name === 'string' && !(name in target) && !/^\d+$/.test(name)) lacking.add(`${where}.${name}`);
          return heard(Reflect.get(target, name), Array.isArray(target) ? `${where}[]` : `${where}.${String(name)}`);
        },
      });
    };
    try {
      states.forEach((state, i) => (parts.states[i] = heard(state, parts.paths[i]!) as typeof state));
      for (const { index } of components) tablesNow(lab.run.kernel, index, lab.status().start);
    } finally {
      states.forEach((state, i) => (parts.states[i] = state));
    }
    expect([...lacking]).toEqual([]);
  });

  it('[INSPECT-4] names what a person asks for: virtual machines, registers with their bits, blocks of the file, lines of the cache', () => {
    expect(cell('root/vmms', 'Virtual machines', 'Alpha')).toBe('Enabled');
    expect(tablesOf('root/vmbus').find((table) => table.title === 'Channels of Alpha')!.rows.map(({ cells }) => cells[1])).toContain('IDE accelerator');
    expect(tablesOf('root/vid').find((table) => table.title === 'Free pages for guests')!.rows.length).toBeGreaterThan(0);
    expect(cell('root/vmwp/beta/ide', 'Task file', 'Status', 3)).toBe('DRDY DSC');
    // Nobody has asked this drive for anything since its reset.
    expect(cell('root/vmwp/alpha/ide', 'Task file', 'Error', 3)).toMatch(/^diagnostic code 01h: device 0 passed/);
    expect(cell('root/vhdparser', 'Block allocation table of VHD 1', '0', 2)).toMatch(/^sector \d+ of the file$/);
    expect(tablesOf('alpha/fs').find((table) => table.title === 'Buffer cache')!.rows.length).toBeGreaterThan(3);
    expect(cell('root/vmbus', 'Channels of Alpha', '1', 3)).toBe('open');
    expect(cell('root/kernel', 'Interrupt vectors', '0x71')).toBe('Root VMBus');
  });

  it('[INSPECT-4] tells what a hop has changed', () => {
    const { start } = lab.status();
    let changed = 0;
    // The first requests of Alpha's driver fall into these hops.
    for (let n = start + 1; n <= start + 25 && changed === 0; n += 2) {
      fed(lab, () => lab.seek(n));
      const { tables } = fed(lab, () => lab.inspectComponent(indexOf('alpha/storvsc')));
      changed += tables.flatMap((table) => table.rows).filter((row) => row.isNew || row.was?.some((was) => was !== null)).length;
    }
    rest(lab);
    expect(changed).toBeGreaterThan(0);
  });

  it('[INSPECT-4] a request has the number of its hop, counted from the start', () => {
    const { start } = lab.status();
    fed(lab, () => lab.seek(start + 5));
    const { request } = lab.run.hopAt(start + 5);
    const { tables } = fed(lab, () => lab.inspectComponent(indexOf('alpha/storvsc')));
    expect(tables.find((table) => table.title === 'SCSI requests under way')!.rows[0]!.cells[2]).toBe(String(request - start));
    expect(request - start).toBeLessThan(10);
    rest(lab);
  });

  it('[INSPECT-5] of a channel is the list of its packets with what they ask for', () => {
    const [toRoot, toGuest] = tablesOf('alpha/channel');
    expect(toRoot!.title).toBe('Packets to the root');
    expect(toRoot!.rows.at(-1)!.cells[1]).toMatch(/^READ\(10\), \d+ sectors? from \d+$/);
    expect(toRoot!.rows.at(-1)!.cells[3]).toBe('yes');
    expect(toGuest!.rows.at(-1)!.cells[1]).toBe('completion of a request, status 0');
    const { bytes } = fed(lab, () => lab.inspectComponent(components.find((c) => c.path === 'alpha/channel')!.index));
    expect(bytes.map((b) => b.label).filter((label) => label.startsWith('Packet to the root'))).toHaveLength(2);
    expect(bytes.find((b) => b.label.startsWith('Packet to the root'))!.fields.some((field) => field.name === 'Operation')).toBe(true);
  });
});

describe('a ring', () => {
  /** A ring of 128 bytes whose packets of 32 bytes (8 of payload) have been written around its end. */
  function worn(): Uint8Array {
    const data = new Uint8Array(128);
    for (const offset of [32, 64, 96, 0]) {
      put16(data, offset, 6);
      put16(data, offset + 2, 2);
      put16(data, offset + 4, 3);
      put32(data, offset + 8, offset);
      put32(data, offset + 28, offset);
    }
    return data;
  }

  it('[INSPECT-5] is read backwards from its write index, around its end, and tells which packets wait', () => {
    const packets = ringPackets({ data: worn(), write: 32, read: 96 });
    expect(packets.map((p) => p.offset)).toEqual([32, 64, 96, 0]);
    expect(packets.map((p) => p.unread)).toEqual([false, false, true, true]);
    expect(packets.map((p) => p.bytes)).toEqual([32, 32, 32, 32]);
  });

  it('[INSPECT-5] without packets lists none', () => {
    expect(ringPackets({ data: new Uint8Array(4096), write: 0, read: 0 })).toEqual([]);
  });
});
