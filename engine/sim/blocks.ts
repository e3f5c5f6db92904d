/**
 * What has been written to the physical disk, in blocks of 4096 bytes by block number. Treated like pages of memory: a block
 * is private to one epoch when written, so a keyframe costs references and not bytes, and going back restores the disk.
 * What was never written is not here: its bytes lie in the images outside the machine. [BLOCKS-1..3]
 */
export const BLOCK_BYTES = 4096;
const FAN = 512;

interface Leaf {
  readonly epoch: number;
  readonly blocks: (Uint8Array | null)[];
  /** By block: the epoch to which it is private. */
  readonly stamps: Int32Array;
}

interface Branching {
  readonly epoch: number;
  readonly leaves: (Leaf | null)[];
}

/** Three levels of 512, so that a disk of terabytes costs no table of its size: a top stands for 1 GiB. */
export interface Blocks {
  tops: (Branching | null)[];
}

export type BlocksKeyframe = Blocks['tops'];

export function createBlocks(): Blocks {
  return { tops: [] };
}

/** Keeps references; the caller opens a new epoch. */
export function blocksKeyframe(b: Blocks): BlocksKeyframe {
  return b.tops.slice();
}

/** Puts the blocks back to a keyframe; the caller opens a new epoch. */
export function enterBlocks(b: Blocks, k: BlocksKeyframe): void {
  b.tops = k.slice();
}

/** The block as it was written, for reading; null when nothing in it was ever written. */
export function blockAt(b: Blocks, block: number): Uint8Array | null {
  const leaf = b.tops[Math.floor(block / (FAN * FAN))]?.leaves[Math.floor(block / FAN) % FAN];
  return leaf ? leaf.blocks[block % FAN]! : null;
}

/** The block for writing, private to `epoch`. One that was never written comes as zeros: the caller fills it first. */
export function blockForWrite(b: Blocks, block: number, epoch: number): Uint8Array {
  const leaf = leafForWrite(b, Math.floor(block / FAN), epoch);
  const i = block % FAN;
  const old = leaf.blocks[i]!;
  if (old !== null && leaf.stamps[i] === epoch) return old;
  const bytes = new Uint8Array(BLOCK_BYTES);
  if (old !== null) bytes.set(old);
  leaf.blocks[i] = bytes;
  leaf.stamps[i] = epoch;
  return bytes;
}

function leafForWrite(b: Blocks, index: number, epoch: number): Leaf {
  const t = Math.floor(index / FAN);
  while (b.tops.length <= t) b.tops.push(null);
  let top = b.tops[t]!;
  if (top === null || top.epoch !== epoch) {
    top = { epoch, leaves: top === null ? new Array<Leaf | null>(FAN).fill(null) : top.leaves.slice() };
    b.tops[t] = top;
  }
  const i = index % FAN;
  let leaf = top.leaves[i]!;
  if (leaf === null || leaf.epoch !== epoch) {
    leaf = leaf === null
      ? { epoch, blocks: new Array<Uint8Array | null>(FAN).fill(null), stamps: new Int32Array(FAN) }
      : { epoch, blocks: leaf.blocks.slice(), stamps: leaf.stamps.slice() };
    top.leaves[i] = leaf;
  }
  return leaf;
}

/** Calls `look` for every written block, in order of block number. */
export function eachBlock(tops: BlocksKeyframe, look: (block: number, bytes: Uint8Array) => void): void {
  tops.forEach((top, t) => top?.leaves.forEach((leaf, l) => leaf?.blocks.forEach((bytes, i) => {
    if (bytes !== null) look((t * FAN + l) * FAN + i, bytes);
  })));
}

const LEAF_BYTES = FAN * 12;
const TOP_BYTES = FAN * 8;

/** Bytes that the given sets of blocks hold in all, what they share counted once. */
export function distinctBlockBytes(sets: readonly BlocksKeyframe[]): number {
  const seen = new Set<object>();
  let bytes = 0;
  const first = (thing: object | null): thing is object => {
    if (thing === null || seen.has(thing)) return false;
    seen.add(thing);
    return true;
  };
  for (const tops of sets) {
    bytes += tops.length * 8;
    for (const top of tops) {
      if (!first(top)) continue;
      bytes += TOP_BYTES;
      for (const leaf of (top as Branching).leaves) {
        if (!first(leaf)) continue;
        bytes += LEAF_BYTES;
        for (const block of (leaf as Leaf).blocks) if (first(block)) bytes += BLOCK_BYTES;
      }
    }
  }
  return bytes;
}

/** Bytes a keyframe keeps alive besides those of the one before. */
export function blockBytesAdded(tops: BlocksKeyframe, before: BlocksKeyframe): number {
  let bytes = tops.length * 8;
  tops.forEach((top, t) => {
    const oldTop = before[t] ?? null;
    if (top === null || top === oldTop) return;
    bytes += TOP_BYTES;
    top.leaves.forEach((leaf, l) => {
      const oldLeaf = oldTop?.leaves[l] ?? null;
      if (leaf === null || leaf === oldLeaf) return;
      bytes += LEAF_BYTES;
      leaf.blocks.forEach((block, i) => {
        if (block !== null && block !== (oldLeaf?.blocks[i] ?? null)) bytes += BLOCK_BYTES;
      });
    });
  });
  return bytes;
}
