/**
 * `root/vmwp/<guest>/pic`: the emulated 8259 pair, in the worker process. Route of an interrupt: a device's line (`pic.line`),
 * here, the worker process (`vmwp.assertInterrupt`), VID, WinHv, HvAssertVirtualInterrupt (ExtINT); the guest takes it; the
 * worker process notices (`vmwp.acknowledged`); the guest writes its EOI to 0xA0 and 0x20. [PIC-9], [PIC-10]
 */
import { vmwp } from '../../root/user/hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type Plain } from '../../sim/component.ts';
import { get16 } from '../../wire/bytes.ts';
import { spanOffset } from '../../wire/mdl.ts';
import { acknowledge, irqOf, irr, newPair, pendingIrq, readPort, setLine, vectorOf, writePort, type Pair } from './pair.ts';

const none = -1;

export interface PicState {
  [key: string]: Plain;
  pair: { [key: string]: { [key: string]: number } } & Pair;
  /** The worker process, once it is known. */
  worker: number;
  /** IRQ whose vector the worker process has been asked to assert and that is not acknowledged yet; and the vector. */
  asserted: number;
  vector: number;
  /** IRQ withdrawn before its acknowledge: the guest may have been faster. */
  withdrawn: number;
  /** By IRQ: the hop that raised the line, its request and the partition it serves, so that interrupts belong to somebody. */
  raisedBy: Float64Array;
  requests: Float64Array;
  behalf: Float64Array;
}

function workerOf(self: PicState, act: Act): number {
  if (self.worker === none) {
    const path = act.pathOf(act.self);
    self.worker = act.find(path.slice(0, path.lastIndexOf('/')));
  }
  return self.worker;
}

/** Tells the worker process what the output of the pair says now, if that is news. */
function announce(self: PicState, act: Act): void {
  const irq = pendingIrq(self.pair);
  const vector = irq < 0 ? none : vectorOf(self.pair, irq);
  if (irq === self.asserted && vector === self.vector) return;
  if (irq < 0) {
    act.send(vmwp.clearInterrupt, workerOf(self, act), self.vector);
    self.withdrawn = self.asserted;
  } else {
    const { request, origin, behalf } = act;
    act.request = self.requests[irq];
    act.origin = self.raisedBy[irq];
    act.behalf = self.behalf[irq];
    act.send(vmwp.assertInterrupt, workerOf(self, act), vector);
    act.request = request;
    act.origin = origin;
    act.behalf = behalf;
    self.withdrawn = none;
  }
  self.asserted = irq;
  self.vector = vector;
}

export const picEmulator = component<PicState>({
  name: 'pic',
  title: 'Emulated 8259 pair',
  about: 'The two interrupt controllers of a PC, as a piece of software in the worker process; the guest programs them by ports 0x20, 0x21, 0xA0 and 0xA1.',
  place: 'root-user',
  sources: ['OVM chipset/src/pic/mod.rs', 'COR 16'],
  initial: () => ({
    pair: newPair(),
    worker: none,
    asserted: none,
    vector: none,
    withdrawn: none,
    raisedBy: new Float64Array(16),
    requests: new Float64Array(16),
    behalf: new Float64Array(16),
  }),
  on: {
    'pic.line': (self, hop, act) => {
      const irq = hop.a0 & 15;
      const high = hop.a1 !== 0;
      if (high) {
        self.raisedBy[irq] = hop.n;
        self.requests[irq] = hop.request;
        self.behalf[irq] = act.behalf;
      }
      setLine(self.pair, irq, high);
      announce(self, act);
    },

    'vmwp.portWrite': (self, hop, act) => {
      writePort(self.pair, hop.a0 & 0xffff, hop.a0 >>> 16, hop.a1);
      announce(self, act);
      act.send(vmwp.portDone, hop.from, 0, 0, 0, hop.a0, 1);
    },

    'vmwp.portWriteString': (self, hop, act) => {
      const size = hop.a0 >>> 16;
      const at = spanOffset(hop.a3);
      const bytes = act.page(hop.a2);
      for (let i = 0; i < hop.a1; i++) writePort(self.pair, hop.a0 & 0xffff, size, size === 1 ? bytes[at + i]! : get16(bytes, at + i * size));
      announce(self, act);
      act.send(vmwp.portDone, hop.from, 0, 0, 0, hop.a0, 2);
    },

    'vmwp.portRead': (self, hop, act) => {
      const value = readPort(self.pair, hop.a0 & 0xffff, hop.a0 >>> 16);
      // A poll acknowledges by software, so a read may change the output.
      announce(self, act);
      act.send(vmwp.portDone, hop.from, value, 0, 0, hop.a0);
    },

    'vmwp.acknowledged': (self, hop, act) => {
      const irq = irqOf(self.pair, hop.a0);
      if (irq < 0 || (irq !== self.asserted && irq !== self.withdrawn)) return;
      if (irq === self.asserted) {
        self.asserted = none;
        self.vector = none;
      }
      self.withdrawn = none;
      acknowledge(self.pair, irq);
      announce(self, act);
    },
  },
  view: (self) => ({
    primary: { irr: irr(self.pair.primary), isr: self.pair.primary.isr, imr: self.pair.primary.imr, base: self.pair.primary.base },
    secondary: { irr: irr(self.pair.secondary), isr: self.pair.secondary.isr, imr: self.pair.secondary.imr, base: self.pair.secondary.base },
    asserted: self.asserted,
  }),
});
