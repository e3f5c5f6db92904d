/** Which pages belong to a component, for its inspector: rings of a channel, SynIC pages and VP pages of a partition. */
import type { Kernel } from '../sim/kernel.ts';
import { pieceAt, type Piece } from './pieces.ts';
import { ringPlace } from './project.ts';

/** Pieces of memory that a component shows; labels are unique. */
export function pagesShown(kernel: Kernel, component: number): readonly Piece[] {
  const { m } = kernel;
  const type = kernel.types[m.components.types[component]!]?.name;
  if (type === 'channel') return rings(kernel, component);
  return [];
}

function rings(kernel: Kernel, component: number): Piece[] {
  const place = ringPlace(kernel, component);
  if (!place) return [];
  const out: (Piece | null)[] = [];
  for (const [direction, first] of [[0, place.page], [1, place.page + place.downstream]] as const) {
    const to = direction === 0 ? 'root' : 'guest';
    out.push(pieceAt(kernel, place.partition, `Header of the ring to the ${to}`, 'ring.header', first, 0, 64));
    out.push(pieceAt(kernel, place.partition, `Beginning of the ring to the ${to}`, null, first + 1, 0, 512));
  }
  return out.filter((piece) => piece !== null);
}
