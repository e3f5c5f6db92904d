// Runs every check there is, one stage after the other, and ends with one line over all of them: N passed, N failed.
// A failing stage does not stop the next one; the exit code says whether all of them passed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countOf } from './counts.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(top, 'node_modules');
const reports = join(modules, '.cache', 'viridian', `reports-${process.pid}`);
const unitReport = join(reports, 'unit.json');
const browserReport = join(reports, 'browser.json');

/** @typedef {import('./counts.mjs').Count} Count */
/** @typedef {import('./counts.mjs').Stage} Stage */

/** @type {Stage[]} */
const stages = [
  { name: 'types', words: ['typescript/bin/tsc', '-b'] },
  { name: 'lint', words: ['oxlint/bin/oxlint', '--deny-warnings'] },
  {
    name: 'unit',
    words: ['vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
    report: unitReport,
    // A file that does not even load has no tests to count, but it has failed.
    count: (report) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests + report.testResults.filter(unloadable).length,
    }),
  },
  { name: 'build', words: ['vite/bin/vite.js', 'build', '--logLevel', 'warn'] },
  {
    name: 'browser',
    needs: 'build',
    words: ['@playwright/test/cli.js', 'test', '--config', 'e2e/playwright.config.ts', '--reporter=line,json'],
    report: browserReport,
    count: ({ stats, errors }) => ({
      passed: stats.expected,
      second: stats.flaky,
      failed: stats.unexpected + errors.length,
    }),
  },
];

/** @param {{ status: string, assertionResults: unknown[] }} file */
function unloadable(file) {
  return file.status === 'failed' && file.assertionResults.length === 0;
}

/** @param {string[]} words */
function run([script = '', ...words]) {
  return new Promise((resolve) => {
    const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport };
    const child = spawn(process.execPath, [join(modules, script), ...words], { cwd: top, env, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** @param {Stage} stage @param {Map<string, Count>} counts */
function reasonNotToRun(stage, counts) {
  if (stage.needs && counts.get(stage.needs)?.failed) return `not run: the ${stage.needs} failed`;
  if (stage.name === 'browser' && !existsSync(join(modules, '.chromium-path'))) {
    return 'not run: there is no Chromium on this machine (the set-up said what to do)';
  }
  return undefined;
}

mkdirSync(reports, { recursive: true });
/** @type {Map<string, Count>} */
const counts = new Map();
const lines = [];
for (const stage of stages) {
  const reason = reasonNotToRun(stage, counts);
  const started = Date.now();
  if (reason) console.log(`\n== ${stage.name}: ${reason}`);
  else console.log(`\n== ${stage.name}`);
  const count = reason ? { passed: 0, failed: 1 } : countOf(stage, await run(stage.words));
  counts.set(stage.name, count);
  const second = count.second ? `, ${count.second} only when run again` : '';
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  lines.push(`${stage.name.padEnd(8)} ${count.passed} passed${second}, ${count.failed} failed  ${reason ?? `(${seconds} s)`}`);
}
rmSync(reports, { recursive: true, force: true });

let passed = 0;
let failed = 0;
for (const count of counts.values()) {
  passed += count.passed + (count.second ?? 0);
  failed += count.failed;
}
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
