/** A virtual machine that starts from its disk: power-on, firmware, kernel, and the end of it at any moment. */
import { describe, expect, it } from 'vitest';
import { goldenText } from '../lab/narration.ts';
import type { Lab } from '../lab/lab.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { checkScenario } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { broughtUp, feed, hopsOf, runOut } from './whole.ts';

const powerOn = shipped.find(({ name }) => name === 'power-on')!;
const guestOf = (change: Partial<Scenario['guests'][number]>): Scenario['guests'][number] => ({ ...powerOn.guests[0]!, ...change });
const booting = (change: Partial<Scenario['guests'][number]>, ...asked: readonly Scenario['steps'][number]['intent'][]): Scenario => ({
  ...powerOn, guests: [guestOf(change)], stops: [], expect: [],
  steps: [{ after: 0, intent: { do: 'start-vm', name: 'alpha' } }, ...asked.map((intent) => ({ after: 'idle', intent }) as const)],
});
const read = { do: 'read-file', guest: 'alpha', path: 'README.TXT' } as const;
const oneSector = [{ lba: 0, sectors: 1 }] as const;

function namesFrom(lab: Lab, from: number): readonly string[] {
  return hopsOf(lab, from + 1, lab.run.n).map((hop) => lab.kinds[hop.kind]!.name);
}

function stateOf<S>(lab: Lab, path: string): S {
  const { m } = lab.run.kernel;
  return m.components.states[m.components.paths.lastIndexOf(path)] as S;
}

/** What only carries a hypercall, a message or an interrupt to whom it is meant for. */
const carriers = /^(?:hv|synic|apic|cpu|kernel|winhv\.done|gwinhv\.done|gkernel\.isr|gkernel\.isrDone|vid\.intercept|sched|disk\.(?:post|acknowledge|dma)|diskdrv|ntfs)(?:\.|$)/;

/** Sentences beat by beat: what repeats itself is told once, and what only carries is left out. */
function inBeats(lab: Lab, from: number, to: number): string {
  const { kernel } = lab.run;
  const left = (beat: { readonly from: number; readonly kind: string }): boolean => beat.kind !== 'cycle' && carriers.test(lab.kinds[lab.run.hopAt(beat.from).kind]!.name);
  const told = feed(lab, () => lab.beats(from, 100_000, to)).filter((beat) => beat.to <= to && !left(beat));
  const single = goldenText(kernel, told.filter((beat) => beat.kind !== 'cycle').map((beat) => lab.run.hopAt(beat.from)), { from: lab.run.timeOf(from - 1) })
    .split('\n').filter((line) => !line.includes('... nothing for '));
  const width = single[0]!.search(/ µs/) + 5;
  const lines: string[] = [];
  let at = 0;
  for (const beat of told) {
    const again = beat.kind === 'cycle';
    const hops = beat.to - beat.from + 1;
    if (!again) lines.push(single[at++]!);
    else if (!lines.at(-1)?.includes('... ')) lines.push(`${' '.repeat(width)}... ${hops} hops as before${beat.times > 1 ? `, the same ${beat.times} times` : ''} ...`);
  }
  return `${lines.join('\n')}\n`;
}

describe('a start from the disk', () => {
  it('[BOOT-1] the disk of a VM that boots stands on both ways, that of another on the one it uses', () => {
    const lab = broughtUp(booting({ boot: oneSector }));
    const from = lab.run.n;
    runOut(lab);
    const names = namesFrom(lab, from).filter((name) => ['ide.attach', 'storvsp.attach', 'vid.startVp', 'boot.reset', 'boot.done', 'vmbus.offer', 'gkernel.booted'].includes(name));
    expect(names).toEqual(['ide.attach', 'storvsp.attach', 'vmbus.offer', 'vid.startVp', 'boot.reset', 'boot.done', 'gkernel.booted']);
    expect(stateOf<{ disks: { attached: number }[] }>(lab, 'root/vhdparser').disks.map((disk) => disk.attached)).toEqual([2]);
    const { boot: _boot, ...plain } = guestOf({});
    const bare = broughtUp({ ...booting({}), guests: [plain] });
    const start = bare.run.n;
    runOut(bare);
    const told = namesFrom(bare, start);
    expect(told.filter((name) => name.startsWith('boot.') || name === 'ide.attach')).toEqual([]);
    expect(told).toContain('gkernel.start');
  });

  it('[BOOT-2] reads its list by programmed input, in order, into memory behind 0x7C00; then the kernel runs', () => {
    const boot = [{ lba: 0, sectors: 1 }, { lba: 230, sectors: 3 }, { lba: 1, sectors: 10 }] as const;
    const lab = broughtUp(booting({ boot }));
    const from = lab.run.n;
    runOut(lab);
    const hops = hopsOf(lab, from + 1, lab.run.n);
    const named = (name: string) => hops.filter((hop) => lab.kinds[hop.kind]!.name === name);
    expect(named('boot.read').map((hop) => hop.args.slice(0, 4))).toEqual([[0, 1, 7, 0xc00], [230, 3, 8, 0], [1, 10, 9, 0]]);
    expect(named('boot.readDone').map((hop) => hop.args[0])).toEqual([0, 0, 0]);
    // For each read six accesses of set-up, for the first one more; a string instruction for each sector.
    const writes = named('pio.write').filter((hop) => (hop.args[0]! & 0xffff) !== 0x3f6);
    expect(writes).toHaveLength(6 * boot.length);
    expect(named('pio.read').filter((hop) => hop.args[1] === 256)).toHaveLength(14);
    // What stands in memory is what is on the disk.
    const seen = named('boot.readDone').map((hop) => feed(lab, () => lab.inspectHop(hop.n)).bytes[0]!.after!);
    expect([...seen[0]!.subarray(510, 512)]).toEqual([0x55, 0xaa]);
    expect(seen.map((bytes) => bytes.length)).toEqual([512, 3 * 512, 4096]);
    expect(String.fromCharCode(...seen[1]!)).toContain('Viridian Lab sample disk');
    expect(named('gkernel.booted')).toHaveLength(1);
    expect(lab.view().vms[0]!.state).toBe(2);
  });

  it('[BOOT-2] after the start the storage of an enlightened guest goes by VMBus alone', () => {
    const lab = broughtUp(booting({ boot: oneSector }, read));
    feed(lab, () => lab.until({ kind: 'boot.done' }));
    const from = lab.run.n;
    runOut(lab);
    const names = namesFrom(lab, from);
    expect(names.filter((name) => name.startsWith('pio.') || name.startsWith('vmwp.port'))).toEqual([]);
    expect(names.filter((name) => name === 'vmbus.ringWriteGuest').length).toBeGreaterThan(4);
    expect(lab.view().guests[0]!.text).toContain('Viridian Lab sample disk');
  });

  it.each(['pio', 'dma'] as const)('[BOOT-2] a legacy guest boots too, and its ATA driver takes the drive over (%s)', (path) => {
    const lab = broughtUp(booting({ guest: 'legacy', path, boot: oneSector }, read));
    runOut(lab);
    expect(lab.status().failure).toBeNull();
    expect(lab.view().guests[0]!.text).toContain('Viridian Lab sample disk');
  });

  it('[BOOT-3] a read that fails ends the start before the kernel; the VM is turned off like any other', () => {
    const lab = broughtUp(booting({ boot: [{ lba: 0, sectors: 1 }, { lba: 65_535, sectors: 4 }, { lba: 1, sectors: 1 }] }));
    const from = lab.run.n;
    runOut(lab);
    const names = namesFrom(lab, from);
    expect(names.filter((name) => name === 'boot.read')).toHaveLength(2);
    expect(names).not.toContain('cpu.cpuidGuest');
    expect(stateOf<{ failed: number }>(lab, 'alpha/firmware').failed).toBe(1);
    lab.intend({ do: 'turn-off', name: 'alpha' });
    runOut(lab);
    expect(lab.status().failure).toBeNull();
    expect(lab.view().vms[0]!.state).toBe(3);
  });

  it('[BOOT-4] what it reads is checked like every field of a scenario', () => {
    const refusal = (boot: unknown): string => {
      try {
        checkScenario({ ...twoWays, guests: [{ ...twoWays.guests[0]!, boot }, twoWays.guests[1]!] });
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    };
    expect(refusal([{ lba: 0, sectors: 17 }])).toBe('$.guests[0].boot[0].sectors is 17; it must be a whole number from 1 to 16.');
    expect(refusal(Array.from({ length: 17 }, () => ({ lba: 0, sectors: 1 })))).toBe('$.guests[0].boot has 17 entries; at most 16 are read.');
    expect(refusal([{ lba: 0 }])).toMatch(/boot\[0\]\.sectors is missing/);
    expect(refusal([])).toBe('accepted');
  });
});

describe('turned off while it starts', () => {
  interface Free { readonly vid: unknown; readonly vmms: unknown; readonly root: number; readonly disks: readonly unknown[] }
  const free = (lab: Lab): Free => ({
    vid: structuredClone(stateOf<{ free: unknown }>(lab, 'root/vid').free), vmms: structuredClone(stateOf<{ free: unknown }>(lab, 'root/vmms').free),
    root: lab.view().partitions[0]!.memoryMb, disks: stateOf<{ disks: unknown[] }>(lab, 'root/vhdparser').disks.filter((disk) => disk !== null),
  });

  it('[BOOT-5] [VMWP-8] at any moment of the boot every page comes back, the file is free, and the VM can be deleted or started again', { timeout: 240_000 }, () => {
    const lab = broughtUp(booting({}));
    const before = free(lab);
    feed(lab, () => lab.until({ kind: 'vmms.poweredOn' }));
    const first = lab.run.n;
    const last = runOut(lab);
    const main = lab.status().branch;
    const moments = Array.from({ length: 20 }, (_, i) => first + 1 + Math.floor(((last - first) * i) / 20) + ((i * 7919) % 41));
    for (const [i, n] of moments.entries()) {
      lab.setChecks(false);
      lab.goTo(main);
      feed(lab, () => lab.seek(n));
      lab.setChecks(true);
      lab.intend({ do: 'turn-off', name: 'alpha' });
      runOut(lab);
      expect([n, lab.status().failure, ...lab.checkFailures().map((f) => f.sentence)].join(' ')).toBe(`${n} `);
      expect(lab.view().vms[0]!.state).toBe(3);
      expect(lab.view().components.filter((c) => c.path.startsWith('alpha/') && !c.gone)).toEqual([]);
      expect({ ...free(lab), vid: 0 }).toEqual({ ...before, vid: 0 });
      if (i % 3 === 0) {
        lab.intend({ do: 'delete-vm', name: 'alpha' });
        runOut(lab);
        expect(lab.view().vms).toEqual([]);
      } else if (i % 3 === 1) {
        lab.intend({ do: 'start-vm', name: 'alpha' });
        runOut(lab);
        lab.intend(read);
        runOut(lab);
        expect(lab.view().guests.at(-1)!.text).toContain('Viridian Lab sample disk');
      }
      expect(lab.status().failure).toBeNull();
    }
  });

  it('[BOOT-5] right after the start, and deleted at once', () => {
    const lab = broughtUp(booting({ boot: oneSector }));
    const before = free(lab);
    feed(lab, () => lab.until({ kind: 'vmms.poweredOn' }));
    lab.intend({ do: 'turn-off', name: 'alpha' });
    feed(lab, () => lab.until({ kind: 'vmms.poweredOff' }));
    lab.intend({ do: 'delete-vm', name: 'alpha' });
    runOut(lab);
    expect(lab.status().failure).toBeNull();
    expect(lab.view().vms).toEqual([]);
    expect({ ...free(lab), vid: 0 }).toEqual({ ...before, vid: 0 });
  });
});

describe('golden journeys', () => {
  it('[STORY-1] [BOOT-2] a virtual machine is started and boots: from VMMS to the first packet in a ring', async () => {
    const lab = broughtUp(booting({ boot: oneSector }));
    const from = lab.run.n;
    const to = runOut(lab);
    await expect(inBeats(lab, from + 1, to)).toMatchFileSnapshot('golden/alpha-boots.txt');
  });
});
