/** Creating, starting, turning off and deleting virtual machines; starts that fail; fifty starts. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import { STARTING, STOPPING } from '../../root/user/hops.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { IntentError } from '../../sim/intend.ts';
import { broughtUp, feed, runOut } from '../whole.ts';

const quiet = { ...twoWays, steps: [] };
const gamma = { do: 'create-vm', name: 'gamma', title: 'Gamma', guest: 'enlightened', memoryMb: 64, vps: 1, path: 'synthetic', disk: { fileId: 1 } } as const;

function ask(lab: Lab, ...intents: readonly object[]): void {
  for (const intent of intents) {
    lab.intend(intent);
    runOut(lab);
    expect(lab.status().failure).toBeNull();
  }
}

const vm = (lab: Lab, name: string): { readonly state: number; readonly reason: string } | undefined => lab.view().vms.find((v) => v.name === name);
const refusal = (lab: Lab, intent: object): string => {
  const before = lab.fingerprint();
  try {
    lab.intend(intent);
  } catch (error) {
    expect(lab.fingerprint()).toBe(before);
    return (error as Error).message;
  }
  throw new Error('it was not refused');
};

interface Pages {
  readonly free: readonly number[];
}
const pagesOf = (lab: Lab, path: string): readonly number[] => {
  const { paths, states } = lab.run.kernel.m.components;
  return [...(states[paths.indexOf(path)] as unknown as Pages).free];
};

describe('Hyper-V Manager', () => {
  it('[VMMS-5] refuses at once, with a sentence, what cannot be done, and nothing changes', () => {
    const lab = broughtUp(quiet);
    expect(refusal(lab, { do: 'start-vm', name: 'delta' })).toBe("There is no virtual machine 'delta', so it cannot be started; create it first.");
    expect(refusal(lab, { do: 'start-vm', name: 'alpha' })).toBe("'alpha' is running, so it cannot be started (return code 32775, invalid state); turn it off first.");
    expect(refusal(lab, { do: 'delete-vm', name: 'beta' })).toBe("'beta' is running, so it cannot be deleted (return code 32775, invalid state); turn it off first.");
    expect(refusal(lab, { ...gamma, name: 'alpha' })).toBe("There is a virtual machine 'alpha' already; give the new one another name, or delete that one first.");
    expect(refusal(lab, { ...gamma, name: 'root' })).toContain('is a part of the machine itself');
    expect(refusal(lab, { ...gamma, guest: 'legacy' })).toContain('A legacy guest has no VMBus driver');
    ask(lab, { do: 'turn-off', name: 'alpha' });
    expect(refusal(lab, { do: 'turn-off', name: 'alpha' })).toBe("'alpha' is off, so it cannot be turned off (return code 32775, invalid state); start it first.");
    expect(refusal(lab, { do: 'read-file', guest: 'alpha', path: 'README.TXT' })).toContain('alpha does not run');
  });

  it('[VMMS-5] says what a machine is about when it can be neither started nor turned off just then', () => {
    const lab = broughtUp(quiet);
    lab.intend({ do: 'turn-off', name: 'alpha' });
    feed(lab, () => lab.advance({ hops: 20 }));
    expect(vm(lab, 'alpha')!.state).toBe(STOPPING);
    expect(refusal(lab, { do: 'turn-off', name: 'alpha' })).toBe("'alpha' is being turned off, so it cannot be turned off (return code 32775, invalid state); it will be off by itself.");
    expect(refusal(lab, { do: 'start-vm', name: 'alpha' })).toBe("'alpha' is being turned off, so it cannot be started (return code 32775, invalid state); ask again when it is off.");
    expect(refusal(lab, { do: 'read-file', guest: 'alpha', path: 'README.TXT' })).toBe('alpha is being turned off, so no program can be started in it; start it again when it is off.');
    runOut(lab);
    lab.intend({ do: 'start-vm', name: 'alpha' });
    feed(lab, () => lab.advance({ hops: 20 }));
    expect(vm(lab, 'alpha')!.state).toBe(STARTING);
    expect(refusal(lab, { do: 'start-vm', name: 'alpha' })).toBe("'alpha' is starting, so it cannot be started (return code 32775, invalid state); it will run by itself.");
    expect(refusal(lab, { do: 'delete-vm', name: 'alpha' })).toBe("'alpha' is starting, so it cannot be deleted (return code 32775, invalid state); turn it off first.");
    expect(refusal(lab, { do: 'read-file', guest: 'alpha', path: 'README.TXT' })).toContain('no program can be started in it');
  });

  it('[VMMS-5] [LIFE-1] whatever is asked of a guest while it goes down or comes up, the machine goes on', { timeout: 120_000 }, () => {
    const lab = broughtUp(quiet);
    lab.setChecks(false);
    for (const intent of [{ do: 'turn-off', name: 'alpha' }, { do: 'start-vm', name: 'alpha' }]) {
      const from = lab.run.n;
      ask(lab, intent);
      const main = lab.status();
      for (let n = from + 1; n < main.n; n += n < main.n - 60 ? 15 : 2) {
        feed(lab, () => lab.seek(n));
        try {
          lab.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' });
        } catch (error) {
          if (!(error instanceof IntentError)) throw error;
          continue;
        }
        runOut(lab);
        expect(lab.status().failure, `asked after hop ${n}`).toBeNull();
        lab.goTo(main.branch);
      }
      feed(lab, () => lab.seek(main.n));
    }
  });

  it('[VMMS-6] VMMS answers with a return code what reaches it too late', () => {
    const lab = broughtUp(quiet);
    ask(lab, { do: 'turn-off', name: 'alpha' });
    // Both are asked before VMMS has heard of the first.
    lab.intend({ do: 'start-vm', name: 'alpha' });
    lab.intend({ do: 'start-vm', name: 'alpha' });
    runOut(lab);
    const said = lab.captions(1, lab.run.n).map((c) => c.says).filter((says) => says.includes('return code'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('VMMS answers return code 32775 (invalid state for this operation)');
    expect(vm(lab, 'alpha')!.state).toBe(2);
  });

  it('[VMMS-3] [VMMS-4] a VM is created, started, turned off and deleted, and its name is free again', () => {
    const lab = broughtUp(quiet);
    ask(lab, { do: 'turn-off', name: 'alpha' }, { do: 'delete-vm', name: 'alpha' });
    expect(lab.view().vms.map((v) => v.name)).toEqual(['beta']);
    ask(lab, gamma, { do: 'start-vm', name: 'gamma' }, { do: 'read-file', guest: 'gamma', path: 'README.TXT' });
    expect(vm(lab, 'gamma')!.state).toBe(2);
    expect(lab.view().guests.find((g) => g.partition > 3)!.text).toContain('Viridian');
    ask(lab, { do: 'turn-off', name: 'gamma' }, { do: 'delete-vm', name: 'gamma' }, gamma, { do: 'start-vm', name: 'gamma' });
    expect(vm(lab, 'gamma')!.state).toBe(2);
  });
});

describe('a start that fails', () => {
  it('[VID-5] [VMWP-9] without memory: says so, leaves nothing behind, and a smaller one starts', () => {
    const lab = broughtUp(quiet);
    const before = pagesOf(lab, 'root/vid');
    ask(lab, { do: 'turn-off', name: 'alpha' }, { ...gamma, memoryMb: 8192 }, { do: 'start-vm', name: 'gamma' });
    expect(vm(lab, 'gamma')).toMatchObject({ state: 3, reason: 'the machine has no 8192 MB of memory left in one piece; turn another virtual machine off, or give this one less' });
    expect(lab.view().partitions.map((p) => p.path)).toEqual(['root', 'beta']);
    ask(lab, { do: 'delete-vm', name: 'gamma' }, gamma, { do: 'start-vm', name: 'gamma' });
    expect(vm(lab, 'gamma')).toMatchObject({ state: 2, reason: '' });
    ask(lab, { do: 'turn-off', name: 'gamma' }, { do: 'start-vm', name: 'alpha' });
    expect(pagesOf(lab, 'root/vid').length).toBe(before.length);
  });

  it('[VMWP-9] with a file that is not there, or that another VM has: the sentence of the VHD parser, on both ways to the disk', () => {
    const lab = broughtUp(quiet);
    for (const way of [{ path: 'synthetic', guest: 'enlightened' }, { path: 'pio', guest: 'legacy' }] as const) {
      ask(lab, { ...gamma, ...way, disk: { fileId: 77 } }, { do: 'start-vm', name: 'gamma' });
      expect(vm(lab, 'gamma')!.state).toBe(3);
      expect(vm(lab, 'gamma')!.reason.length).toBeGreaterThan(20);
      ask(lab, { do: 'delete-vm', name: 'gamma' }, { ...gamma, ...way }, { do: 'start-vm', name: 'gamma' });
      expect(vm(lab, 'gamma')!.reason).toContain('attached to another virtual machine');
      ask(lab, { do: 'turn-off', name: 'alpha' }, { do: 'start-vm', name: 'gamma' });
      expect(vm(lab, 'gamma')!.state).toBe(2);
      ask(lab, { do: 'turn-off', name: 'gamma' }, { do: 'delete-vm', name: 'gamma' }, { do: 'start-vm', name: 'alpha' });
      expect(vm(lab, 'alpha')!.state).toBe(2);
    }
  });
});

describe('history', () => {
  it('[HIST-4] [FP-1] [LIFE-1] seeks over creating, starting, turning off and deleting end in the same machine', { timeout: 120_000 }, () => {
    const lab = broughtUp(quiet);
    lab.setChecks(false);
    const places: [n: number, fingerprint: string][] = [];
    for (const intent of [{ do: 'turn-off', name: 'alpha' }, { do: 'delete-vm', name: 'alpha' }, gamma, { do: 'start-vm', name: 'gamma' }, { do: 'turn-off', name: 'gamma' }, { do: 'delete-vm', name: 'gamma' }]) {
      ask(lab, intent);
      places.push([lab.run.n, lab.fingerprint()]);
    }
    // A place takes what is asked there with it, so each is looked at one hop before its intent.
    for (const i of [4, 1, 5, 0, 3]) {
      const [n] = places[i]!;
      lab.seek(n - 1);
      const before = lab.fingerprint();
      lab.seek(1);
      lab.seek(n - 1);
      expect(lab.fingerprint()).toBe(before);
    }
    const [last, fingerprint] = places.at(-1)!;
    lab.seek(last);
    expect(lab.fingerprint()).toBe(fingerprint);
  });
});

describe('fifty times', () => {
  it('[LIFE-1] [LIFE-3] [RUNS-1] started and turned off, nothing has grown but the numbers', { timeout: 240_000 }, () => {
    const lab = broughtUp(quiet);
    lab.setChecks(false);
    const state = <S>(path: string): S => lab.run.kernel.m.components.states[lab.run.kernel.m.components.paths.indexOf(path)] as S;
    const sizes = (): unknown => {
      const at = (path: string, keys: readonly string[]): number[] => keys.map((key) => JSON.stringify(state<Record<string, unknown>>(path)[key] ?? null).length);
      return {
        vid: pagesOf(lab, 'root/vid'), vmms: pagesOf(lab, 'root/vmms'), used: lab.run.kernel.m.flight.used,
        root: lab.view().partitions[0]!.memoryMb, vmbus: at('root/vmbus', ['calls', 'inbox']), guests: state<{ guests: unknown[] }>('root/vmbus').guests.length,
        disks: state<{ disks: unknown[] }>('root/storvsp').disks.length, vhds: state<{ disks: unknown[] }>('root/vhdparser').disks.length,
        tags: state<{ tagBuffers: unknown[] }>('hypervisor/synic').tagBuffers.length, records: state<{ guests: unknown[] }>('root/vid').guests.length,
      };
    };
    ask(lab, { do: 'turn-off', name: 'alpha' });
    const before = sizes();
    for (let i = 0; i < 50; i++) ask(lab, { do: 'start-vm', name: 'alpha' }, { do: 'turn-off', name: 'alpha' });
    expect(sizes()).toEqual(before);
    lab.setChecks(true);
    ask(lab, { do: 'start-vm', name: 'alpha' }, { do: 'read-file', guest: 'alpha', path: 'README.TXT' });
    expect(vm(lab, 'alpha')!.state).toBe(2);
    expect(lab.view().partitions.map((p) => p.index)).toEqual([1, 3, 54]);
  });
});
