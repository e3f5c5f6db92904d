// Runs the command line (engine/cli/main.ts) in Node and hands over the arguments.
// Only the command line itself may write to stdout.
import { pathToFileURL } from 'node:url';
import { bundled, top } from './bundle.mjs';
import { ensurePackages } from './setup.mjs';

ensurePackages();
let bundle = '';
try {
  bundle = await bundled('cli', 'engine/cli/main.ts', ['engine']);
} catch (error) {
  process.stderr.write(`The command line cannot be built:\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(3);
}
process.argv[1] = bundle;
process.env['VIRIDIAN_HOME'] = top;
// npm goes to the folder of the project; paths that somebody writes are meant from where they stand.
if (process.env['npm_lifecycle_event'] === 'viridian' && process.env['INIT_CWD'] && process.cwd() === top) process.chdir(process.env['INIT_CWD']);
await import(pathToFileURL(bundle).href);
