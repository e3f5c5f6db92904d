/** Spare disks of a scenario, for virtual machines that somebody creates while it runs. */
import type { Scenario } from './scenario.ts';

/** As many guests as a page shows side by side. */
const GUESTS_MOST = 8;

/**
 * The scenario with files for further guests, copies of the first one's disk: a file on the physical disk belongs to a guest that
 * nobody starts. What the scenario does is the same, hop for hop.
 */
export function withSpares(scenario: Scenario): Scenario {
  const { guests } = scenario;
  const { disk } = guests[0]!;
  const spares = Array.from({ length: Math.max(0, GUESTS_MOST - guests.length) }, (_, i) => {
    const number = guests.length + i + 1;
    return { name: `disk-${number}`, title: `Disk ${number}`, guest: 'legacy', memoryMb: 8, vps: 1, path: 'pio', disk } as const;
  });
  return { ...scenario, guests: [...guests, ...spares] };
}
