/**
 * `root/winhv`: the library through which drivers of the root make hypercalls, and the reader of SINT0. Runs in the root kernel.
 *
 * Route of a call: `winhv.call`, `hv.callRoot` (exit), `hv.returnRoot` (entry), `winhv.done`. One call is under way per VP, so the
 * client is kept by VP. Route of an intercept message: `kernel.isr`, slot 0 of this VP's SIM page copied and freed, EOM if another
 * message waits, `vid.intercept` as a DPC. SPEC [WINHV-*].
 */
import { copyBytes, get32 } from '../../wire/bytes.ts';
import { MSR_EOM } from '../../wire/msrs.ts';
import { MESSAGE_BYTES, MESSAGE_PAYLOAD_AT, messagePending, setMessageType } from '../../wire/synic.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { hv, msr } from '../../hypervisor/hops.ts';
import { kernel, vid, winhv as kinds } from './hops.ts';

export interface WinhvConfig {
  /** Page of the SIM page of root VP 0 (`rootSimPage`); those of the others follow at every second page. */
  readonly simPage: number;
  /** Vector of SINT0. */
  readonly vector: number;
  readonly rootVps: number;
}

/** Slots in the page of a guest; a guest has fewer VPs. */
const SLOTS = 16;

interface WinhvState {
  simPage: number;
  vector: number;
  kernel: number;
  hypercalls: number;
  intercepts: number;
  vid: number;
  /** By root VP: components that called and their cookies, the last one on top: a DPC may call before a thread has seen its return. */
  clients: number[][];
  cookies: number[][];
  /** By partition: page for its intercept messages, 0 for none. */
  slots: number[];
  /** Messages of partitions nobody answers for. */
  lost: number;
}

function start(self: WinhvState, hop: HopView, act: Act): void {
  self.kernel = hop.from;
  self.hypercalls = act.find('hypervisor/hypercalls');
  self.intercepts = act.find('hypervisor/intercepts');
  self.vid = act.find('root/vid');
  act.send(kernel.connectInterrupt, self.kernel, self.vector, 1);
}

function call(self: WinhvState, hop: HopView, act: Act): void {
  self.clients[act.vp]!.push(hop.from);
  self.cookies[act.vp]!.push(hop.a5);
  act.send(hv.callRoot, self.hypercalls, hop.a0, hop.a1, hop.a2, hop.a3, hop.a4, hop.a5);
}

function returned(self: WinhvState, hop: HopView, act: Act): void {
  act.send(kinds.done, self.clients[act.vp]!.pop()!, hop.a0, hop.a1, self.cookies[act.vp]!.pop()!, hop.a2);
}

/** SINT0: the slot is emptied at once; what the message means is the VID's business. [WINHV-2] */
function serviceRoutine(self: WinhvState, _hop: HopView, act: Act): void {
  const page = self.simPage + 2 * act.vp;
  if (get32(act.page(page), 0) === 0) return act.send(kernel.isrDone, self.kernel, self.vector);
  const sim = act.pageForWrite(page);
  const partition = get32(sim, 8);
  const vpIndex = get32(sim, MESSAGE_PAYLOAD_AT);
  const target = self.slots[partition] ?? 0;
  act.behalf = partition;
  if (target === 0) {
    self.lost++;
  } else {
    const at = (vpIndex % SLOTS) * MESSAGE_BYTES;
    copyBytes(act.pageForWrite(target), at, sim, 0, MESSAGE_BYTES);
    act.send(vid.intercept, self.vid, partition, vpIndex, target, at | (MESSAGE_BYTES << 12));
  }
  setMessageType(sim, 0, 0);
  // The processor must have stored the 0 before it looks at MessagePending: one handler is one instant here.
  if (messagePending(sim, 0)) act.send(msr.writeRoot, self.intercepts, MSR_EOM, 0, 0);
  else act.send(kernel.isrDone, self.kernel, self.vector);
}

export const winhv = component<WinhvState>({
  name: 'winhv',
  title: 'WinHv',
  about: 'winhv.sys: turns function calls of drivers into hypercalls, and receives the messages of the hypervisor itself.',
  place: 'root-kernel',
  sources: ['management 1.1', 'T2 14.2.5', 'COR 23'],
  initial: (config: WinhvConfig) => ({
    simPage: config.simPage, vector: config.vector, kernel: -1, hypercalls: -1, intercepts: -1, vid: -1,
    clients: Array.from({ length: config.rootVps }, () => []), cookies: Array.from({ length: config.rootVps }, () => []), slots: [], lost: 0,
  }),
  on: {
    [kernel.ready.name]: start,
    [kinds.call.name]: call,
    [hv.returnRoot.name]: returned,
    [kinds.slotPage.name]: (self, hop) => {
      while (self.slots.length <= hop.a0) self.slots.push(0);
      self.slots[hop.a0] = hop.a1;
    },
    [kernel.isr.name]: serviceRoutine,
    [msr.doneRoot.name]: (self, _hop, act) => act.send(kernel.isrDone, self.kernel, self.vector),
  },
  view: (self) => ({ lost: self.lost }),
});
