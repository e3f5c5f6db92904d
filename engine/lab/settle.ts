/** What outlasts the rows of a stretch: drawn from them before they are given up. [HIST-6] */
import { keepFiles } from './files.ts';
import { settleDigest } from './fingerprint.ts';
import type { Stretch } from './history.ts';
import { settleLedger } from './ledger.ts';
import type { Run } from './run.ts';
import { settleTally } from './sieve.ts';
import { settleUses } from './uses.ts';

export function settleStretch(run: Run, stretch: Stretch): void {
  for (const settle of [settleLedger, settleUses, keepFiles, settleTally]) settle(run, stretch);
  settleDigest(stretch);
}
