/**
 * A run as it can be kept: the tree of branches with what was asked in each, as plain data. With the configuration of the
 * machine that is the whole run; the way back runs every branch again to where it was. [KEEP-1] [KEEP-2]
 */
import { noteSeen } from './branches.ts';
import { ChunkMissing } from './chunks.ts';
import { fork, type Bound, type Branch } from './history.ts';
import type { Run } from './run.ts';

export interface KeptBranch {
  readonly parent: number;
  readonly atHop: number;
  /** The last hop that the person has reached. */
  readonly seen: number;
  /** It cannot go on from there: a component failed. */
  readonly failed?: true;
  /** So many intents are those of its parent; its own follow. */
  readonly shared: number;
  readonly intents: readonly Bound[];
}

export interface KeptRun {
  readonly version: 1;
  /** The hop at which bring-up came to rest. */
  readonly start: number;
  readonly branches: readonly KeptBranch[];
  /** Where the person stands. */
  readonly branch: number;
  readonly n: number;
}

/** A kept run that cannot be gone back to: it is no such thing, or the machine no longer runs like that. */
export class KeptError extends Error {}

const BRANCHES_MOST = 10_000;
const INTENTS_MOST = 1_000_000;

export function keptRun(run: Run, start: number): KeptRun {
  const { branches } = run.history;
  return {
    version: 1, start, branch: run.branch.id, n: run.n,
    branches: branches.map((branch) => {
      const parent = branches[branch.parent]?.intents ?? [];
      const intents = reached(run, branch);
      let shared = 0;
      while (shared < intents.length && intents[shared] === parent[shared]) shared++;
      return { parent: branch.parent, atHop: branch.atHop, seen: branch.seen, ...(branch.failure?.after === branch.seen ? { failed: true as const } : {}), shared, intents: intents.slice(shared).map((bound) => ({ ...bound })) };
    }),
  };
}

/** What was bound further on was bound by reading ahead, and will be again. */
function reached(run: Run, branch: Branch): readonly Bound[] {
  const here = branch === run.branch && run.n === branch.seen;
  return branch.intents.filter(({ after, planned }, i) => after <= branch.seen && !(here && planned && i >= run.applied));
}

// --- the way back -------------------------------------------------------------------------------------------------------

/** How far the way back has come, in hops to be run. */
export interface Regrown {
  readonly made: number;
  readonly of: number;
  readonly done: boolean;
  /** A piece of a disk image is missing: supply it and go on. */
  readonly needs: boolean;
}

/** Runs a kept tree again, a number of hops at a time, in a machine that has just been brought up. */
export class Regrowth {
  private readonly run: Run;
  private readonly kept: KeptRun;
  private readonly of: number;
  private made = 0;
  /** The branch that is being run, and whether its intents have been bound. */
  private at = 0;
  private planted = false;

  constructor(run: Run, start: number, kept: unknown) {
    this.run = run;
    this.kept = checked(kept);
    const { branches } = run.history;
    if (branches.length > 1 || run.n !== start || branches[0]!.seen > start) throw new KeptError('What was kept can only be gone back to in a machine of which nothing has been asked yet.');
    if (this.kept.start !== start) throw other(`its machine was up after ${this.kept.start} hops, this one after ${start}`);
    const first = branches[0]!.intents;
    const same = first.every((bound, i) => JSON.stringify(bound) === JSON.stringify(this.kept.branches[0]!.intents[i]));
    if (!same) throw other('it was brought up by other intents');
    this.of = this.kept.branches.reduce((sum, branch) => sum + branch.seen - branch.atHop, -start);
  }

  /** Runs on by at most `hops` hops. Throws a KeptError where the machine does not go the kept way. */
  step(hops: number): Regrown {
    let left = Math.max(1, hops);
    while (this.at < this.kept.branches.length) {
      if (!this.planted && !this.plant()) return this.far(false, true);
      const { seen, failed } = this.kept.branches[this.at]!;
      const before = this.run.n;
      const stop = before < seen ? this.guarded(() => this.run.forward(Math.min(seen, before + left))) : 'hops';
      this.made += this.run.n - before;
      left -= this.run.n - before;
      if (stop === 'needs') return this.far(false, true);
      if (this.run.n < seen) {
        if (left > 0) throw other(`branch ${this.at + 1} ends at hop ${this.run.n} in place of ${seen}`);
        return this.far(false, false);
      }
      // It is known only by trying that it fails there.
      if (failed && this.guarded(() => this.run.forward(seen + 1)) !== 'failed') throw other(`branch ${this.at + 1} does not fail at hop ${seen}`);
      noteSeen(this.run);
      this.at++;
      this.planted = false;
      if (left <= 0) return this.far(false, false);
    }
    const { branch, n } = this.kept;
    const stop = this.guarded(() => this.run.choose(this.run.history.branches[branch]!, n));
    if (stop === 'needs') return this.far(false, true);
    if (this.run.n !== n) throw other(`hop ${n} of branch ${branch + 1} cannot be reached`);
    return this.far(true, false);
  }

  private far(done: boolean, needs: boolean): Regrown {
    return { made: this.made, of: this.of, done, needs };
  }

  /** Makes the branch and binds what was asked in it; false while a piece of a disk image is missing. */
  private plant(): boolean {
    const { run } = this;
    const { branches } = run.history;
    const { parent, atHop, shared, intents } = this.kept.branches[this.at]!;
    let had = run.applied;
    if (this.at > 0) {
      if (branches.length === this.at) {
        if (this.guarded(() => run.choose(branches[parent]!, atHop)) === 'needs') return false;
        if (run.n !== atHop) throw other(`branch ${this.at + 1} begins at hop ${atHop}, which its parent does not reach`);
        const { intents: had } = fork(run.history, branches[parent]!, atHop, run.now, shared);
        if (had.length < shared) throw other(`branch ${this.at + 1} shares ${shared} intents with its parent, which had ${had.length}`);
      }
      if (this.guarded(() => run.choose(branches[this.at]!, atHop)) === 'needs') return false;
      had = 0;
    }
    run.bindKept(intents.slice(had));
    this.planted = true;
    return true;
  }

  /** What is refused here was not refused when it was asked first. */
  private guarded<T>(move: () => T): T {
    try {
      return move();
    } catch (error) {
      if (error instanceof ChunkMissing) throw error;
      throw other(`at hop ${this.run.n} of branch ${this.at + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function other(why: string): KeptError {
  return new KeptError(`What was kept belongs to another machine: ${why.replace(/\.$/, '')}.`);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function refuse(what: string): never {
  throw new KeptError(`What was kept is no run: ${what}.`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A stranger's words are looked at before anything is done with them. */
function checked(words: unknown): KeptRun {
  const kept = words as KeptRun;
  if (!isObject(words) || !Array.isArray(kept.branches)) refuse('it has no branches');
  if (kept.version !== 1) refuse(`it is of version ${String(kept.version)}, and this one reads version 1`);
  const branches: readonly KeptBranch[] = kept.branches;
  if (branches.length === 0 || branches.length > BRANCHES_MOST) refuse(`it has ${branches.length} branches; there are 1 to ${BRANCHES_MOST}`);
  let intents = 0;
  for (let i = 0; i < branches.length; i++) intents += checkedBranch(branches, i);
  if (intents > INTENTS_MOST) refuse(`it has ${intents} intents, more than ${INTENTS_MOST}`);
  if (!isWhole(kept.start) || branches[0]!.seen < kept.start) refuse('its first branch ends before the machine was up');
  const here = isWhole(kept.branch) ? branches[kept.branch] : undefined;
  if (!here || !isWhole(kept.n) || kept.n > here.seen || kept.n < Math.min(kept.start, here.atHop)) refuse('it stands nowhere in its branches');
  return kept;
}

/** Looks at branch `i`, whose parents have been looked at; answers how many intents it has. */
function checkedBranch(branches: readonly KeptBranch[], i: number): number {
  const where = `branch ${i + 1}`;
  const branch = branches[i]!;
  if (!isObject(branch) || !Array.isArray(branch.intents)) refuse(`${where} has no intents`);
  const { parent, atHop, seen, shared } = branch;
  if (i === 0 ? parent !== -1 || atHop !== 0 || shared !== 0 : !isWhole(parent) || parent >= i) refuse(`${where} has no parent before it`);
  if (![atHop, seen, shared].every(isWhole) || seen < atHop) refuse(`the hops of ${where} are no numbers in order`);
  if (i > 0 && atHop > branches[parent]!.seen) refuse(`${where} begins behind the end of its parent`);
  let last = i === 0 ? 0 : atHop;
  for (const bound of branch.intents as readonly Bound[]) {
    if (!isObject(bound) || !isWhole(bound.after) || !isWhole(bound.at) || typeof bound.planned !== 'boolean') refuse(`${where} has an intent that is bound to no hop`);
    if (bound.after < last || bound.after > seen) refuse(`the intents of ${where} are not in order`);
    last = bound.after;
  }
  return branch.intents.length;
}
