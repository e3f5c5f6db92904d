/** Pages of memory and blocks of the physical disk in which two machines of one run differ, and whose they are. [BRANCH-3] */
import type { NtfsState } from '../root/kernel/ntfs.ts';
import { BLOCK_BYTES, eachBlock } from '../sim/blocks.ts';
import type { Kernel } from '../sim/kernel.ts';
import { findComponent, type Keyframe } from '../sim/machine.ts';
import { PAGE, translate } from '../sim/memory.ts';

/** Where two runs of bytes part, and some of both from there on. */
export interface FirstDifference {
  readonly offset: number;
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

export interface PageDifference extends FirstDifference {
  /** Title of the partition that sees it, or 'Hypervisor'. */
  readonly owner: string;
  /** Number of the page as its owner counts: GPA for a guest, machine page otherwise. */
  readonly page: number;
  readonly gpa: boolean;
  /** How many of its 4096 bytes differ. */
  readonly bytes: number;
}

export interface BlockDifference {
  /** First sector of the block on the physical disk. */
  readonly lba: number;
  /** The file that has it, or ''. */
  readonly file: string;
  /** Written on one side only: the other one has what was there before anything was written. */
  readonly only: 'left' | 'right' | null;
  /** How many of its 4096 bytes differ, where both sides wrote it. */
  readonly bytes: number;
  readonly first: FirstDifference | null;
}

/** Listed one by one; beyond that they are only counted. */
const LISTED = 200;
const SHOWN = 16;
const zeros = new Uint8Array(PAGE);

export interface Differing<T> {
  readonly bytes: number;
  readonly listed: readonly T[];
}

/** `enterLeft` puts the machine to the left side: called when a page is nobody's on the right. */
export function differingPages(kernel: Kernel, left: Keyframe, right: Keyframe, enterLeft: () => void): Differing<PageDifference> & { readonly pages: number } {
  const found = new Map<number, readonly [Uint8Array, Uint8Array]>();
  const chunks = Math.max(left.memory.frames.length, right.memory.frames.length);
  for (let c = 0; c < chunks; c++) {
    const one = left.memory.frames[c] ?? null;
    const other = right.memory.frames[c] ?? null;
    if (one === other) continue;
    for (let i = 0; i < 512; i++) {
      const a = one?.[i] ?? zeros;
      const b = other?.[i] ?? zeros;
      if (a !== b && !sameBytes(a, b)) found.set(c * 512 + i, [a, b]);
    }
  }
  const owners = new Map<number, Pick<PageDifference, 'owner' | 'page' | 'gpa'>>();
  findOwners(kernel, found, owners);
  const missing = [...found.keys()].filter((spa) => !owners.has(spa));
  if (missing.length > 0) {
    enterLeft();
    findOwners(kernel, found, owners);
  }
  let bytes = 0;
  const listed: PageDifference[] = [];
  for (const [spa, [a, b]] of found) {
    const count = countDiffering(a, b);
    bytes += count;
    if (listed.length < LISTED) listed.push({ ...(owners.get(spa) ?? { owner: 'Hypervisor', page: spa, gpa: false }), bytes: count, ...firstDifference(a, b) });
  }
  listed.sort((a, b) => (a.owner === b.owner ? a.page - b.page : a.owner < b.owner ? -1 : 1));
  return { pages: found.size, bytes, listed };
}

const PAGES_PER_MB = 256;

/** Guests see their memory through their maps; what no guest sees and root may touch is root's. */
function findOwners(kernel: Kernel, found: ReadonlyMap<number, unknown>, owners: Map<number, Pick<PageDifference, 'owner' | 'page' | 'gpa'>>): void {
  const { memory, partitions } = kernel.m;
  for (let partition = 2; partition < partitions.paths.length; partition++) {
    if (partitions.gone[partition] === 1) continue;
    const most = memory.pages;
    for (let gpa = 0, empty = 0; gpa < most && empty < 64 * PAGES_PER_MB; gpa++) {
      const spa = translate(memory, partition, gpa, 0);
      empty = spa < 0 ? empty + 1 : 0;
      if (spa >= 0 && found.has(spa) && !owners.has(spa)) owners.set(spa, { owner: partitions.titles[partition]!, page: gpa, gpa: true });
    }
  }
  for (const spa of found.keys()) {
    if (!owners.has(spa) && translate(memory, 1, spa, 0) === spa) owners.set(spa, { owner: partitions.titles[1]!, page: spa, gpa: false });
  }
}

export function differingBlocks(kernel: Kernel, left: Keyframe, right: Keyframe): Differing<BlockDifference> & { readonly blocks: number } {
  const one = new Map<number, Uint8Array>();
  const other = new Map<number, Uint8Array>();
  eachBlock(left.blocks, (block, bytes) => void one.set(block, bytes));
  eachBlock(right.blocks, (block, bytes) => void other.set(block, bytes));
  const numbers = [...new Set([...one.keys(), ...other.keys()])].sort((a, b) => a - b);
  const files = filesOf(kernel, left, right);
  const listed: BlockDifference[] = [];
  let bytes = 0;
  let blocks = 0;
  for (const block of numbers) {
    const a = one.get(block);
    const b = other.get(block);
    if (a === b || (a && b && sameBytes(a, b))) continue;
    blocks += 1;
    const count = a && b ? countDiffering(a, b) : 0;
    bytes += count;
    if (listed.length >= LISTED) continue;
    const lba = (block * BLOCK_BYTES) / 512;
    listed.push({ lba, file: files(lba), only: !b ? 'left' : !a ? 'right' : null, bytes: count, first: a && b ? firstDifference(a, b) : null });
  }
  return { blocks, bytes, listed };
}

/** Which file of root's volume has a sector, on either side. */
function filesOf(kernel: Kernel, ...frames: readonly Keyframe[]): (lba: number) => string {
  const at = findComponent(kernel.m, 'root/ntfs');
  const files = at < 0 ? [] : frames.flatMap(({ components }) => (components.states[at] as unknown as NtfsState | null)?.files ?? []);
  return (lba) => files.find((file) => file.extents.some((e) => lba + BLOCK_BYTES / 512 > e.lba && lba < e.lba + e.sectors))?.name ?? '';
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function countDiffering(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

function firstDifference(a: Uint8Array, b: Uint8Array): FirstDifference {
  let offset = 0;
  while (a[offset] === b[offset]) offset++;
  // From a multiple of eight on, as bytes are read.
  offset &= ~7;
  return { offset, left: a.slice(offset, offset + SHOWN), right: b.slice(offset, offset + SHOWN) };
}
