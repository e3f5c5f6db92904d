/** Memory over time: the flow at its greatest speed for minutes; what is in use after each collection, page and Worker. */
import type { CDPSession, Page } from '@playwright/test';
import { thousands, type Line } from '../../engine/cli/table.ts';
import { flowing, hopsMade } from './flow.ts';
import type { Host, Measure } from './host.ts';

/** From here on it must stay as it is. */
const settledAfter = 2;
const most = 1.05;
/** What the bar asks of ten minutes. */
const hopsPerMinute = 2_000_000;

export function memorySeconds(minutes: number): number {
  return minutes * 60 + 120;
}

interface Usage {
  readonly hops: number;
  /** Bytes in objects and in buffers. */
  readonly page: number;
  readonly worker: number;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

const bytesOf = ({ usedSize, backingStorageSize }: HeapUsage): number => usedSize + (backingStorageSize ?? 0);

/** Asks the Worker of a page, which has no session of its own, through the page's. */
function workerOf(session: CDPSession): (method: string) => Promise<unknown> {
  let worker = '';
  let last = 0;
  const waiting = new Map<number, (value: unknown) => void>();
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') worker = sessionId;
  });
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { readonly id?: number; readonly result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  return async (method) => {
    const id = ++last;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    await session.send('Target.sendMessageToTarget', { sessionId: worker, message: JSON.stringify({ id, method }) });
    return answer;
  };
}

async function usageOf(page: Page, session: CDPSession, worker: (method: string) => Promise<unknown>): Promise<Usage> {
  await session.send('HeapProfiler.collectGarbage');
  await worker('HeapProfiler.collectGarbage');
  return {
    hops: await hopsMade(page),
    page: bytesOf((await session.send('Runtime.getHeapUsage')) as HeapUsage),
    worker: bytesOf((await worker('Runtime.getHeapUsage')) as HeapUsage),
  };
}

/** Minutes in which the flow runs; more than `settledAfter`, or there is nothing to compare. */
export const memoryLines = (minutes: number): Measure => async (host: Host, say, note) => {
  const seen: Usage[] = [];
  await flowing(host, 100, async (page) => {
    const session = await page.context().newCDPSession(page);
    const worker = workerOf(session);
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    for (let minute = 0; minute <= minutes; minute++) {
      if (minute > 0) await page.waitForTimeout(60_000);
      seen.push(await usageOf(page, session, worker));
      const { hops, page: ofPage, worker: ofWorker } = seen.at(-1)!;
      say(`memory, minute ${minute}: ${thousands(hops)} hops, page ${mb(ofPage)}, Worker ${mb(ofWorker)}`);
    }
  });
  const settled = seen[settledAfter]!;
  const last = seen.at(-1)!;
  const line = (what: string, of: (usage: Usage) => number): Line => ({
    what: `memory after collection, ${what}, minute ${settledAfter} to ${minutes}`, value: `${mb(of(settled))} to ${mb(of(last))}`,
    bar: 'at most 5 % more', held: of(last) <= of(settled) * most, beside: `each minute: ${seen.map((usage) => mb(of(usage))).join(', ')}; ${thousands(last.hops)} hops`,
  });
  const per = (last.hops - seen[0]!.hops) / minutes;
  note({ what: `hops in ${minutes} minutes of flow on the page`, value: thousands(last.hops - seen[0]!.hops), bar: `at least ${thousands(hopsPerMinute)} a minute`, held: per >= hopsPerMinute, beside: `${thousands(per / 60)} a second` });
  note(line('page', (usage) => usage.page));
  note(line('Worker', (usage) => usage.worker));
};

const mb = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
