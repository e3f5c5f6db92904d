/** What a newcomer waits for: bytes of the entry as served, and the first load over a slow line. */
import type { CDPSession, Page } from '@playwright/test';
import { median, thousands, type Line } from '../../engine/cli/table.ts';
import { entryOf, entryTotal, ENTRY_LIMIT, type Fetched } from '../entry.ts';
import { viewport, type Host, type Measure } from './host.ts';

const runs = 3;
const line = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };

interface Moments {
  readonly legible: number;
  readonly playable: number;
}

declare global {
  interface Window {
    moments?: { legible: number; playable: number };
  }
}

/** Looks at the end of every frame whether the names stand there and whether Play is enabled. */
function noteMoments(): void {
  const moments = { legible: 0, playable: 0 };
  window.moments = moments;
  const shows = (text: string): boolean => {
    const walker = document.createTreeWalker(document.body ?? document, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.textContent?.trim() === text && (node.parentElement?.getClientRects().length ?? 0) > 0) return true;
    }
    return false;
  };
  const look = (): void => {
    const legible = moments.legible > 0 || (shows('Alpha') && shows('Storage VSC'));
    const playable = document.querySelector<HTMLButtonElement>('.transport-play:enabled') !== null;
    requestAnimationFrame((now) => {
      if (legible && moments.legible === 0) moments.legible = now;
      if (playable && moments.playable === 0) moments.playable = now;
      if (moments.playable === 0) look();
    });
  };
  requestAnimationFrame(look);
}

/** The slow line holds for the page and for its Worker. */
async function slow(session: CDPSession): Promise<void> {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', line);
}

async function loadOnce({ browser, address }: Host): Promise<Moments> {
  const context = await browser.newContext({ viewport });
  try {
    const page: Page = await context.newPage();
    await slow(await context.newCDPSession(page));
    await page.addInitScript(noteMoments);
    await page.goto(address, { waitUntil: 'commit' });
    await page.waitForFunction(() => (window.moments?.playable ?? 0) > 0, undefined, { timeout: 60_000 });
    return await page.evaluate(() => window.moments!);
  } finally {
    await context.close();
  }
}

/** The same bytes in one file, so that the line alone is measured. */
async function bareLoad({ browser, address }: Host, entry: readonly Fetched[]): Promise<number> {
  const context = await browser.newContext({ viewport });
  try {
    const page = await context.newPage();
    await page.goto(`${address}favicon.svg`);
    await slow(await context.newCDPSession(page));
    const files = entry.map((file) => file.name);
    return await page.evaluate(async (names) => {
      const begun = performance.now();
      await Promise.all(names.map(async (name) => (await fetch(`./${name}`, { cache: 'no-store' })).arrayBuffer()));
      return performance.now() - begun;
    }, files);
  } finally {
    await context.close();
  }
}

export const loadLines: Measure = async (host, say, note) => {
  const entry = await entryOf(host.browser, host.address);
  const bytes = entryTotal(entry);
  const counted = entry.map((file) => `${file.name.replace(/^assets\//, '') || 'page'} ${thousands(file.bytes)}`).join(', ');
  note({ what: 'entry as served', value: `${thousands(bytes)} bytes`, bar: `at most ${thousands(ENTRY_LIMIT)}`, held: bytes <= ENTRY_LIMIT, beside: counted });
  const seen: Moments[] = [];
  const bare: number[] = [];
  for (let i = 0; i < runs; i++) {
    say(`first load, ${i + 1} of ${runs}`);
    bare.push(await bareLoad(host, entry));
    seen.push(await loadOnce(host));
  }
  const sec = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const peer = `the entry fetched at once, nothing run: ${sec(median(bare))}`;
  const line = (what: string, values: readonly number[], bar: number): Line => ({
    what: `first load at 1.6 Mb/s, 150 ms: ${what}`, value: sec(median(values)), bar: `at most ${bar / 1000} s`, held: median(values) <= bar, beside: peer,
  });
  note(line('partitions legible', seen.map((m) => m.legible), 1500));
  note(line('Play enabled', seen.map((m) => m.playable), 3500));
};
