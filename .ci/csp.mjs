// The Content Security Policy, written once: the server sends it as a header, the build writes it into the page.
//
// React, React Flow and cmdk live with it: a style attribute that React sets through the CSSOM is no inline style. Of Radix,
// ScrollArea and Select break (they write HTML), and whatever locks scrolling injects a style element that is refused: open
// Dialog and DropdownMenu with modal={false}, or take the browser's own <dialog> and <select>.

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

/**
 * The header, with the origins that may show the page in a frame besides its own.
 * @param {readonly string[]} origins
 */
export function policyWith(origins) {
  return [...directives, ["frame-ancestors 'self'", ...origins].join(' ')].join('; ');
}
