/** From a key press, a pointer or a call to the painted frame. */
import type { Page } from '@playwright/test';
import { median, quantile, thousands, type Line } from '../../engine/cli/table.ts';
import { keepBusy, onEmptyPage, onPage, type Host, type Measure } from './host.ts';

declare global {
  interface Window {
    /** Milliseconds from the next input event until the page shows another hop and has painted it. */
    answered?: Promise<number>;
  }
}

const pressesEach = 80;
const seeksEach = 40;
const longRun = 1_000_000;

/** Waits for an input event, then for a change of the element, then for two frames. */
async function watch(page: Page, selector: string): Promise<void> {
  await page.evaluate((element) => {
    window.answered = new Promise((resolve) => {
      const begin = (event: Event): void => {
        removeEventListener('keydown', begin, true);
        removeEventListener('pointerdown', begin, true);
        const observer = new MutationObserver(() => {
          observer.disconnect();
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - event.timeStamp)));
        });
        observer.observe(document.querySelector(element)!, { characterData: true, childList: true, subtree: true });
      };
      addEventListener('keydown', begin, true);
      addEventListener('pointerdown', begin, true);
    });
  }, selector);
}

const answered = (page: Page): Promise<number> => page.evaluate(() => window.answered!);

async function press(page: Page, key: string, selector = '.next-clock'): Promise<number> {
  await watch(page, selector);
  await page.keyboard.press(key);
  return answered(page);
}

async function presses(page: Page, keys: readonly string[], times: number, selector?: string): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < times; i++) for (const key of keys) out.push(await press(page, key, selector));
  return out;
}

/** One key press on a page that only counts them: two frames and the way of the event. */
function emptyPresses(host: Host): Promise<number[]> {
  return onEmptyPage(host, '<p>0</p>', async (page) => {
    await page.evaluate(() => {
      let count = 0;
      addEventListener('keydown', () => (document.querySelector('p')!.textContent = String(++count)));
    });
    return presses(page, ['ArrowRight'], pressesEach, 'p');
  });
}

const three = (values: readonly number[]): string => [0.5, 0.95, 1].map((q) => quantile(values, q).toFixed(0)).join(' / ');
const times = (ours: readonly number[], empty: readonly number[]): string => `${(median(ours) / median(empty)).toFixed(1)} times`;

async function stepLines(page: Page, empty: readonly number[], where: string, note: (line: Line) => void): Promise<void> {
  for (const [what, key] of [['step', 'ArrowRight'], ['back', 'ArrowLeft']] as const) {
    const values = await presses(page, [key], pressesEach);
    note({
      what: `${what}, key to paint, p50 / p95 / worst, ${where}`, value: `${three(values)} ms`, bar: 'p95 at most 50 ms', held: quantile(values, 0.95) <= 50,
      beside: `${times(values, empty)} an empty page that counts keys (${three(empty)} ms)`,
    });
  }
}

async function longSeeks(page: Page): Promise<number[]> {
  return page.evaluate(async (count) => {
    const { start, tip } = await window.viridian.status();
    const out: number[] = [];
    let x = 17;
    for (let i = 0; i < count; i++) {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
      const to = start + 1 + ((x >>> 4) % (tip - start));
      const begun = performance.now();
      await window.viridian.seek(to);
      await window.viridian.painted();
      out.push(performance.now() - begun);
    }
    return out;
  }, seeksEach);
}

async function scrubs(page: Page): Promise<number[]> {
  const box = (await page.locator('.scrub-bar').boundingBox())!;
  const out: number[] = [];
  for (let i = 0; i < seeksEach; i++) {
    await watch(page, '.next-clock');
    await page.mouse.click(box.x + box.width * (((i * 0.618) % 1) * 0.98 + 0.01), box.y + box.height / 2);
    out.push(await answered(page));
  }
  // Keys belong to the page again, not to the bar.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  return out;
}

/** Drives the lab on, in pieces, so that the page lives meanwhile. */
async function driveTo(page: Page, hops: number): Promise<void> {
  await page.evaluate(async (last) => {
    const { start } = await window.viridian.status();
    for (let n = 0; n < last; ) {
      n = Math.min(last, n + 50_000);
      await window.viridian.seek(start + n);
    }
  }, hops);
}

/** Seeks by call, by the scrub bar and by keys, all over a long run. */
async function seekLines(page: Page, empty: readonly number[], tip: number, note: (line: Line) => void): Promise<void> {
  const line = (what: string, values: readonly number[]): void =>
    note({
      what: `${what}, p50 / p95 / worst`, value: `${three(values)} ms`, bar: 'at most 100 ms', held: Math.max(...values) <= 100,
      beside: `${values.length} in ${thousands(tip)} hops; two empty frames ${three(empty)} ms`,
    });
  line('seek by call', await longSeeks(page));
  line('seek by the scrub bar', await scrubs(page));
  line('Home and End', await presses(page, ['Home', 'End'], seeksEach / 2));
}

export const pressLines: Measure = async (host, say, note) => {
  const empty = await emptyPresses(host);
  say('steps after 1 500 hops');
  await onPage(host, 'fresh', async (page) => {
    // What the scenario itself asks for is done after 1 512 hops.
    await keepBusy(page);
    await driveTo(page, 1500);
    await stepLines(page, empty, 'after 1 500 hops', note);
  });
  await onPage(host, 'fresh&motion=off', async (page) => {
    say(`driving on for ${thousands(longRun)} hops`);
    await driveTo(page, 5000);
    await keepBusy(page);
    await driveTo(page, longRun);
    say('seeks and steps there');
    const { tip } = await page.evaluate(() => window.viridian.status());
    const print = await page.evaluate(() => window.viridian.fingerprint());
    await seekLines(page, empty, tip, note);
    await page.evaluate((to) => window.viridian.seek(to - 500), tip);
    await stepLines(page, empty, `near hop ${thousands(tip)}`, note);
    await page.evaluate((to) => window.viridian.seek(to), tip);
    const same = (await page.evaluate(() => window.viridian.fingerprint())) === print;
    note({ what: 'fingerprint after all that', value: same ? 'the same' : 'ANOTHER', bar: 'the same', held: same, beside: print });
  });
};
