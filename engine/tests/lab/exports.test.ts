import { describe, expect, it } from 'vitest';
import { chromeTrace } from '../../lab/exports/chrome-trace.ts';
import { csvHead, csvLine, hopRecord } from '../../lab/exports/hop-records.ts';
import { mermaidOf } from '../../lab/exports/mermaid.ts';
import { decodeRow, ROW_WORDS, type Hop } from '../../sim/rows.ts';
import type { Lab } from '../../lab/lab.ts';
import { fed, realLab, rest } from './real.ts';

function hopsOf(lab: Lab): Hop[] {
  const { start, n } = lab.status();
  const { rows } = lab.rows(start + 1, n - start);
  const words = new Int32Array(rows);
  return Array.from({ length: words.length / ROW_WORDS }, (_, i) => decodeRow(words, new Float64Array(rows), i, start + 1));
}

function ran(): Lab {
  const lab = realLab();
  rest(lab);
  return lab;
}

/** The fields of one line of RFC 4180. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1] === undefined ? m[2]! : m[1].replaceAll('""', '"')));
}

describe('exports', () => {
  it('[EXPORT-1] a line of CSV has a field a column, and is no formula for a spreadsheet', () => {
    const lab = ran();
    const records = hopsOf(lab).map((hop) => hopRecord(lab.run.kernel, hop, lab.status().start, { sentence: true }));
    const columns = csvHead.trimEnd().split(',');
    for (const record of records) {
      const fields = fieldsOf(csvLine(record).trimEnd());
      expect(fields).toHaveLength(columns.length);
      expect(fields[columns.indexOf('sentence')]).toBe(record.sentence);
      expect(Number(fields[0])).toBe(record.n);
    }
    expect(fieldsOf(csvLine({ ...records[0]!, kind: '=1+1', sentence: 'says "a, b"' }).trimEnd())).toContain("'=1+1");
  });

  it('[EXPORT-2] in a trace places are processes, components threads, slices of a thread never cross, and requests flow', () => {
    const lab = ran();
    const { kernel } = lab.run;
    const { traceEvents } = chromeTrace(kernel, hopsOf(lab), lab.status().startTime);
    const names = (name: string): string[] => traceEvents.filter((e) => e.ph === 'M' && e.name === name).map((e) => String(e.args!['name']));
    expect(names('process_name')).toEqual(expect.arrayContaining(['hypervisor', 'root-kernel', 'root-user', 'guest-kernel', 'guest-user', 'hardware']));
    const shared = traceEvents.find((e) => e.ph === 'M' && e.name === 'process_name' && e.args!['name'] === 'shared memory')!;
    expect(traceEvents.filter((e) => e.ph === 'M' && e.name === 'thread_name' && e.pid === shared.pid).map((e) => e.args!['name'])).toEqual(['VMBus channel (alpha/channel)']);
    expect(names('thread_name')).toEqual(expect.arrayContaining(['Storage VSC (alpha/storvsc)', 'Storage VSP (root/storvsp)']));
    const ends = new Map<string, number>();
    for (const e of traceEvents.filter((event) => event.ph === 'X')) {
      const thread = `${e.pid} ${e.tid}`;
      expect(e.dur!).toBeGreaterThanOrEqual(0);
      expect(e.ts!).toBeGreaterThanOrEqual(ends.get(thread) ?? Number.MIN_SAFE_INTEGER);
      ends.set(thread, e.ts! + e.dur!);
    }
    const flows = traceEvents.filter((e) => e.id !== undefined);
    for (const id of new Set(flows.map((e) => e.id))) {
      const steps = flows.filter((e) => e.id === id).map((e) => e.ph).join('');
      expect(steps).toMatch(/^st*f$/);
    }
  });

  it('[EXPORT-3] a journey is a sequence diagram: every end of an arrow is a participant, every loop ends', () => {
    const lab = ran();
    const { start, n } = lab.status();
    for (const request of fed(lab, () => lab.requests(start + 1, n)).filter((r) => r.level === 'file')) {
      const text = mermaidOf(lab.run, request.title, lab.journey(request.id), lab.journeyHops(request.id));
      const lines = text.trimEnd().split('\n');
      expect(lines.slice(0, 4)).toEqual(['---', `title: ${JSON.stringify(request.title)}`, '---', 'sequenceDiagram']);
      const participants = new Set(lines.flatMap((line) => /participant (c\d+) as/.exec(line)?.[1] ?? []));
      let open = 0;
      for (const line of lines.slice(4)) {
        const arrow = /^ +(c\d+)->>(c\d+): \S[^;#]*$/.exec(line);
        if (arrow) expect([participants.has(arrow[1]!), participants.has(arrow[2]!)]).toEqual([true, true]);
        else expect(line).toMatch(/^ {2}(?:box [A-Z][a-z ]+|end|loop \d+ times more|Note over c\d+: .+)$|^ {4}participant c\d+ as .+$/);
        open += /^ {2}(?:box|loop) /.test(line) ? 1 : /^ {2}end$/.test(line) ? -1 : 0;
      }
      expect(open).toBe(0);
      const boxOf = (name: string): string | undefined => lines.slice(0, lines.findIndex((line) => line.includes(`(${name})`))).filter((line) => line.startsWith('  box ')).at(-1);
      if (text.includes('(alpha/channel)')) expect(boxOf('alpha/channel')).toBe('  box Shared memory');
      expect(text.length).toBeLessThan(50_000);
    }
  });
});
