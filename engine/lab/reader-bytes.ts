/** What a program in a guest has read, taken from the guest's memory at the very hop that hands it over. */
import { READ_FILE } from '../guest/user/hops.ts';
import type { Hop } from '../sim/rows.ts';
import { readListing, type ListedFile } from '../wire/fs-listing.ts';
import { argsOf } from './narration.ts';
import { bytesOf, pieceAt } from './pieces.ts';
import type { Run } from './run.ts';

export interface ReadPiece {
  /** Which piece of the file, from 0. */
  readonly cookie: number;
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** The bytes that a `readDone` hop has put into its reader's buffer; null for every other hop. Ask while the cursor is on it. */
export function pieceRead(run: Run, hop: Hop): ReadPiece | null {
  const { kernel } = run;
  const kind = kernel.catalogue[hop.kind]!;
  if (kind.name !== 'fs.readDone' && kind.name !== 'fs.rawDone') return null;
  const args = argsOf(kind, hop);
  const span = args['span'] ?? 0;
  const status = args['status'] ?? 0;
  const piece = status === 0 ? pieceAt(kernel, kernel.m.components.partitions[hop.to]!, '', null, args['bufferPage'] ?? 0, span & 0xfff, span >>> 12) : null;
  return { cookie: args['cookie'] ?? 0, status, bytes: piece ? bytesOf(kernel, piece) : new Uint8Array(0) };
}

/** The path of the file that a guest's reader is reading, or null. Ask while the cursor is on the hop that matters. */
export function fileInHand(run: Run, reader: number): string | null {
  const { types, states } = run.kernel.m.components;
  const { busy } = run.kernel.types[types[reader]!]!.view!(states[reader]) as { busy: { what: number; path: string } | null };
  return busy?.what === READ_FILE ? busy.path : null;
}

/** The entries that a `listed` hop has put into its reader's page; none for every other hop. Ask while the cursor is on it. */
export function listingRead(run: Run, hop: Hop): readonly ListedFile[] {
  const { kernel } = run;
  const kind = kernel.catalogue[hop.kind]!;
  if (kind.name !== 'fs.listed') return [];
  const { status, span = 0, bufferPage = 0 } = argsOf(kind, hop);
  const piece = status === 0 ? pieceAt(kernel, kernel.m.components.partitions[hop.to]!, '', null, bufferPage, span & 0xfff, span >>> 12) : null;
  return piece ? readListing(bytesOf(kernel, piece)) : [];
}
