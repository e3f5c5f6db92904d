/** Checkers over channels: who a packet belongs to, and when a signal is due. They look at rows and ring headers only. */
import type { Kernel } from '../sim/kernel.ts';
import type { Hop } from '../sim/rows.ts';
import type { Checker } from './checks.ts';
import { SIGNAL_ROOM } from '../devices/vmbus/hops.ts';
import { guestWord, ringsOf } from './memory-checks.ts';
import { argsOf } from './narration.ts';

export function channelCheckers(): Checker[] {
  return [identity(), signals()];
}

interface Written {
  readonly direction: number;
  readonly offset: number;
  readonly transId: number;
  readonly request: number;
}

function isRing(name: string, act: 'Write' | 'Read'): boolean {
  return name.startsWith(`vmbus.ring${act}`);
}

/** So many packets may lie unread before the oldest is forgotten. */
const WRITTEN_MOST = 8192;

function identity(): Checker {
  const written = new Map<number, Written>();
  const asked = new Map<string, number>();
  return {
    id: 'packet-identity',
    says: 'A packet is read with the offset, the transaction id and the request with which it was written; an answer belongs to the request that asked.',
    reset: () => {
      written.clear();
      asked.clear();
    },
    after: (kernel, hop) => {
      const kind = kernel.catalogue[hop.kind]!;
      if (!kind.name.startsWith('vmbus.ring')) return null;
      const a = argsOf(kind, hop);
      const packet = { direction: a['direction'] ?? 0, offset: a['offset'] ?? 0, transId: a['transId'] ?? 0, request: hop.request };
      if (isRing(kind.name, 'Write')) {
        if (written.size >= WRITTEN_MOST) written.clear();
        written.set(hop.n, packet);
        return packet.direction === 0 ? ask(asked, hop.to, packet) : answer(asked, hop.to, packet);
      }
      const origin = written.get(hop.origin);
      if (!origin) return hop.origin === 0 ? 'a packet was read that nobody is known to have written' : null;
      written.delete(hop.origin);
      if (origin.offset !== packet.offset || origin.direction !== packet.direction) return `the packet written at ${origin.offset} was read at ${packet.offset}`;
      if (origin.transId !== packet.transId) return `transaction ${origin.transId} was written and ${packet.transId} read`;
      return origin.request === packet.request ? null : `the packet belongs to request ${origin.request}, but was read for ${packet.request}`;
    },
  };
}

function ask(asked: Map<string, number>, channel: number, packet: Written): null {
  asked.set(`${channel} ${packet.transId}`, packet.request);
  return null;
}

function answer(asked: Map<string, number>, channel: number, packet: Written): string | null {
  const key = `${channel} ${packet.transId}`;
  const request = asked.get(key);
  asked.delete(key);
  return request === undefined || request === packet.request ? null : `transaction ${packet.transId} was asked for request ${request} and answered for ${packet.request}`;
}

/** Hops within which the signal of a write has long acted. */
const SIGNAL_HOPS = 1024;

interface Batch {
  readonly n: number;
  due: boolean;
}

function signals(): Checker {
  /** What each handler wrote into each ring: was a signal due? By 'channel direction cause'. */
  const due = new Map<string, Batch>();
  const key = (channel: number, direction: number, cause: number): string => `${channel} ${direction} ${cause}`;
  let begun = 0;
  return {
    id: 'signal-rule',
    says: 'A writer signals exactly when the ring was empty before its write (or at every write, for a driver that follows that rule) and the reader has not masked it.',
    reset: (kernel) => {
      due.clear();
      begun = kernel.m.n;
    },
    after: (kernel, hop) => {
      const { name } = kernel.catalogue[hop.kind]!;
      if (isRing(name, 'Write')) {
        // Of a handler that has acted before, other writes may have been made before: whether a signal is due cannot be said.
        if (hop.cause < begun) return null;
        const at = key(hop.to, hop.args[0]!, hop.cause);
        const batch = due.get(at) ?? { n: hop.n, due: false };
        batch.due ||= signalDue(kernel, hop);
        due.set(at, batch);
        if (due.size > WRITTEN_MOST) forgetOld(due, hop.n);
        return due.size > WRITTEN_MOST ? 'no signal rule can be followed any more: too many writes are open' : null;
      }
      if (name !== 'vmbus.signalGuest' && name !== 'vmbus.signal') return null;
      if (hop.args[1] === SIGNAL_ROOM) return null;
      const at = key(hop.args[0]!, name === 'vmbus.signalGuest' ? 0 : 1, hop.cause);
      const batch = due.get(at);
      due.delete(at);
      if (!batch) return null;
      return batch.due ? null : `a signal was sent for hop ${batch.n}, but the ring was not empty or the reader had masked it`;
    },
    idle: (kernel) => {
      // A guest that was turned off between write and signal signals no more; its channel is gone.
      const left = [...due].filter(([at, batch]) => batch.due && kernel.m.components.states[Number(at.split(' ')[0])] !== null).map(([, batch]) => batch);
      due.clear();
      return left.length === 0 ? null : `no signal was sent for hop ${left[0]!.n}, although the ring was empty and not masked`;
    },
  };
}

/** A machine that is never idle: a write that needed no signal and got none in all this time gets none any more. */
function forgetOld(due: Map<string, Batch>, now: number): void {
  for (const [key, batch] of due) if (!batch.due && batch.n < now - SIGNAL_HOPS) due.delete(key);
}

function signalDue(kernel: Kernel, hop: Hop): boolean {
  const direction = hop.args[0]!;
  const ring = ringsOf(kernel).find((r) => r.channel === hop.to && r.direction === direction);
  if (!ring) return false;
  const read = guestWord(kernel, ring.partition, ring.first, 4);
  const mask = guestWord(kernel, ring.partition, ring.first, 8);
  if (mask !== 0) return false;
  return everyWrite(kernel, hop) || read === hop.args[1];
}

/** Which rule the writer follows is its configuration. */
function everyWrite(kernel: Kernel, hop: Hop): boolean {
  return (kernel.m.components.states[hop.from] as { signalRule?: string } | null)?.signalRule === 'every-write';
}
