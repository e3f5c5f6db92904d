/** What is asked of a machine by itself, one thing after the other, times and hops counted from where it was given. [HIST-9] */
import { NEVER } from '../sim/processors.ts';
import type { Planned } from './history.ts';

/** The next thing: due at `time`, or behind `hop`; NEVER both while it waits for the machine to be idle. */
export interface Due {
  readonly intent: unknown;
  readonly time: number;
  readonly hop: number;
}

export class Agenda {
  private plan: readonly Planned[] = [];
  private from = { time: 0, hop: 0 };

  /** Goes on with `plan` behind the first `bound` things of what stood here, counted from this time and hop. */
  follow(plan: readonly Planned[], bound: number, time: number, hop: number): void {
    this.plan = [...this.plan.slice(0, bound), ...plan];
    this.from = { time, hop };
  }

  /** What is due when the first `bound` things have been asked; null when that was all. */
  after(bound: number): Due | null {
    const planned = this.plan[bound];
    if (!planned) return null;
    const { after, intent } = planned;
    return {
      intent,
      time: typeof after === 'number' ? this.from.time + after : NEVER,
      hop: typeof after === 'object' ? this.from.hop + after.hop : NEVER,
    };
  }

  intents(): readonly unknown[] {
    return this.plan.map(({ intent }) => intent);
  }
}
