/**
 * Bytes of a hop before and after, and of components: the machine is moved to the hop before, looked at, moved by one hop,
 * looked at again and put back. Nothing is kept for it beforehand. [INSPECT-1]
 */
import type { BytesRef } from '../sim/hop-kinds.ts';
import type { Kernel } from '../sim/kernel.ts';
import type { Hop } from '../sim/rows.ts';
import { castAt } from './cast.ts';
import { ChunkMissing } from './chunks.ts';
import { pagesShown } from './component-bytes.ts';
import { fieldsOf, hypercallLayout } from './decode-bytes.ts';
import { argsShown, fastCall, isFastCall } from './fast-call.ts';
import { argsOf, fullSentence } from './narration.ts';
import { bytesOf, pieceAt, type Piece } from './pieces.ts';
import { plainCopy, ringPlace } from './project.ts';
import type { Run } from './run.ts';
import { portAccess } from './port-access.ts';
import { citation } from './sources.ts';
import { compared, tablesNow, type Told } from './state-tables.ts';
import type { BytesView, ComponentInspection, ComponentView, HopInspection } from './views.ts';

/** At most this many bytes of one piece are shown. */
const BYTES_MOST = 8192;

/** Calls `look` after each of these hops, in order; the machine is where it was afterwards. */
function lookAfter<T>(run: Run, hops: readonly number[], look: () => T): readonly T[] {
  return run.aside(() =>
    hops.map((n) => {
      arrive(run, n);
      return look();
    }),
  );
}

/** Calls `look` before and after hop `n`. */
export function aroundHop<T>(run: Run, n: number, look: () => T): { readonly before: T; readonly after: T } {
  const [before, after] = lookAfter(run, [n - 1, n], look);
  return { before: before!, after: after! };
}

function arrive(run: Run, n: number): void {
  const stop = run.seek(n);
  if (stop === 'needs') throw new ChunkMissing(run.need!);
  if (run.n !== n) throw new RangeError(`Hop ${n} has not acted in this branch.`);
}

export function inspectHop(run: Run, n: number): HopInspection {
  if (n < 1 || n > run.branch.tip) throw new RangeError(`Hop ${n} has not acted in this branch.`);
  const hop = run.hopAt(n);
  const { kernel } = run;
  const kind = kernel.catalogue[hop.kind]!;
  const cost = kernel.profile.costs[kind.cost];
  const refs = kind.bytes ?? [];
  const seen = refs.length === 0 ? [] : bytesAround(run, hop, () => refs.map((ref) => lookAt(kernel, pieceOf(kernel, hop, ref))));
  return {
    n,
    title: kind.title,
    sentence: fullSentence(kernel, hop, castAt(run, n)),
    args: Object.entries(argsShown(kind, hop)).map(([name, value]) => ({ name, value })),
    status: kind.status,
    simplified: kind.simplified ?? null,
    sources: kind.sources.map(citation),
    cost: { key: kind.cost, ns: hop.cost, letter: cost.letter, because: cost.because },
    bytes: [...portAccess(kind.name, argsOf(kind, hop)), ...fastCall(kind, hop), ...seen.flatMap(({ before, after }) => viewOf(before, after))],
  };
}

/**
 * What a hop carries was mostly written by the handler that sent it, and may be used up by the one that takes it: then before is
 * before the sender and after is on the way. Where the sender wrote nothing, before and after are those of the hop itself.
 */
function bytesAround(run: Run, hop: Hop, look: () => readonly Seen[]): readonly { readonly before: Seen; readonly after: Seen }[] {
  const sender = hop.cause > 0 ? hop.cause : hop.n;
  const [early, sent, taken] = lookAfter(run, [sender - 1, hop.n - 1, hop.n], look);
  return taken!.map((last, i) => {
    const written = !sameBytes(early![i]!.bytes, sent![i]!.bytes);
    return written ? { before: early![i]!, after: sent![i]! } : { before: sent![i]!, after: last };
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

interface Seen {
  readonly piece: Piece | null;
  readonly bytes: Uint8Array;
}

function lookAt(kernel: Kernel, piece: Piece | null): Seen {
  return { piece, bytes: piece ? bytesOf(kernel, piece) : new Uint8Array(0) };
}

function viewOf(before: Seen, after: Seen): BytesView[] {
  const piece = after.piece ?? before.piece;
  if (!piece) return [];
  return [{ label: piece.label, where: piece.where, layout: piece.layout, before: before.bytes, after: after.bytes, fields: fieldsOf(piece.layout, after.bytes), fieldsBefore: fieldsOf(piece.layout, before.bytes, after.bytes) }];
}

/** Where the bytes lie that a hop names; null when the address cannot be reached. */
function pieceOf(kernel: Kernel, hop: Hop, ref: BytesRef): Piece | null {
  const args = argsOf(kernel.catalogue[hop.kind]!, hop);
  // The parameters of a fast call stand in RDX and name no page.
  if (ref.layout === 'hypercall' && isFastCall(args)) return null;
  const page = args[ref.page] ?? 0;
  const span = args[ref.span] ?? 0;
  const offset = span & 0xfff;
  const length = Math.min(span >>> 12, BYTES_MOST);
  if (length === 0) return null;
  const layout = layoutOf(ref.layout, args);
  if (ref.space === 'ring') return ringPiece(kernel, hop, ref, layout, page, offset, length);
  if (ref.space === 'spa') return pieceAt(kernel, 0, ref.label, layout, page, offset, length);
  const partition = ref.space === 'behalf' ? hop.behalf : kernel.m.components.partitions[ref.space === 'from' ? hop.from : hop.to]!;
  return pieceAt(kernel, partition, ref.label, layout, page, offset, length);
}

/** A hypercall's block has the layout of its call. */
function layoutOf(layout: string | undefined, args: Record<string, number>): string | null {
  return layout === 'hypercall' ? hypercallLayout(args['control'] ?? 0) : (layout ?? null);
}

/** Bytes in a ring's data area: they wrap at its end. `direction` 0 is guest to root. */
function ringPiece(kernel: Kernel, hop: Hop, ref: BytesRef, layout: string | null, direction: number, offset: number, length: number): Piece | null {
  const isChannel = (component: number): boolean => kernel.types[kernel.m.components.types[component]!]!.name === 'channel';
  const place = ringPlace(kernel, isChannel(hop.from) ? hop.from : hop.to);
  if (!place) return null;
  const first = place.page + (direction === 0 ? 0 : place.downstream) + 1;
  const size = (direction === 0 ? place.downstream : place.pages - place.downstream) * 4096 - 4096;
  const head = Math.min(length, size - offset);
  const pieces = [pieceAt(kernel, place.partition, ref.label, layout, first + (offset >>> 12), offset & 0xfff, head)];
  if (head < length) pieces.push(pieceAt(kernel, place.partition, ref.label, layout, first, 0, length - head));
  if (pieces.includes(null)) return null;
  return { label: ref.label, where: `ring to ${direction === 0 ? 'root' : 'guest'} +${offset}`, layout, runs: pieces.flatMap((p) => p!.runs) };
}

/** State of a component before and after the last hop, and the pages that belong to it. */
export function inspectComponent(run: Run, start: number, component: number, views: readonly ComponentView[]): ComponentInspection {
  const view = views[component];
  if (!view) throw new RangeError(`Component ${component} does not exist at this hop: it comes into being later, if somebody asks for it again.`);
  const { kernel } = run;
  const look = (): { readonly state: unknown; readonly told: readonly Told[]; readonly pieces: readonly Seen[] } => ({
    state: component < kernel.m.components.paths.length ? plainCopy(kernel.m.components.states[component]!) : null,
    told: component < kernel.m.components.paths.length ? tablesNow(kernel, component, start) : [],
    pieces: pagesShown(run.kernel, component).map((piece) => lookAt(kernel, piece)),
  });
  const { before, after } = run.n === 0 ? { before: look(), after: look() } : aroundHop(run, run.n, look);
  const bytes = after.pieces.flatMap((seen) => {
    const old = before.pieces.find((p) => p.piece?.label === seen.piece?.label);
    return viewOf(old ?? { piece: seen.piece, bytes: new Uint8Array(seen.bytes.length) }, seen);
  });
  return { component: view, sources: view.sources.map(citation), before: before.state, after: after.state, tables: compared(before.told, after.told), bytes };
}
