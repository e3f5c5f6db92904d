/**
 * The ledger: what happened, counted, by who caused it. A pure fold over rows and the `counts` of their kinds. [LEDGER-1]
 *
 * Who caused a hop: guest or root when it left one of their places; what leaves the hypervisor inherits from the hop that
 * caused it, so an interrupt that follows a guest's signal counts for the guest. What a person asks counts for the partition
 * that is asked. What nobody in a partition asked for (a device's interrupt, a timer) counts for the hypervisor.
 *
 * Totals are kept after each stretch, so that a view folds at most one; where rows have been given up, only before keyframes.
 */
import { places, type Place } from '../wire/borders.ts';
import { hypercallName, HvPostMessage, HvSignalEvent } from '../wire/hypercalls.ts';
import type { HopKind } from '../sim/hop-kinds.ts';
import type { Kernel } from '../sim/kernel.ts';
import {
  FLAG_CONTEXT_SWITCH, FLAG_FORCED_EXIT, FLAG_MODE_SWITCH, FLAG_VP_SWITCH, ROW_WORDS, W_ARGS, W_CAUSE, W_COST, W_FLAGS, W_KIND_FROM, W_LATENCY,
  W_REQUEST,
} from '../sim/rows.ts';
import { castAt } from './cast.ts';
import { STRETCH, stretchOf, type Stretch } from './history.ts';
import type { Run } from './run.ts';
import type { Causer, Ledger } from './views.ts';

/** Reason of the exit of a VP that ran in its partition when the hypervisor needed its processor. [LEDGER-2] */
const FORCED = 'external interrupt';
const causers: readonly Causer[] = ['guest', 'root', 'hypervisor'];
const GUEST = 0;
const ROOT = 1;
const HYPERVISOR = 2;

/** Columns of one scope. Figures split by causer take three. */
const HOPS = 0;
const UNDER_WAY = 1;
const LAST = 2;
const DMA = 3;
const COMMANDS = 4;
const TRIPS = 5;
const VP_SWITCHES = 6;
/** Requests of a program or a driver that have begun and not ended. */
const OPEN = 7;
/** The last times in which nothing seemed to be under way, newest first: a hop that lands later may have been. */
const GAPS = 8;
const GAPS_KEPT = 4;
const CPU = GAPS + 2 * GAPS_KEPT;
const MESSAGES = CPU + 7;
const EVENTS = MESSAGES + 3;
const INTERRUPTS = EVENTS + 3;
const RING_WRITES = INTERRUPTS + 3;
const COPIES = RING_WRITES + 3;
const BYTES_COPIED = COPIES + 3;
const MODES = BYTES_COPIED + 3;
const CONTEXTS = MODES + 3;
const CALLS = CONTEXTS + 3;
/** Call codes of the era are below this. */
const CODES = 128;
const EXITS = CALLS + 3 * CODES;

/** What the fold looks up by kind: made once for a catalogue. */
interface Table {
  readonly width: number;
  readonly reasons: readonly string[];
  readonly forced: number;
  /** By kind: index of the exit reason; argument that holds the hypercall, its code when fixed; arguments with bytes; or -1. */
  readonly exit: Int32Array;
  readonly callArg: Int32Array;
  readonly callCode: Int32Array;
  /** By kind: arguments with code and status of a call that is answered, or -1. */
  readonly answerArg: Int32Array;
  readonly statusArg: Int32Array;
  readonly copyArg: Int32Array;
  readonly dmaArg: Int32Array;
  /** Bits: message 1, interrupt 4, ring write 8, worker trip 16, disk command 32; 64: something else counts too. */
  readonly bits: Int32Array;
  /** By kind: 1 when it begins a request of a program or a driver, -1 when it ends one, below all counts when it ends the guest with all of them. */
  readonly open: Int32Array;
  /** By place: who acts there, or -1. */
  readonly fromPlace: Int32Array;
  readonly toPlace: Int32Array;
}

const placeCauser = new Int32Array(places.map((p) => (p.startsWith('guest') ? GUEST : p.startsWith('root') ? ROOT : -1)));
const hypervisorPlace = places.indexOf('hypervisor');

let lastTable: { readonly catalogue: readonly HopKind[]; readonly table: Table } | null = null;

function tableOf(kernel: Kernel): Table {
  const { catalogue } = kernel;
  if (lastTable?.catalogue !== catalogue) lastTable = { catalogue, table: makeTable(kernel) };
  return lastTable.table;
}

function makeTable(kernel: Kernel): Table {
  const { catalogue } = kernel;
  const reasons = [...new Set([FORCED, ...catalogue.flatMap((k) => k.counts?.exit ?? [])])].sort();
  const column = (value: (kind: HopKind) => number): Int32Array => Int32Array.from(catalogue, value);
  const arg = (kind: HopKind, name: string | undefined): number => (name === undefined ? -1 : kind.args.indexOf(name));
  const named = (kind: HopKind): string | undefined => (kind.counts?.hypercall?.startsWith('arg:') ? kind.counts.hypercall.slice(4) : undefined);
  return {
    width: EXITS + 3 * reasons.length,
    reasons,
    forced: reasons.indexOf(FORCED),
    exit: column((k) => (k.counts?.exit === undefined ? -1 : reasons.indexOf(k.counts.exit))),
    callArg: column((k) => arg(k, named(k))),
    callCode: column((k) => (k.counts?.hypercall === undefined || named(k) !== undefined ? -1 : codeOf(k.counts.hypercall))),
    answerArg: column((k) => arg(k, k.counts?.answers)),
    statusArg: column((k) => arg(k, k.counts?.answers === undefined ? undefined : 'status')),
    copyArg: column((k) => arg(k, k.counts?.copy)),
    dmaArg: column((k) => arg(k, k.counts?.dma)),
    bits: column(bitsOf),
    open: column(({ begins, ends, stops }) => stops ? -(2 ** 31) : (begins === 'file' || begins === 'disk' ? 1 : 0) - (ends === 'file' || ends === 'disk' ? 1 : 0)),
    fromPlace: kernel.fromPlace,
    toPlace: kernel.toPlace,
  };
}

function bitsOf({ counts }: HopKind): number {
  if (!counts) return 0;
  const bits = (counts.message ?? 0) | ((counts.interrupt ?? 0) << 2) | ((counts.ringWrite ?? 0) << 3);
  const more = counts.exit !== undefined || counts.hypercall !== undefined || counts.answers !== undefined || counts.copy !== undefined || counts.dma !== undefined;
  return bits | ((counts.workerTrip ?? 0) << 4) | ((counts.diskCommand ?? 0) << 5) | (more ? 64 : 0);
}

function codeOf(name: string): number {
  for (let code = 0; code < CODES; code++) if (hypercallName(code) === name) return code;
  throw new Error(`No hypercall is called ${name}.`);
}

// --- the fold -------------------------------------------------------------------------------------------------------------

/** Adds one row, told by `causer`, to the scope that begins at `at`. */
function addRow(t: Table, into: Float64Array, at: number, words: Int32Array, w: number, time: number, causer: number): void {
  const kind = words[w + W_KIND_FROM]! & 0xffff;
  const flags = words[w + W_FLAGS]!;
  addFlight(into, at, time - (words[w + W_LATENCY]! >>> 0), time);
  into[at + HOPS]! += 1;
  const place = t.toPlace[kind]!;
  into[at + CPU + place]! += words[w + W_COST]! >>> 0;
  if ((flags & (FLAG_CONTEXT_SWITCH | FLAG_MODE_SWITCH | FLAG_VP_SWITCH | FLAG_FORCED_EXIT)) !== 0) {
    if ((flags & FLAG_CONTEXT_SWITCH) !== 0) into[at + CONTEXTS + causer]! += 1;
    if ((flags & FLAG_MODE_SWITCH) !== 0) into[at + MODES + causer]! += 1;
    if ((flags & FLAG_VP_SWITCH) !== 0) into[at + VP_SWITCHES]! += 1;
    if ((flags & FLAG_FORCED_EXIT) !== 0) into[at + EXITS + 3 * t.forced + causer]! += 1;
  }
  const bits = t.bits[kind]!;
  if (bits === 0) return;
  if ((bits & 1) !== 0) into[at + MESSAGES + causer]! += 1;
  if ((bits & 4) !== 0) into[at + INTERRUPTS + causer]! += 1;
  if ((bits & 8) !== 0) into[at + RING_WRITES + causer]! += 1;
  into[at + TRIPS]! += (bits >>> 4) & 1;
  into[at + COMMANDS]! += (bits >>> 5) & 1;
  if ((bits & 64) !== 0) addMore(t, into, at, words, w, kind, causer);
}

/** The same for a guest or a request: while one of its requests is open something is under way, also in the queue of somebody else's. [LEDGER-5] */
function addOwnRow(t: Table, into: Float64Array, at: number, words: Int32Array, w: number, time: number, causer: number): void {
  addRow(t, into, at, words, w, time, causer);
  into[at + OPEN] = Math.max(0, into[at + OPEN]! + t.open[words[w + W_KIND_FROM]! & 0xffff]!);
}

/**
 * Time in which something was under way. Hops come in the order in which they land: what is new lies behind the last one, and
 * in the gaps before it, through which a long flight went that nobody knew of yet.
 */
function addFlight(into: Float64Array, at: number, left: number, time: number): void {
  const last = into[at + LAST]!;
  const departed = into[at + OPEN]! > 0 && left > last ? last : left;
  into[at + LAST] = time;
  into[at + UNDER_WAY]! += time - Math.max(departed, last);
  const gaps = at + GAPS;
  if (departed > last) {
    into.copyWithin(gaps + 2, gaps, gaps + 2 * GAPS_KEPT - 2);
    into[gaps] = last;
    into[gaps + 1] = departed;
    return;
  }
  for (let g = gaps; g < gaps + 2 * GAPS_KEPT && into[g + 1]! > departed; g += 2) {
    const from = Math.max(into[g]!, departed);
    into[at + UNDER_WAY]! += into[g + 1]! - from;
    into[g + 1] = from;
  }
}

function addMore(t: Table, into: Float64Array, at: number, words: Int32Array, w: number, kind: number, causer: number): void {
  if (t.exit[kind]! >= 0) into[at + EXITS + 3 * t.exit[kind]! + causer]! += 1;
  const arg = t.callArg[kind]!;
  const code = arg >= 0 ? words[w + W_ARGS + arg]! & 0xffff : t.callCode[kind]!;
  if (code >= 0) into[at + CALLS + 3 * Math.min(code, CODES - 1) + causer]! += 1;
  const answered = t.answerArg[kind]!;
  if (answered >= 0 && words[w + W_ARGS + t.statusArg[kind]!]! === 0) {
    if (words[w + W_ARGS + answered] === HvPostMessage) into[at + MESSAGES + causer]! += 1;
    if (words[w + W_ARGS + answered] === HvSignalEvent) into[at + EVENTS + causer]! += 1;
  }
  if (t.copyArg[kind]! >= 0) {
    into[at + COPIES + causer]! += 1;
    into[at + BYTES_COPIED + causer]! += words[w + W_ARGS + t.copyArg[kind]!]! >>> 0;
  }
  if (t.dmaArg[kind]! >= 0) into[at + DMA]! += words[w + W_ARGS + t.dmaArg[kind]!]! >>> 0;
}

// --- stretch by stretch -----------------------------------------------------------------------------------------------------

/** Draws from the rows of a full stretch all that the ledger will need of them. */
export function settleLedger(run: Run, stretch: Stretch): void {
  const k = stretchOf(stretch.first);
  if (!stretch.after && stretch.filled === STRETCH && run.branch.stretches[k] === stretch) stretch.after = totalsBefore(run, k + 1);
}

/** Who caused each hop of a stretch up to hop `to`, as far as it has been computed. */
function tell(run: Run, stretch: Stretch, to: number): Uint8Array {
  const rows = Math.min(STRETCH, Math.min(to, run.branch.tip) - stretch.first + 1);
  if (stretch.causers && stretch.told >= rows) return stretch.causers;
  const { words } = run.stretchAt(stretch.first, to).log!;
  const causers = (stretch.causers ??= new Uint8Array(STRETCH));
  const t = tableOf(run.kernel);
  for (let i = stretch.told; i < rows; i++) causers[i] = causerOf(run, t, words, stretch, i, causers);
  // To look at older hops may have cost this stretch its rows, and what was drawn from them.
  if (stretch.causers === causers) stretch.told = Math.max(stretch.told, rows);
  return causers;
}

/** Who caused row `i` of a stretch; `told` holds the causers of the rows before it. */
function causerOf(run: Run, t: Table, words: Int32Array, stretch: Stretch, i: number, told: Uint8Array | null): number {
  const w = i * ROW_WORDS;
  const kind = words[w + W_KIND_FROM]! & 0xffff;
  const from = t.fromPlace[kind]!;
  if (placeCauser[from]! >= 0) return placeCauser[from]!;
  const cause = words[w + W_CAUSE]! >>> 0;
  if (from !== hypervisorPlace) {
    const to = placeCauser[t.toPlace[kind]!]!;
    return to >= 0 ? to : HYPERVISOR;
  }
  if (cause === 0) return HYPERVISOR;
  if (cause < stretch.first) return inheritedBy(run, t, stretch, cause);
  return told ? told[cause - stretch.first]! : causerAt(run, t, cause);
}

/** Who caused a hop before the stretch: kept, because its rows may have been given up when this is asked again. */
function inheritedBy(run: Run, t: Table, stretch: Stretch, cause: number): number {
  const known = stretch.inherited?.get(cause);
  if (known !== undefined) return known;
  const causer = causerAt(run, t, cause);
  (stretch.inherited ??= new Map()).set(cause, causer);
  return causer;
}

/** Who caused hop `n` of a stretch that may have been given up. */
function causerAt(run: Run, t: Table, n: number): number {
  const stretch = run.branch.stretches[stretchOf(n)]!;
  const i = n - stretch.first;
  if (stretch.causers && i < stretch.told) return stretch.causers[i]!;
  return causerOf(run, t, run.stretchAt(n, n).log!.words, stretch, i, null);
}

/** Whether a guest caused hop `n`. [LEDGER-1] */
export function causedByGuest(run: Run, n: number): boolean {
  const stretch = run.branch.stretches[stretchOf(n)]!;
  return tell(run, stretch, n)[n - stretch.first] === GUEST;
}

/** Totals of the machine and of each partition before stretch `k`: from the nearest that are known, stretch by stretch. */
function totalsBefore(run: Run, k: number): Float64Array {
  const { stretches } = run.branch;
  const length = tableOf(run.kernel).width * castAt(run, run.branch.tip).partitions.paths.length;
  let known = k;
  while (known > 0 && !stretches[known]?.before && !stretches[known - 1]!.after) known--;
  let totals = stretches[known]?.before ?? stretches[known - 1]?.after ?? new Float64Array(length);
  // The last one first: to run to it brings back the rows of all before it.
  if (known < k) run.stretchAt(stretches[k - 1]!.first);
  for (let i = known; i < k; i++) {
    const stretch = stretches[i]!;
    stretch.before ??= totals;
    totals = stretch.after = fold(run, stretch, widened(totals, length), 0, STRETCH);
  }
  return totals;
}

function widened(totals: Float64Array, length: number): Float64Array {
  const out = new Float64Array(Math.max(length, totals.length));
  out.set(totals);
  return out;
}

/** Adds rows `from`..`to` (indexes) of a told stretch to totals: scope 0 is the machine, scope p partition p. */
function fold(run: Run, stretch: Stretch, into: Float64Array, from: number, to: number): Float64Array {
  const t = tableOf(run.kernel);
  const last = stretch.first + to - 1;
  const told = tell(run, stretch, last);
  const { words, times } = run.stretchAt(stretch.first, last).log!;
  const scopes = into.length / t.width;
  for (let i = from; i < to; i++) {
    const w = i * ROW_WORDS;
    addRow(t, into, 0, words, w, times[i * 8]!, told[i]!);
    const behalf = words[w + W_FLAGS]! >>> 24;
    if (behalf > 0 && behalf < scopes) addOwnRow(t, into, behalf * t.width, words, w, times[i * 8]!, told[i]!);
  }
  return into;
}

/** Totals up to hop `n`. */
function totalsAt(run: Run, n: number): Float64Array {
  const t = tableOf(run.kernel);
  const length = t.width * castAt(run, n).partitions.paths.length;
  const stretch = n === 0 ? undefined : run.branch.stretches[stretchOf(n)];
  if (!stretch) return new Float64Array(length);
  const before = (stretch.before ??= totalsBefore(run, stretchOf(n)));
  return fold(run, stretch, widened(before, length), 0, n - stretch.first + 1);
}

/** Time from the last hop of a scope to hop `n`, if one of its requests has waited since: it is under way at the cursor too. [LEDGER-5] */
function waiting(run: Run, totals: Float64Array, at: number, n: number): number {
  return totals[at + OPEN]! > 0 ? Math.max(0, run.timeOf(n) - totals[at + LAST]!) : 0;
}

/** Ledgers of the machine (0) and of each partition from hop `start` (exclusive) to hop `n`: the cursor, when it is not said. [LEDGER-2] */
export function ledgersSince(run: Run, start: number, n = run.n): Readonly<Record<number, Ledger>> {
  const t = tableOf(run.kernel);
  const until = totalsAt(run, n);
  const before = totalsAt(run, Math.min(start, n));
  const out: Record<number, Ledger> = {};
  for (let scope = 0; scope < until.length / t.width; scope++) {
    if (scope === 1) continue;
    const at = scope * t.width;
    const figures = until.slice(at, at + t.width);
    figures[UNDER_WAY]! += waiting(run, until, at, n);
    for (let i = 0; i < t.width; i++) if (i !== LAST && at + i < before.length) figures[i]! -= before[at + i]!;
    if (at < before.length) figures[UNDER_WAY]! -= waiting(run, before, at, Math.min(start, n));
    out[scope] = ledgerFrom(t, figures);
  }
  return out;
}

/** Ledger of the hops that belong to one of these requests. [LEDGER-3] */
export function ledgerOfRequest(run: Run, tree: { readonly ids: ReadonlySet<number>; readonly from: number; readonly ended: number; readonly to: number }): Ledger {
  const t = tableOf(run.kernel);
  const into = new Float64Array(t.width);
  for (let n = tree.from; n <= tree.to; ) {
    const stretch = run.stretchAt(n);
    const told = tell(run, stretch, tree.to);
    const { words, times } = run.stretchAt(n).log!;
    const last = Math.min(tree.to, stretch.first + STRETCH - 1);
    for (; n <= last; n++) {
      const i = n - stretch.first;
      if (!tree.ids.has(words[i * ROW_WORDS + W_REQUEST]! >>> 0)) continue;
      addOwnRow(t, into, 0, words, i * ROW_WORDS, times[i * 8]!, told[i]!);
    }
  }
  into[UNDER_WAY]! += waiting(run, into, 0, tree.ended || tree.to);
  return ledgerFrom(t, into);
}

// --- as plain data ----------------------------------------------------------------------------------------------------------

function ledgerFrom(t: Table, f: Float64Array): Ledger {
  const split = (at: number): Record<Causer, number> => ({ guest: f[at]!, root: f[at + 1]!, hypervisor: f[at + 2]! });
  const cpuNs = {} as Record<Place, number>;
  places.forEach((place, i) => (cpuNs[place] = f[CPU + i]!));
  return {
    hops: f[HOPS]!,
    exits: namedFigures(f, EXITS, t.reasons),
    hypercalls: namedFigures(f, CALLS, callNames),
    messages: split(MESSAGES), events: split(EVENTS), interrupts: split(INTERRUPTS), ringWrites: split(RING_WRITES),
    copies: split(COPIES), bytesCopied: split(BYTES_COPIED),
    dmaBytes: f[DMA]!, diskCommands: f[COMMANDS]!, workerTrips: f[TRIPS]!,
    modeSwitches: split(MODES), contextSwitches: split(CONTEXTS), vpSwitches: f[VP_SWITCHES]!,
    cpuNs,
    elapsedNs: f[UNDER_WAY]!,
  };
}

const callNames: readonly string[] = Array.from({ length: CODES }, (_, code) => hypercallName(code));

function namedFigures(f: Float64Array, at: number, names: readonly string[]): Record<Causer, Record<string, number>> {
  const out = { guest: {}, root: {}, hypervisor: {} } as Record<Causer, Record<string, number>>;
  names.forEach((name, i) => {
    for (let causer = 0; causer < 3; causer++) {
      const count = f[at + 3 * i + causer]!;
      if (count > 0) out[causers[causer]!][name] = count;
    }
  });
  return out;
}

export { GUEST, HYPERVISOR, ROOT };
