/** What is said of hops does not depend on where the machine stands. */
import { describe, expect, it } from 'vitest';
import { castAt } from '../../lab/cast.ts';
import { traceWriter } from '../../lab/exports/chrome-trace.ts';
import { hopRecord } from '../../lab/exports/hop-records.ts';
import { mermaidOf } from '../../lab/exports/mermaid.ts';
import type { Lab } from '../../lab/lab.ts';
import { shipped } from '../../scenarios/shipped.ts';
import { broughtUp, feed, hopsOf, runOut } from '../whole.ts';

/** All that is said of the hops between two, and of the requests that begin there. */
function told(lab: Lab, from: number, to: number): unknown {
  const { kernel } = lab.run;
  const requests = feed(lab, () => lab.requests(from, to));
  const hops = hopsOf(lab, from, to);
  const cast = castAt(lab.run, to);
  return {
    captions: feed(lab, () => lab.captions(from, to - from + 1)),
    requests,
    journeys: requests.map(({ id }) => feed(lab, () => lab.journey(id))),
    ledgers: requests.map(({ id }) => feed(lab, () => lab.ledger(id))),
    records: hops.map((hop) => hopRecord(kernel, hop, from, { sentence: true, cast })),
    trace: traceWriter(kernel, 0, () => undefined, () => castAt(lab.run, to))(hops),
    diagrams: requests.slice(0, 3).map(({ id, title }) => mermaidOf(lab.run, title, lab.journey(id), lab.journeyHops(id))),
    inspected: hops.filter((_, i) => i % 211 === 0).map(({ n }) => feed(lab, () => lab.inspectHop(n))),
  };
}

describe('the cast of a branch', () => {
  const powerOn = shipped.find(({ name }) => name === 'power-on')!;

  it('[STORY-3] a guest that is created on the way is told alike from its end, from its start and from between', { timeout: 120_000 }, () => {
    const lab = broughtUp(powerOn);
    const { start } = lab.status();
    const end = runOut(lab);
    const last = told(lab, start + 1, end);
    for (const n of [start, start + 61, start + 700]) {
      feed(lab, () => lab.seek(n));
      expect(lab.status().n).toBe(n);
      expect(told(lab, start + 1, end)).toEqual(last);
    }
  });

  it('[STORY-3] each branch has its own, and shares that of the time it shares', () => {
    const lab = broughtUp(powerOn);
    const { start } = lab.status();
    runOut(lab);
    const shared = feed(lab, () => lab.captions(start + 1, 30));
    feed(lab, () => lab.seek(start + 30));
    feed(lab, () => lab.intend({ do: 'burn', where: 'root', ms: 1 }));
    const end = runOut(lab);
    expect(lab.status().branch).toBe(1);
    const last = feed(lab, () => lab.captions(start + 31, end));
    feed(lab, () => lab.seek(start));
    expect(feed(lab, () => lab.captions(start + 31, end))).toEqual(last);
    expect(feed(lab, () => lab.captions(start + 1, 30))).toEqual(shared);
  });

  it('[STORY-3] a view names the ends of hops that come later in its branch, and says who is not there yet', () => {
    const lab = broughtUp(powerOn);
    const { start } = lab.status();
    const end = runOut(lab);
    const all = lab.view().components;
    expect(all.some((c) => c.later)).toBe(false);
    feed(lab, () => lab.seek(start));
    const { components, partitions } = lab.view();
    const ends = hopsOf(lab, start + 1, end).flatMap(({ from, to }) => [from, to]);
    expect(ends.filter((index) => components[index]?.title !== all[index]!.title || components[index]?.partition !== all[index]!.partition)).toEqual([]);
    const later = components.filter((c) => c.later);
    expect(later.length).toBeGreaterThan(5);
    expect(later.every((c) => c.gone && !partitions.some((p) => p.index === c.partition && p.index > 1))).toBe(true);
  });

  it('[STORY-3] [LEDGER-2] what was counted while the machine stood before a guest was there counts that guest too', () => {
    const lab = broughtUp(powerOn);
    const { start } = lab.status();
    feed(lab, () => lab.advance({ hops: 20_000 }));
    feed(lab, () => lab.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 0, sectors: 8, count: 400, depth: 1 }));
    const end = runOut(lab);
    expect(end - start).toBeGreaterThan(20_000);
    const whole = lab.view().ledgers;
    const fresh = broughtUp(powerOn);
    feed(fresh, () => fresh.advance({ hops: 20_000 }));
    feed(fresh, () => fresh.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 0, sectors: 8, count: 400, depth: 1 }));
    runOut(fresh);
    feed(fresh, () => fresh.seek(start));
    for (const { id } of feed(fresh, () => fresh.requests(end - 2000, end))) feed(fresh, () => fresh.ledger(id));
    feed(fresh, () => fresh.seek(end));
    expect(fresh.view().ledgers).toEqual(whole);
  });
});
