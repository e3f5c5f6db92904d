import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { expect, test } from '@playwright/test';
import { build } from 'vite';

type Result = readonly [string, string, number];

const top = fileURLToPath(new URL('..', import.meta.url));

/** The engine as one classic script. */
async function engineScript(): Promise<string> {
  const built = await build({
    root: top, configFile: false, publicDir: false, logLevel: 'silent',
    build: { write: false, minify: false, target: 'es2022', lib: { entry: `${top}e2e/everywhere.ts`, name: 'everywhere', formats: ['iife'] } },
  });
  const output = (Array.isArray(built) ? built[0] : built) as { output: readonly { code?: string }[] };
  return output.output.map((part) => part.code ?? '').join('\n');
}

test('[FP-1] one fingerprint, bytes included, in Node, on the main thread and in a Worker', async ({ page }) => {
  const script = await engineScript();
  const disk = readFileSync(`${top}public/disks/viridian-sample.vhd`);
  runInThisContext(script);
  const inNode = (globalThis as unknown as { runScenario: (disk: Uint8Array) => Result }).runScenario(new Uint8Array(disk));

  // A blank page of its own, without the product's policy: only the engine is under test here.
  await page.route('**/blank.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>engine</title>' }));
  await page.goto('blank.html');
  await page.addScriptTag({ content: script });
  const [onMain, inWorker] = await page.evaluate(
    async ([source, base64]) => {
      const bytes = Uint8Array.from(atob(base64!), (c) => c.charCodeAt(0));
      const main = (globalThis as unknown as { runScenario: (disk: Uint8Array) => Result }).runScenario(bytes);
      const ask = `${source}\nonmessage = (event) => postMessage(runScenario(event.data));`;
      const worker = new Worker(URL.createObjectURL(new Blob([ask], { type: 'text/javascript' })));
      const answered = new Promise<Result>((resolve, reject) => {
        worker.onmessage = (event: MessageEvent<Result>) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
      });
      worker.postMessage(bytes);
      return [main, await answered] as const;
    },
    [script, disk.toString('base64')] as const,
  );
  expect(inNode[2]).toBeGreaterThan(3000);
  expect(onMain).toEqual(inNode);
  expect(inWorker).toEqual(inNode);
});

test('[FP-1] the page comes to the fingerprint that the command line prints', async ({ page }) => {
  const { stdout } = spawnSync(process.execPath, [`${top}.ci/cli.mjs`, 'run', 'two-ways', '--json'], { cwd: top, encoding: 'utf8' });
  const { hops, fingerprint } = JSON.parse(stdout) as { readonly hops: number; readonly fingerprint: string };
  await page.goto('./?fresh&pace=instant&motion=off');
  const onPage = await page.evaluate(async (n) => {
    await window.viridian.ready;
    const { n: reached } = await window.viridian.seek(n);
    return [reached, await window.viridian.fingerprint()] as const;
  }, hops);
  expect(onPage).toEqual([hops, fingerprint]);
});
