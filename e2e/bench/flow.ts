/** The flow with both guests busy: late frames and long tasks, beside an empty canvas in the same run. */
import type { Page } from '@playwright/test';
import { median, type Line } from '../../engine/cli/table.ts';
import { keepBusy, onEmptyPage, onPage, viewport, type Host } from './host.ts';

const seconds = 10;
const rounds = 3;
const lateMs = 25;

interface Frames {
  /** Share of frames that came later than `lateMs` after the one before. */
  readonly late: number;
  readonly longTasks: number;
  readonly longest: number;
  readonly perSecond: number;
}

function frames(page: Page): Promise<Frames> {
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
function emptyCanvas(host: Host): Promise<Frames> {
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

/** `slider`: where the speed stands, 0 to 100; null leaves it as it comes. */
function flow(host: Host, slider: number | null): Promise<Frames & { readonly hops: number }> {
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
    const before = await page.evaluate(async () => (await window.viridian.status()).n);
    const seen = await frames(page);
    const after = await page.evaluate(async () => (await window.viridian.status()).n);
    return { ...seen, hops: (after - before) / seconds };
  });
}

export async function flowLines(host: Host, say: (text: string) => void): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, slider] of [['speed as it comes', null], ['greatest speed', 100]] as const) {
    const extra: number[] = [];
    const ours: (Frames & { readonly hops: number })[] = [];
    const empty: Frames[] = [];
    for (let i = 0; i < rounds; i++) {
      say(`flow, ${name}, ${i + 1} of ${rounds}`);
      const beside = await emptyCanvas(host);
      const here = await flow(host, slider);
      empty.push(beside);
      ours.push(here);
      extra.push(here.late - beside.late);
    }
    const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
    const rate = `${Math.round(median(ours.map((f) => f.hops)))} hops/s`;
    lines.push(
      {
        what: `flow, ${name}, frames over ${lateMs} ms`, value: `${percent(median(extra))} beyond`, bar: 'at most 2 % beyond',
        beside: `${percent(median(ours.map((f) => f.late)))} against ${percent(median(empty.map((f) => f.late)))} of an empty canvas; ${median(ours.map((f) => f.perSecond)).toFixed(0)} frames/s; ${rate}`,
      },
      {
        what: `flow, ${name}, tasks over 50 ms`, value: `${median(ours.map((f) => f.longTasks))} in ${seconds} s`, bar: 'none',
        beside: `longest ${median(ours.map((f) => f.longest)).toFixed(0)} ms; empty canvas ${median(empty.map((f) => f.longTasks))}`,
      },
    );
  }
  return lines;
}
