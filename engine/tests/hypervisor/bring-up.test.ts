/** Root boot, VM start and emulated accesses on the whole machine: the root kernel, WinHv, VID, VMMS and worker processes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { HvCreateVp, HvGetPartitionId, hypercallName } from '../../wire/hypercalls.ts';
import { vmms, vmwp as vmwpKinds } from '../../root/user/hops.ts';
import { countPools, poolFaults } from '../../hypervisor/census.ts';
import { pagesAtLaunch } from '../../hypervisor/objects.ts';
import { vmwpType } from '../../root/user/vmwp.ts';
import { component, type ComponentType } from '../../sim/component.ts';
import { frame } from '../../sim/memory.ts';
import type { Hop } from '../../sim/rows.ts';
import type { Lab } from '../../lab/lab.ts';
import { interceptAccess, ioPort } from '../../wire/intercepts.ts';
import { componentTypes } from '../../catalogue.ts';
import { vid } from '../../root/kernel/hops.ts';
import { world } from '../world.ts';
import { asked, broughtUp, feed, hopsOf, runOut } from '../whole.ts';
import { rig } from './rig.ts';

interface Line {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly args: readonly number[];
  readonly vp: number;
  readonly behalf: number;
  readonly n: number;
}

function linesOf(lab: Lab, from = 1): Line[] {
  const { catalogue, m } = lab.run.kernel;
  return hopsOf(lab, from, lab.run.n).map((h: Hop) => ({
    name: catalogue[h.kind]!.name, from: m.components.paths[h.from]!, to: m.components.paths[h.to]!, args: h.args, vp: h.vp, behalf: h.behalf, n: h.n,
  }));
}

let lab: Lab;
let lines: Line[];
const of = (name: string): Line[] => lines.filter((l) => l.name === name);
const calls = (guest: number): string[] => of('hv.callRoot').filter((l) => l.behalf === guest).map((l) => hypercallName(l.args[0]! & 0xffff));
const state = <S>(path: string): S => lab.run.kernel.m.components.states[lab.run.kernel.m.components.paths.indexOf(path)] as S;

beforeAll(() => {
  lab = broughtUp();
  lines = linesOf(lab);
});

describe('the root', () => {
  it('[ROOT-1] launches the hypervisor, asks CPUID, sets OS id and hypercall page in that order', () => {
    const boot = lines.filter((l) => l.from === 'root/kernel' && l.vp === 0).slice(0, 7);
    expect(boot.map((l) => [l.name, l.args[0]])).toEqual([
      ['hv.launch', 0], ['cpu.cpuidRoot', 1], ['cpu.cpuidRoot', 0x4000_0000], ['cpu.cpuidRoot', 0x4000_0001], ['cpu.cpuidRoot', 0x4000_0003],
      ['msr.writeRoot', 0x4000_0000], ['msr.writeRoot', 0x4000_0001],
    ]);
  });

  it('[ROOT-2] every VP writes its own SynIC registers, VP 0 SINT2 too', () => {
    const writes = (vp: number): number[] => of('msr.writeRoot').filter((l) => l.from === 'root/kernel' && l.vp === vp).map((l) => l.args[0]!);
    expect(writes(0).slice(2)).toEqual([0x4000_0083, 0x4000_0082, 0x4000_0090, 0x4000_0092, 0x4000_0080]);
    for (const vp of [1, 2, 3]) expect(writes(vp)).toEqual([0x4000_0083, 0x4000_0082, 0x4000_0090, 0x4000_0080]);
    expect(of('kernel.booted')).toHaveLength(1);
  });

  it('[ROOT-3] writes EOI after a routine that wants it, and none for VMBus', () => {
    const injected = of('apic.injectRoot').filter((l) => l.args[0] !== 0x71);
    const counted = (list: readonly Line[], vector: number): number => list.filter((l) => l.args[0] === vector).length;
    for (const vector of [0x51, 0x61]) expect(counted(of('apic.eoiRoot'), vector)).toBe(counted(injected, vector));
    expect(of('apic.eoiRoot').some((l) => l.args[0] === 0x71)).toBe(false);
  });

  it('[WINHV-1] returns each answer to whoever asked on that VP', () => {
    const r = rig();
    const thread = r.w.add('root-stub', 'root/thread', 1);
    const dpc = r.w.add('root-stub', 'root/dpc', 1);
    const kind = r.w.kernel.catalogue.find((k) => k.name === 'winhv.call')!;
    const to = r.w.kernel.m.components.paths.indexOf('root/winhv');
    r.w.poke(thread, kind, to, [HvGetPartitionId, 0, 0x20, 0, 0x21, 1], 1);
    r.w.poke(dpc, kind, to, [HvCreateVp | 0x4000_0000, 0, 0x20, 0, 0x21, 2], 1);
    r.w.run();
    expect([r.stub(thread).status, r.stub(dpc).status]).toEqual([0, 3]);
  });
});

describe('a VM start', () => {
  it('[VID-1] [VID-2] is a sequence of hypercalls that TLFS permits', () => {
    const alpha = calls(2);
    expect(alpha.filter((name, i) => name !== alpha[i - 1] && name !== 'HvDepositMemory').slice(0, 6)).toEqual([
      'HvInitializePartition', 'HvCreateVp', 'HvMapGpaPages', 'HvMapGpaPages', 'HvMapGpaPages', 'HvMapGpaPages',
    ]);
    const order = ['HvInitializePartition', 'HvCreateVp', 'HvMapGpaPages', 'HvInstallIntercept', 'HvSetPartitionProperty', 'HvCreatePort', 'HvConnectPort', 'HvSetVpRegisters'];
    const first = order.map((name) => alpha.indexOf(name));
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(alpha.filter((n) => n === 'HvInstallIntercept')).toHaveLength(13);
    expect(calls(3)).not.toContain('HvSetPartitionProperty');
    const maps = of('hv.callRoot').filter((l) => l.behalf === 2 && (l.args[0]! & 0xffff) === 0x4b).map((l) => l.args[1]!);
    expect(Math.max(...maps)).toBe(509);
    const refused = of('hv.returnRoot').filter((l) => l.args[0] !== 0);
    expect(new Set(refused.map((l) => l.args[0]))).toEqual(new Set([0x0b]));
    expect(refused.length).toBeGreaterThan(2);
  });

  it('[VMWP-1] goes partition, VPs, memory, ports, privileges, VMBus, disk, VP 0', () => {
    const asksOf = (path: string): string[] => lines.filter((l) => l.from === path && l.to !== 'root/vmms' && /^(vid|vmbus|storvsp|ide)\./.test(l.name)).map((l) => l.name);
    expect(asksOf('root/vmwp/alpha')).toEqual([
      'vid.createPartition', 'vid.createVp', 'vid.mapMemory', 'vid.installPort', 'vid.installPort', 'vid.installPort', 'vid.installPort',
      'vid.setPrivileges', 'vmbus.attach', 'storvsp.attach', 'vid.startVp',
    ]);
    expect(asksOf('root/vmwp/beta').filter((n) => n !== 'vid.complete' && n !== 'vid.translate' && n !== 'vid.assertInterrupt' && n !== 'vid.clearInterrupt').slice(0, 9)).toEqual([
      'vid.createPartition', 'vid.createVp', 'vid.mapMemory', 'vid.installPort', 'vid.installPort', 'vid.installPort', 'vid.installPort', 'ide.attach', 'vid.startVp',
    ]);
  });

  it('[VMWP-1] [VMWP-9] [VMMS-1] ends where something is refused, VMMS knows why, and another start begins anew', () => {
    const refusing = component({
      name: 'refuser', title: 'VID', about: 'A VID that refuses.', place: 'root-kernel', sources: ['test'], initial: () => ({}),
      on: {
        [vid.createPartition.name]: (_self: object, hop, act) => act.send(vid.done, hop.from, 6, 0, hop.a1),
        [vid.deletePartition.name]: (_self: object, hop, act) => act.send(vid.done, hop.from, 0, 0, hop.a1),
      },
    });
    const w = world([...componentTypes, refusing as ComponentType]);
    w.add('refuser', 'root/vid', 1);
    const service = w.add('vmms', 'root/vmms', 1, { pages: 0x100, count: 64 });
    const manager = w.add('manager', 'remote/manager');
    const m = w.kernel.m;
    m.texts.push(JSON.stringify({ name: 'gamma', title: 'Gamma', guest: 'legacy', memoryMb: 8, vps: 1, path: 'pio', disk: { fileId: 1 } }), 'gamma');
    const ask = (name: string, id: number): void => {
      w.poke(manager, w.kernel.catalogue.find((k) => k.name === name)!, service, [id]);
      w.run();
    };
    ask('ask.createVm', 1);
    ask('ask.startVm', 2);
    const vm = w.state<{ vms: { state: number; reason: string }[]; refused: number; free: number[] }>(service);
    expect([vm.vms[0]!.state, vm.refused, vm.vms[0]!.reason]).toEqual([3, 0, 'its partition was refused with status 0x6']);
    expect(w.names().filter((n) => n === vmms.poweredOn.name)).toHaveLength(1);
    expect(vm.free).toEqual([0x100, 64]);
    ask('ask.startVm', 2);
    expect(w.names().filter((n) => n === vmms.powerOn.name)).toHaveLength(2);
    expect(w.state<{ refused: number }>(service).refused).toBe(0);
  });

  it('[VID-2] repeats a refused HvMapGpaPages where it stopped, so that every page of the guest is mapped once', () => {
    const isMap = (l: (typeof lines)[number]): boolean => l.name === 'hv.callRoot' && l.behalf === 2 && (l.args[0]! & 0xffff) === 0x4b;
    const calls = lines.filter(isMap);
    const answers = lines.filter((l) => l.name === 'hv.returnRoot' && l.behalf === 2 && l.args[2] === 0x4b);
    expect(answers).toHaveLength(calls.length);
    let mapped = 0;
    let stopped = 0;
    calls.forEach((l, i) => {
      const [status, reps] = answers[i]!.args as [number, number];
      expect(l.args[1]).toBe(Math.min(509, 32_768 - mapped));
      const before = i === 0 ? null : answers[i - 1]!;
      if (i === 0 || before!.args[0] !== 0 || i === calls.length - 1) {
        const block = feed(lab, () => lab.inspectHop(l.n)).bytes[0]!;
        const field = (name: string): string | number | bigint | null => block.fields.find((f) => f.name.startsWith(name))!.raw;
        expect(Number(field('TargetGpaBase'))).toBe(mapped);
      }
      if (status !== 0) {
        expect(status).toBe(0x0b);
        stopped += reps > 0 ? 1 : 0;
      } else expect(reps).toBe(l.args[1]);
      mapped += reps;
    });
    expect([mapped, stopped > 0]).toEqual([32_768, true]);
  });

  it('[VMMS-1] makes one worker per VM, and both VMs run', () => {
    const service = state<{ vms: { name: string; state: number; partition: number }[] }>('root/vmms');
    expect(service.vms.map((v) => [v.name, v.state, v.partition])).toEqual([['alpha', 2, 2], ['beta', 2, 3]]);
    expect(of('vmms.powerOn')).toHaveLength(2);
  });

  it('[POOL-3] leaves every page of every pool accounted for', () => {
    const { m } = lab.run.kernel;
    const dir = m.memory.pages - pagesAtLaunch(4);
    const pools = countPools((page) => frame(m.memory, page), dir);
    expect(pools.map((p) => p.partition)).toEqual([1, 2, 3]);
    expect(poolFaults(pools)).toEqual([]);
  });
});

describe('a guest', () => {
  it('[GUEST-1] [GUEST-2] discovers the hypervisor when it is enlightened, and not otherwise', () => {
    const alpha = lines.filter((l) => l.from === 'alpha/kernel' && /^(cpu\.cpuid|msr)/.test(l.name)).map((l) => l.args[0]);
    expect(alpha).toEqual([
      1, 0x4000_0000, 0x4000_0001, 0x4000_0003, 0x4000_0000, 0x4000_0001, 0x4000_0083, 0x4000_0082, 0x4000_0092, 0x4000_0080,
    ]);
    expect(lines.some((l) => l.from === 'beta/kernel' && /^(cpu\.cpuid|msr)/.test(l.name))).toBe(false);
  });

  it('[GUEST-3] starts its drivers one after the other', () => {
    const order = (guest: string): string[] =>
      lines.filter((l) => (l.name === 'gkernel.initDriver' && l.from === `${guest}/kernel`) || (l.name === 'gkernel.driverReady' && l.to === `${guest}/kernel`))
        .map((l) => (l.name === 'gkernel.initDriver' ? `start ${l.to}` : `ready ${l.from}`));
    expect(order('alpha')).toEqual(['start alpha/vmbus', 'ready alpha/vmbus', 'start alpha/storvsc', 'ready alpha/storvsc', 'start alpha/fs', 'ready alpha/fs']);
    expect(order('beta')).toEqual(['start beta/ata', 'ready beta/ata', 'start beta/fs', 'ready beta/fs']);
  });

  it('[GUEST-6] programs the 8259 pair itself when its disk hangs on it, before the first driver starts', () => {
    const before = lines.slice(0, lines.findIndex((l) => l.name === 'gkernel.initDriver' && l.from === 'beta/kernel'));
    const writes = (who: string): number[][] => before.filter((l) => l.name === 'pio.write' && l.from === who).map((l) => [l.args[0]! & 0xffff, l.args[1]!]);
    expect(writes('beta/kernel')).toEqual([
      [0x20, 0x11], [0x21, 0x30], [0x21, 0x04], [0x21, 0x01], [0xa0, 0x11], [0xa1, 0x38], [0xa1, 0x02], [0xa1, 0x01], [0x21, 0xfb], [0xa1, 0xbf],
    ]);
    expect(writes('alpha/kernel')).toEqual([]);
    expect(of('pio.write').filter((l) => l.from === 'beta/ata' && [0x20, 0x21, 0xa0, 0xa1].includes(l.args[0]! & 0xffff))).toEqual([]);
  });

  it('[GUEST-4] [GUEST-5] ends an interrupt of the secondary 8259 with two port writes, one of VMBus with nothing', () => {
    const writes = of('pio.write').filter((l) => l.from === 'beta/kernel').slice(10).map((l) => [l.args[0]! & 0xffff, l.args[1]]);
    const taken = of('apic.injectGuest').filter((l) => l.to === 'beta/kernel');
    expect(writes.slice(0, 2)).toEqual([[0xa0, 0x20], [0x20, 0x20]]);
    expect(writes).toHaveLength(2 * taken.length);
    expect(lines.some((l) => l.from === 'alpha/kernel' && (l.name === 'apic.eoiGuest' || l.name === 'pio.write'))).toBe(false);
  });
});

describe('an emulated access', () => {
  it('[WINHV-2] [VID-3] [VMWP-2] [VID-4] climbs to the worker process and comes back, one trip per exit', () => {
    const trips = of('pio.write').length + of('pio.read').length;
    for (const name of ['synic.intercept', 'vid.intercept', 'vmwp.message', 'vid.complete', 'pio.resume']) expect([name, of(name).length]).toEqual([name, trips]);
    const one = of('pio.write')[0]!;
    const after = lines.filter((l) => l.n >= one.n && !/^(cpu|vmms)\./.test(l.name)).slice(0, 20).map((l) => l.name);
    expect(after).toEqual([
      'pio.write', 'synic.intercept', 'synic.interrupt', 'apic.deliver', 'apic.injectRoot', 'kernel.isr', 'kernel.isrDone', 'apic.eoiRoot', 'apic.eoiDoneRoot',
      'vid.intercept', 'vmwp.message', 'vmwp.portWrite', 'vmwp.portDone', 'vid.complete', 'winhv.call', 'hv.callRoot', 'hv.toScheduler', 'hv.answer',
      'sched.resume', 'hv.returnRoot',
    ]);
    const { m } = lab.run.kernel;
    const message = of('vmwp.message').at(-1)!;
    const slot = frame(m.memory, message.args[0]!);
    const payload = (message.args[1]! & 0xfff) + 16;
    expect([ioPort(slot, payload), interceptAccess(slot, payload)]).toEqual([0x20, 1]);
  });

  it('[VMWP-3] copies a sector into guest memory for each REP INSW, after a translation', () => {
    const words = of('pio.read').filter((l) => l.args[1]! > 1);
    expect(of('vid.translate')).toHaveLength(words.length);
    expect(of('vmwp.copy').map((l) => l.args[0])).toEqual(words.map(() => 512));
  });

  it('[VMWP-4] tells the 8259 of each interrupt that the guest has taken, before its first access after it', () => {
    const taken = of('apic.injectGuest').filter((l) => l.args[1] === 1);
    const told = of('vmwp.acknowledged');
    expect(told).toHaveLength(taken.length);
    taken.forEach((t, i) => {
      const access = lines.find((l) => l.n > t.n && l.name === 'vmwp.portRead')!;
      expect(told[i]!.n > t.n && told[i]!.n < access.n).toBe(true);
    });
  });

  it('[VMWP-5] repeats an assertion that was refused because the one before was not cleared', () => {
    const peers = component<{ log: string[]; answers: number[] }>({
      name: 'peer', title: 'VID', about: 'A VID that answers as told.', place: 'root-kernel', sources: ['test'], initial: () => ({ log: [], answers: [0, 0x16, 0, 0] }),
      on: {
        [vid.assertInterrupt.name]: (self, hop, act) => {
          self.log.push(`assert ${hop.a1}`);
          act.send(vid.done, hop.from, self.answers.shift()!, 0, hop.a2);
        },
        [vid.clearInterrupt.name]: (self, hop, act) => {
          self.log.push('clear');
          act.send(vid.done, hop.from, self.answers.shift()!, 0, hop.a1);
        },
      },
    });
    const chip = component<{ told: number[] }>({
      name: 'chip', title: '8259', about: 'An 8259 that listens.', place: 'root-user', sources: ['test'], initial: () => ({ told: [] }),
      on: { [vmwpKinds.acknowledged.name]: (self, hop) => void self.told.push(hop.a0) },
    });
    const w = world([vmwpType, peers, chip] as readonly ComponentType[]);
    const worker = w.add('vmwp', 'root/vmwp/x', 1, { vm: {}, pages: 0 });
    const driver = w.add('peer', 'root/vid', 1);
    const pic = w.add('chip', 'root/vmwp/x/pic', 1);
    Object.assign(w.state<object>(worker), { vid: driver, pic, partition: 2 });
    for (const vector of [0x3e, 0x3d]) {
      w.poke(pic, vmwpKinds.assertInterrupt, worker, [vector]);
      w.run();
    }
    expect(w.state<{ log: string[] }>(driver).log).toEqual(['assert 62', 'assert 61', 'clear', 'assert 61']);
    expect(w.state<{ told: number[] }>(pic).told).toEqual([0x3e]);
  });

  it('[VMWP-2] a busy machine: two legacy reads at depth leave nothing behind', () => {
    const busy = broughtUp(asked({ do: 'read-sectors', guest: 'beta', lba: 8, sectors: 8, count: 6, depth: 3 }, { do: 'read-sectors', guest: 'alpha', lba: 8, sectors: 8, count: 40, depth: 16 }));
    runOut(busy);
    const { m } = busy.run.kernel;
    const worker = m.components.states[m.components.paths.indexOf('root/vmwp/beta')] as { held: { there: boolean }; asserted: number; phase: number };
    expect([worker.held.there, worker.asserted, worker.phase]).toEqual([false, -1, 0]);
    expect(m.processors.flags.slice(0, m.processors.vpCount).every((f) => f === 4)).toBe(true);
  });
});
