// Two small build steps for vite.config.ts: the policy into the page, and compressed twins beside the files.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { buildName } from './build-name.mjs';
import { policyForPage } from './csp.mjs';

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);
const worthwhile = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.vhd', '.wasm', '.webmanifest']);
const smallest = 512;
/** Bytes of page, style, script and one font, compressed as served: what a newcomer waits for. */
const entryLimit = 170_000

/**
 * The policy belongs to the built page only: Vite's development server needs inline scripts and styles.
 * @returns {import('vite').Plugin}
 */
export function policyTag() {
  const attrs = { 'http-equiv': 'Content-Security-Policy', content: policyForPage };
  return {
    name: 'viridian:policy-tag',
    apply: 'build',
    transformIndexHtml: () => [{ tag: 'meta', attrs, injectTo: 'head-prepend' }],
  };
}

/**
 * Beside the page: which build it is, and for whoever drives it from elsewhere the types of `window.viridian` and the fixture for Playwright.
 * @returns {import('vite').Plugin}
 */
export function typesForScripts() {
  return {
    name: 'viridian:types-for-scripts',
    apply: 'build',
    async generateBundle() {
      const types = await readFile(new URL('../app/session/driver-types.ts', import.meta.url), 'utf8');
      const fixture = await readFile(new URL('../e2e/lab.ts', import.meta.url), 'utf8');
      // Whoever keeps copies of older builds says here where they are: links that were made with them lead there.
      this.emitFile({ type: 'asset', fileName: 'builds.json', source: `${JSON.stringify({ build: buildName(), kept: {} }, null, 1)}\n` });
      this.emitFile({ type: 'asset', fileName: 'driver/viridian.d.ts', source: types });
      this.emitFile({ type: 'asset', fileName: 'driver/lab.ts', source: fixture.replaceAll('../app/session/driver-types.ts', './viridian.d.ts') });
    },
  };
}

/** @param {string} file */
async function compress(file) {
  const bytes = await readFile(file);
  if (bytes.length < smallest) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const [br, gz] = await Promise.all([brotliAsync(bytes, { params }), gzipAsync(bytes, { level: 9 })]);
  if (br.length < bytes.length) await writeFile(`${file}.br`, br);
  if (gz.length < bytes.length) await writeFile(`${file}.gz`, gz);
}

/**
 * What the first picture needs, as served: the page, what it names, and the one font of its style.
 * @param {string} folder
 */
async function reportEntry(folder) {
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
  const styles = await Promise.all(named.filter((name) => name.endsWith('.css')).map((name) => readFile(join(folder, name), 'utf8')))
  const fonts = styles.flatMap((style) => [...style.matchAll(/url\(["']?\.\/([^)"']+\.woff2)/g)].map((match) => `assets/${match[1]}`))
  const files = ['index.html', ...new Set([...named, ...fonts])]
  const sizes = await Promise.all(files.map((name) => stat(join(folder, `${name}.br`)).catch(() => stat(join(folder, name)))))
  const total = sizes.reduce((sum, { size }) => sum + size, 0)
  files.forEach((name, i) => console.log(`  ${String(sizes[i]?.size).padStart(7)}  ${name}`))
  console.log(`  ${String(total).padStart(7)}  bytes before the first picture lives (limit ${entryLimit})`)
  if (total > entryLimit) throw new Error(`The entry has ${total} bytes compressed; the limit is ${entryLimit}.`)
}

/**
 * Writes name.br (brotli 11) and name.gz (gzip 9) beside every file that shrinks, for the server to pick from.
 * @returns {import('vite').Plugin}
 */
export function compressedTwins() {
  let folder = '';
  return {
    name: 'viridian:compressed-twins',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        const files = entries.filter((entry) => entry.isFile() && worthwhile.has(extname(entry.name)));
        await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))))
        await reportEntry(folder);
      },
    },
  };
}
