/**
 * Requests and their journeys: the tree of hops that one request made, over origin (where the data came from), else cause
 * (what made it happen), told as an indented list. [JOURNEY-1]
 */
import { places } from '../wire/borders.ts';
import { FLAG_BEGINS, ROW_WORDS, W_CAUSE, W_FLAGS, W_KIND_FROM, W_ORIGIN, W_REQUEST } from '../sim/rows.ts';
import { castAt } from './cast.ts';
import { repeatsAt, signature } from './cycles.ts';
import { STRETCH, stretchOf, type Stretch } from './history.ts';
import { sayingOf } from './narration.ts';
import type { Run } from './run.ts';
import type { JourneyLine, RequestView } from './views.ts';

/** Hops of a request may still be on their way when it has ended: returns from calls, an EOI. */
const AFTERMATH = 4096;

/** Hops of a stretch that begin or end a request. */
function marksOf(run: Run, stretch: Stretch): readonly number[] {
  const rows = Math.min(STRETCH, run.branch.tip - stretch.first + 1);
  if (stretch.marks?.rows === rows) return stretch.marks.hops;
  const { words } = run.stretchAt(stretch.first).log!;
  const { catalogue } = run.kernel;
  const hops: number[] = [];
  for (let i = 0; i < rows; i++) {
    const w = i * ROW_WORDS;
    const kind = catalogue[words[w + W_KIND_FROM]! & 0xffff]!;
    if ((words[w + W_FLAGS]! & FLAG_BEGINS) !== 0 || kind.ends || kind.stops) hops.push(stretch.first + i);
  }
  stretch.marks = { rows, hops };
  return hops;
}

/** Requests that began with hops `from`..`to`; an end after `to` is not yet known. */
export function requestsIn(run: Run, from: number, to: number): readonly RequestView[] {
  const found = new Map<number, Found>();
  const last = Math.min(to, run.branch.tip);
  for (let k = stretchOf(Math.max(1, from)); k < run.branch.stretches.length; k++) {
    const stretch = run.branch.stretches[k]!;
    if (stretch.first > last) break;
    for (const n of marksOf(run, stretch)) {
      if (n < from || n > last) continue;
      const hop = run.hopAt(n);
      const kind = run.kernel.catalogue[hop.kind]!;
      if (kind.begins) {
        found.set(n, { id: n, parent: hop.origin, level: kind.begins, partition: hop.behalf, title: sayingOf(run.kernel, hop, castAt(run, n)), begun: n, ended: 0, turnedOff: false, inGuest: isGuest(run.kernel.toPlace[hop.kind]!) });
      }
      const request = kind.ends ? found.get(hop.request) : undefined;
      if (request && request.id !== n && request.ended === 0 && request.level === kind.ends) request.ended = n;
      if (kind.stops) stop(found, hop.behalf, n);
    }
  }
  return [...found.values()].map(({ inGuest: _inGuest, ...request }) => request);
}

/** A request while its end is looked for. */
type Found = RequestView & { ended: number; turnedOff: boolean; readonly inGuest: boolean };

function isGuest(place: number): boolean {
  return places[place]!.startsWith('guest');
}

/** A partition is no more: what its programs and drivers had begun ends with it. [JOURNEY-2] */
function stop(found: ReadonlyMap<number, Found>, partition: number, n: number): void {
  for (const request of found.values()) {
    if (request.ended > 0 || !request.inGuest || request.partition !== partition) continue;
    request.ended = n;
    request.turnedOff = true;
  }
}

export interface RequestTree {
  /** The request and all requests inside it. */
  readonly ids: ReadonlySet<number>;
  readonly depths: ReadonlyMap<number, number>;
  readonly from: number;
  /** The hop that ended it, or 0. */
  readonly ended: number;
  readonly to: number;
}

export function requestTree(run: Run, request: number): RequestTree {
  const last = run.branch.seen;
  if (request < 1 || request > last || (run.hopAt(request).flags & FLAG_BEGINS) === 0) throw new RangeError(`Hop ${request} began no request.`);
  const inside = requestsIn(run, request, last);
  const depths = new Map([[request, 0]]);
  for (const { id, parent } of inside) if (depths.has(parent)) depths.set(id, depths.get(parent)! + 1);
  const ended = inside.find((r) => r.id === request)?.ended ?? 0;
  return { ids: new Set(depths.keys()), depths, from: request, ended, to: ended > 0 ? Math.min(last, ended + AFTERMATH) : last };
}

/** Request that stands above all others around this one: a file operation, or something done to the machine. */
export function outermost(run: Run, request: number): number {
  let id = request;
  for (let depth = 0; id > 0 && depth < 16; depth++) {
    const parent = run.hopAt(id).origin;
    if (parent === 0 || parent >= id) return id;
    id = parent;
  }
  return id;
}

/** Whether an outermost request is a file operation of a guest, and not something done to the machine. */
export function isFileOperation(run: Run, id: number): boolean {
  return id > 0 && run.kernel.catalogue[run.hopAt(id).kind]!.begins === 'file';
}

interface Link {
  readonly n: number;
  readonly parent: number;
  readonly nesting: number;
  readonly signature: number;
}

/** Hops of a request in order, indented, cycles folded. */
export function journeyOf(run: Run, request: number): readonly JourneyLine[] {
  const links = linksOf(run, requestTree(run, request));
  const depths = depthsOf(links);
  const signatures = links.map((link) => link.signature);
  const lines: JourneyLine[] = [];
  for (let i = 0; i < links.length; ) {
    const repeats = repeatsAt(signatures, i, links.length);
    lines.push({ n: links[i]!.n, depth: depths[i]!, times: repeats?.times ?? 1, hops: repeats?.period ?? 1 });
    i += repeats ? repeats.times * repeats.period : 1;
  }
  return lines;
}

export function hopsOfRequest(run: Run, tree: RequestTree): readonly number[] {
  return linksOf(run, tree).map((link) => link.n);
}

function linksOf(run: Run, tree: RequestTree): Link[] {
  const links: Link[] = [];
  for (let n = tree.from; n <= tree.to; ) {
    const stretch = run.stretchAt(n);
    const { words } = stretch.log!;
    const last = Math.min(tree.to, stretch.first + STRETCH - 1);
    for (; n <= last; n++) {
      const w = (n - stretch.first) * ROW_WORDS;
      const nesting = tree.depths.get(words[w + W_REQUEST]! >>> 0);
      if (nesting === undefined) continue;
      const origin = (words[w + W_FLAGS]! & FLAG_BEGINS) !== 0 ? 0 : words[w + W_ORIGIN]! >>> 0;
      links.push({ n, parent: origin || words[w + W_CAUSE]! >>> 0, nesting, signature: signature(words, w) });
    }
  }
  return links;
}

/** The last effect of a hop goes on at its depth, every other one is a branch of its own; requests inside stand deeper. */
function depthsOf(links: readonly Link[]): number[] {
  const lastChild = new Map<number, number>();
  for (const { n, parent } of links) lastChild.set(parent, n);
  const side = new Map<number, number>();
  return links.map(({ n, parent, nesting }) => {
    const above = side.get(parent);
    const mine = above === undefined ? 0 : above + (lastChild.get(parent) === n ? 0 : 1);
    side.set(n, mine);
    return nesting + mine;
  });
}

