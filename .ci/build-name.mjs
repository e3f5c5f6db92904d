// The name of a build: the package's version and a short hash of what the engine is made of. A moment link carries it, so that
// a page can say when it was made with another machine. Tests, documents and the command line do not change the machine.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));

/** @returns {string} '0.1.0-3fa9c1d2' */
export function buildName() {
  const engine = join(top, 'engine');
  const files = readdirSync(engine, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/^(?:tests|cli)[\\/]/.test(relative(engine, file)))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${relative(engine, file).split(sep).join('/')}\n`);
    hash.update(readFileSync(file, 'utf8').replace(/\r\n/g, '\n'));
  }
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  return `${version}-${hash.digest('hex').slice(0, 8)}`;
}
