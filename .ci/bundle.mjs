// Bundles a program of TypeScript for Node, when one of its sources has changed, and answers where the bundle is.
// Several processes may ask at once, on a fresh checkout too: a bundle is named by what it was made of, made in a folder of its
// own and renamed when it is whole, so nobody ever loads half of one.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = dirname(dirname(fileURLToPath(import.meta.url)));
const bundler = fileURLToPath(import.meta.url);
/** Bundles of earlier sources, that somebody may be about to load, stay as long as this. */
const staleAfterMs = 60 * 60 * 1000;

/**
 * Names, sizes and times of all sources, of the packages and of this file: a deleted file counts as a change too.
 * @param {string} root
 * @param {readonly string[]} folders
 */
function sourcesStamp(root, folders) {
  const stamp = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const { size, mtimeMs } = statSync(path);
    stamp.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const folder of folders) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (/\.(?:tsx?|mjs|json|css)$/.test(name) && !name.startsWith('tests')) add(join(root, folder, name));
    }
  }
  add(join(root, 'package-lock.json'));
  add(bundler);
  return stamp.digest('hex').slice(0, 16);
}

/**
 * @param {string} root
 * @param {string} entry the first module
 * @param {string} file the bundle
 */
async function bundleNow(root, entry, file) {
  const { build } = await import('vite');
  const cache = dirname(file);
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, 'bundle-'));
  try {
    await build({
      root,
      configFile: false,
      publicDir: false,
      logLevel: 'silent',
      build: {
        ssr: join(root, entry),
        target: 'node20',
        outDir,
        emptyOutDir: false,
        minify: false,
        sourcemap: 'inline',
        rolldownOptions: { output: { entryFileNames: 'bundle.mjs', codeSplitting: false } },
      },
    });
    renameSync(join(outDir, 'bundle.mjs'), file);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/**
 * @param {string} cache
 * @param {string} name of the bundle
 * @param {string} file that is in use now
 */
function dropStale(cache, name, file) {
  for (const found of readdirSync(cache)) {
    const path = join(cache, found);
    const ours = found.startsWith(`${name}-`) && found.endsWith('.mjs') && path !== file;
    const made = ours ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
    if (made !== undefined && Date.now() - made > staleAfterMs) rmSync(path, { force: true });
  }
}

/**
 * @param {string} name of the bundle
 * @param {string} entry its first module
 * @param {readonly string[]} folders that its sources are in
 * @param {string} [root] the checkout
 */
export async function bundled(name, entry, folders, root = top) {
  const cache = join(root, 'node_modules', '.cache', 'viridian');
  const file = join(cache, `${name}-${sourcesStamp(root, folders)}.mjs`);
  if (existsSync(file)) return file;
  await bundleNow(root, entry, file);
  dropStale(cache, name, file);
  return file;
}
