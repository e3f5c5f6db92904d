/** Where the hypervisor keeps its pages for partitions and VPs, read from the machine's memory through its directory. */
import { P_MAPPED, V_SIEF_PAGE, V_SIM_PAGE } from '../hypervisor/objects.ts';
import type { Kernel } from '../sim/kernel.ts';
import { frame, type Memory } from '../sim/memory.ts';

/** First entry of the directory's table of partition pages. */
const TABLE = 16;

export function wordAt(memory: Memory, spa: number, at: number): number {
  const page = frame(memory, spa);
  return (page[at]! | (page[at + 1]! << 8) | (page[at + 2]! << 16) | (page[at + 3]! << 24)) >>> 0;
}

/** First page of the directory, or -1 in a machine without this hypervisor. */
export function directory(kernel: Kernel): number {
  const { paths, states } = kernel.m.components;
  const at = paths.indexOf('hypervisor/partitions');
  const dir = at < 0 ? undefined : (states[at] as { dir?: number } | null)?.dir;
  return dir ?? -1;
}

/** Machine page of a partition's object, or 0. */
export function partitionPageOf(kernel: Kernel, partition: number): number {
  const dir = directory(kernel);
  return dir < 0 ? 0 : wordAt(kernel.m.memory, dir, TABLE + 4 * partition);
}

/** Machine page of a VP's object, or 0. */
export function vpPageOf(kernel: Kernel, vp: number): number {
  const dir = directory(kernel);
  return dir < 0 ? 0 : wordAt(kernel.m.memory, dir + 1, 4 * vp);
}

/** Machine pages behind a VP's SIM and SIEF page; 0 where none is enabled. */
export function synicPagesOf(kernel: Kernel, vp: number): { readonly sim: number; readonly sief: number } {
  const page = vpPageOf(kernel, vp);
  if (page === 0) return { sim: 0, sief: 0 };
  return { sim: wordAt(kernel.m.memory, page, V_SIM_PAGE), sief: wordAt(kernel.m.memory, page, V_SIEF_PAGE) };
}

/** GPA pages that are mapped for a guest. */
export function mappedPages(kernel: Kernel, partition: number): number {
  const page = partitionPageOf(kernel, partition);
  return page === 0 ? 0 : wordAt(kernel.m.memory, page, P_MAPPED);
}
