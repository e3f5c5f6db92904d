/**
 * `root/vmwp/<guest>`: the worker process of one VM. Powers the VM on, and stands between the VID and the emulated devices that
 * live in this process. Runs in the root's user mode; makes no hypercalls.
 *
 * Route of a port access: `vmwp.message` from the VID, `vmwp.portWrite` or `vmwp.portRead` to a device, `vmwp.portDone`,
 * `vid.complete`; string instructions are in `vmwp-strings.ts`. One message is in hand at a time; the VID keeps the others.
 * Route of an interrupt: `vmwp.assertInterrupt` from the 8259, `vid.assertInterrupt`; see `vmwp-interrupts.ts`. SPEC [VMWP-*].
 */
import { get32 } from '../../wire/bytes.ts';
import {
  ACCESS_WRITE, interceptAccess, ioPort, ioPortIsString, ioPortRaxLo, ioPortSize,
} from '../../wire/intercepts.ts';
import { MESSAGE_IO_PORT_INTERCEPT, MESSAGE_PAYLOAD_AT } from '../../wire/synic.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { isBusMasterPort } from '../../devices/ide/bus-master-registers.ts';
import { ide } from '../../devices/ide/hops.ts';
import { storvsp } from '../../devices/storage/hops.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { vid } from '../kernel/hops.ts';
import { vmms, vmwp as kinds } from './hops.ts';
import { ASSERTING, assertDone, CLEARING, clearDone, pump, want } from './vmwp-interrupts.ts';
import { downDone, powerOff, settled } from './vmwp-down.ts';
import { deviceDone, ioctlDone, powerOn } from './vmwp-power.ts';
import { beginString, copy, fetch, stringDone, translated } from './vmwp-strings.ts';
import { COOKIE_ASSERT, COOKIE_CLEAR, COOKIE_TRANSLATE, NO_VECTOR, newWorker, type WorkerConfig, type WorkerState } from './vmwp-state.ts';

// --- messages [VMWP-2] --------------------------------------------------------------------------------------------------

function message(self: WorkerState, hop: HopView, act: Act): void {
  const held = self.held;
  held.there = true;
  held.page = hop.a0;
  held.span = hop.a1;
  held.vpIndex = hop.a2;
  held.request = hop.request;
  held.asked = false;
  pump(self, act, dispatch);
}

/** Decodes the message and hands the access to the device behind the port. */
function dispatch(self: WorkerState, act: Act): void {
  const held = self.held;
  act.request = held.request;
  act.behalf = self.partition;
  held.there = false;
  self.held = self.current;
  self.current = held;
  const bytes = act.page(held.page);
  const at = (held.span & 0xfff) + MESSAGE_PAYLOAD_AT;
  act.assert(get32(bytes, held.span & 0xfff) === MESSAGE_IO_PORT_INTERCEPT, 'a message that is no port intercept');
  const port = ioPort(bytes, at);
  const size = ioPortSize(bytes, at);
  const device = deviceOf(self, port);
  const write = interceptAccess(bytes, at) === ACCESS_WRITE;
  if (ioPortIsString(bytes, at)) return beginString(self, act, device, port, size, write, bytes, at);
  if (device < 0) return complete(self, act, write ? 0 : 0xffff_ffff, !write);
  if (write) return act.send(kinds.portWrite, device, port | (size << 16), ioPortRaxLo(bytes, at));
  act.send(kinds.portRead, device, port | (size << 16), 1);
}

/** Device that registered a port, or -1. */
function deviceOf(self: WorkerState, port: number): number {
  if ((port >= 0x1f0 && port <= 0x1f7) || port === 0x3f6) return self.ide;
  if (isBusMasterPort(port)) return self.ide;
  return port === 0x20 || port === 0x21 || port === 0xa0 || port === 0xa1 ? self.pic : -1;
}

function portDone(self: WorkerState, hop: HopView, act: Act): void {
  const current = self.current;
  const bytes = act.page(current.page);
  const at = (current.span & 0xfff) + MESSAGE_PAYLOAD_AT;
  act.request = current.request;
  if (ioPortIsString(bytes, at)) return stringDone(self, hop, act);
  complete(self, act, hop.a0, interceptAccess(bytes, at) !== ACCESS_WRITE);
}

function complete(self: WorkerState, act: Act, value: number, merge: boolean): void {
  const current = self.current;
  act.send(vid.complete, self.vid, current.vpIndex, current.span, value >>> 0, merge ? 1 : 0, 0);
}

// --- answers of the VID ---------------------------------------------------------------------------------------------------

function vidDone(self: WorkerState, hop: HopView, act: Act): void {
  switch (hop.a2) {
    case COOKIE_ASSERT: assertDone(self, act, hop.a0, dispatch); return settled(self, act);
    case COOKIE_CLEAR: clearDone(self, act, hop.a0, dispatch); return settled(self, act);
    case COOKIE_TRANSLATE: return translated(self, hop, act);
    default: return self.down >= 0 ? downDone(self, act) : ioctlDone(self, act, hop.a0, hop.a1);
  }
}

export const vmwpType = component<WorkerState>({
  name: 'vmwp',
  title: 'Worker process',
  about: 'vmwp.exe, one per running VM: it powers the VM on, and its emulated devices are the ones that an old guest believes in.',
  place: 'root-user',
  sources: ['management 1.1', 'COR 19', 'COR 22', 'COR 23'],
  initial: (config: WorkerConfig) => newWorker(config),
  on: {
    [vmms.powerOn.name]: powerOn,
    [vid.done.name]: vidDone,
    [vmbus.attached.name]: (self, hop, act) => deviceDone(self, act, hop.a0, 0),
    [storvsp.attached.name]: (self, hop, act) => deviceDone(self, act, hop.a0, hop.a2),
    [ide.attached.name]: (self, hop, act) => deviceDone(self, act, hop.a0, hop.a2),
    [vmms.powerOff.name]: powerOff,
    [vmbus.detached.name]: (self, _hop, act) => downDone(self, act),
    [storvsp.detached.name]: (self, _hop, act) => downDone(self, act),
    [ide.detached.name]: (self, _hop, act) => downDone(self, act),
    [kinds.settle.name]: (self, _hop, act) => settled(self, act),
    [kinds.message.name]: message,
    [kinds.portDone.name]: portDone,
    [kinds.copy.name]: copy,
    [kinds.fetch.name]: fetch,
    [kinds.assertInterrupt.name]: (self, hop, act) => want(self, act, hop.a0, dispatch),
    [kinds.clearInterrupt.name]: (self, _hop, act) => want(self, act, NO_VECTOR, dispatch),
  },
  view: (self) => ({
    partition: self.partition, running: self.running, failed: self.failed, reason: self.reason, step: self.down < 0 ? 'up' : 'down', asserted: self.asserted,
    interrupt: self.phase === ASSERTING ? 'asserting' : self.phase === CLEARING ? 'clearing' : 'idle',
  }),
});
