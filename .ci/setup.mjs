// Prepares a fresh clone: packages, and with --browser a Chromium for the browser tests.
// It runs before node_modules exists, so it uses Node built-ins only. When nothing is to be done it takes a moment.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(top, 'node_modules');
const stampFile = join(modules, '.setup-stamp');
const chromiumFile = join(modules, '.chromium-path');
const playwrightLimit = 180_000;
const aptLimit = 600_000;

/** Everything said here goes to stderr: stdout belongs to the command that needed the set-up. */
const say = (/** @type {string} */ text) => process.stderr.write(`setup: ${text}\n`);

/** @param {string} text */
function stop(text) {
  say(text);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`Node 20.19 or newer is needed; this is ${process.versions.node}. See https://nodejs.org`);
}

function wantedStamp() {
  const lock = readFileSync(join(top, 'package-lock.json'));
  const node = process.versions.node.split('.')[0];
  return createHash('sha256').update(lock).update(`${process.platform} ${process.arch} ${node}`).digest('hex');
}

/** npm as the same Node runs it; without npm around us, the one on the path. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return { command: process.execPath, first: [script], shell: false };
  return { command: 'npm', first: [], shell: process.platform === 'win32' };
}

/** Installs the packages of the lock file, unless exactly these are there. */
export function ensurePackages() {
  checkNode();
  const stamp = wantedStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8').trim() === stamp) return;
  say('installing packages');
  const { command, first, shell } = npmCommand();
  const words = [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' };
  const done = spawnSync(command, words, { cwd: top, shell, env, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) stop('npm ci failed; its own words are above');
  writeFileSync(stampFile, `${stamp}\n`);
}

/** @param {string | undefined} path */
function runs(path) {
  if (!path || !existsSync(path)) return false;
  const answer = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return answer.status === 0 && /Chrom/.test(answer.stdout);
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

const remembered = () => (existsSync(chromiumFile) ? readFileSync(chromiumFile, 'utf8').trim() : undefined);

async function installedChromium() {
  const places = [
    process.env.CHROMIUM,
    remembered(),
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    join(process.env.PROGRAMFILES ?? 'C:\\Program Files', 'Google\\Chrome\\Application\\chrome.exe'),
    await playwrightsOwn(),
  ];
  return places.find(runs);
}

function downloadChromium() {
  say("no Chromium found; trying Playwright's download");
  const script = join(modules, 'playwright', 'cli.js');
  const words = [script, 'install', 'chromium'];
  spawnSync(process.execPath, words, { cwd: top, timeout: playwrightLimit, stdio: ['ignore', 'ignore', 'ignore'] });
}

function aptChromium() {
  if (!existsSync('/usr/bin/apt-get')) return;
  say('trying the package system: apt-get install chromium');
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (/** @type {string[]} */ ...words) => {
    const [command = '', ...rest] = [...prefix, '/usr/bin/apt-get', '-qq', ...words];
    return spawnSync(command, rest, { env, timeout: aptLimit, stdio: ['ignore', 'ignore', 2] });
  };
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium');
}

/** Finds or installs a Chromium and remembers where it is. Answers its path, or undefined. */
export async function ensureChromium() {
  for (const attempt of [() => {}, downloadChromium, aptChromium]) {
    attempt();
    const path = await installedChromium();
    if (!path) continue;
    if (path !== remembered()) writeFileSync(chromiumFile, `${path}\n`);
    return path;
  }
  say('no Chromium could be found or installed, so the browser tests cannot run.');
  say('Install Chromium or Chrome, or set CHROMIUM to its path, and run npm test again.');
  return undefined;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensurePackages();
  if (process.argv.includes('--browser')) await ensureChromium();
}
