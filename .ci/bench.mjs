// Measures the engine in Node, then the page in a Chromium, and prints both tables. Options belong to the engine's half
// (npm run bench -- --help); --engine leaves the page out, --page the engine; after --page may stand what of it is measured:
// load, presses, moment, flow, replay; memory, which takes minutes (--minutes 10), and kills, which take half an hour, are measured
// only when they are named.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundled, top } from './bundle.mjs';
import { ensurePackages } from './setup.mjs';

const given = process.argv.slice(2);
const at = given.indexOf('--minutes');
const minutes = at < 0 ? [] : given.splice(at, 2);
const parts = given.includes('--page') ? given.filter((word) => ['load', 'presses', 'moment', 'flow', 'replay', 'memory', 'kills'].includes(word)) : [];
const words = given.filter((word) => word !== '--engine' && word !== '--page' && !parts.includes(word));
const wants = (/** @type {string} */ half) => given.includes(half) || !(given.includes('--engine') || given.includes('--page'));

/** @param {string[]} script */
function run(...script) {
  const { status } = spawnSync(process.execPath, script, { cwd: top, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

ensurePackages();
if (wants('--engine') || words.includes('--help')) run(join(top, '.ci', 'cli.mjs'), 'bench', ...words);
if (wants('--page') && !words.includes('--help')) {
  const json = words.includes('--json');
  if (existsSync(join(top, 'node_modules', '.chromium-path'))) {
    run(join(top, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error');
    run(await bundled('page-bench', 'e2e/bench/main.ts', ['e2e', 'engine', 'app']), ...parts, ...minutes, ...(json ? ['--json'] : []));
  } else {
    const said = 'The page was left out: no Chromium has been found yet (npm test finds or installs one).';
    (json ? process.stderr : process.stdout).write(`\n${said}\n`);
  }
}
