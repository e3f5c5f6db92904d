/** Scenarios that nobody would write. VIRIDIAN_FUZZ=100000 runs so many, and then says how long the worst took. */
import { describe, expect, it } from 'vitest';
import { buildMachine } from '../scenarios/builder.ts';
import { parseScenario, ScenarioError } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { changedAtRandom } from './mutation.ts';

const count = Number(process.env['VIRIDIAN_FUZZ'] ?? 600);
const texts = shipped.map((scenario) => JSON.stringify(scenario, null, 1));
const pieces = ['"', '{', '}', '[', ']', ',', ':', '\\', '\\u00', '1', '-', '1e400', 'null', ' ', '\n', '\u0007', '\ud800', '__proto__', '[['.repeat(30), '"x":'];

/** Case `seed`: every third is text damaged at a few places, the others data with other values. */
function strange(seed: number): string {
  const at = seed % shipped.length;
  if (seed % 3 !== 0) return JSON.stringify(changedAtRandom(shipped[at]!, seed));
  let text = texts[at]!;
  for (let i = 0; i < 1 + (seed % 4); i++) {
    const place = Math.imul(seed + i, 0x9e3779b1) >>> 0;
    const from = place % text.length;
    text = text.slice(0, from) + pieces[place % pieces.length]! + text.slice(from + ((place >>> 8) % 5));
  }
  return text;
}

function bytesHeld(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Milliseconds of processor time, and bytes by which the heap has grown before anything was collected. */
interface Worst { ms: number; bytes: number; of: string }

/** Parses and, when it is accepted, builds the machine of each; any error but a refusal of one sentence is thrown. */
function tried(from: number, to: number): { readonly refused: number; readonly accepted: number; readonly worst: Worst } {
  const worst: Worst = { ms: 0, bytes: 0, of: '' };
  let refused = 0;
  for (let seed = from; seed < to; seed++) {
    const text = strange(seed);
    const before = bytesHeld();
    const start = process.cpuUsage();
    try {
      buildMachine(parseScenario(text), () => null);
    } catch (error) {
      refused++;
      if (!(error instanceof ScenarioError)) throw new Error(`Case ${seed}: ${String(error)}`, { cause: error });
      expect([seed, error.message]).toEqual([seed, expect.stringMatching(/^(?!.*(?:undefined|\[object|NaN))[^\n]{10,600}[.?]$/)]);
      expect(error.line).toBeGreaterThanOrEqual(0);
    }
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    worst.bytes = Math.max(worst.bytes, bytesHeld() - before);
    if (ms > worst.ms) Object.assign(worst, { ms, of: `case ${seed}` });
  }
  return { refused, accepted: to - from - refused, worst };
}

describe('strange scenarios', () => {
  it('[SCEN-2] [SCEN-3] are refused with one sentence, or make a machine; none crashes', () => {
    const { refused, accepted, worst } = tried(1, 1 + count);
    expect(refused + accepted).toBe(count);
    expect(accepted).toBeGreaterThan(count / 100);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    if (process.env['VIRIDIAN_FUZZ'] !== undefined) console.log({ count, refused, accepted, worst });
  }, 3_600_000);
});
