/** The disk images that the page is served with, by their hash: what a machine asks for by chunks. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Need } from '../sim/component.ts';

const CHUNK = 65_536;
const folder = new URL('../../public/disks/', import.meta.url);
const byHash = new Map<string, Uint8Array>();
for (const name of readdirSync(folder).filter((n) => n.endsWith('.vhd'))) {
  const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
  byHash.set(createHash('sha256').update(bytes).digest('hex'), bytes);
}

/** Adds an image for a test; returns its hash. */
export function addImage(bytes: Uint8Array): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  byHash.set(hash, bytes);
  return hash;
}

export function pieceOf({ image, chunk }: Need): Uint8Array {
  const bytes = byHash.get(image);
  if (bytes === undefined) throw new Error(`no test has an image ${image}`);
  return bytes.slice(chunk * CHUNK, (chunk + 1) * CHUNK);
}
