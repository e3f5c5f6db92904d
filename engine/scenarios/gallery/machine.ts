/** The machine of most scenarios: four logical processors, one physical disk, an enlightened and a legacy guest. */
import type { GuestConfig, ImageConfig, Scenario } from '../scenario.ts';

export const sample: ImageConfig = {
  sha256: '274cedf668c06ddd2289aa944ae3c05522e79b66bf8777ec6528196fdbb866d8',
  bytes: 2100224,
  file: 'disks/viridian-sample.vhd',
};

export const alpha: GuestConfig = { name: 'alpha', title: 'Alpha', guest: 'enlightened', memoryMb: 128, vps: 1, path: 'synthetic', disk: 'sample' };
export const beta: GuestConfig = { name: 'beta', title: 'Beta', guest: 'legacy', memoryMb: 128, vps: 1, path: 'pio', disk: 'sample' };
export const gamma: GuestConfig = { ...beta, name: 'gamma', title: 'Gamma', path: 'dma' };
export const delta: GuestConfig = { ...gamma, name: 'delta', title: 'Delta' };

type Machine = Pick<Scenario, 'viridian' | 'era' | 'profile' | 'seed' | 'logicalProcessors' | 'memoryMb' | 'images' | 'guests' | 'start'>;

/** A machine with these guests, all of them started. */
export function machineWith(...guests: readonly GuestConfig[]): Machine {
  return {
    viridian: 1,
    era: 'ws2008',
    profile: 'server-2008',
    seed: 2008,
    logicalProcessors: 4,
    memoryMb: 4096,
    images: { sample },
    guests,
    start: [{ do: 'boot-root' }, ...guests.map(({ name }) => ({ do: 'start-vm', name }) as const)],
  };
}

export const twoGuests = machineWith(alpha, beta);
