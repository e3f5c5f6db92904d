/** A link to hop 10,000 of two busy guests: how long until a page that knows nothing shows it, beside the plain page of the same run. */
import { median } from '../../engine/cli/table.ts';
import { keepBusy, onPage, viewport, type Host, type Measure } from './host.ts';

const runs = 5;
const hop = 10_000;
const barMs = 2000;

/** The link that somebody would send who stands there. */
function linkThere(host: Host): Promise<string> {
  return onPage(host, 'fresh', async (page) => {
    const begun = await page.evaluate(async () => (await window.viridian.status()).start);
    await keepBusy(page);
    await page.evaluate((n) => window.viridian.seek(n), begun + hop);
    return page.evaluate(() => window.viridian.link());
  });
}

interface Arrival {
  /** From the navigation until the hop stands on the page and is painted. */
  readonly shown: number;
  readonly longest: number;
}

async function arrive({ browser }: Host, link: string, said: string): Promise<Arrival> {
  const context = await browser.newContext({ viewport });
  try {
    const page = await context.newPage();
    await page.addInitScript(() => {
      const seen = window as unknown as { longest: number };
      seen.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
      }).observe({ entryTypes: ['longtask'] });
    });
    await page.goto(link, { waitUntil: 'commit' });
    // The moment after the frame in which the words first stand there.
    const shown = await page.evaluate(
      (words) =>
        new Promise<number>((resolve) => {
          const look = (): void => {
            const there = document.querySelector('.next-clock')?.textContent?.includes(words) && document.querySelector('.picture[data-ready]');
            requestAnimationFrame((now) => (there ? resolve(now) : look()));
          };
          look();
        }),
      said,
    );
    return { shown, longest: await page.evaluate(() => (window as unknown as { longest: number }).longest) };
  } finally {
    await context.close();
  }
}

export const momentLines: Measure = async (host, say, note) => {
  say(`a link to hop ${hop}`);
  const link = await linkThere(host);
  const there: Arrival[] = [];
  const plain: Arrival[] = [];
  for (let i = 0; i < runs; i++) {
    say(`moment link, ${i + 1} of ${runs}`);
    plain.push(await arrive(host, `${host.address}?fresh`, 't = '));
    there.push(await arrive(host, link, `hop ${hop}`));
  }
  const ms = (values: readonly Arrival[]): string => values.map(({ shown }) => Math.round(shown)).join(', ');
  const middle = median(there.map(({ shown }) => shown));
  note({
    what: `a moment link to hop ${hop} shows it`, value: `${(middle / 1000).toFixed(2)} s`, bar: `at most ${barMs / 1000} s`, held: middle <= barMs,
    beside: `the plain page ${(median(plain.map(({ shown }) => shown)) / 1000).toFixed(2)} s; rounds ${ms(there)}, plain ${ms(plain)} ms; longest tasks ${there.map(({ longest }) => Math.round(longest)).join(', ')} ms; ${link.length} bytes`,
  });
};
