// Browser tests run against the production build, as .ci/serve.mjs serves it with its strict headers.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { browserArgs } from './browser-args.ts';

const top = fileURLToPath(new URL('..', import.meta.url));
const chromiumFile = `${top}node_modules/.chromium-path`;
const port = Number(process.env['VIRIDIAN_E2E_PORT'] ?? 4273);
const address = `http://localhost:${port}/`;

/** What must hold every single time: nothing shown as kept is lost, runs are equal, a recorded spec passes as it is. */
const always = /(kills|keep-deaths|everywhere|recorded\/.*)\.spec\.ts$/;

/** Found or installed by .ci/setup.mjs --browser, which remembers the path. */
function chromiumPath(): { executablePath?: string } {
  return existsSync(chromiumFile) ? { executablePath: readFileSync(chromiumFile, 'utf8').trim() } : {};
}

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  reporter: 'line',
  // A busy machine is no failure: these are here for pages that never come to rest.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  use: {
    baseURL: address,
    viewport: { width: 1440, height: 900 },
    // Recording every test takes as long again as running it: a test that fails is run once more with --trace on.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...chromiumPath(),
      args: browserArgs,
    },
  },
  // On a machine with other work a browser is now and then starved for longer than any wait. Such a test is run
  // once more; if it passes then, the last lines name it and count it apart, and it is still to be looked into.
  projects: [
    { name: 'chromium', testIgnore: always, retries: 1, use: { browserName: 'chromium' } },
    { name: 'always', testMatch: always, retries: 0, use: { browserName: 'chromium' } },
  ],
  webServer: {
    command: `node .ci/serve.mjs --strict --port ${port}`,
    cwd: top,
    url: address,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
