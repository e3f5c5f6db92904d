import { describe, expect, it } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { eras, type Era } from '../wire/eras.ts';
import { broughtUp, feed, hopsOf, runOut } from './whole.ts';
import { argsOf, fullSentence } from '../lab/narration.ts';

const [alpha, beta] = twoWays.guests as readonly [Scenario['guests'][number], Scenario['guests'][number]];

function machine(era: Era, drivers?: Era, more: Partial<typeof alpha> = {}, steps: Scenario['steps'] = twoWays.steps): Lab {
  return broughtUp({ ...twoWays, era, guests: [{ ...alpha, ...(drivers === undefined ? {} : { era: drivers }), ...more }, beta], steps });
}

interface Seen { readonly name: string; readonly args: Readonly<Record<string, number>> }

function seen(lab: Lab, from = 1): Seen[] {
  return hopsOf(lab, from, lab.run.n).map((hop) => ({ name: lab.kinds[hop.kind]!.name, args: argsOf(lab.kinds[hop.kind]!, hop) }));
}

function state<S>(lab: Lab, path: string): S {
  const { components } = lab.run.kernel.m;
  return components.states[components.paths.indexOf(path)] as unknown as S;
}

const versionOf: Readonly<Record<Era, string>> = { ws2008: '0.13', ws2008r2: '1.1', ws2012: '2.4' };

describe('the same journey in each era', () => {
  it.each(eras)('[VMBUS-14] %s reads README.TXT on both ways under the checkers', (era) => {
    const lab = machine(era);
    runOut(lab);
    expect(lab.view().guests.map((g) => [g.file, g.read])).toEqual([['README.TXT', 483], ['README.TXT', 483]]);
    const type = lab.run.kernel.types.find((t) => t.name === 'vmbus-client')!;
    expect((type.view!(state(lab, 'alpha/vmbus')) as { version: string }).version).toBe(versionOf[era]);
  });
});

describe('versions of VMBus', () => {
  it('[VMBUS-14] the guest asks for its newest version first and for an older one when the root does not speak it', () => {
    const contacts = (era: Era, drivers: Era): number => seen(machine(era, drivers, {}, [])).filter((h) => h.name === 'vmbus.message' && h.args['type'] === 14).length;
    expect(contacts('ws2012', 'ws2012')).toBe(1);
    expect(contacts('ws2008', 'ws2012')).toBe(3);
    expect(contacts('ws2012', 'ws2008')).toBe(1);
  });

  it.each([
    ['ws2008', 'ws2012', '0.13'], ['ws2008r2', 'ws2012', '1.1'], ['ws2012', 'ws2008', '0.13'], ['ws2012', 'ws2008r2', '1.1'],
  ] as const)('[VMBUS-14] a root of %s and drivers of %s speak %s, and a file is read', (era, drivers, version) => {
    const lab = machine(era, drivers);
    runOut(lab);
    expect(lab.view().guests.map((g) => g.read)).toEqual([483, 483]);
    const type = lab.run.kernel.types.find((t) => t.name === 'vmbus-server')!;
    expect((type.view!(state(lab, 'root/vmbus')) as { guests: { version: string }[] }).guests[0]!.version).toBe(version);
  });
});

describe('the start of the machine in each era', () => {
  it.each([
    ['ws2008', 0x0001_1771, 'Root kernel (hvboot)'], ['ws2008r2', 0x0100_1db0, 'Root kernel (hvboot)'], ['ws2012', 0x0200_23f0, 'Loader of Windows'],
  ] as const)('[ROOT-1] %s names itself and says who launches the hypervisor; nothing else names another release', (era, osId, launcher) => {
    const lab = machine(era, era, {}, []);
    const hops = hopsOf(lab, 1, lab.run.n);
    const named = hops.filter((hop) => lab.kinds[hop.kind]!.name === 'msr.writeRoot' && hop.args[0] === 0x4000_0000);
    expect(named.map((hop) => hop.args[1])).toEqual([osId]);
    const sentences = hops.map((hop) => fullSentence(lab.run.kernel, hop));
    expect(sentences.find((sentence) => sentence.includes('launches the hypervisor'))!.startsWith(launcher)).toBe(true);
    expect(sentences.filter((sentence) => /Windows Server 2008|hvboot/.test(sentence) && era === 'ws2012')).toEqual([]);
  });
});

describe('signals in each era', () => {
  const signals = (era: Era): { guest: [connection: number, flag: number]; root: [connection: number, flag: number]; own: number[]; created: number } => {
    const lab = machine(era);
    const all = seen(lab);
    const from = lab.run.n + 1;
    runOut(lab);
    const run = seen(lab, from);
    const call = (name: string): [number, number] => {
      const { args } = run.find((h) => h.name === name && (args_(h) & 0xffff) === 0x5d)!;
      return [args['inPage']!, args['inSpan']!];
    };
    const own = [run.find((h) => h.name === 'vmbus.callback')!.args['own']!, run.find((h) => h.name === 'vmbus.callbackGuest')!.args['own']!];
    return { guest: call('hv.callGuest'), root: call('hv.callRoot'), own, created: all.filter((h) => h.name === 'hv.callRoot' && (args_(h) & 0xffff) === 0x57).length };
  };
  const args_ = (h: Seen): number => h.args['control']!;

  it('[CHAN-2] [CHAN-3] 0.13: the shared connection and flag 0 both ways, and the interrupt page says which channel', () => {
    expect(signals('ws2008')).toEqual({ guest: [2, 0], root: [(2 << 8) | 2, 0], own: [0, 0], created: 4 });
  });

  it('[CHAN-10] [VMBUS-15] 1.1: a connection of its own to the root, one port more; the interrupt page to the guest', () => {
    expect(signals('ws2008r2')).toEqual({ guest: [0x2001, 0], root: [(2 << 8) | 2, 0], own: [1, 0], created: 5 });
  });

  it('[CHAN-11] 2.4: a flag of its own to the guest too, and no interrupt page', () => {
    expect(signals('ws2012')).toEqual({ guest: [0x2001, 0], root: [(2 << 8) | 2, 1], own: [1, 1], created: 5 });
    expect(state<{ guests: { interruptPage: number }[] }>(machine('ws2012'), 'root/vmbus').guests[0]!.interruptPage).toBe(0);
  });
});

describe('storage packets in each era', () => {
  it.each([['ws2008', 96, 72], ['ws2008r2', 96, 72], ['ws2012', 112, 88]] as const)('[STORVSC-8] [STORVSP-20] %s: a read of one page takes %i ring bytes, its answer %i', (era, request, answer) => {
    const lab = machine(era);
    const from = lab.run.n + 1;
    runOut(lab);
    const run = seen(lab, from);
    const lengths = (name: string): number[] => [...new Set(run.filter((h) => h.name === name).map((h) => h.args['length']!))];
    expect(lengths('vmbus.ringWriteGuest')).toEqual([request]);
    expect(lengths('vmbus.ringWriteRoot')).toEqual([answer]);
  });
});

describe('bytes of each era', () => {
  it('[STORVSC-8] the inspector names the fields of the packet of the era', () => {
    const names = (era: Era): string[] => {
      const lab = machine(era);
      const from = lab.run.n + 1;
      runOut(lab);
      const n = from + seen(lab, from).findIndex((h) => h.name === 'vmbus.ringWriteGuest');
      return feed(lab, () => lab.inspectHop(n)).bytes[0]!.fields.map((f) => f.name);
    };
    const [old, young] = [names('ws2008'), names('ws2012')];
    expect(young.length).toBeGreaterThan(old.length);
    expect(young.join()).toMatch(/queue|time/i);
    expect(old.join()).not.toMatch(/queue_tag|time_out/i);
  });
});

describe('a guest turned off in each era', () => {
  it.each(eras)('[VMBUS-15] %s: its ports go with it, and after starting again it reads on a channel as before', (era) => {
    const lab = machine(era, undefined, {}, []);
    const cycle = (): { free: string; calls: number } => {
      lab.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 8, count: 0, depth: 4 });
      feed(lab, () => lab.advance({ hops: 600 }));
      const from = lab.run.n + 1;
      lab.intend({ do: 'turn-off', name: 'alpha' });
      runOut(lab);
      const deleted = seen(lab, from).filter((h) => h.name === 'hv.callRoot' && (h.args['control']! & 0xffff) === 0x58).length;
      const free = JSON.stringify(state<{ free: number[] }>(lab, 'root/vid').free);
      lab.intend({ do: 'start-vm', name: 'alpha' });
      runOut(lab);
      return { free, calls: deleted };
    };
    const first = cycle();
    const second = cycle();
    expect(first.calls).toBe(era === 'ws2008' ? 4 : 5);
    expect(second).toEqual(first);
    lab.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' });
    runOut(lab);
    expect(lab.view().guests.find((g) => g.read === 483)).toBeDefined();
    expect(lab.status().failure).toBeNull();
  });
});

