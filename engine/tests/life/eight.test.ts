/** Eight guests on one physical disk, and virtual machines that a scenario creates by the way. */
import { describe, expect, it } from 'vitest';
import { copiesOf, createIntent } from '../../scenarios/copies.ts';
import { volumeOf } from '../../scenarios/volume.ts';
import { checkScenario, ScenarioError } from '../../scenarios/scenario.ts';
import type { Scenario, ScenarioIntent } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { broughtUp, runOut } from '../whole.ts';

const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'] as const;
const vmOf = (name: string, i: number): Scenario['guests'][number] => ({
  name, title: `${name[0]!.toUpperCase()}${name.slice(1)}`, guest: i % 3 === 1 ? 'legacy' : 'enlightened', memoryMb: 64 + 16 * (i % 5), vps: 1 + (i % 2),
  path: i % 3 === 0 ? 'synthetic' : 'pio', disk: 'sample',
});

/** Eight guests of mixed kinds; each is asked for the same text. */
export function eight(steps: readonly ScenarioIntent[]): Scenario {
  return {
    ...twoWays, guests: names.map(vmOf), start: [{ do: 'boot-root' }, ...names.map((name) => ({ do: 'start-vm' as const, name }))],
    steps: steps.map((intent) => ({ after: 0, intent })),
  };
}

describe('eight guests', () => {
  it('[SCEN-12] [STORIO-1] [VMWP-8] read at once through one VSP and one disk, and all of them can be turned off', { timeout: 240_000 }, () => {
    const scenario = checkScenario(eight(names.map((guest) => ({ do: 'read-file', guest, path: 'README.TXT' }))));
    const lab = broughtUp(scenario);
    expect(lab.view().vms.map((vm) => [vm.state, vm.fileId])).toEqual(names.map((_, i) => [2, i + 1]));
    runOut(lab);
    const texts = lab.view().guests.map((guest) => guest.text);
    expect(texts).toHaveLength(8);
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('Viridian');
    for (const name of names) lab.intend({ do: 'turn-off', name });
    runOut(lab);
    expect(lab.status().failure).toBeNull();
    expect(lab.view().vms.every((vm) => vm.state === 3)).toBe(true);
    expect(lab.view().partitions).toHaveLength(1);
  });
});

describe('a scenario', () => {
  const create = { do: 'create-vm', ...vmOf('gamma', 0) } as const;
  const steps = (...intents: readonly ScenarioIntent[]): Scenario => ({ ...twoWays, steps: intents.map((intent) => ({ after: 'idle', intent })) });

  it('[SCEN-12] creates, starts, turns off and deletes, each with a file of its own', { timeout: 60_000 }, () => {
    const scenario = checkScenario(steps(
      create, { do: 'start-vm', name: 'gamma' }, { do: 'read-file', guest: 'gamma', path: 'README.TXT' }, { do: 'turn-off', name: 'gamma' }, { do: 'delete-vm', name: 'gamma' },
      { do: 'turn-off', name: 'alpha' }, { do: 'start-vm', name: 'alpha' }, create, { do: 'start-vm', name: 'gamma' },
    ));
    expect(copiesOf(scenario).slice(0, 3).map((file) => file.name)).toEqual(['gamma', 'gamma', 'sample-5']);
    const lab = broughtUp(scenario);
    runOut(lab);
    expect(lab.status().failure).toBeNull();
    expect(lab.view().vms.map((vm) => [vm.name, vm.state, vm.fileId])).toEqual([['alpha', 2, 1], ['beta', 2, 2], ['gamma', 2, 4]]);
  });

  it('[SCEN-12] is refused when it asks a machine for what it cannot do then', () => {
    const refusal = (...intents: readonly ScenarioIntent[]): string => {
      try {
        checkScenario(steps(...intents));
      } catch (error) {
        expect(error).toBeInstanceOf(ScenarioError);
        return (error as Error).message;
      }
      throw new Error('it was not refused');
    };
    expect(refusal({ do: 'turn-off', name: 'alpha' }, { do: 'turn-off', name: 'alpha' })).toContain("$.steps[1].intent turns 'alpha' off, which does not run");
    expect(refusal({ do: 'delete-vm', name: 'alpha' })).toContain("deletes 'alpha', which runs");
    expect(refusal(create, create)).toContain("creates 'gamma', which is there already");
    expect(refusal({ do: 'turn-off', name: 'alpha' }, { do: 'delete-vm', name: 'alpha' }, { do: 'start-vm', name: 'alpha' })).toContain("names 'alpha', which is not there");
    expect(refusal({ ...create, name: 'root' })).toContain("is 'root', which is taken");
    expect(refusal({ ...create, guest: 'legacy' })).toContain('a legacy guest has no VMBus driver');
    expect(refusal({ do: 'turn-off', name: 'alpha' }, { do: 'read-file', guest: 'alpha', path: 'A' })).toContain("asks 'alpha', which has not been started");
  });

  it('[SCEN-12] leaves copies for machines that somebody creates at the page, until all are taken', () => {
    const vm = vmOf('gamma', 0);
    const ids = (vms: readonly { readonly fileId: number }[]): number => createIntent(twoWays, vms, vm).disk.fileId;
    expect(ids([])).toBe(1);
    expect(ids([{ fileId: 1 }, { fileId: 2 }])).toBe(3);
    const all = [{ fileId: 1 }, { fileId: 2 }, ...volumeOf(twoWays, copiesOf(twoWays)).copies];
    expect(all).toHaveLength(8);
    expect(() => ids(all)).toThrow("Every copy of the image 'sample' on the physical disk belongs to a virtual machine");
  });
});
