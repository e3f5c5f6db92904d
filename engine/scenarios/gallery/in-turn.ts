import type { Scenario } from '../scenario.ts';

/** The same sectors for one guest after the other. */
export function inTurn(guests: readonly string[], sectors: number, count: number): Pick<Scenario, 'steps'> {
  return { steps: guests.map((guest) => ({ after: 'idle', intent: { do: 'inject', guest, op: 'read', lba: 64, sectors, count, depth: 1 } })) };
}
