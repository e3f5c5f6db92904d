/** Pieces of memory that the inspector shows: where the bytes lie, in words and as machine pages. */
import type { Kernel } from '../sim/kernel.ts';
import { frame, translate } from '../sim/memory.ts';

export interface Piece {
  readonly label: string;
  readonly where: string;
  readonly layout: string | null;
  /** Machine address of each run of bytes: [page, offset, length, ...]. */
  readonly runs: readonly number[];
}

export function bytesOf(kernel: Kernel, piece: Piece): Uint8Array {
  const { runs } = piece;
  let length = 0;
  for (let i = 2; i < runs.length; i += 3) length += runs[i]!;
  const out = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < runs.length; i += 3) {
    const page = frame(kernel.m.memory, runs[i]!);
    out.set(page.subarray(runs[i + 1]!, runs[i + 1]! + runs[i + 2]!), at);
    at += runs[i + 2]!;
  }
  return out;
}

/** Bytes at a GPA of a partition (0: machine addresses), page after page. */
export function pieceAt(kernel: Kernel, partition: number, label: string, layout: string | null, page: number, offset: number, length: number): Piece | null {
  const { memory, partitions } = kernel.m;
  const runs: number[] = [];
  let gpa = page;
  for (let left = length, at = offset; left > 0; gpa++, at = 0) {
    const spa = partition === 0 ? gpa : translate(memory, partition, gpa, 1);
    if (spa < 0 || spa >= memory.pages) return null;
    const here = Math.min(left, 4096 - at);
    runs.push(spa, at, here);
    left -= here;
  }
  const address = (page * 4096 + offset).toString(16).toUpperCase().padStart(8, '0');
  const where = partition === 0 ? `machine 0x${address}` : `${partitions.titles[partition]} GPA 0x${address}`;
  return { label, where, layout, runs };
}
