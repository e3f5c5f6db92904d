// Runs the command line (engine/cli/main.ts) in Node and hands over the arguments.
// Only the command line itself may write to stdout.
import { pathToFileURL } from 'node:url';
import { bundled } from './bundle.mjs';
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
await import(pathToFileURL(bundle).href);
