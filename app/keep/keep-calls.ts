/** What the page asks the Worker to keep a run and to go back to it. */
import type { KeptRun, Scenario } from '../../engine/index.ts'

export interface KeepApi {
  /** The run as plain data, and the scenario where it is not one of the page's own; with `print`, the fingerprint at the cursor too. */
  kept(print: boolean): Promise<{ readonly run: KeptRun; readonly print: string; readonly data: Scenario | null }>
  /** Begins the way back in a machine that was just opened. */
  restore(run: KeptRun): Promise<void>
  /** Goes on with it, by so many hops at most. */
  regrow(hops: number): Promise<{ readonly made: number; readonly of: number; readonly done: boolean }>
  /** Name of a lock that the Worker holds as long as it lives; '' where the browser has no locks. */
  pulse(): Promise<string>
}
