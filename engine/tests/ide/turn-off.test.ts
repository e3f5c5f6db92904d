/** A guest that is turned off in the middle of what its emulated drive does, at moments spread over the whole of it. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { broughtUp, feed, runOut } from '../whole.ts';

const [, beta] = twoWays.guests as readonly [Scenario['guests'][number], Scenario['guests'][number]];

/** The hops to and from the emulated drive after hop `n`. */
function emulatorHops(lab: Lab, n: number): readonly number[] {
  const ide = lab.run.kernel.m.components.paths.indexOf('root/vmwp/beta/ide');
  const out: number[] = [];
  for (let at = n + 1; at <= lab.status().n; at++) {
    const { from, to } = lab.run.hopAt(at);
    if (from === ide || to === ide) out.push(at);
  }
  return out;
}

function kindsOfEmulator(lab: Lab, n: number): readonly string[] {
  return emulatorHops(lab, n).map((at) => lab.kinds[lab.run.hopAt(at).kind]!.name);
}

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
      let underWay = 0;
      // Spread over the whole, and when the disk has just been asked for something.
      const asked = kindsOfEmulator(whole, from).indexOf('vhd.readUser');
      const moments = [...Array.from({ length: 12 }, (_, i) => Math.floor((hops * (i + 1)) / 13)), emulatorHops(whole, from)[asked]! - from];
      for (const moment of moments) {
        const lab = broughtUp(scenario);
        feed(lab, () => lab.advance({ hops: moment }));
        const before = lab.status().n;
        lab.intend({ do: 'turn-off', name: 'beta' });
        runOut(lab);
        expect(lab.status().failure).toBeNull();
        const emulators = kindsOfEmulator(lab, before);
        const leaving = emulators.slice(emulators.indexOf('ide.detach'));
        if (leaving.includes('vhd.doneUser')) underWay++;
        // What was under way has ended before the file is given back, and nothing more has been asked of it.
        expect(leaving.filter((kind) => kind.startsWith('vhd.'))).toEqual([...(leaving.includes('vhd.doneUser') ? ['vhd.doneUser'] : []), 'vhd.closeUser', 'vhd.closedUser']);
        lab.intend({ do: 'start-vm', name: 'beta' });
        runOut(lab);
        lab.intend({ do: 'read-file', guest: 'beta', path: 'README.TXT' });
        runOut(lab);
        expect([lab.status().failure, lab.checkFailures()]).toEqual([null, []]);
      }
      expect(underWay).toBeGreaterThan(0);
    });
  }
});
