/**
 * Virtual machines that are not there from the beginning: each has a copy of its image as a file of its own, for those the
 * scenario's intents create and for those somebody creates at the page. [SCEN-12]
 */
import { IntentError } from '../sim/intend.ts';
import type { VmConfig } from '../root/user/hops.ts';
import { caps, type GuestConfig, type Scenario, type ScenarioIntent } from './scenario-shape.ts';
import { volumeOf, type Copy } from './volume.ts';

type Create = Extract<ScenarioIntent, { readonly do: 'create-vm' }>;
type Laid = Pick<Scenario, 'images' | 'guests' | 'start' | 'steps'>;

/** Intents of start and steps that create a virtual machine, in order. */
export function createsOf({ start, steps }: Pick<Scenario, 'start' | 'steps'>): readonly Create[] {
  return [...start, ...steps.map((step) => step.intent)].filter((intent): intent is Create => intent.do === 'create-vm');
}

/** The files to lay out: of what intents create, then of each image until there are as many as there may be virtual machines. */
export function copiesOf(scenario: Laid): readonly Copy[] {
  const copies: Copy[] = createsOf(scenario).map(({ name, title, disk }) => ({ name, title, disk }));
  const count = (key: string): number => [...scenario.guests, ...copies].filter((file) => file.disk === key).length;
  for (let round = 1; round <= caps.guests; round++) {
    for (const key of Object.keys(scenario.images)) {
      const number = count(key) + 1;
      if (number <= round) copies.push({ name: `${key}-${number}`, title: `${key} ${number}`, disk: key });
    }
  }
  return copies;
}

/** The scenario's intents as the machine understands them: disks by number, a guest created before it is started first. */
export function machineIntents(scenario: Scenario): (intent: ScenarioIntent) => readonly object[] {
  const { copies } = volumeOf(scenario, copiesOf(scenario));
  const created = new Set<string>();
  let made = 0;
  const create = (vm: GuestConfig, fileId: number): object => {
    created.add(vm.name);
    const { disk: _disk, ...config } = vm;
    return { do: 'create-vm', ...config, disk: { fileId } };
  };
  return (intent) => {
    if (intent.do === 'create-vm') {
      const { do: _do, ...vm } = intent;
      return [create(vm, copies[made++]!.fileId)];
    }
    if (intent.do !== 'start-vm' && intent.do !== 'delete-vm') return [intent];
    const at = created.has(intent.name) ? -1 : scenario.guests.findIndex((guest) => guest.name === intent.name);
    return at < 0 ? [intent] : [create(scenario.guests[at]!, at + 1), intent];
  };
}

/**
 * The intent that creates a virtual machine at the page, with a copy of its image that none of `vms` has. `scenario` is what the
 * machine was built from. Throws IntentError when all copies are taken.
 */
export function createIntent(scenario: Scenario, vms: readonly { readonly fileId: number }[], vm: GuestConfig): { readonly do: 'create-vm' } & VmConfig {
  const guests = scenario.guests.map((guest, i) => ({ fileId: i + 1, disk: guest.disk }));
  const files = [...guests, ...volumeOf(scenario, copiesOf(scenario)).copies];
  const free = files.find((file) => file.disk === vm.disk && !vms.some((other) => other.fileId === file.fileId));
  if (free === undefined) throw new IntentError(`Every copy of the image '${vm.disk}' on the physical disk belongs to a virtual machine; delete one of them first.`);
  const { disk: _disk, ...config } = vm;
  return { do: 'create-vm', ...config, disk: { fileId: free.fileId } };
}
