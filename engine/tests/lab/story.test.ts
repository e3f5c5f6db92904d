import { describe, expect, it } from 'vitest';
import { catalogue, componentTypes } from '../../catalogue.ts';
import { hop } from '../../sim/hop-kinds.ts';
import { repeatsAt } from '../../lab/cycles.ts';
import { fullSentence, goldenText, timeText } from '../../lab/narration.ts';
import { durationText } from '../../lab/span.ts';
import { cite, unfounded } from '../../lab/sources.ts';
import type { Beat } from '../../lab/views.ts';
import { fed, realLab, rest } from './real.ts';
import { runOut, toyLab } from './toy.ts';

/** Beats lie end to end. */
function contiguous(beats: readonly Beat[], from: number): void {
  let next = from;
  for (const beat of beats) {
    expect(beat.from).toBe(next);
    expect(beat.to).toBeGreaterThanOrEqual(beat.from);
    next = beat.to + 1;
  }
}

describe('the story', () => {
  it('[BEAT-1] finds the shortest cycle before a place, and how often it goes on', () => {
    expect(repeatsAt([1, 2, 1, 2, 1, 2, 3], 2, 7)).toEqual({ period: 2, times: 2 });
    expect(repeatsAt([7, 7, 7, 7], 1, 4)).toEqual({ period: 1, times: 3 });
    expect(repeatsAt([1, 2, 3, 1, 2, 3], 3, 6)).toBeNull();
    expect(repeatsAt([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8], 8, 16)).toEqual({ period: 8, times: 1 });
    expect(repeatsAt([1, 2], 0, 2)).toBeNull();
  });

  it('[BEAT-1] a PIO read is told in a handful of beats: the cycle of a port access once in full', () => {
    const lab = realLab({ steps: [] });
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'beta', lba: 100, sectors: 8, count: 1, depth: 1 }));
    const { n } = lab.status();
    const beats = fed(lab, () => lab.beats(n + 1, 10_000));
    rest(lab);
    contiguous(beats, n + 1);
    const hops = lab.status().n - n;
    expect(beats.length).toBeLessThan(hops / 2);
    const cycles = beats.filter((beat) => beat.kind === 'cycle');
    expect(cycles.some((beat) => beat.times >= 3 && beat.cycle > 10)).toBe(true);
    expect(beats.some((beat) => beat.kind === 'wait')).toBe(true);
    for (const beat of cycles) {
      const kinds = (from: number): string[] => Array.from({ length: beat.cycle }, (_, i) => lab.kinds[lab.run.hopAt(from + i).kind]!.name);
      if (beat.times > 1 && beat.to - beat.from + 1 === beat.times * beat.cycle) expect(kinds(beat.from)).toEqual(kinds(beat.from - beat.cycle));
    }
  });

  it('[BEAT-3] a second sector is not told like the first', () => {
    const lab = realLab({ steps: [] });
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'beta', lba: 100, sectors: 1, count: 2, depth: 1 }));
    const { n } = lab.status();
    const beats = fed(lab, () => lab.beats(n + 1, 10_000));
    contiguous(beats, n + 1);
    const hops = beats.at(-1)!.to - n;
    const second = beats.filter((beat) => beat.from > n + hops / 2 + 20);
    expect(second.length).toBeLessThan(beats.length / 4);
    expect(second.some((beat) => beat.kind === 'cycle' && beat.times === 1 && beat.cycle > 100)).toBe(true);
  });

  it('[BEAT-1] beats up to a hop are asked for without running ahead beyond its stretch', () => {
    const lab = toyLab({ steps: [{ after: 'idle', intent: { count: 20_000, text: 'far' } }] });
    lab.beats(1, 100_000, 8192);
    expect(lab.known()).toBe(8192);
    lab.beats(1, 100_000, 8193);
    expect(lab.known()).toBe(16_384);
  });

  it('[BEAT-2] does not depend on where reading begins, and is told again after a seek', () => {
    const lab = toyLab();
    lab.intend({ count: 2500 });
    runOut(lab);
    const whole = lab.beats(1, 100_000);
    contiguous(whole, 1);
    expect(whole.at(-1)!.to).toBe(lab.status().n);
    for (const from of [1, 77, 8192, 8193, 9000, 16_390]) {
      const some = lab.beats(from, 40);
      contiguous(some, from);
      const inner = some.slice(1);
      const at = whole.findIndex((beat) => beat.from === inner[0]!.from);
      expect(whole.slice(at, at + inner.length)).toEqual(inner);
    }
    const again = toyLab();
    again.intend({ count: 2500 });
    expect(again.beats(1, 100_000)).toEqual(whole);
  });

  it('[BEAT-2] nothing is told for the first time inside a fold: it ends where another request does something new', () => {
    const lab = realLab({ steps: [] });
    const { n } = lab.status();
    // Two guests in each other's way: long cycles of port accesses, and a file whose many pieces go over VMBus in the middle of them.
    fed(lab, () => lab.intend({ do: 'read-file', guest: 'beta', path: 'BIG.BIN', depth: 1 }));
    fed(lab, () => lab.intend({ do: 'read-file', guest: 'alpha', path: 'BIG.BIN', depth: 4 }));
    rest(lab);
    const beats = fed(lab, () => lab.beats(n + 1, 100_000));
    contiguous(beats, n + 1);
    const parents = new Map(lab.requests(1, lab.status().n).map((r) => [r.id, r.parent]));
    const outer = (id: number): number => (parents.get(id) ? outer(parents.get(id)!) : id);
    const inside = new Map(beats.filter((beat) => beat.kind === 'cycle').flatMap((beat) => Array.from({ length: beat.to - beat.from + 1 }, (_, i) => [beat.from + i, beat] as const)));
    const seen = new Set<string>();
    let others = 0;
    for (let at = Math.floor((n + 1) / 8192) * 8192 + 1; at <= lab.status().n; at++) {
      if ((at - 1) % 8192 === 0) seen.clear();
      const hop = lab.run.hopAt(at);
      const key = `${outer(hop.request)} ${hop.kind} ${hop.from} ${hop.to}`;
      const beat = inside.get(at);
      if (beat && lab.run.hopAt(beat.from).request === 0) expect([at, hop.request]).toEqual([at, 0]);
      else if (beat && hop.request !== 0 && outer(hop.request) !== outer(lab.run.hopAt(beat.from).request)) {
        others++;
        expect([at, seen.has(key)]).toEqual([at, true]);
      }
      seen.add(key);
    }
    expect(others).toBeGreaterThan(0);
  });

  it('[JOURNEY-1] a journey lists every hop of the request once, in order', () => {
    const lab = realLab();
    rest(lab);
    const file = lab.requests(lab.status().start + 1, lab.status().n).find((r) => r.level === 'file' && r.partition === 3)!;
    const lines = fed(lab, () => lab.journey(file.id));
    expect(lines.reduce((sum, line) => sum + line.times * line.hops, 0)).toBe(lab.journeyHops(file.id).length);
    expect(lines[0]).toMatchObject({ n: file.begun, depth: 0 });
    expect(Math.max(...lines.map((line) => line.depth))).toBeLessThan(40);
    expect(lines.some((line) => line.times > 1)).toBe(true);
    expect(() => lab.journey(file.begun - 1)).toThrow(/began no request/);
  });

  it('[STORY-1] a synthetic read as text that can be read', () => {
    const lab = realLab({ steps: [] });
    const { n } = lab.status();
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'alpha', lba: 100, sectors: 8, count: 1, depth: 1 }));
    rest(lab);
    const hops = Array.from({ length: lab.status().n - n }, (_, i) => lab.run.hopAt(n + 1 + i));
    const text = goldenText(lab.run.kernel, hops, { short: true });
    expect(text).toMatch(/alpha\/storvsc -> alpha\/channel +Storage VSC writes a READ\(10\) packet of 96 bytes into the ring\./);
    expect(text).toMatch(/\.\.\. nothing for (?:\d\d?|\d\.\d) ms \.\.\./);
    expect(text.split('\n').length).toBeGreaterThan(hops.length);
    expect(fullSentence(lab.run.kernel, hops[1]!)).toMatch(/^[A-Z].+, because .+[^.]\.$/);
    expect(timeText(53_124_610)).toBe('53 124.61 µs');
  });

  it('[PROF-4] durations have two significant digits, in a unit in which they are short', () => {
    const said = [0, 7, 999, 1060, 10_620, 99_600, 5_314_000, 22_637_320, 995_000_000, 1_249_000_000, 125_000_000_000].map(durationText);
    expect(said).toEqual(['0 µs', '7 ns', '1 µs', '1.1 µs', '11 µs', '100 µs', '5.3 ms', '23 ms', '1 s', '1.2 s', '130 s']);
  });

  it('[SOURCE-1] everything in the catalogue names sources that the bibliography has', () => {
    expect(catalogue.length).toBeGreaterThan(100);
    expect(unfounded(catalogue, componentTypes)).toEqual([]);
    expect(cite('T2 14.8.1')).toMatchObject({ id: 'T2', locator: '14.8.1' });
    expect(cite('T2')!.title).toContain('Functional Specification');
  });

  it('[SOURCE-1] sees what is not founded', () => {
    const kind = (change: object) => ({
      ...hop({ title: 't', family: 'call', crossing: 'root-call', args: ['a'], cost: 'call', status: 'documented', sources: ['T2 1'], sentence: (a) => ({ actor: 'A', act: 'b', object: String(a.a), because: 'c' }) }),
      name: 'x.y', code: 0, ...change,
    });
    const finds = (change: object): string => unfounded([kind(change)], []).join(' ');
    expect(finds({})).toBe('');
    expect(finds({ sources: [] })).toMatch(/names no source/);
    expect(finds({ sources: ['HEARSAY 3'] })).toMatch(/'HEARSAY 3', which the bibliography does not have/);
    expect(finds({ sources: ['T2'] })).toMatch(/'T2' without a place in it/);
    expect(finds({ bytes: [{ label: 'l', space: 'to', page: 'a', span: 'a', layout: 'no.such' }] })).toMatch(/layout no\.such/);
    expect(finds({ bytes: [{ label: 'l', space: 'to', page: 'a', span: 'b', layout: 'mdl' }] })).toMatch(/argument b/);
    expect(finds({ status: 'simplified' })).toMatch(/does not say what/);
    expect(finds({ sentence: () => ({ actor: 'A', act: 'b', object: '', because: '' }) })).toMatch(/no complete sentence/);
    expect(finds({ sentence: (a: Record<string, number>) => ({ actor: 'A', act: 'b', object: `${a['b']}`, because: 'c' }) })).toMatch(/undefined/);
    expect(finds({ sentence: () => ({ actor: 'A', act: 'b', object: '', because: 'c.' }) })).toMatch(/full stop/);
  });
});
