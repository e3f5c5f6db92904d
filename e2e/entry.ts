/** What the browser fetches before Play can be pressed, the Worker aside: read from what came over the wire, not from the build. */
import type { Browser } from '@playwright/test';

export interface Fetched {
  /** Address below the page's; '' is the page itself. */
  readonly name: string;
  readonly kind: string;
  /** Bytes of the body as it came, compressed. */
  readonly bytes: number;
  readonly encoding: string;
}

/** Page, styles, scripts and one font. */
export const ENTRY_LIMIT = 170_000;

export const entryTotal = (entry: readonly Fetched[]): number => entry.reduce((sum, file) => sum + file.bytes, 0);

/** Everything the page has fetched until it was painted first, plus the styles and scripts its head names. */
export async function entryOf(browser: Browser, address: string): Promise<readonly Fetched[]> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(address);
    const names = await page.evaluate(async () => {
      await document.fonts.ready;
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const ready = navigation!.domContentLoadedEventEnd;
      const early = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter((entry) => entry.startTime <= ready);
      return early.map((entry) => entry.name);
    });
    const wanted = ['', ...names.map((name) => new URL(name).pathname.slice(1))].filter((name) => /^$|\.(?:css|js|woff2)$/.test(name));
    const entry: Fetched[] = [];
    for (const name of new Set(wanted)) {
      const answer = await fetch(`${address}${name}`, { headers: { 'accept-encoding': 'br' } });
      entry.push({
        name, kind: name.split('.').at(-1) || 'html', bytes: Number(answer.headers.get('content-length')), encoding: answer.headers.get('content-encoding') ?? '',
      });
      await answer.body?.cancel();
    }
    return entry;
  } finally {
    await context.close();
  }
}
