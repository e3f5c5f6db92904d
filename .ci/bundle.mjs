// Bundles a program of TypeScript for Node, when one of its sources has changed, and answers where the bundle is.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(top, 'node_modules', '.cache', 'viridian');

/**
 * Names, sizes and times of all sources: a deleted file counts as a change too.
 * @param {readonly string[]} folders
 */
function sourcesStamp(folders) {
  const stamp = createHash('sha256');
  for (const folder of folders) {
    for (const name of readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!name.endsWith('.ts') || name.startsWith('tests')) continue;
      const { size, mtimeMs } = statSync(join(top, folder, name));
      stamp.update(`${folder} ${name} ${size} ${mtimeMs}\n`);
    }
  }
  return stamp.digest('hex');
}

/**
 * @param {string} name of the bundle
 * @param {string} entry its first module
 * @param {string} file the bundle
 */
async function bundleNow(name, entry, file) {
  const { build } = await import('vite');
  await build({
    root: top,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      ssr: join(top, entry),
      target: 'node20',
      outDir: cache,
      emptyOutDir: false,
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: { output: { entryFileNames: `${name}.mjs`, codeSplitting: false } },
    },
  });
  if (!existsSync(file)) throw new Error(`${entry} left no bundle.`);
}

/**
 * @param {string} name of the bundle
 * @param {string} entry its first module
 * @param {readonly string[]} folders that its sources are in
 */
export async function bundled(name, entry, folders) {
  const file = join(cache, `${name}.mjs`);
  const stampFile = join(cache, `${name}.stamp`);
  const stamp = sourcesStamp(folders);
  if (existsSync(file) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return file;
  mkdirSync(cache, { recursive: true });
  await bundleNow(name, entry, file);
  writeFileSync(stampFile, stamp);
  return file;
}
