/**
 * The page's half of the bars: the production build in a real browser, each figure beside a peer of the same run. Every part has
 * a time of its own; one that is not done by then is ended, and the table says so.
 */
import { loadavg } from 'node:os';
import { tableText, type Line } from '../../engine/cli/table.ts';
import { loadLines } from './first-load.ts';
import { flowLines } from './flow.ts';
import { openHost, type Measure } from './host.ts';
import { killLines, killSeconds } from './kills.ts';
import { memoryLines, memorySeconds } from './memory.ts';
import { momentLines } from './moment.ts';
import { pressLines } from './presses.ts';
import { replayLines } from './replay.ts';

interface Part {
  readonly measure: Measure;
  readonly seconds: number;
  /** Measured only when it is named. */
  readonly named?: boolean;
}

const words = process.argv.slice(2);
/** How long the flow runs when memory is measured. */
const minutes = Math.max(3, Number(words[words.indexOf('--minutes') + 1]) || 4);

const parts: Readonly<Record<string, Part>> = {
  load: { measure: loadLines, seconds: 50 },
  presses: { measure: pressLines, seconds: 140 },
  moment: { measure: momentLines, seconds: 90 },
  flow: { measure: flowLines, seconds: 160 },
  replay: { measure: replayLines, seconds: 240 },
  memory: { measure: memoryLines(minutes), seconds: memorySeconds(minutes), named: true },
  kills: { measure: killLines, seconds: killSeconds, named: true },
};

const json = words.includes('--json');
const named = words.filter((word) => word in parts);
const chosen = Object.entries(parts).filter(([name, part]) => (named.length > 0 ? named.includes(name) : !part.named));
const begun = performance.now();
const say = (text: string): void => void process.stderr.write(`page, ${Math.round((performance.now() - begun) / 1000)} s: ${text}\n`);
const load = (): string => loadavg()[0]!.toFixed(1);

let chromium = '';

/** A browser of its own for each part: closing it ends whatever still runs in it. */
async function measured(name: string, { measure, seconds }: Part, lines: Line[]): Promise<void> {
  const host = await openHost();
  chromium = host.browser.version();
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000);
  });
  const note = (line: Line): void => {
    if (!ended) lines.push(line);
  };
  try {
    await Promise.race([measure(host, say, note), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    lines.push({ what: `${name}: not measured to its end`, value: '', bar: '', held: false, beside: why });
    say(`${name}: ${why}`);
  } finally {
    ended = true;
    clearTimeout(timer);
    await host.close();
  }
}

const loadBefore = load();
const lines: Line[] = [];
for (const [name, part] of chosen) {
  await measured(name, part, lines);
}
lines.push({ what: 'load of the machine', value: `${loadBefore} before, ${load()} after`, bar: '', beside: `Chromium ${chromium}, drawn in software; measured in ${Math.round((performance.now() - begun) / 1000)} s` });
if (json) process.stdout.write(`${JSON.stringify({ chromium, lines })}\n`);
else process.stdout.write(`\n${tableText('measured on the page', lines)}`);
// What a part that was ended left open does not keep the bench alive.
process.exit(0);
