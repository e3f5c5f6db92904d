/** A small machine for tests of the lab: a person, a program, a driver, a disk, a bit of hypervisor. */
import type { Act } from '../../sim/act.ts';
import { component } from '../../sim/component.ts';
import { server2008 } from '../../sim/profiles.ts';
import { hop, type HopDeclaration, type HopKind } from '../../sim/hop-kinds.ts';
import { IntentError } from '../../sim/intend.ts';
import { Kernel, type ChunkSource } from '../../sim/kernel.ts';
import { addComponent, createMachine } from '../../sim/machine.ts';
import { addVp } from '../../sim/processors.ts';
import { createLab, type Lab, type LabConfig } from '../../lab/lab.ts';

const documented = { status: 'documented', sources: ['ours'] } as const;
const says = (actor: string, act: string, object: string) => () => ({ actor, act, object, because: 'the test wants it' });

/** Kinds of its own, outside the catalogue of the real machine. */
function toyHops<D extends Record<string, HopDeclaration>>(kinds: D): { readonly [K in keyof D]: HopKind } {
  const out: Record<string, HopKind> = {};
  Object.keys(kinds).sort().forEach((key, code) => (out[key] = { ...kinds[key]!, name: `toy.${key}`, code }));
  return out as { readonly [K in keyof D]: HopKind };
}

export const T = toyHops({
  ask: hop({ title: 'ask', family: 'person', crossing: 'person-root', args: ['count', 'mode', 'text'], cost: 'user', begins: 'file', ...documented, sentence: says('Somebody', 'asks', 'for sectors') }),
  read: hop({ title: 'read', family: 'call', crossing: 'root-syscall', args: ['left', 'mode'], cost: 'syscall', begins: 'disk', milestone: 'submitted', ...documented, sentence: (a) => ({ actor: 'Program', act: 'reads', object: `sector ${a.left}`, because: 'the test wants it' }) }),
  call: hop({ title: 'hypercall', family: 'hypercall', crossing: 'root-exit', args: ['control'], cost: 'exit', counts: { exit: 'hypercall', hypercall: 'arg:control' }, ...documented, sentence: says('Driver', 'calls', 'the hypervisor') }),
  event: hop({ title: 'event', family: 'signal', crossing: 'hypervisor-call', args: [], cost: 'inside', ...documented, sentence: says('Hypervisor', 'sets', 'a flag') }),
  back: hop({ title: 'back', family: 'entry', crossing: 'root-entry', args: [], cost: 'entry', ...documented, sentence: says('Hypervisor', 'resumes', 'the VP') }),
  command: hop({ title: 'command', family: 'device', crossing: 'root-port', args: ['sector'], cost: 'none', counts: { diskCommand: 1 }, ...documented, sentence: says('Driver', 'commands', 'the disk') }),
  spin: hop({ title: 'spin', family: 'device', crossing: 'hardware-wire', args: ['sector'], cost: 'none', counts: { dma: 'sector' }, ...documented, sentence: says('Disk', 'turns', '') }),
  interrupt: hop({ title: 'interrupt', family: 'interrupt', crossing: 'hardware-interrupt', args: [], cost: 'inside', ...documented, sentence: says('Disk', 'interrupts', 'the processor') }),
  inject: hop({ title: 'inject', family: 'interrupt', crossing: 'root-inject', args: [], cost: 'inject', counts: { interrupt: 1 }, ...documented, sentence: says('Hypervisor', 'injects', 'an interrupt') }),
  done: hop({ title: 'done', family: 'call', crossing: 'root-sysret', args: ['bytes'], cost: 'copy', costBytes: 'bytes', counts: { copy: 'bytes' }, ends: 'disk', level: 'thread', milestone: 'completed', ...documented, sentence: says('Driver', 'answers', 'the program') }),
  end: hop({ title: 'end', family: 'call', crossing: 'root-user-call', args: [], cost: 'user', ends: 'file', ...documented, sentence: says('Program', 'is', 'done') }),
});

const toyKinds = Object.values(T).sort((a, b) => a.code - b.code);

interface ProgramState {
  jobs: { request: number; left: number; mode: number }[];
  texts: string[];
}

const program = component<ProgramState>({
  name: 'program', title: 'Program', about: 'test', place: 'root-user', sources: ['ours'],
  initial: () => ({ jobs: [], texts: [] }),
  on: {
    'toy.ask': (s, h, act) => {
      s.texts.push(act.textOf(h.a2));
      s.jobs.push({ request: h.request, left: h.a0, mode: h.a1 });
      if (s.jobs.length === 1) act.send(T.read, act.find('root/driver'), h.a0, h.a1);
    },
    'toy.done': (s, _h, act) => {
      const job = s.jobs[0]!;
      act.request = job.request;
      job.left--;
      if (job.left > 0) act.send(T.read, act.find('root/driver'), job.left, job.mode);
      else act.send(T.end, act.self);
    },
    'toy.end': (s, _h, act) => {
      s.jobs.shift();
      const job = s.jobs[0];
      if (!job) return;
      act.request = job.request;
      act.send(T.read, act.find('root/driver'), job.left, job.mode);
    },
  },
});

/** mode 1: throws at sector 3. mode 2: the disk needs chunks. */
const driver = component<{ request: number; left: number; mode: number; turns: number[] }>({
  name: 'driver', title: 'Driver', about: 'test', place: 'root-kernel', sources: ['ours'],
  initial: () => ({ request: 0, left: 0, mode: 0, turns: [] }),
  on: {
    'toy.read': (s, h, act: Act) => {
      s.request = h.request;
      s.left = h.a0;
      s.mode = h.a1;
      act.assert(h.a1 !== 1 || h.a0 !== 3, 'sector 3 burns');
      act.send(T.call, act.find('hypervisor/x'), 0x5d);
    },
    'toy.back': (s, _h, act) => act.send(T.command, act.find('hardware/disk'), s.mode === 2 ? s.left : 0),
    'toy.inject': (s, _h, act) => {
      act.request = s.request;
      const page = act.pageForWrite(3 + (s.left & 15));
      page[s.left & 0xfff] = (page[s.left & 0xfff]! + 1) & 0xff;
      s.turns.push(s.left);
      if (s.turns.length > 4) s.turns.shift();
      act.send(T.done, act.find('root/program'), 512);
    },
  },
});

const hypervisor = component<{ calls: number }>({
  name: 'x', title: 'Hypervisor', about: 'test', place: 'hypervisor', sources: ['ours'],
  initial: () => ({ calls: 0 }),
  on: {
    'toy.call': (s, _h, act) => {
      s.calls++;
      act.send(T.event, act.self);
    },
    'toy.event': (_s, _h, act) => act.send(T.back, act.find('root/driver')),
    'toy.interrupt': (_s, _h, act) => act.send(T.inject, act.find('root/driver')),
  },
});

const disk = component<{ reads: number; sum: number }>({
  name: 'disk', title: 'Disk', about: 'test', place: 'hardware', sources: ['ours'],
  initial: () => ({ reads: 0, sum: 0 }),
  needs: (_s, h, has) => (h.kind === T.command.code && h.a0 > 0 && !has('image', h.a0 >> 3) ? { image: 'image', chunk: h.a0 >> 3 } : null),
  on: {
    'toy.command': (s, h, act) => {
      if (h.a0 > 0) s.sum += act.chunk('image', h.a0 >> 3)[h.a0]!;
      act.sendAfter(1000 + (act.random() % 5000), -1, T.spin, act.self, 512);
    },
    'toy.spin': (s, _h, act) => {
      s.reads++;
      act.spaForWrite(1)[s.reads & 0xfff] = s.reads & 0xff;
      act.sendAfter(0, 0, T.interrupt, act.find('hypervisor/x'));
    },
  },
});

const manager = component<{ asked: number }>({
  name: 'manager', title: 'Manager', about: 'test', place: 'remote', sources: ['ours'],
  initial: () => ({ asked: 0 }),
  on: {},
  intend: (s, intent: { count: number; mode?: number; text?: string }, act) => {
    s.asked++;
    if (!(intent.count > 0)) throw new IntentError('Ask for at least one sector.');
    act.send(T.ask, act.find('root/program'), intent.count, intent.mode ?? 0, act.text(intent.text ?? 'read'));
  },
});

export const toyTypes = [program, driver, hypervisor, disk, manager];

export function buildToy(chunks: ChunkSource, seed = 7): Kernel {
  const m = createMachine({ memoryPages: 1 << 12, logicalProcessors: 2, seed });
  const kernel = new Kernel(m, toyTypes, toyKinds, server2008, chunks);
  for (let lp = 0; lp < 2; lp++) m.processors.flags[addVp(m.processors, 1, lp, lp)] = 0;
  m.partitions.firstVps[1] = 0;
  addComponent(m, toyTypes, 'program', 'root/program', 1, {});
  addComponent(m, toyTypes, 'driver', 'root/driver', 1, {});
  addComponent(m, toyTypes, 'x', 'hypervisor/x', 0, {});
  addComponent(m, toyTypes, 'disk', 'hardware/disk', 0, {});
  addComponent(m, toyTypes, 'manager', 'remote/manager', 0, {});
  return kernel;
}

export function toyLab(config: Partial<LabConfig> = {}): Lab {
  const lab = createLab({ build: buildToy, start: [{ count: 2, text: 'start' }], ...config });
  lab.bringUp();
  return lab;
}

/** Runs until nothing moves or something is missing. */
export function runOut(lab: Lab, most = 1_000_000): void {
  while (lab.advance({ hops: Math.min(most, 100_000) }).rows.byteLength > 0 && lab.run.n < most);
}
