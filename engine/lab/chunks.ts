/** Chunks of disk images that have been handed over, kept outside the machine. */
import type { Need } from '../sim/component.ts';

/** Bytes of a chunk; the last one of an image may be shorter. */
const CHUNK_BYTES = 65_536;
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

  /** The first to come counts: a chunk that has been read does not change. [LAB-2] */
  put(image: string, chunk: number, bytes: Uint8Array): void {
    if (!Number.isSafeInteger(chunk) || chunk < 0) throw new RangeError(`${chunk} is no number of a chunk; chunks count from 0.`);
    if (!(bytes instanceof Uint8Array) || bytes.length > CHUNK_BYTES) throw new RangeError(`Chunk ${chunk} of an image must be a Uint8Array of at most ${CHUNK_BYTES} bytes; hand it over again.`);
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
