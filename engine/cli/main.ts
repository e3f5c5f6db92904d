// The command line of the lab. Runs in Node.
import { engineName } from '../index.ts'

process.stdout.write(`${engineName}\n\nusage: npm run -s viridian -- <command> [options]\n`)
