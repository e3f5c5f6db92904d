/**
 * Independent checkers: each looks at every hop and at the machine after it, and knows nothing of how a component works. They
 * never change anything. A failure names the checker, the hop and what was seen. [CHECK-1]
 */
import type { Kernel } from '../sim/kernel.ts';
import { decodeRow, type Hop } from '../sim/rows.ts';
import { channelCheckers } from './channel-checks.ts';
import { hopCheckers } from './hop-checks.ts';
import { memoryCheckers } from './memory-checks.ts';
import { poolCheckers } from './pool-checks.ts';
import { synicCheckers } from './synic-checks.ts';

export interface CheckFailure {
  readonly id: string;
  readonly n: number;
  readonly sentence: string;
}

export interface Checker {
  readonly id: string;
  /** What must hold, in one sentence. */
  readonly says: string;
  /** Begins anew with the machine as it is. */
  reset(kernel: Kernel): void;
  /** What is wrong after this hop, or null. */
  after(kernel: Kernel, hop: Hop): string | null;
  /** What is wrong when nothing moves any more. */
  idle?(kernel: Kernel): string | null;
}

/** So many failures are kept; one broken rule often breaks at every hop. */
const FAILURES_MOST = 100;

export function allCheckers(): Checker[] {
  return [...hopCheckers(), ...memoryCheckers(), ...poolCheckers(), ...channelCheckers(), ...synicCheckers()];
}

export class Checks {
  readonly failures: CheckFailure[] = [];
  private readonly checkers: readonly Checker[];
  private last: number;

  constructor(kernel: Kernel, checkers: readonly Checker[] = allCheckers()) {
    this.checkers = checkers;
    this.last = kernel.m.n;
    this.reset(kernel);
  }

  reset(kernel: Kernel): void {
    this.last = kernel.m.n;
    for (const checker of this.checkers) checker.reset(kernel);
  }

  /** Looks at the hop that has just acted, if one has, and at an idle machine. */
  look({ kernel }: { readonly kernel: Kernel }): void {
    const { n } = kernel.m;
    // On the way back to where it was, the machine passes what has been looked at; the checkers know more than it does there.
    if (n < this.last) return;
    if (n > this.last) {
      this.last = n;
      const { log } = kernel;
      const hop = decodeRow(log.words, log.times, n - log.first, log.first);
      for (const checker of this.checkers) this.note(checker, n, checker.after(kernel, hop));
    }
    if (kernel.next().slot < 0) for (const checker of this.checkers) if (checker.idle) this.note(checker, n, checker.idle(kernel));
  }

  private note(checker: Checker, n: number, what: string | null): void {
    if (what === null || this.failures.length >= FAILURES_MOST) return;
    if (this.failures.some((f) => f.id === checker.id && f.n === n)) return;
    this.failures.push({ id: checker.id, n, sentence: `${checker.id}: ${what} (hop ${n}).` });
  }
}
