/** The legacy path on the whole machine: root, hypervisor, VID, worker process, VHD parser, NTFS and disk as they are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildMachine } from '../../scenarios/builder.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { intend } from '../../sim/intend.ts';
import { newBlock, type Kernel } from '../../sim/kernel.ts';
import { frame, translate } from '../../sim/memory.ts';
import { decodeRow, type Hop } from '../../sim/rows.ts';

const image = readFileSync(new URL('../../../public/disks/viridian-sample.vhd', import.meta.url));
const chunkBytes = 65_536;

/** The legacy guest of the default scenario alone, started; `ask` makes a wish and returns the hops until the machine is idle. */
function legacy(polled: boolean): { readonly kernel: Kernel; ask(intent: object): Hop[]; named(hops: Hop[], name: RegExp): Hop[] } {
  const guest = { ...twoWays.guests[1]!, polled };
  const kernel = buildMachine({ ...twoWays, guests: [guest] }, (_, chunk) => new Uint8Array(image.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)));
  kernel.log = newBlock(1, 1 << 18);
  const ask = (intent: object): Hop[] => {
    const from = kernel.m.n;
    intend(kernel, intent);
    expect(kernel.run({ toHop: from + 200_000, toTime: Number.MAX_SAFE_INTEGER })).toBe('idle');
    const out: Hop[] = [];
    for (let i = from; i < kernel.m.n; i++) out.push(decodeRow(kernel.log.words, kernel.log.times, i, 1));
    return out;
  };
  const { disk: _disk, ...config } = guest;
  ask({ do: 'boot-root' });
  ask({ do: 'create-vm', ...config, disk: { fileId: 1 } });
  return { kernel, ask, named: (hops, name) => hops.filter((h) => name.test(kernel.catalogue[h.kind]!.name)) };
}

const access = /^pio\.(read|write)$/;

describe('the legacy path on the whole machine', () => {
  it('[ATADRV-1] [IDE-14] [PIC-1] the guest finds its disk with 18 port exits', () => {
    const w = legacy(false);
    const hops = w.ask({ do: 'start-vm', name: 'beta' });
    const infos = w.named(hops, /^block\.info$/);
    const attached = w.named(hops, /^ide\.attached$/);
    expect(infos).toHaveLength(1);
    expect(infos[0]!.args[0]).toBe(attached[0]!.args[1]);
    const before = hops.filter((h) => h.n < infos[0]!.n);
    expect(w.named(before, access)).toHaveLength(18);
  });

  it('[ATADRV-4] [PIC-9] [PIC-10] 8 sectors take 39 port exits, 8 asserts and 8 clears, and every access is a trip to the worker process', () => {
    const w = legacy(false);
    w.ask({ do: 'start-vm', name: 'beta' });
    const hops = w.ask({ do: 'read-sectors', guest: 'beta', lba: 8, sectors: 8, count: 3, depth: 1 });
    const requests = w.named(hops, /^block\.read$/);
    expect(requests).toHaveLength(3);
    for (const request of requests) expect(w.named(hops, access).filter((h) => h.request === request.n)).toHaveLength(39);
    expect(w.named(hops, access)).toHaveLength(3 * 39);
    expect(w.named(hops, /^vmwp\.message$/)).toHaveLength(3 * 39);
    expect(w.named(hops, /^vid\.assertInterrupt$/)).toHaveLength(3 * 8);
    expect(w.named(hops, /^vmwp\.acknowledged$/)).toHaveLength(3 * 8);
    expect(w.named(hops, /^vmwp\.copy$/)).toHaveLength(3 * 8);
    expect(w.named(hops, /^vhd\.readUser$/)).toHaveLength(3);
    expect(w.named(hops, /^block\.done$/).map((h) => h.args[1])).toEqual([0, 0, 0]);
  });

  it('[ATADRV-5] a polling guest makes no interrupt and asks for the status while the disk works', () => {
    const w = legacy(true);
    w.ask({ do: 'start-vm', name: 'beta' });
    const hops = w.ask({ do: 'read-sectors', guest: 'beta', lba: 8, sectors: 8, count: 1, depth: 1 });
    expect(w.named(hops, access).length).toBeGreaterThanOrEqual(24);
    expect(w.named(hops, /^pic\.line$/)).toHaveLength(0);
    expect(w.named(hops, /^apic\.injectGuest$/)).toHaveLength(0);
    expect(w.named(hops, /^block\.done$/).map((h) => h.args[1])).toEqual([0]);
  });

  it('[ATADRV-9] both ways bring the same text of the same file', () => {
    const text = (polled: boolean): string => {
      const w = legacy(polled);
      w.ask({ do: 'start-vm', name: 'beta' });
      const done = w.named(w.ask({ do: 'read-file', guest: 'beta', path: 'README.TXT' }), /^fs\.readDone$/);
      expect(done.length).toBeGreaterThan(0);
      const [, status, length, page] = done[0]!.args as unknown as [number, number, number, number];
      expect(status).toBe(0);
      const memory = w.kernel.m.memory;
      return String.fromCharCode(...frame(memory, translate(memory, 2, page, 1)).subarray(0, length));
    };
    expect(text(false)).toMatch(/^[\s!-~]{20,}/);
    expect(text(true)).toBe(text(false));
  });
});
