/** The bar on kills: 200 at random moments, while a disk is being written; nothing that was shown as kept may be lost. */
import { readFileSync } from 'node:fs';
import { KillBench, ways, type Outcome } from '../kills.ts';
import type { Measure } from './host.ts';

const kills = 200;
export const killSeconds = 3600;

export const killLines: Measure = async ({ address }, say, note) => {
  const seed = Number(process.env['VIRIDIAN_SEED'] ?? Date.now() % 1_000_000);
  const bench = new KillBench(address, readFileSync('node_modules/.chromium-path', 'utf8').trim(), readFileSync('public/disks/viridian-sample.vhd'));
  const outcomes: Outcome[] = [];
  try {
    for (let i = 0; i < kills; i++) {
      const outcome = await bench.round(seed + i, ways[i % ways.length]!);
      outcomes.push(outcome);
      if (outcome.lost !== '') say(`seed ${seed + i}, ${outcome.way}: ${outcome.lost}`);
      if (i % 10 === 9) say(`${i + 1} kills, ${outcomes.filter(({ lost }) => lost !== '').length} with something lost`);
    }
  } finally {
    await bench.close();
  }
  const lost = outcomes.filter((outcome) => outcome.lost !== '');
  note({ what: 'kills after which something shown as kept was lost', value: `${lost.length} of ${outcomes.length}`, bar: '0', held: lost.length === 0, beside: `seed ${seed}; worker, page, tab and browser in turn` });
  for (const way of ways) {
    const times = outcomes.filter((outcome) => outcome.way === way).map(({ back }) => back).sort((a, b) => a - b);
    note({ what: `back after a killed ${way}`, value: `${Math.round(times[times.length >> 1] ?? 0)} ms, at most ${Math.round(times.at(-1) ?? 0)}`, bar: '', beside: 'from the kill until the page was as it had been' });
  }
};
