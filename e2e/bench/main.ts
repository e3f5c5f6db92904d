/** The page's half of the bars: the production build in a real browser, each figure beside a peer of the same run. */
import { loadavg } from 'node:os';
import { tableText, type Line } from '../../engine/cli/table.ts';
import { loadLines } from './first-load.ts';
import { flowLines } from './flow.ts';
import { openHost } from './host.ts';
import { pressLines } from './presses.ts';

const parts = { load: loadLines, presses: pressLines, flow: flowLines };
const words = process.argv.slice(2);
const json = words.includes('--json');
const chosen = Object.entries(parts).filter(([name]) => !words.some((word) => word in parts) || words.includes(name));
const say = (text: string): void => void process.stderr.write(`page: ${text}\n`);

const load = (): string => loadavg()[0]!.toFixed(1);
const loadBefore = load();
const host = await openHost();
try {
  const lines: Line[] = [];
  for (const [, measure] of chosen) lines.push(...(await measure(host, say)));
  const chromium = host.browser.version();
  const machine: Line = { what: 'load of the machine', value: `${loadBefore} before, ${load()} after`, bar: '', beside: `Chromium ${chromium}, drawn in software` };
  if (json) process.stdout.write(`${JSON.stringify({ chromium, lines: [...lines, machine] })}\n`);
  else process.stdout.write(`\n${tableText('measured on the page', [...lines, machine])}`);
} finally {
  await host.close();
}
