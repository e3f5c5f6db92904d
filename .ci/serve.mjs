// Serves the production build in dist/ to this machine, with the headers a real host should send.
// Options: --port N (default 4173, or $PORT); --strict: fail when that port is taken, instead of taking the next;
// --embed ORIGIN (again and again): whose pages may show this one in a frame.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sirv from 'sirv';
import { policyWith } from './csp.mjs';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
const portsToTry = 20;

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PORT ?? '4173' },
    strict: { type: 'boolean', default: false },
    embed: { type: 'string', multiple: true, default: [] },
  },
});

if (!existsSync(join(folder, 'index.html'))) {
  console.error('There is no build in dist/. Run npm run build first, or use npm start.');
  process.exit(1);
}

/** @param {string} text */
function originOf(text) {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  console.error(`--embed names an origin such as https://course.example, not '${text}'.`);
  process.exit(2);
}

const everywhere = {
  'Content-Security-Policy': policyWith((options.embed ?? []).map(originOf)),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const files = sirv(folder, {
  // Looked for at each request: a build that is made anew meanwhile is served, and what it has taken away is not found.
  dev: true,
  brotli: true,
  gzip: true,
  etag: true,
  setHeaders(response, path) {
    // Names in assets/ carry a hash of the content; every other name may change its content with the next build.
    const hashed = path.startsWith('/assets/');
    response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (path.endsWith('.vhd')) response.setHeader('Content-Type', 'application/octet-stream');
  },
});

/** @type {import('node:http').RequestListener} */
function answer(request, response) {
  for (const [name, value] of Object.entries(everywhere)) response.setHeader(name, value);
  // A range counts bytes of the file itself, never of its compressed twin.
  if (request.headers.range) delete request.headers['accept-encoding'];
  files(request, response, () => {
    response.statusCode = 404;
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end('Not found\n');
  });
}

/**
 * Both addresses of localhost, so that no other server can answer for one of them.
 * @param {number} port
 */
async function listen(port) {
  const servers = [];
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer(answer);
    /** @type {NodeJS.ErrnoException | undefined} */
    const error = await new Promise((resolve) => {
      server.once('error', resolve);
      server.listen(port, host, () => resolve(undefined));
    });
    if (!error) servers.push(server);
    else if (error.code === 'EADDRINUSE' || error.code === 'EACCES') {
      for (const other of servers) other.close();
      return false;
    }
  }
  return servers.length > 0;
}

const first = Number(options.port);
const last = options.strict ? first : first + portsToTry;
let port = first;
while (port <= last && !(await listen(port))) port += 1;
if (port > last) {
  console.error(
    first === last ? `Port ${first} is taken.` : `Ports ${first} to ${last} are taken; name another with --port.`,
  );
  process.exit(1);
}
console.log(`Viridian Lab: http://localhost:${port}/`);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
