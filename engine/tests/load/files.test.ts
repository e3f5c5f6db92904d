/** Work on files, more than once. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import { checkScenario } from '../../scenarios/scenario.ts';
import { asked, broughtUp, feed, hopsOf, runOut } from '../whole.ts';

const MS = 1_000_000;
const file = { do: 'read-file', guest: 'alpha', path: 'README.TXT' } as const;

function named(lab: Lab, name: string, from: number) {
  return hopsOf(lab, from + 1, lab.run.n).filter((hop) => lab.kinds[hop.kind]!.name === name);
}

describe('work on files more than once', () => {
  it('[READER-8] one after the other, and with others that wait in turn', () => {
    const lab = broughtUp({ ...asked(), steps: [{ after: 0, intent: { ...file, count: 3 } }, { after: 0, intent: { do: 'list-files', guest: 'alpha', path: '' } }] });
    const from = lab.run.n;
    runOut(lab);
    // The listing waited while the file was read for the first time.
    expect(named(lab, 'reader.finished', from).map((hop) => hop.args[0])).toEqual([0, 1, 0, 0]);
    expect(lab.status().failure).toBeNull();
  });

  it('[READER-8] so many times a second: each begins at its time, whatever the one before took', () => {
    const lab = broughtUp(asked({ ...file, count: 5, perSecond: 50 }));
    const from = lab.run.n;
    runOut(lab);
    const opened = named(lab, 'fs.open', from).map((hop) => hop.time);
    expect(opened).toHaveLength(5);
    expect(named(lab, 'reader.again', from)).toHaveLength(4);
    opened.slice(1).forEach((time, i) => expect(Math.abs(time - opened[0]! - (i + 1) * 20 * MS)).toBeLessThan(MS / 10));
    expect(lab.status().state).toBe('idle');
  });

  it('[READER-8] faster than it can be done, each begins when the one before has ended', () => {
    const lab = broughtUp(asked({ do: 'write-file', guest: 'beta', path: 'OFTEN.TXT', text: 'again', count: 4, perSecond: 100_000 }));
    const from = lab.run.n;
    runOut(lab);
    expect(named(lab, 'reader.finished', from).map((hop) => hop.args[1])).toEqual([0, 0, 0, 0]);
  });

  it('[READER-8] stops when somebody stops the load of the guest, and at the first error', () => {
    const lab = broughtUp(asked({ ...file, count: 1000, perSecond: 100 }));
    const from = lab.run.n;
    feed(lab, () => lab.until({ time: 45 * MS }));
    lab.intend({ do: 'stop-load', guest: 'alpha' });
    runOut(lab);
    expect(named(lab, 'reader.finished', from)).toHaveLength(5);
    expect(lab.status().state).toBe('idle');
    const failing = broughtUp(asked({ ...file, path: 'NOWHERE.TXT', count: 10 }));
    const start = failing.run.n;
    runOut(failing);
    expect(named(failing, 'reader.finished', start)).toHaveLength(1);
  });

  it('[READER-8] once is once, hop for hop as it was', () => {
    const tell = (count?: number): string => {
      const lab = broughtUp(asked({ ...file, ...(count === undefined ? {} : { count }) }));
      runOut(lab);
      return feed(lab, () => lab.fingerprint());
    };
    expect(tell(1)).toBe(tell());
    expect(() => checkScenario(asked({ ...file, count: 0 }))).toThrow(/count is 0; it must be a whole number from 1 to 1000000/);
  });
});
