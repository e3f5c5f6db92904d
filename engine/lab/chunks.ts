/** Chunks of disk images that have been handed over, kept outside the machine. */
import type { Need } from '../sim/component.ts';

/** Bytes of images kept in memory; what came longest ago is asked for again. */
const CHUNKS_CAP = 256 * 1024 * 1024;

/** A chunk of a disk image is needed before anything can go on: fetch it, hand it over, ask again. */
export class ChunkMissing extends Error {
  readonly need: Need;
  constructor(need: Need) {
    super(`Chunk ${need.chunk} of image ${need.image} has not been loaded yet.`);
    this.name = 'ChunkMissing';
    this.need = need;
  }
}

export class Chunks {
  private readonly kept = new Map<string, Map<number, Uint8Array>>();
  private bytes = 0;

  get(image: string, chunk: number): Uint8Array | null {
    return this.kept.get(image)?.get(chunk) ?? null;
  }

  put(image: string, chunk: number, bytes: Uint8Array): void {
    let chunks = this.kept.get(image);
    if (!chunks) this.kept.set(image, (chunks = new Map<number, Uint8Array>()));
    if (chunks.has(chunk)) return;
    chunks.set(chunk, bytes);
    this.bytes += bytes.length;
    for (const [oldest, held] of chunks) {
      if (this.bytes <= CHUNKS_CAP || oldest === chunk) break;
      chunks.delete(oldest);
      this.bytes -= held.length;
    }
  }
}
