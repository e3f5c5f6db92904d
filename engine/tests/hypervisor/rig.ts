/**
 * The hypervisor with a real root kernel and WinHv under the real kernel of the lab, and one stub driver in each partition that
 * makes hypercalls, touches ports and MSRs and notes what came back.
 */
import { componentTypes } from '../../catalogue.ts';
import { msr, pio } from '../../hypervisor/hops.ts';
import { countPools, poolFaults } from '../../hypervisor/census.ts';
import { pagesAtLaunch, type HypervisorConfig } from '../../hypervisor/objects.ts';
import { gkernel, gwinhv } from '../../guest/kernel/hops.ts';
import { kernel as rkernel, vid, winhv } from '../../root/kernel/hops.ts';
import { ROOT_INTERCEPT_VECTOR, ROOT_VMBUS_VECTOR, rootSiefPage, rootSimPage } from '../../root/kernel/kernel.ts';
import { component, type ComponentType, type HopView } from '../../sim/component.ts';
import { intend } from '../../sim/intend.ts';
import { frame, frameForWrite, translate } from '../../sim/memory.ts';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { get53 } from '../../wire/bytes.ts';
import { world, type World } from '../world.ts';

interface StubState {
  status: number;
  reps: number;
  /** Last answer of a port or MSR access: [value or lo, rip or hi, fault]. */
  answer: number[];
  /** Vectors served, in order; intercept messages received as [partition, vp]. */
  vectors: number[];
  messages: number[][];
}

const fresh = (): StubState => ({ status: -1, reps: -1, answer: [], vectors: [], messages: [] });
const returned = (self: StubState, hop: HopView): void => {
  self.status = hop.a0;
  self.reps = hop.a1;
};
const note = (self: StubState, hop: HopView): void => {
  self.answer = [hop.a0, hop.a1, hop.a2];
};

const rootStub = component<StubState>({
  name: 'root-stub', title: 'Driver', about: 'A driver of the root that only notes.', place: 'root-kernel', sources: ['test'], initial: fresh,
  on: {
    [winhv.done.name]: returned,
    [msr.doneRoot.name]: note,
    [vid.intercept.name]: (self, hop) => void self.messages.push([hop.a0, hop.a1]),
    // Stands for a driver that touches a page it was told of.
    [rkernel.startVp.name]: (_self, hop, act) => void act.page(hop.a0),
    [rkernel.isr.name]: (self, hop, act) => {
      self.vectors.push(hop.a0);
      act.send(rkernel.isrDone, act.find('root/kernel'), hop.a0);
    },
  },
});

const guestStub = component<StubState>({
  name: 'guest-stub', title: 'Driver', about: 'A driver of a guest that only notes.', place: 'guest-kernel', sources: ['test'], initial: fresh,
  on: {
    [gwinhv.done.name]: returned,
    [msr.doneGuest.name]: note,
    [pio.resume.name]: note,
    [gkernel.isr.name]: (self, hop, act) => {
      self.vectors.push(hop.a0);
      act.send(gkernel.isrDone, act.find(`${act.pathOf(act.self).split('/')[0]}/kernel`), hop.a0);
    },
  },
});

export interface Answer {
  readonly status: number;
  readonly reps: number;
  /** The output page, as it is now. */
  readonly out: Uint8Array;
}

export interface CallOptions {
  readonly reps?: number;
  readonly start?: number;
  readonly bytes?: number;
  readonly at?: number;
  /** Makes the fast form with these two words. */
  readonly fast?: readonly [number, number];
  readonly page?: number;
  readonly vp?: number;
  /** Name of a new partition, beside the block. */
  readonly name?: string;
}

const IN = 0x20;
const OUT = 0x21;
const KERNEL_PAGES = 0x40;
/** First root page for deposits, and for guest memory. */
const SPARE = 0x400;

export interface Rig {
  readonly w: World;
  readonly config: HypervisorConfig;
  readonly rootStub: number;
  call(code: number, write?: (block: Uint8Array) => void, options?: CallOptions): Answer;
  guestCall(name: string, code: number, write?: (block: Uint8Array) => void, options?: CallOptions): Answer;
  deposit(partition: number, count: number): Answer;
  /** Makes and initializes a partition with a deposit; 64 pages of memory; one VP; components; VP 0 runs. */
  guest(name: string, mask?: readonly [number, number]): { partition: number; vp: number; stub: number };
  stub(index: number): StubState;
  state<S>(path: string): S;
  spa(page: number): Uint8Array;
  /** GPA page of a partition, for writing. */
  memory(partition: number, gpaPage: number): Uint8Array;
  /** A driver of the root touches a page; throws its fault. */
  rootTouches(page: number): void;
  poolFaults(): string[];
  balance(partition: number): readonly [number, number];
  rootSim(vp: number): Uint8Array;
  rootSief(vp: number): Uint8Array;
}

function addAll(w: World, config: HypervisorConfig, rootVps: number): number {
  for (const part of ['hypercalls', 'partitions', 'intercepts', 'synic', 'apic', 'scheduler']) w.add(part, `hypervisor/${part}`, 0, config);
  w.add('hypervisor-memory', 'hypervisor/memory', 0, config);
  w.add('manager', 'remote/manager');
  w.add('root-kernel', 'root/kernel', 1, { pages: KERNEL_PAGES, rootVps });
  w.add('winhv', 'root/winhv', 1, { simPage: rootSimPage(KERNEL_PAGES, 0), vector: ROOT_INTERCEPT_VECTOR, rootVps });
  return w.add('root-stub', 'root/vid', 1);
}

type Write = ((block: Uint8Array) => void) | undefined;

function makeCall(w: World, partition: number, from: number, to: number, kind: typeof winhv.call, code: number, o: CallOptions): Answer {
  const { m } = w.kernel;
  const lo = codes.controlLo(code, o.fast !== undefined);
  const [page, span] = o.fast ?? [o.page ?? IN, (o.at ?? 0) | ((o.bytes ?? 0) << 12)];
  const tag = o.name === undefined ? 7 : (m.texts.push(o.name) - 1) << 16;
  w.poke(from, kind, to, [lo, codes.controlHi(o.reps ?? 0, o.start ?? 0), page, span, OUT, tag], o.vp);
  w.run();
  const { status, reps } = w.state<StubState>(from);
  return { status, reps, out: frame(m.memory, translate(m.memory, partition, OUT, 1)) };
}

/** A machine whose root has booted. */
export function rig(options: { rootVps?: number; boot?: boolean } = {}): Rig {
  const rootVps = options.rootVps ?? 4;
  const w = world([...componentTypes, rootStub, guestStub] as readonly ComponentType[], { rootVps, memoryPages: 0x4000 });
  const config: HypervisorConfig = { pages: 0x3f00, count: pagesAtLaunch(rootVps), rootVps, era: 'ws2008' };
  const root = addAll(w, config, rootVps);
  let spare = SPARE;
  if (options.boot !== false) {
    intend(w.kernel, { do: 'boot-root' });
    w.run();
    w.poke(root, rkernel.connectInterrupt, w.kernel.m.components.paths.indexOf('root/kernel'), [ROOT_VMBUS_VECTOR, 0]);
    w.run();
  }
  const m = (): World['kernel']['m'] => w.kernel.m;
  const find = (path: string): number => m().components.paths.indexOf(path);
  const memory = (partition: number, gpaPage: number): Uint8Array => frameForWrite(m().memory, translate(m().memory, partition, gpaPage, 2));

  const make = (partition: number, from: number, to: number, kind: typeof winhv.call, code: number, write: Write, o: CallOptions): Answer => {
    if (write !== undefined) write(memory(partition, IN).subarray((o.at ?? 0) & ~7));
    return makeCall(w, partition, from, to, kind, code, o);
  };

  const self: Rig = {
    w,
    config,
    rootStub: root,
    call: (code, write, o = {}) => make(1, root, find('root/winhv'), winhv.call, code, write, o),
    guestCall: (name, code, write, o = {}) => make(m().partitions.paths.indexOf(name), find(`${name}/stub`), find(`${name}/winhv`), gwinhv.call, code, write, o),
    deposit: (partition, count) => {
      const first = spare;
      spare += count;
      return self.call(codes.HvDepositMemory, (b) => {
        blocks.putPartition(b, partition);
        for (let i = 0; i < count; i++) blocks.putDepositPage(b, i, first + i);
      }, { reps: count });
    },
    guest: (name, mask) => buildGuest(self, name, mask, () => (spare += 64) - 64),
    stub: (index) => w.state<StubState>(index),
    state: (path) => w.state(find(path)),
    spa: (page) => frame(m().memory, page),
    memory,
    rootTouches: (page) => {
      w.poke(find('root/kernel'), rkernel.startVp, root, [page, 0]);
      w.run();
    },
    poolFaults: () => poolFaults(countPools((page) => frame(m().memory, page), config.pages)),
    balance: (partition) => {
      const { out } = self.call(codes.HvGetMemoryBalance, (b) => blocks.putPartitionAndNode(b, partition));
      return [get53(out, 0), get53(out, 8)];
    },
    rootSim: (vp) => memory(1, rootSimPage(KERNEL_PAGES, vp)),
    rootSief: (vp) => memory(1, rootSiefPage(KERNEL_PAGES, vp)),
  };
  return self;
}

function buildGuest(r: Rig, name: string, mask: readonly [number, number] | undefined, takeRam: () => number): { partition: number; vp: number; stub: number } {
  const m = r.w.kernel.m;
  r.deposit(1, 8);
  const { out } = r.call(codes.HvCreatePartition, (b) => blocks.putCreatePartition(b), { name });
  const partition = get53(out, 0);
  r.deposit(partition, 20);
  r.call(codes.HvInitializePartition, undefined, { fast: [partition, 0] });
  if (mask) r.call(codes.HvSetPartitionProperty, (b) => blocks.putSetPartitionProperty(b, partition, 0x10000, mask[0], mask[1]));
  r.call(codes.HvCreateVp, (b) => blocks.putCreateVp(b, partition, 0));
  const ram = takeRam();
  r.call(codes.HvMapGpaPages, (b) => {
    blocks.putMapGpaPages(b, partition, 0, 7);
    for (let i = 0; i < 64; i++) blocks.putMapSourcePage(b, i, ram + i);
  }, { reps: 64 });
  r.w.add('guest-kernel', `${name}/kernel`, partition, { pages: 0x30, guest: 'legacy', drivers: [], vector: 0x71 });
  r.w.add('guest-winhv', `${name}/winhv`, partition);
  const stub = r.w.add('guest-stub', `${name}/stub`, partition);
  r.call(codes.HvSetVpRegisters, (b) => {
    blocks.putPartitionAndVp(b, partition, 0);
    blocks.putSetRegister(b, 0, 0, 0, 0);
  }, { reps: 1 });
  return { partition, vp: m.partitions.firstVps[partition]!, stub };
}
