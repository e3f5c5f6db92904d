/**
 * A recorded log of 128 guests with a thousand dots, replayed through what draws the page: picture, chart and list at once. And the flow
 * of two busy guests with chart and list open. Frames beside those of an empty canvas of the same run.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { kindCards } from '../../app/session/log-questions.ts';
import type { Moment } from '../../app/replay/tile.ts';
import { createLab, labOf, twoWays, type Lab, type LabView } from '../../engine/index.ts';
import { median, type Line } from '../../engine/cli/table.ts';
import { emptyCanvas, flowing, frames, lateMs, percent, rounds, type Frames } from './flow.ts';
import type { Host, Measure } from './host.ts';

const top = process.cwd();
const pieceBytes = 64 * 1024;
const hopsRecorded = 4000;
/** How things stand is recorded after so many hops: with 64 copies, as often as the page shows it. */
const momentEvery = 10;
const guests = 128;

function momentOf({ partitions, channels, ledgers }: LabView): Moment {
  return { partitions, channels, ledgers };
}

/** Two guests that read sectors; their log from the start. */
export async function record(folder: string): Promise<void> {
  const image = await readFile(join(top, 'public', twoWays.images['sample']!.file));
  const lab: Lab = createLab(labOf(twoWays));
  const supply = (need: { readonly image: string; readonly chunk: number }): void => {
    const piece = new Uint8Array(pieceBytes);
    piece.set(image.subarray(need.chunk * pieceBytes, (need.chunk + 1) * pieceBytes));
    lab.supply(need.image, need.chunk, piece);
  };
  for (let status = lab.bringUp(); status.need; status = lab.bringUp()) supply(status.need);
  const first = lab.status().start + 1;
  for (let { status } = lab.advance({ hops: 600 }); status.need; ({ status } = lab.advance({ hops: 600 }))) supply(status.need);
  lab.intend({ do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 1000, depth: 16 });
  lab.intend({ do: 'read-sectors', guest: 'beta', lba: 0, sectors: 8, count: 1000, depth: 1 });
  const moments: Moment[] = [];
  while (moments.length * momentEvery < hopsRecorded) {
    const { status } = lab.advance({ hops: Math.max(0, first - 1 + (moments.length + 1) * momentEvery - lab.status().n) });
    if (status.need) supply(status.need);
    else if (status.n >= first - 1 + (moments.length + 1) * momentEvery) moments.push(momentOf(lab.view()));
    else throw new Error(`The recorded log ends at hop ${status.n}: its guests have nothing more to do.`);
  }
  await writeFile(join(folder, 'log.json'), JSON.stringify({ view: lab.view(), moments, every: momentEvery, kinds: kindCards(lab), first }));
  await writeFile(join(folder, 'log.bin'), new Uint8Array(lab.rows(first, hopsRecorded).rows));
}

/** The replay as a page: the parts that draw, with a recorded log in place of the Worker. */
export async function buildReplay(folder: string): Promise<void> {
  const replayed = fileURLToPath(new URL(`file://${join(top, 'app/replay/session.ts')}`));
  await build({
    configFile: false, root: join(top, 'app/replay'), base: './', logLevel: 'error', define: { __VIRIDIAN_BUILD__: '"replay"' },
    plugins: [{ name: 'replay:session', enforce: 'pre', resolveId: (source) => (/(?:^|\/)(?:lab-session|open-instead)\.ts$/.test(source) ? replayed : null) }],
    build: { outDir: folder, emptyOutDir: false, target: 'es2022' },
  });
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };

function serve(folder: string): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1) || 'index.html';
    readFile(join(folder, name)).then((bytes) => {
      response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream');
      response.end(bytes);
    }, () => response.writeHead(404).end());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      resolve({ server, address: `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}/` });
    });
  });
}

async function replayFrames(host: Host, address: string): Promise<Frames & { readonly dots: number }> {
  const context = await host.browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => (window as unknown as { replayed?: number }).replayed! >= 990, undefined, { timeout: 30_000 });
    await page.waitForTimeout(500);
    const seen = await frames(page);
    return { ...seen, dots: await page.evaluate(() => (window as unknown as { replayed: number }).replayed) };
  } finally {
    await context.close();
  }
}

function withChart(host: Host): Promise<Frames> {
  return flowing(host, null, async (page) => {
    const list = page.getByRole('button', { name: 'Hop list', exact: true });
    if ((await list.getAttribute('aria-pressed')) === 'false') await list.click();
    await page.getByRole('tab', { name: 'Causal chart' }).click();
    await page.getByRole('button', { name: 'Beside the picture' }).click();
    await list.click();
    await page.waitForTimeout(800);
    return frames(page);
  });
}

async function compared(what: string, host: Host, ours: () => Promise<Frames>, note: (line: Line) => void): Promise<void> {
  const mine: Frames[] = [];
  const empty: Frames[] = [];
  for (let i = 0; i < rounds; i++) {
    empty.push(await emptyCanvas(host));
    mine.push(await ours());
  }
  const beyond = median(mine.map((f, i) => f.late - empty[i]!.late));
  note({
    what: `${what}, frames over ${lateMs} ms`, value: `${percent(beyond)} beyond`, bar: 'at most 2 % beyond', held: beyond <= 0.02,
    beside: `${percent(median(mine.map((f) => f.late)))} against ${percent(median(empty.map((f) => f.late)))} of an empty canvas; ${median(mine.map((f) => f.perSecond)).toFixed(0)} frames/s; long tasks ${mine.map((f) => f.longTasks).join(', ')}, empty ${empty.map((f) => f.longTasks).join(', ')}`,
  });
}

export const replayLines: Measure = async (host, say, note) => {
  say('flow with chart and list open');
  await compared('flow with chart beside and list below', host, () => withChart(host), note);
  say(`a log of ${guests} guests is recorded`);
  const folder = await mkdtemp(join(tmpdir(), 'viridian-replay-'));
  try {
    await Promise.all([record(folder), buildReplay(folder)]);
    const { server, address } = await serve(folder);
    try {
      say('replay');
      await compared(`recorded log, ${guests} guests, 1000 dots, with chart and list`, host, () => replayFrames(host, address), note);
    } finally {
      server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
