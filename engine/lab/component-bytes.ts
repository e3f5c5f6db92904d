/** Which pages belong to a component, for its inspector: rings, interrupt pages, SynIC pages, the hypervisor's own objects. */
import type { Kernel } from '../sim/kernel.ts';
import { partitionPageOf, synicPagesOf, vpPageOf } from './hypervisor-pages.ts';
import { pieceAt, type Piece } from './pieces.ts';
import { ringPlace } from './project.ts';
import { ringsOf, ringPackets } from './ring-packets.ts';

/** Pieces of memory that a component shows; labels are unique. */
export function pagesShown(kernel: Kernel, component: number): readonly Piece[] {
  const { components } = kernel.m;
  const type = kernel.types[components.types[component]!]?.name;
  const partition = components.partitions[component]!;
  const found: (Piece | null)[] = [];
  if (type === 'channel') found.push(...rings(kernel, component));
  else if (type === 'partitions' || type === 'hypervisor-memory') found.push(...partitionPages(kernel));
  else if (type === 'scheduler' || type === 'apic' || type === 'intercepts') found.push(...vpPages(kernel));
  else if (type === 'synic') found.push(...synicPages(kernel, () => true));
  else if (components.paths[component]!.endsWith('/kernel')) found.push(...synicPages(kernel, (vp) => kernel.m.processors.partition[vp] === partition));
  else found.push(interruptPage(kernel, component));
  return found.filter((piece) => piece !== null);
}

function rings(kernel: Kernel, component: number): (Piece | null)[] {
  const place = ringPlace(kernel, component);
  if (!place) return [];
  const out: (Piece | null)[] = [];
  for (const [to, first] of [['root', place.page], ['guest', place.page + place.downstream]] as const) {
    out.push(pieceAt(kernel, place.partition, `Header of the ring to the ${to}`, 'ring.header', first, 0, 4096));
  }
  ringsOf(kernel, component).forEach(({ ring }, direction) => {
    const first = place.page + 1 + (direction === 0 ? 0 : place.downstream);
    for (const { offset, bytes, unread } of ringPackets(ring).slice(-PACKETS_SHOWN)) {
      const label = `Packet to the ${direction === 0 ? 'root' : 'guest'} at +${offset}, ${unread ? 'unread' : 'read'}`;
      out.push(packetPiece(kernel, place.partition, label, first, ring.data.length, offset, bytes));
    }
  });
  return out;
}

/** Of each ring, the bytes of so many packets are shown: the last ones written. */
const PACKETS_SHOWN = 2;

/** A packet in the data area that begins with guest page `first`; it may run around the end. */
function packetPiece(kernel: Kernel, partition: number, label: string, first: number, size: number, offset: number, bytes: number): Piece | null {
  const head = Math.min(bytes, size - offset);
  const runs = [pieceAt(kernel, partition, label, 'vmbus.packet', first + (offset >>> 12), offset & 0xfff, head)];
  if (head < bytes) runs.push(pieceAt(kernel, partition, label, 'vmbus.packet', first, 0, bytes - head));
  const [one] = runs;
  return one && !runs.includes(null) ? { ...one, runs: runs.flatMap((piece) => piece!.runs) } : null;
}

function partitionPages(kernel: Kernel): (Piece | null)[] {
  return kernel.m.partitions.titles.map((title, p) => {
    const page = p === 0 ? 0 : partitionPageOf(kernel, p);
    return page === 0 ? null : pieceAt(kernel, 0, `Partition page of ${title}`, 'hypervisor.partition', page, 0, 0x240);
  });
}

function nameOfVp(kernel: Kernel, vp: number): string {
  const { partition, index } = kernel.m.processors;
  return `VP ${index[vp]} of ${kernel.m.partitions.titles[partition[vp]!]}`;
}

function vpPages(kernel: Kernel): (Piece | null)[] {
  return everyVp(kernel).map((vp) => {
    const page = vpPageOf(kernel, vp);
    return page === 0 ? null : pieceAt(kernel, 0, `VP page of ${nameOfVp(kernel, vp)}`, 'hypervisor.vp', page, 0, 0x600);
  });
}

function everyVp(kernel: Kernel): number[] {
  return Array.from({ length: kernel.m.processors.vpCount }, (_, vp) => vp);
}

/** Slot 0 (intercepts) and slot 2 (VMBus) of the SIM page, and the first flags of SINT2 in the SIEF page. */
function synicPages(kernel: Kernel, wanted: (vp: number) => boolean): (Piece | null)[] {
  const out: (Piece | null)[] = [];
  for (const vp of everyVp(kernel).filter(wanted)) {
    const { sim, sief } = synicPagesOf(kernel, vp);
    const name = nameOfVp(kernel, vp);
    if (sim > 0) {
      out.push(pieceAt(kernel, 0, `SIM page slot 0 of ${name}`, 'synic.message', sim, 0, 256));
      out.push(pieceAt(kernel, 0, `SIM page slot 2 of ${name}`, 'synic.message', sim, 512, 256));
    }
    if (sief > 0) out.push(pieceAt(kernel, 0, `SIEF page, flags of SINT2 of ${name}`, null, sief, 512, 32));
  }
  return out;
}

/** The interrupt page of a VMBus driver in a guest: its state says where. */
function interruptPage(kernel: Kernel, component: number): Piece | null {
  const { components } = kernel.m;
  if (!components.paths[component]!.endsWith('/vmbus') || components.partitions[component] === 1) return null;
  const { pages } = components.states[component] as { readonly pages?: number };
  return pages === undefined ? null : pieceAt(kernel, components.partitions[component]!, 'Interrupt page', 'vmbus.interrupt-page', pages, 0, 4096);
}
