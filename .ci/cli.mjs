// Runs the command line (engine/cli/main.ts) in Node: bundles it when a source changed, then hands over the arguments.
// Only the command line itself may write to stdout.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensurePackages } from './setup.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const engine = join(top, 'engine');
const cache = join(top, 'node_modules', '.cache', 'viridian');
const bundle = join(cache, 'cli.mjs');
const stampFile = join(cache, 'cli.stamp');

/** Names, sizes and times of all sources: a deleted file counts as a change too. */
function sourcesStamp() {
  const stamp = createHash('sha256');
  for (const name of readdirSync(engine, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.ts') || name.startsWith('tests')) continue;
    const { size, mtimeMs } = statSync(join(engine, name));
    stamp.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return stamp.digest('hex');
}

async function bundleNow() {
  const { build } = await import('vite');
  await build({
    root: top,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      ssr: join(engine, 'cli', 'main.ts'),
      target: 'node20',
      outDir: cache,
      emptyOutDir: false,
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: { output: { entryFileNames: 'cli.mjs', codeSplitting: false } },
    },
  });
}

ensurePackages();
const stamp = sourcesStamp();
if (!existsSync(bundle) || !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  mkdirSync(cache, { recursive: true });
  try {
    await bundleNow();
  } catch (error) {
    process.stderr.write(
      `The command line cannot be built:\n${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(2);
  }
  writeFileSync(stampFile, stamp);
}
process.argv[1] = bundle;
await import(pathToFileURL(bundle).href);
