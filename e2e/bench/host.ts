/** What the page is measured on: the production build behind its own server, and a Chromium. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from '@playwright/test';
import type { Line } from '../../engine/cli/table.ts';
import { browserArgs } from '../browser-args.ts';

export interface Host {
  readonly browser: Browser;
  /** Address of the page, ending in '/'. */
  readonly address: string;
  close(): Promise<void>;
}

/** Measures something on a host, says on what it is, and notes each line as soon as it is known. */
export type Measure = (host: Host, say: (text: string) => void, note: (line: Line) => void) => Promise<void>;

export const viewport = { width: 1440, height: 900 };

export async function openHost(): Promise<Host> {
  const server = spawn(process.execPath, ['.ci/serve.mjs', '--port', '4373'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await new Promise<string>((resolve, reject) => {
    server.stdout.on('data', (text: Buffer) => {
      const found = /http:\S+/.exec(text.toString());
      if (found) resolve(found[0]);
    });
    server.on('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  const executablePath = readFileSync('node_modules/.chromium-path', 'utf8').trim();
  const browser = await chromium.launch({ executablePath, args: browserArgs });
  return {
    browser,
    address,
    async close() {
      await browser.close();
      server.kill();
    },
  };
}

/** Opens the lab in a profile of its own and runs `work` on it. */
export async function onPage<T>({ browser, address }: Host, query: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport });
  try {
    const page = await context.newPage();
    await page.goto(`${address}?${query}`);
    await page.evaluate(() => window.viridian.ready);
    return await work(page);
  } finally {
    await context.close();
  }
}

/** A page that does nothing: what the browser itself costs on this machine at this moment. */
export async function onEmptyPage<T>({ browser }: Host, html: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport });
  try {
    const page = await context.newPage();
    await page.setContent(html);
    return await work(page);
  } finally {
    await context.close();
  }
}

/** Both guests read sectors in a loop that does not end while anything is measured. */
export async function keepBusy(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const [guest, depth] of [['alpha', 16], ['beta', 1]] as const) {
      await window.viridian.intend({ do: 'inject', guest, op: 'read', lba: 0, sectors: 8, count: 0, depth });
    }
  });
}
