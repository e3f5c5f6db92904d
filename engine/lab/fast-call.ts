/** A fast hypercall carries its parameters in registers: what the inspector and the exports show of it. [INSPECT-20] */
import type { HopKind } from '../sim/hop-kinds.ts';
import type { Hop } from '../sim/rows.ts';
import { put64 } from '../wire/bytes.ts';
import { controlFast } from '../wire/hypercalls.ts';
import { fieldsOf, hypercallLayout } from './decode-bytes.ts';
import { argsOf } from './narration.ts';
import type { BytesView } from './views.ts';

/** What stands in the two words of RDX instead, by the names that the hop kinds have for a parameter block. */
const registerNames: Readonly<Record<string, string>> = { inPage: 'rdxLow', inSpan: 'rdxHigh', page: 'rdxLow', offset: 'rdxHigh' };
const exits = ['hv.callRoot', 'hv.callGuest'];

export function isFastCall(args: Readonly<Record<string, number>>): boolean {
  return args['control'] !== undefined && controlFast(args['control']);
}

/** Arguments of a hop by name; those of a fast call are no addresses and are not called so. */
export function argsShown(kind: HopKind, hop: Hop): Record<string, number> {
  const args = argsOf(kind, hop);
  if (!isFastCall(args)) return args;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [registerNames[name] ?? name, value]));
}

/** RCX and RDX at the exit of a fast call; nothing for other hops. */
export function fastCall(kind: HopKind, hop: Hop): BytesView[] {
  const args = argsOf(kind, hop);
  if (!exits.includes(kind.name) || !isFastCall(args)) return [];
  return [
    register('RCX: what is called', 'register RCX', 'hypercall.control', args['control']!, args['repCount']!),
    register('RDX: its parameters', 'register RDX', hypercallLayout(args['control']!), args['inPage']!, args['inSpan']!),
  ];
}

function register(label: string, where: string, layout: string, lo: number, hi: number): BytesView {
  const bytes = new Uint8Array(8);
  put64(bytes, 0, lo, hi);
  return { label, where, layout, before: bytes, after: bytes, fields: fieldsOf(layout, bytes) };
}
