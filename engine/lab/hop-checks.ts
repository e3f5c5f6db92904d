/** Checkers over the rows: order of time, requests, VPs, exits. See `checks.ts`. */
import { crossings, places } from '../wire/borders.ts';
import type { Kernel } from '../sim/kernel.ts';
import { HYPERVISOR, IN_EXIT, SUSPENDED, WINDOW } from '../sim/processors.ts';
import { FLAG_BEGINS, LEVEL_MASK, type Hop } from '../sim/rows.ts';
import type { Checker } from './checks.ts';

export function hopCheckers(): Checker[] {
  return [timeForward(), causeBefore(), requestsEnd(), suspendedStill(), oneExit(), bordersKept()];
}

function timeForward(): Checker {
  let last = 0;
  return {
    id: 'time-forward',
    says: 'The time of a hop is never before that of the hop before it, nor before its own departure.',
    reset: (kernel) => void (last = kernel.m.now),
    after: (_, hop) => {
      const earlier = last;
      last = hop.time;
      if (hop.time < earlier) return `time went back from ${earlier} to ${hop.time} ns`;
      return hop.departed > hop.time ? `it acted at ${hop.time} ns and departed at ${hop.departed} ns` : null;
    },
  };
}

function causeBefore(): Checker {
  return {
    id: 'cause-before',
    says: 'Cause and origin of a hop have smaller numbers than the hop.',
    reset: () => undefined,
    after: (_, hop) => {
      if (hop.cause >= hop.n) return `its cause is hop ${hop.cause}`;
      return hop.origin >= hop.n ? `its origin is hop ${hop.origin}` : null;
    },
  };
}

function requestsEnd(): Checker {
  let open = new Map<number, { readonly level: string; readonly partition: number }>();
  return {
    id: 'requests-end',
    says: 'When nothing moves, every request that began has ended, once, inside its parent, or with the partition whose guest had begun it.',
    reset: () => void (open = new Map()),
    after: (kernel, hop) => {
      const kind = kernel.catalogue[hop.kind]!;
      if ((hop.flags & FLAG_BEGINS) !== 0) open.set(hop.n, { level: kind.begins!, partition: places[kernel.toPlace[hop.kind]!]!.startsWith('guest') ? hop.behalf : 0 });
      if (kind.stops) for (const [id, { partition }] of open) if (partition === hop.behalf) open.delete(id);
      if (!kind.ends || (kind.begins && hop.request === hop.n)) return null;
      const level = open.get(hop.request)?.level;
      if (level === undefined) return hop.request === 0 ? `${kind.name} ends no request` : null;
      open.delete(hop.request);
      return level === kind.ends ? null : `${kind.name} ends request ${hop.request}, which is of level ${level}`;
    },
    idle: () => {
      const left = [...open].filter(([, { level }]) => level !== 'machine');
      if (left.length === 0) return null;
      open = new Map();
      return `${left.length} requests never ended, the first is ${left[0]![0]} (${left[0]![1].level})`;
    },
  };
}

/** Flags of every VP as they were before the hop. */
function flagsOf(kernel: Kernel): Int32Array {
  return kernel.m.processors.flags.slice(0, kernel.m.processors.vpCount);
}

function suspendedStill(): Checker {
  let before: Int32Array = new Int32Array(0);
  return {
    id: 'suspended-still',
    says: 'A VP that is suspended makes no hop in its partition.',
    reset: (kernel) => void (before = flagsOf(kernel)),
    after: (kernel, hop) => {
      const was = hop.vp >= 0 && hop.vp < before.length ? before[hop.vp]! : 0;
      before = flagsOf(kernel);
      const level = hop.flags & LEVEL_MASK;
      return (was & SUSPENDED) !== 0 && level < WINDOW ? `VP ${hop.vp} was suspended and acted at level ${level}` : null;
    },
  };
}

function actOf(kernel: Kernel, hop: Hop): string {
  return crossings[kernel.catalogue[hop.kind]!.crossing].act;
}

function oneExit(): Checker {
  let out = new Map<number, number>();
  return {
    id: 'one-exit',
    says: 'A VP that has left its partition does nothing in it before it is let go on, and does not leave a second time.',
    reset: () => void (out = new Map()),
    after: (kernel, hop) => {
      const act = actOf(kernel, hop);
      const level = hop.flags & LEVEL_MASK;
      if (hop.vp < 0 || level > HYPERVISOR) return null;
      const left = out.get(hop.vp);
      if (act === 'exit') {
        out.set(hop.vp, hop.n);
        return left === undefined ? null : `VP ${hop.vp} exits, but it has not come back from hop ${left}`;
      }
      if (left === undefined) return null;
      // An injection is a VM entry too: an interrupt that came during the exit is taken before the instruction behind it. [KERNEL-2]
      if (act === 'inject' && (kernel.m.processors.flags[hop.vp]! & IN_EXIT) === 0) out.delete(hop.vp);
      else if (act === 'entry' || (kernel.catalogue[hop.kind]!.name.startsWith('cpu.') && level < WINDOW)) out.delete(hop.vp);
      else if (level < WINDOW && !isHalted(kernel, left)) return `VP ${hop.vp} acts in its partition, but it has not come back from hop ${left}`;
      else if (level < WINDOW) out.delete(hop.vp);
      return null;
    },
  };
}

/** A VP that left by HLT comes back with an interrupt, without an entry hop. */
function isHalted(kernel: Kernel, exit: number): boolean {
  const { log } = kernel;
  const at = exit - log.first;
  if (at < 0) return true;
  return kernel.catalogue[log.words[at * 16 + 4]! & 0xffff]!.name.startsWith('cpu.hlt');
}

function bordersKept(): Checker {
  return {
    id: 'borders',
    says: 'A hop joins components as its crossing allows: the places, and one partition on both sides where it must be one.',
    reset: () => undefined,
    after: (kernel, hop) => {
      const { partitions, paths } = kernel.m.components;
      const crossing = crossings[kernel.catalogue[hop.kind]!.crossing];
      if (crossing.relation !== 'same' || partitions[hop.from] === partitions[hop.to]) return null;
      return `${paths[hop.from]} and ${paths[hop.to]} are in different partitions, which ${kernel.catalogue[hop.kind]!.crossing} may not join`;
    },
  };
}
