/**
 * The ExtINT between the emulated 8259 and the hypervisor. The hypervisor does not tell the root when the guest takes an ExtINT, so
 * the worker process asks with HvClearVirtualInterrupt, which succeeds only after the guest has: before it handles an intercept of
 * VP 0 while an interrupt is out, and when a new assertion is answered with HV_STATUS_ACKNOWLEDGED. That it does so is inferred.
 * One ioctl is under way at a time. SPEC [VMWP-4] [VMWP-5].
 */
import { HV_STATUS_ACKNOWLEDGED } from '../../wire/hv-status.ts';
import type { Act } from '../../sim/act.ts';
import { vid } from '../kernel/hops.ts';
import { vmwp } from './hops.ts';
import { COOKIE_ASSERT, COOKIE_CLEAR, NO_VECTOR, type WorkerState } from './vmwp-state.ts';

export const IDLE = 0;
export const ASSERTING = 1;
export const CLEARING = 2;

type Dispatch = (self: WorkerState, act: Act) => void;

/** The 8259 wants this vector asserted, or (NO_VECTOR) the asserted one taken back. */
export function want(self: WorkerState, act: Act, vector: number, dispatch: Dispatch): void {
  self.wanted.there = true;
  self.wanted.vector = vector;
  self.wanted.request = act.request;
  pump(self, act, dispatch);
}

/** Does the next thing unless an ioctl is under way: ask, handle the message, assert. */
export function pump(self: WorkerState, act: Act, dispatch: Dispatch): void {
  if (self.phase !== IDLE) return;
  const held = self.held;
  if (held.there) {
    if (self.asserted >= 0 && held.vpIndex === 0 && !held.asked) {
      held.asked = true;
      act.request = held.request;
      return clear(self, act);
    }
    dispatch(self, act);
  }
  const wanted = self.wanted;
  if (!wanted.there) return;
  if (wanted.vector === NO_VECTOR && self.asserted < 0) {
    wanted.there = false;
    return;
  }
  self.phase = ASSERTING;
  self.sent = wanted.vector;
  act.request = wanted.request;
  act.behalf = self.partition;
  act.send(vid.assertInterrupt, self.vid, self.partition, wanted.vector, COOKIE_ASSERT);
}

function clear(self: WorkerState, act: Act): void {
  self.phase = CLEARING;
  act.behalf = self.partition;
  act.send(vid.clearInterrupt, self.vid, self.partition, COOKIE_CLEAR);
}

/** The vector in the hop that asked may be out of date by now: then `wanted` is a newer one and is tried again. */
export function assertDone(self: WorkerState, act: Act, status: number, dispatch: Dispatch): void {
  self.phase = IDLE;
  if (status === HV_STATUS_ACKNOWLEDGED) return clear(self, act);
  act.assert(status === 0, 'the hypervisor refused an ExtINT');
  self.asserted = self.sent === NO_VECTOR ? -1 : self.sent;
  if (self.wanted.vector === self.sent) self.wanted.there = false;
  pump(self, act, dispatch);
}

/** Cleared: the guest has taken the interrupt, and the 8259 moves it from request to service. */
export function clearDone(self: WorkerState, act: Act, status: number, dispatch: Dispatch): void {
  self.phase = IDLE;
  if (status === 0) {
    act.send(vmwp.acknowledged, self.pic, self.asserted);
    self.asserted = -1;
  }
  pump(self, act, dispatch);
}
