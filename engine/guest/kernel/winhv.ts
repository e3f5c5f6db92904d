/**
 * `<guest>/winhv`: the library through which drivers of an enlightened guest make hypercalls. Runs in the guest kernel.
 * Route: `gwinhv.call`, `hv.callGuest` (exit), `hv.returnGuest` (entry), `gwinhv.done`. The client is kept by VP. SPEC [WINHV-1].
 */
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { hv } from '../../hypervisor/hops.ts';
import { gwinhv as kinds } from './hops.ts';

/** One record per VP that has called: its calls under way, the last one on top, because a DPC may call before a thread has seen its return. */
interface GuestWinhvState {
  hypercalls: number;
  vps: number[];
  clients: number[][];
  cookies: number[][];
}

function slotOf(self: GuestWinhvState, vp: number): number {
  const known = self.vps.indexOf(vp);
  if (known >= 0) return known;
  self.vps.push(vp);
  self.clients.push([]);
  self.cookies.push([]);
  return self.vps.length - 1;
}

function call(self: GuestWinhvState, hop: HopView, act: Act): void {
  if (self.hypercalls < 0) self.hypercalls = act.find('hypervisor/hypercalls');
  const slot = slotOf(self, act.vp);
  self.clients[slot]!.push(hop.from);
  self.cookies[slot]!.push(hop.a5);
  act.send(hv.callGuest, self.hypercalls, hop.a0, hop.a1, hop.a2, hop.a3, hop.a4, hop.a5);
}

function returned(self: GuestWinhvState, hop: HopView, act: Act): void {
  const slot = slotOf(self, act.vp);
  act.send(kinds.done, self.clients[slot]!.pop()!, hop.a0, hop.a1, self.cookies[slot]!.pop()!, hop.a2);
}

export const guestWinhv = component<GuestWinhvState>({
  name: 'guest-winhv',
  title: 'WinHv',
  about: 'winhv.sys of an enlightened guest: turns function calls of its drivers into hypercalls.',
  place: 'guest-kernel',
  sources: ['management 1.1', 'COR 24'],
  initial: () => ({ hypercalls: -1, vps: [], clients: [], cookies: [] }),
  on: {
    [kinds.call.name]: call,
    [hv.returnGuest.name]: returned,
  },
});
