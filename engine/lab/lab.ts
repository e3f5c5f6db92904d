/**
 * A lab: one machine with history, and every question that a page, a script or a test may put to it. All answers are plain
 * data (`views.ts`). Everything is synchronous; when a chunk of a disk image is missing, the answer is a status `needs` or a
 * `ChunkMissing`, and whoever holds the lab fetches the chunk, hands it over with `supply` and asks again.
 */
import { distinctBlockBytes } from '../sim/blocks.ts';
import { IntentError } from '../sim/intend.ts';
import type { ChunkSource, Kernel } from '../sim/kernel.ts';
import type { HopKind } from '../sim/hop-kinds.ts';
import { NEVER } from '../sim/processors.ts';
import type { Hop } from '../sim/rows.ts';
import { beatsFrom } from './beats.ts';
import { conditionFault, forwardTo } from './breakpoints.ts';
import { branchOf, branchViews, noteSeen, partitionTitles } from './branches.ts';
import { bytesHeld, bytesOfRows, lighten, type Caps } from './caps.ts';
import { castAt } from './cast.ts';
import { Checks, type CheckFailure } from './checks.ts';
import { ChunkMissing } from './chunks.ts';
import { ConditionError, runUntil, type Start, type UntilCaps, type UntilReason } from './conditions.ts';
import { lastFiles } from './files.ts';
import { diskFilesOf, openDiskFile, type DiskFile, type DiskFileEntry } from './disk-file.ts';
import { fingerprintOf } from './fingerprint.ts';
import { compareBranches, type BranchComparison, type ComparePoint } from './compare.ts';
import type { Planned } from './history.ts';
import { KeptError, keptRun, Regrowth, type KeptRun, type Regrown } from './keep.ts';
import { inspectComponent, inspectHop } from './inspect.ts';
import { hopsOfRequest, journeyOf, requestsIn, requestTree } from './journey.ts';
import { ledgerOfRequest, ledgersSince } from './ledger.ts';
import { captionOf, type CaptionLine } from './narration.ts';
import { componentViews, labView, nextOf, whyOf } from './project.ts';
import { unmet, type ExpectationGiven } from './expectations.ts';
import { copyRows } from './row-copies.ts';
import { Run } from './run.ts';
import { settleStretch } from './settle.ts';
import { Stops, type StopGiven, type StopView } from './stops.ts';
import { usesBetween } from './uses.ts';
import type {
  Advanced, AdvanceLimits, Beat, BranchView, ComponentInspection, FileRequest, HopInspection, JourneyLine, LabStatus, LabView, Ledger, RequestView, WayUse,
} from './views.ts';

export interface LabConfig {
  /** Makes the machine at hop 0. Called once. */
  readonly build: (chunks: ChunkSource) => Kernel;
  /** What brings the machine up, each when it is idle after the one before; the person gets it afterwards. */
  readonly start?: readonly unknown[];
  /** What is asked of it after that. */
  readonly steps?: readonly Planned[];
  /** Where a lesson pauses, and what must have come true in the end. */
  readonly stops?: readonly StopGiven[];
  readonly expect?: readonly ExpectationGiven[];
  readonly caps?: Caps;
}

/** Hops after which a bring-up does not end; hops that one call may make. */
const BRING_UP_MOST = 4_000_000;
const ADVANCE_MOST = 1_000_000;

export class Lab {
  readonly run: Run;
  readonly kinds: readonly HopKind[];
  private readonly config: LabConfig;
  private readonly lesson: Stops;
  private up = false;
  private start = 0;
  private startTime = 0;
  private checks: Checks | null = null;
  private regrowth: Regrowth | null = null;
  private look: ((hop: Hop) => void) | null = null;

  constructor(config: LabConfig) {
    this.config = config;
    this.run = new Run(config.build, settleStretch, config.caps);
    this.kinds = this.run.kernel.catalogue;
    this.lesson = new Stops(this.run, config.stops ?? []);
    this.run.follow((config.start ?? []).map((intent) => ({ after: 'idle', intent })));
  }

  // --- moving -------------------------------------------------------------------------------------------------------------

  /** Runs the intents of the start; call again after `needs`. */
  bringUp(): LabStatus {
    if (this.up) return this.status();
    const stop = this.run.forward(BRING_UP_MOST);
    noteSeen(this.run);
    if (stop === 'needs') return this.status();
    this.up = true;
    this.start = this.run.n;
    this.startTime = this.run.now;
    this.run.follow(this.config.steps ?? []);
    this.run.bindDue();
    return this.status();
  }

  /**
   * Runs at most `hops` hops, not beyond `untilTime` and not beyond the first hop at which one of `stopAt` begins to hold; answers
   * the rows that acted. Throws `ConditionError` for a condition that means nothing here. [BREAK-1]
   */
  advance({ hops, untilTime = NEVER, stopAt = [] }: AdvanceLimits): Advanced {
    const from = this.run.n + 1;
    const to = from - 1 + Math.min(whole(hops), ADVANCE_MOST);
    let hit = -1;
    if (!this.up) this.bringUp();
    else if (stopAt.length > 0) hit = forwardTo(this.run, this.started(), stopAt, to, untilTime);
    else this.run.forward(to, untilTime);
    noteSeen(this.run);
    return { rows: copyRows(this.run, from, this.run.n), from, status: this.status(), hit };
  }

  /** Why each of these conditions cannot be waited for, in one sentence; '' for one that can. [BREAK-2] */
  faultsOf(conditions: readonly unknown[]): readonly string[] {
    return conditions.map((condition) => conditionFault(this.run, this.started(), condition));
  }

  private started(): Start {
    return { n: this.start, time: this.startTime };
  }

  /**
   * Runs on until a condition on the model holds, or until it cannot: `reason` says which. Throws `ConditionError` for a
   * condition that means nothing here; nothing has moved then. [UNTIL-1]
   */
  until(condition: unknown, caps: UntilCaps = {}): { readonly reason: UntilReason; readonly status: LabStatus } {
    if (!this.up) throw new ConditionError('The machine is still being brought up; ask again when it is.');
    const reason = runUntil(this.run, this.started(), condition, caps);
    // It has run beyond the hop that met the condition and come back.
    this.checks?.reset(this.run.kernel);
    noteSeen(this.run);
    return { reason, status: this.status() };
  }

  /** Puts the machine to hop `n` of this branch: the past, or on. */
  seek(n: number): LabView {
    const stop = this.run.seek(whole(n));
    return this.arrived(stop);
  }

  back(): LabView {
    return this.seek(Math.max(0, this.run.n - 1));
  }

  /** Goes to a branch; without `n`, to where the person was last. */
  goTo(branch: number, n?: number): LabView {
    const there = branchOf(this.run.history, branch);
    const stop = this.run.choose(there, n === undefined ? there.seen : whole(n));
    return this.arrived(stop);
  }

  /** Asks something of the machine at the cursor. Throws `IntentError` when it cannot be done; nothing has changed then. */
  intend(intent: unknown): LabView {
    if (this.run.need) throw new IntentError('The machine waits for a piece of a disk image; ask again when it has come.');
    this.run.act(intent);
    this.run.bindDue();
    this.lesson.forgetAfter(this.run.n);
    noteSeen(this.run);
    return this.view();
  }

  /** Takes back what somebody asked last, at or before the cursor: a branch without it; the old one stays. Nothing, when there is nothing. */
  undo(): LabView {
    if (this.run.need) throw new IntentError('The machine waits for a piece of a disk image; ask again when it has come.');
    this.run.undo();
    this.run.bindDue();
    return this.arrived('hops');
  }

  /** The tree of branches as plain data: with the configuration it is the whole run. [KEEP-1] */
  history(): KeptRun {
    return keptRun(this.run, this.start);
  }

  /** Begins the way back to a kept run, in a lab that was just brought up; `regrow` goes it. Throws `KeptError`: nothing has changed then. [KEEP-2] */
  restore(kept: unknown): void {
    if (!this.up) throw new KeptError('The machine is still being brought up; go back to what was kept when it is.');
    this.regrowth = new Regrowth(this.run, this.start, kept);
  }

  /** Runs at most `hops` hops of the way back; again and again until it is done. Throws `KeptError` where the machine leaves the kept way. */
  regrow(hops: number): Regrown {
    if (!this.regrowth) throw new KeptError('There is nothing to go back to.');
    const far = this.regrowth.step(whole(hops));
    // What was found ahead lies in another future.
    this.lesson.forgetAfter(this.run.n);
    if (!far.done) return far;
    this.regrowth = null;
    this.checks?.reset(this.run.kernel);
    return far;
  }

  /** A chunk of an image has come; its hash has been checked by whoever fetched it. */
  supply(image: string, chunk: number, bytes: Uint8Array): void {
    this.run.supply(image, chunk, bytes);
  }

  /** Ends a jump. Throws `ChunkMissing` when it could not be finished; asked again, it goes on from where it is. */
  private arrived(stop: string): LabView {
    noteSeen(this.run);
    this.checks?.reset(this.run.kernel);
    if (stop === 'needs') throw new ChunkMissing(this.run.need!);
    return this.view();
  }

  /** What history takes: rows and keyframes in memory; and what has been written to the physical disk. Bytes. */
  memory(): { readonly rows: number; readonly keyframes: number; readonly written: number } {
    const { history, kernel } = this.run;
    return { rows: bytesOfRows(history), keyframes: bytesHeld(history, kernel.m), written: distinctBlockBytes([kernel.m.blocks.tops]) };
  }

  // --- looking ------------------------------------------------------------------------------------------------------------

  status(): LabStatus {
    const { run } = this;
    const { branch } = run;
    const failure = branch.failure && run.n >= branch.failure.after ? branch.failure.sentence : null;
    const next = nextOf(run.kernel);
    const state = failure ? 'failed' : run.need ? 'needs' : next ? 'ready' : 'idle';
    return {
      branch: branch.id,
      n: run.n,
      tip: branch.seen,
      now: run.now,
      tipTime: branch.tip === branch.seen ? branch.tipTime : run.timeOf(branch.seen),
      start: this.start,
      startTime: this.startTime,
      state,
      next: failure ? null : next,
      why: whyOf(run, state, failure, this.startTime),
      failure,
      need: run.need,
      checksOn: this.checks !== null,
      checkFailures: this.checks?.failures.map((f) => f.sentence) ?? [],
    };
  }

  view(): LabView {
    return { ...labView(this.run, this.status(), this.branches(), ledgersSince(this.run, this.start)), partitionTitles: partitionTitles(this.run) };
  }

  branches(): readonly BranchView[] {
    return branchViews(this.run.history);
  }

  /**
   * Makes a branch that somebody has deleted cost nothing but its intents; entered again, it is as it was. Throws a RangeError
   * for the branch one stands in and for one that is not there. [BRANCH-4]
   */
  lighten(branch: number): void {
    const there = branchOf(this.run.history, branch);
    if (there === this.run.branch) throw new RangeError(`The machine stands in branch ${branch}; go to another one first.`);
    lighten(this.run.history, there);
  }

  /** Two branches at the same point: what differs. Without a point, each at the last hop reached. [BRANCH-1] */
  compare(left: number, right: number, at: ComparePoint = 'tip'): BranchComparison {
    return compareBranches(this.run, this.started(), branchOf(this.run.history, left), branchOf(this.run.history, right), at);
  }

  /** Rows `from`.. that have been computed, at most `count`. */
  rows(from: number, count: number): { readonly rows: ArrayBuffer; readonly from: number } {
    const first = Math.max(1, whole(from));
    const last = Math.min(this.run.branch.tip, first - 1 + Math.min(whole(count), ADVANCE_MOST));
    return { rows: copyRows(this.run, first, last), from: first };
  }

  /** Simulated time at which a hop that has been computed acted; 0 for hop 0. */
  timeOf(n: number): number {
    return this.run.timeOf(Math.min(whole(n), this.known()));
  }

  captions(from: number, count: number): readonly CaptionLine[] {
    const first = Math.max(1, from);
    const last = Math.min(this.run.branch.tip, from - 1 + count);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => captionOf(this.run.kernel, this.run.hopAt(first + i), castAt(this.run, first + i)));
  }

  requests(from: number, to: number): readonly RequestView[] {
    return requestsIn(this.run, whole(from), whole(to));
  }

  /** The last file requests that began up to hop `to`, at most `most` of them, in order. */
  files(to: number, most: number): readonly FileRequest[] {
    return lastFiles(this.run, whole(to), whole(most));
  }

  /** How often each way was used since the start, up to hop `to`. */
  ways(to: number): readonly WayUse[] {
    return usesBetween(this.run, this.start, Math.min(whole(to), this.run.branch.tip));
  }

  journey(request: number): readonly JourneyLine[] {
    return journeyOf(this.run, whole(request));
  }

  /** Numbers of the hops of a request and of all requests inside it, in order. */
  journeyHops(request: number): readonly number[] {
    return hopsOfRequest(this.run, requestTree(this.run, whole(request)));
  }

  /** Ledger of a request with all requests inside it. */
  ledger(request: number): Ledger {
    return ledgerOfRequest(this.run, requestTree(this.run, whole(request)));
  }

  /** Beats from a hop on; with `to`, none of a stretch behind that of hop `to`, which then is not run ahead into. */
  beats(from: number, count: number, to = Number.MAX_SAFE_INTEGER): readonly Beat[] {
    return beatsFrom(this.run, Math.max(1, whole(from)), whole(count), whole(to));
  }

  /** The last hop of this branch that has been computed: the person's last one, or beyond it what was run ahead. */
  known(): number {
    return this.run.branch.tip;
  }

  inspectHop(n: number): HopInspection {
    return inspectHop(this.run, whole(n));
  }

  inspectComponent(component: number): ComponentInspection {
    return inspectComponent(this.run, this.start, component, componentViews(this.run.kernel));
  }

  fingerprint(): string {
    return fingerprintOf(this.run);
  }

  /** Calls `look` after every hop from now on, with checkers or without; null: no more. The machine must not be moved by it. */
  onHop(look: ((hop: Hop) => void) | null): void {
    this.look = look;
    this.setWatch();
  }

  private setWatch(): void {
    const { checks, look } = this;
    let last = this.run.n;
    this.run.watch = checks === null && look === null ? null : (run, put) => {
      if (put) checks?.reset(run.kernel);
      else checks?.look(run);
      if (!put && run.n > last) look?.(run.hopAt(run.n));
      last = run.n;
    };
  }

  // --- lesson -------------------------------------------------------------------------------------------------------------

  /**
   * The stops on this branch, in order. What is not known yet is looked for by running ahead, at most `most` hops beyond what had
   * acted, and through at most `atOnce` hops; ask again for more. [STOP-1]
   */
  stops(most = ADVANCE_MOST, atOnce = NEVER): readonly StopView[] {
    return this.up ? this.lesson.views(this.started(), whole(most), atOnce) : [];
  }

  /** One sentence for each figure that is not, at the cursor, what the lesson expects of its end. [STOP-4] */
  unmet(): readonly string[] {
    return unmet(this.run, this.start, this.config.expect ?? []);
  }

  // --- disks --------------------------------------------------------------------------------------------------------------

  /** VHD files on the physical disk: those of the guests, then parents. */
  diskFiles(): readonly DiskFileEntry[] {
    return diskFilesOf(this.run.kernel);
  }

  /**
   * A VHD file as it lies on the physical disk at the cursor, by the guest whose disk it is or by its name. Throws a RangeError
   * when there is none. The machine may go on while it is read; chunks it needs are handed over by `supply`.
   */
  diskFile(name: string): DiskFile {
    const file = openDiskFile(this.run.kernel, name);
    if (file === null) throw new RangeError(`There is no VHD file ${name}; there are ${this.diskFiles().map((f) => f.name).join(', ')}.`);
    return file;
  }

  // --- checks -------------------------------------------------------------------------------------------------------------

  /** Switches the independent checkers on or off; from then on every hop is looked at. */
  setChecks(on: boolean): LabStatus {
    this.checks = on ? new Checks(this.run.kernel) : null;
    this.setWatch();
    return this.status();
  }

  checkFailures(): readonly CheckFailure[] {
    return this.checks?.failures ?? [];
  }
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a number of hops.`);
  return value;
}

export function createLab(config: LabConfig): Lab {
  return new Lab(config);
}

export { ChunkMissing };
