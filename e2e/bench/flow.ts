/** The flow with both guests busy: late frames and long tasks, beside an empty canvas in the same run. */
import type { Page } from '@playwright/test';
import { median, thousands, type Line } from '../../engine/cli/table.ts';
import { keepBusy, onEmptyPage, onPage, viewport, type Host, type Measure } from './host.ts';

const seconds = 6;
export const rounds = 3;
export const lateMs = 25;
const tracedMs = 2500;

export interface Frames {
  /** Share of frames that came later than `lateMs` after the one before. */
  readonly late: number;
  readonly longTasks: number;
  readonly longest: number;
  readonly perSecond: number;
}

export function frames(page: Page): Promise<Frames> {
  return page.evaluate(
    ([ms, late]) =>
      new Promise<Frames>((resolve) => {
        const tasks: number[] = [];
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) tasks.push(entry.duration);
        });
        observer.observe({ entryTypes: ['longtask'] });
        const gaps: number[] = [];
        const begun = performance.now();
        let before = 0;
        const frame = (now: number): void => {
          if (before > 0) gaps.push(now - before);
          before = now;
          if (now - begun < ms) requestAnimationFrame(frame);
          else {
            observer.disconnect();
            resolve({
              late: gaps.filter((gap) => gap > late).length / gaps.length, longTasks: tasks.length, longest: Math.max(0, ...tasks), perSecond: (gaps.length * 1000) / ms,
            });
          }
        };
        requestAnimationFrame(frame);
      }),
    [seconds * 1000, lateMs] as const,
  );
}

/** A canvas as large as the page, cleared and drawn anew in each frame. */
export function emptyCanvas(host: Host): Promise<Frames> {
  return onEmptyPage(host, `<canvas width="${viewport.width}" height="${viewport.height}"></canvas>`, async (page) => {
    await page.evaluate(() => {
      const context = document.querySelector('canvas')!.getContext('2d')!;
      let turn = 0;
      const draw = (): void => {
        context.clearRect(0, 0, context.canvas.width, context.canvas.height);
        context.fillRect(10 + (turn++ % 100), 10, 10, 10);
        requestAnimationFrame(draw);
      };
      requestAnimationFrame(draw);
    });
    await page.waitForTimeout(300);
    return frames(page);
  });
}

/** The flow with both guests busy; `slider`: where the speed stands, 0 to 100; null leaves it as it comes. */
export function flowing<T>(host: Host, slider: number | null, work: (page: Page) => Promise<T>): Promise<T> {
  return onPage(host, 'fresh', async (page) => {
    await page.evaluate(async () => {
      const { start } = await window.viridian.status();
      await window.viridian.seek(start + 5000);
    });
    await keepBusy(page);
    await page.getByRole('button', { name: 'Flow', exact: true }).click();
    if (slider !== null) await page.getByRole('slider', { name: 'Speed of the flow' }).fill(String(slider));
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForTimeout(1500);
    const answer = await work(page);
    const { next, why } = await page.evaluate(() => window.viridian.status());
    if (next === null) throw new Error(`The machine came to rest while it was measured. ${why}`);
    return answer;
  });
}

export async function hopsMade(page: Page): Promise<number> {
  return page.evaluate(async () => (await window.viridian.status()).n);
}

function flow(host: Host, slider: number | null): Promise<Frames & { readonly hops: number }> {
  return flowing(host, slider, async (page) => {
    const before = await hopsMade(page);
    const seen = await frames(page);
    return { ...seen, hops: ((await hopsMade(page)) - before) / seconds };
  });
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ph: string;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest task of the page's main thread in time of the processor: what others on the machine do does not enter. */
function busiest(host: Host, slider: number | null): Promise<number> {
  return flowing(host, slider, async (page) => {
    await host.browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
    await page.waitForTimeout(tracedMs);
    const { traceEvents } = JSON.parse((await host.browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] };
    const main = new Set(traceEvents.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`));
    const tasks = traceEvents.filter((e) => e.ph === 'X' && main.has(`${e.pid} ${e.tid}`));
    return tasks.reduce((most, e) => Math.max(most, (e.tdur ?? 0) / 1000), 0);
  });
}

export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

async function paceLines(host: Host, name: string, slider: number | null, say: (text: string) => void, note: (line: Line) => void): Promise<void> {
  const ours: (Frames & { readonly hops: number })[] = [];
  const empty: Frames[] = [];
  for (let i = 0; i < rounds; i++) {
    say(`flow, ${name}, ${i + 1} of ${rounds}`);
    empty.push(await emptyCanvas(host));
    ours.push(await flow(host, slider));
  }
  const beyond = ours.map((f, i) => f.late - empty[i]!.late);
  const best = Math.min(...beyond);
  const rate = `${thousands(median(ours.map((f) => f.hops)))} hops/s`;
  note({
    what: `flow, ${name}, frames over ${lateMs} ms`, value: `${percent(median(beyond))} beyond`, bar: 'at most 2 % beyond', held: median(beyond) <= 0.02,
    beside: `${percent(median(ours.map((f) => f.late)))} against ${percent(median(empty.map((f) => f.late)))} of an empty canvas, best round ${percent(best)} beyond; ${median(ours.map((f) => f.perSecond)).toFixed(0)} frames/s; ${rate}`,
  });
  const counts = ours.map((f) => f.longTasks);
  const processor = await busiest(host, slider);
  note({
    what: `flow, ${name}, tasks over 50 ms`, value: `${median(counts)} in ${seconds} s`, bar: 'none', held: median(counts) === 0,
    beside: `longest ${median(ours.map((f) => f.longest)).toFixed(0)} ms on the clock, ${processor.toFixed(0)} ms of processor; rounds ${counts.join(', ')}; empty canvas ${empty.map((f) => f.longTasks).join(', ')}`,
  });
}

export const flowLines: Measure = async (host, say, note) => {
  await paceLines(host, 'speed as it comes', null, say, note);
  await paceLines(host, 'greatest speed', 100, say, note);
};
