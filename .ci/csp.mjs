// The Content Security Policy, written once: the server sends it as a header, the build writes it into the page.

/** The one Trusted Types policy: it vouches for the Worker's address and for nothing else. */
export const workerPolicy = 'viridian-worker';

const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${workerPolicy}`,
];

/** For the meta tag, which cannot carry frame-ancestors. */
export const policyForPage = directives.join('; ');

export const policyForHeader = [...directives, "frame-ancestors 'self'"].join('; ');
