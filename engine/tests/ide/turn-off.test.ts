/** A guest that is turned off in the middle of what its emulated drive does, at moments spread over the whole of it. */
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { broughtUp, feed, runOut } from '../whole.ts';

const [, beta] = twoWays.guests as readonly [Scenario['guests'][number], Scenario['guests'][number]];

describe('turning off', () => {
  for (const [way, options] of [['DMA', { path: 'dma' }], ['MULTIPLE', { pioMode: 'multiple' }]] as const) {
    it(`[IDE-20] [BM-8] in the middle of long writes and reads by ${way}: all comes to rest, and the guest starts again`, { timeout: 240_000 }, () => {
      const guest = { ...beta, ...options };
      const work = (after: number | 'idle'): Scenario['steps'] => [
        { after, intent: { do: 'write-sectors', guest: 'beta', lba: 2000, sectors: 100, count: 1, depth: 1 } },
        { after, intent: { do: 'inject', guest: 'beta', op: 'read', lba: 64, sectors: 128, count: 1, depth: 1 } },
      ];
      const scenario: Scenario = { ...twoWays, guests: [guest], start: [{ do: 'boot-root' }, { do: 'start-vm', name: 'beta' }], steps: work(0) };
      const whole = broughtUp(scenario);
      const from = whole.run.n;
      const hops = runOut(whole) - from;
      for (let i = 1; i <= 12; i++) {
        const lab = broughtUp(scenario);
        feed(lab, () => lab.advance({ hops: Math.floor((hops * i) / 13) }));
        lab.intend({ do: 'turn-off', name: 'beta' });
        runOut(lab);
        expect(lab.status().failure).toBeNull();
        lab.intend({ do: 'start-vm', name: 'beta' });
        runOut(lab);
        lab.intend({ do: 'read-file', guest: 'beta', path: 'README.TXT' });
        runOut(lab);
        expect([lab.status().failure, lab.checkFailures()]).toEqual([null, []]);
      }
    });
  }
});
