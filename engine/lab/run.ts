/**
 * The run of a lab: one machine that stands somewhere in the tree of branches and can be moved to any hop of it. Going
 * forward below the tip of a branch repeats what happened, intents included; going back enters a keyframe and repeats from
 * there. Rows are written where they were, and are the same. [HIST-4]
 */
import { intend, IntentError } from '../sim/intend.ts';
import { Kernel, newBlock, type ChunkSource, type Stop } from '../sim/kernel.ts';
import type { Need } from '../sim/component.ts';
import { enterKeyframe, keyframe, type Keyframe } from '../sim/machine.ts';
import { NEVER } from '../sim/processors.ts';
import { decodeRow, type Hop } from '../sim/rows.ts';
import { Agenda, type Due } from './agenda.ts';
import { castWith } from './cast.ts';
import { ChunkMissing, Chunks } from './chunks.ts';
import { capFrames, capRows, giveFrame, giveHalf, NEAR, postsCap, type Caps } from './caps.ts';
import { hasRows, nearestFrame, postsOnTheWay, setPost } from './posts.ts';
import {
  createHistory, createStretch, cutAfter, fork, frameAtOrBefore, middleOf, STRETCH, stretchOf,
  type Bound, type Branch, type History, type Planned, type Stretch,
} from './history.ts';

/** A place that can be gone on from: the machine, and how many intents of the branch it has had. */
export type Place = { readonly frame: Keyframe; readonly applied: number };

export class Run {
  kernel: Kernel;
  readonly history: History;
  branch: Branch;
  /** Intents of the branch that the machine has already had. */
  applied = 0;
  need: Need | null = null;
  /** The machine before anything was asked of it. */
  private readonly origin: Keyframe;
  /** Called after every hop when somebody watches, and when the machine has been put elsewhere (`put`). */
  watch: ((run: Run, put?: boolean) => void) | null = null;
  /** Caps are being kept: rows that are needed for it come and stay. */
  private capping = false;
  private readonly agenda = new Agenda();
  private readonly caps: Caps;
  private readonly chunks = new Chunks();
  /** Not bound to this run: V8 puts a function made for a property among old objects, where a dead one would hold its run. */
  private readonly settle: (run: Run, stretch: Stretch) => void;

  /** `build` makes a machine at hop 0; `settle` draws from rows what must outlast them. */
  constructor(build: (chunks: ChunkSource) => Kernel, settle: (run: Run, stretch: Stretch) => void, caps: Caps = {}) {
    this.caps = caps;
    this.settle = settle;
    this.kernel = build((image, chunk) => this.chunks.get(image, chunk));
    this.history = createHistory();
    this.branch = this.history.branches[0]!;
    this.origin = keyframe(this.kernel.m);
    // The machine begins with the same shapes of objects that it will have after a seek: what is compiled for it stays.
    enterKeyframe(this.kernel.m, this.origin);
  }

  get n(): number {
    return this.kernel.m.n;
  }

  get now(): number {
    return this.kernel.m.now;
  }

  supply(image: string, chunk: number, bytes: Uint8Array): void {
    this.chunks.put(image, chunk, bytes);
    if (this.need?.image === image && this.need.chunk === chunk) this.need = null;
  }

  // --- forward ------------------------------------------------------------------------------------------------------------

  /** From now on these are asked of the machine by themselves, times counted from now. */
  follow(plan: readonly Planned[]): void {
    this.agenda.follow(plan, this.branch.planned, this.now, this.n);
  }

  /** Moves on along the branch: to hop `toHop`, to time `toTime`, to a missing chunk, a failure or until nothing is left. */
  forward(toHop: number, toTime = NEVER): Stop | 'failed' {
    this.need = null;
    for (;;) {
      const { m } = this.kernel;
      this.meetIntents(m.n < toHop ? toTime : m.now);
      if (this.comesNext(toHop) && this.bindPlanned(toTime)) continue;
      if (m.n >= toHop) return 'hops';
      if (this.nextIntent() === m.n) return 'time';
      if (this.branch.failure && m.n >= this.branch.failure.after) return 'failed';
      const stretch = this.openStretch(toHop);
      const due = this.due();
      const stop = this.leap(stretch, Math.min(toHop, this.nextIntent(), due?.hop ?? NEVER, this.watch ? m.n + 1 : this.halfway(stretch, toHop)), Math.min(toTime, due?.time ?? NEVER));
      if (stop === null) return 'failed';
      if (stop === 'needs') this.need = this.kernel.need;
      if (stop !== 'block') this.watch?.(this);
      if (stop === 'block' || stop === 'hops') continue;
      if ((stop === 'idle' || (stop === 'time' && due && due.time <= toTime)) && this.bindPlanned(toTime)) continue;
      return stop;
    }
  }

  /**
   * What is planned is what happens next. It is bound where a stretch would begin, because binding gives up what is begun here, and
   * where the way ends, when its time has come: whoever arrives finds the same machine the first time and every other time. [HIST-9]
   */
  private comesNext(toHop: number): boolean {
    const { n, now } = this.kernel.m;
    const due = this.branch.failure ? null : this.due();
    if (!due || due.hop <= n) return due !== null;
    if (n < toHop ? n % STRETCH !== 0 : due.time > now && due.time < NEVER) return false;
    const next = this.kernel.next();
    return next.slot < 0 || next.at > due.time;
  }

  /** One call of the kernel; null when it failed and the machine was brought back to the hop before. */
  private leap(stretch: Stretch, toHop: number, toTime: number): Stop | null {
    const { m } = this.kernel;
    const before = m.n;
    try {
      const stop = this.kernel.run({ toHop, toTime });
      this.reached(stretch);
      return stop;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.recover(Math.max(before, m.n - 1), error.message);
      return null;
    }
  }

  private reached(stretch: Stretch): void {
    const { m } = this.kernel;
    const filled = m.n - stretch.first + 1;
    if (filled > stretch.filled) stretch.filled = filled;
    if (m.n > this.branch.tip) {
      this.branch.tip = m.n;
      this.branch.tipTime = m.now;
      this.branch.cast = castWith(this.branch.cast, m);
    }
  }

  /** A handler threw: the machine stands as it was after hop `n`, and the branch ends there: nothing of what it is now can be used. [HIST-7] */
  private recover(n: number, sentence: string): void {
    const { branch, watch } = this;
    this.renewKernel();
    this.watch = null;
    // Said before the way back, so that nothing planned is bound on it.
    branch.failure = { after: n, sentence };
    this.enterBefore(n);
    this.forward(n);
    this.watch = watch;
    cutAfter(branch, n, this.kernel.m.now);
    branch.failure = { after: n, sentence };
  }

  private nextIntent(): number {
    const { intents } = this.branch;
    return this.applied < intents.length ? intents[this.applied]!.after : NEVER;
  }

  /** Asks what is bound to this hop, as far as its time has come by `toTime`: whoever arrives does not wait, whoever goes on does. */
  private meetIntents(toTime: number): void {
    const { m } = this.kernel;
    while (this.nextIntent() === m.n) {
      const bound = this.branch.intents[this.applied]!;
      if (bound.at > m.now && bound.at > toTime) return;
      if (bound.at > m.now) m.now = bound.at;
      const refusal = this.tried(bound.intent);
      // Nobody is there to mend what was planned: the machine goes on without it. [HIST-9]
      if (refusal && !(bound.planned && refusal instanceof IntentError)) throw refusal;
      if (refusal) bound.refused = refusal.message;
      this.applied++;
    }
  }

  /** Asks; what is refused leaves everything as it was, and the refusal is answered. */
  private tried(intent: unknown): Error | null {
    const before = keyframe(this.kernel.m);
    try {
      intend(this.kernel, intent);
      return null;
    } catch (error) {
      this.renewKernel();
      enterKeyframe(this.kernel.m, before);
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The next thing planned, if this is the tip. */
  private due(): Due | null {
    return this.atTip() ? this.agenda.after(this.branch.planned) : null;
  }

  /** Whether something like this is asked on this branch, has been or will be. */
  asks(like: (intent: unknown) => boolean): boolean {
    return this.branch.intents.some(({ intent }) => like(intent)) || this.agenda.intents().some(like);
  }

  private atTip(): boolean {
    return this.kernel.m.n >= this.branch.tip && this.applied === this.branch.intents.length;
  }

  /** Binds what is planned for now, so that a person who looks sees what comes next. */
  bindDue(): void {
    while (this.comesNext(this.n) && this.bindPlanned(this.now));
  }

  /** Binds the next thing planned to this hop; false when there is none, or none before `toTime`. */
  private bindPlanned(toTime: number): boolean {
    const { m } = this.kernel;
    const next = this.due();
    if (!next) return false;
    const at = next.time < NEVER ? next.time : 0;
    if (at > toTime) return false;
    // A stretch begun here has a keyframe without this intent.
    cutAfter(this.branch, m.n, m.now);
    this.branch.intents.push({ after: m.n, intent: next.intent, at, planned: true });
    this.branch.planned++;
    this.meetIntents(toTime);
    return true;
  }

  /** A kernel that was interrupted in the middle of something is not used again. */
  private renewKernel(): void {
    const { m, types, catalogue, profile, chunks } = this.kernel;
    this.kernel = new Kernel(m, types, catalogue, profile, chunks);
  }

  /** The stretch that takes the next row; those before it are written again where they were given up. A new one begins with a keyframe, an old one near the end of the way. */
  private openStretch(toHop: number): Stretch {
    const { history, branch, kernel: { m } } = this;
    const k = stretchOf(m.n + 1);
    if (!hasRows(branch, m.n)) this.rewrite(branch.stretches[k]!, m.n);
    const known = branch.stretches[k];
    const stretch = known ?? createStretch(m.n + 1, null);
    stretch.used = ++history.looks;
    if (!known) branch.stretches.push(stretch);
    const bare = !stretch.frame && stretch.first === m.n + 1 && (!known || toHop - m.n <= NEAR * STRETCH);
    if (bare) giveFrame(history, branch, k, keyframe(m));
    const blank = !stretch.log;
    stretch.log ??= newBlock(stretch.first, STRETCH);
    if (this.halfway(stretch, toHop) === m.n) giveHalf(history, branch, k, keyframe(m));
    if (bare || blank || !known || stretch.half?.n === m.n) this.keepCaps(stretch);
    this.kernel.log = stretch.log;
    return stretch;
  }

  /** The hop in the middle of the stretch, if it lies ahead and is to get a keyframe when somebody goes on from there; else NEVER. */
  private halfway(stretch: Stretch, toHop: number): number {
    const middle = stretch.half ? -1 : middleOf(stretch);
    return middle >= this.n && (toHop - middle <= NEAR * STRETCH || middle >= this.branch.tip) ? middle : NEVER;
  }

  private keepCaps(held: Stretch): void {
    if (this.capping) return;
    this.capping = true;
    capRows(this.history, held, (stretch) => this.settle(this, stretch), this.caps.rows);
    capFrames(this.history, this.kernel.m, this.caps.frames);
    this.capping = false;
  }

  /** Puts the machine to where it was after hop `n` of the branch: from the nearest keyframe, or on from here. [HIST-4] */
  seek(n: number): Stop | 'failed' {
    const { m } = this.kernel;
    if (this.branch.stretches.length > 0) {
      const frame = this.watch ? frameAtOrBefore(this.branch, n) : nearestFrame(this.history, this.branch, n);
      if (m.n > n || frame.n > m.n) this.enter(frame);
    }
    if (!this.watch) this.repeat(Math.min(n, this.branch.tip));
    return this.forward(n);
  }

  /** On the way to a hop that has acted before, posts are set; whoever watches is led past no hop by them. [HIST-15] */
  private repeat(n: number): void {
    for (const post of postsOnTheWay(this.n, n)) {
      if (this.forward(post) !== 'hops' || this.n !== post) return;
      if (this.nextIntent() !== post) setPost(this.history, this.branch, keyframe(this.kernel.m), postsCap(this.caps.frames));
    }
  }

  private enter(frame: Keyframe, applied = this.branch.intents.filter((bound) => bound.after <= frame.n).length): void {
    enterKeyframe(this.kernel.m, frame);
    this.applied = applied;
    this.need = null;
    this.watch?.(this, true);
  }

  /** Goes to another branch. */
  choose(branch: Branch, n: number): Stop | 'failed' {
    if (branch === this.branch) return this.seek(n);
    this.branch = branch;
    this.enterBefore(n);
    return this.forward(n);
  }

  /** The nearest place at or before hop `n` of the branch from which the run can be repeated. */
  private enterBefore(n: number): void {
    if (this.branch.stretches.length > 0) this.enter(frameAtOrBefore(this.branch, n));
    else this.enter(this.origin, 0);
  }

  /** Where the run stands now. */
  place(): Place {
    return { frame: keyframe(this.kernel.m), applied: this.applied };
  }

  /** Lets `look` look around, from a place of this branch if one is given, and comes back to where it stood: nothing seen from outside has changed. */
  aside<T>(look: () => T, from: Place | null = null): T {
    const here = keyframe(this.kernel.m);
    const { applied, need, branch, watch } = this;
    this.watch = null;
    try {
      if (from) this.enter(from.frame, from.applied);
      return look();
    } finally {
      enterKeyframe(this.kernel.m, here);
      this.branch = branch;
      this.applied = applied;
      this.need = need;
      this.watch = watch;
    }
  }

  /**
   * Takes back the last thing that somebody asked at or before the cursor: a new branch goes on from there without it, and the
   * old future stays. Answers the intent, or null when nobody has asked for anything. The way there is tried first: a piece of an
   * image that is missing leaves everything as it was. Throws `ChunkMissing`. [HIST-12]
   */
  undo(): unknown {
    const { intents } = this.branch;
    let at = intents.length - 1;
    while (at >= 0 && (intents[at]!.planned || intents[at]!.after > this.kernel.m.n)) at--;
    const bound = intents[at];
    if (!bound) return null;
    const there = this.aside(() => {
      this.enterBefore(bound.after);
      this.forward(bound.after);
      return { now: this.now, need: this.need };
    });
    if (there.need) throw new ChunkMissing(there.need);
    const child = fork(this.history, this.branch, bound.after, there.now, at);
    this.choose(child, bound.after);
    return bound.intent;
  }

  /**
   * Somebody acts at the cursor. In the past this begins a new branch and the old future stays; what was only read ahead is
   * no future yet. A refused intent leaves everything as it was. [HIST-2] [HIST-5]
   */
  act(intent: unknown): void {
    const { m } = this.kernel;
    this.meetIntents(m.now);
    const refusal = this.tried(intent);
    if (refusal) throw refusal instanceof IntentError ? refusal : new IntentError(refusal.message);
    // What waits here for its time has not been asked yet: it is planned anew.
    if (m.n < this.branch.seen) this.branch = fork(this.history, this.branch, m.n, m.now, this.applied);
    else cutAfter(this.branch, m.n, m.now, this.applied);
    this.branch.intents.push({ after: m.n, intent, at: 0, planned: false });
    this.applied = this.branch.intents.length;
  }

  /** What was kept of this branch follows what the machine has had; going forward meets it. [KEEP-2] */
  bindKept(intents: readonly Bound[]): void {
    const { branch } = this;
    cutAfter(branch, this.n, this.now, this.applied);
    branch.intents.push(...intents.map((bound) => ({ ...bound })));
    branch.planned = branch.intents.filter((bound) => bound.planned).length;
  }

  // --- rows ---------------------------------------------------------------------------------------------------------------

  /** The rows of the stretch that holds hop `n`, at least up to hop `to`, repeating the run when they had been given up. */
  stretchAt(n: number, to = this.branch.tip): Stretch {
    const stretch = this.branch.stretches[stretchOf(n)];
    if (!stretch) throw new Error(`Hop ${n} has not acted in this branch.`);
    const last = Math.min(stretch.first + STRETCH - 1, this.branch.tip);
    // What has to be run again is run to its end: whoever asks for one row asks for the next one too.
    if (!stretch.log || stretch.first + stretch.filled <= Math.min(to, last)) this.rewrite(stretch, last);
    stretch.used = ++this.history.looks;
    return stretch;
  }

  private rewrite(stretch: Stretch, to: number): void {
    this.aside(() => {
      this.enter(frameAtOrBefore(this.branch, stretch.first - 1));
      const stop = this.forward(to);
      if (stop === 'needs') throw new ChunkMissing(this.need!);
    });
  }

  /** Hop `n`, decoded. */
  hopAt(n: number): Hop {
    const stretch = this.stretchAt(n, n);
    return decodeRow(stretch.log!.words, stretch.log!.times, n - stretch.first, stretch.first);
  }

  /** Time at which hop `n` acted; 0 before the first one. */
  timeOf(n: number): number {
    if (n === 0) return 0;
    const stretch = this.stretchAt(n, n);
    return stretch.log!.times[(n - stretch.first) * 8]!;
  }
}
