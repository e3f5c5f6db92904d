/** Checkers over memory: rings, tags, pages and their owners. They read bytes, not the state of drivers. See `checks.ts`. */
import type { Kernel } from '../sim/kernel.ts';
import { frame, translate, type Memory } from '../sim/memory.ts';
import type { Checker } from './checks.ts';
import { ringPlace, type RingPlace } from './project.ts';

export function memoryCheckers(): Checker[] {
  return [ringIndices(), tagsFit(), pagesConserved()];
}

interface Ring {
  readonly name: string;
  readonly channel: number;
  readonly direction: number;
  readonly partition: number;
  readonly first: number;
  readonly pages: number;
}

/** Rings of all channels whose place is known. */
export function ringsOf(kernel: Kernel): Ring[] {
  const { components } = kernel.m;
  const out: Ring[] = [];
  components.types.forEach((type, channel) => {
    if (kernel.types[type]!.name !== 'channel') return;
    const place = ringPlace(kernel, channel);
    if (place) out.push(ringOf(components.paths[channel]!, channel, place, 0), ringOf(components.paths[channel]!, channel, place, 1));
  });
  return out;
}

function ringOf(path: string, channel: number, place: RingPlace, direction: number): Ring {
  return {
    name: `${path} (${direction === 0 ? 'to root' : 'to guest'})`, channel, direction, partition: place.partition,
    first: place.page + (direction === 0 ? 0 : place.downstream),
    pages: direction === 0 ? place.downstream : place.pages - place.downstream,
  };
}

export function word(memory: Memory, spa: number, at: number): number {
  const page = frame(memory, spa);
  return (page[at]! | (page[at + 1]! << 8) | (page[at + 2]! << 16) | (page[at + 3]! << 24)) >>> 0;
}

/** Word of a GPA page, or -1 when nothing is mapped there. */
export function guestWord(kernel: Kernel, partition: number, page: number, at: number): number {
  const spa = translate(kernel.m.memory, partition, page, 1);
  return spa < 0 ? -1 : word(kernel.m.memory, spa, at);
}

function ringIndices(): Checker {
  return {
    id: 'ring-indices',
    says: 'Both indices of a ring lie inside its data area and are multiples of eight.',
    reset: () => undefined,
    after: (kernel, hop) => {
      if (!touchesChannel(kernel, hop.from) && !touchesChannel(kernel, hop.to)) return null;
      for (const ring of ringsOf(kernel)) {
        const size = (ring.pages - 1) * 4096;
        for (const [name, at] of [['write_index', 0], ['read_index', 4]] as const) {
          const index = guestWord(kernel, ring.partition, ring.first, at);
          if (index >= size || index % 8 !== 0) return `${name} of ${ring.name} is ${index}, with a data area of ${size} bytes`;
        }
      }
      return null;
    },
  };
}

function touchesChannel(kernel: Kernel, component: number): boolean {
  return kernel.types[kernel.m.components.types[component]!]!.name === 'channel';
}

interface Tag {
  readonly direction: number;
  readonly offset: number;
  readonly request: number;
}

/** The tag of a packet must stand where a packet begins that has been written and not read. */
function tagsFit(): Checker {
  return {
    id: 'tags-fit',
    says: 'Every tag of a channel stands at a packet between read_index and write_index, and every packet has one tag.',
    reset: () => undefined,
    after: (kernel, hop) => {
      if (!touchesChannel(kernel, hop.to)) return null;
      const { states } = kernel.m.components;
      for (const ring of ringsOf(kernel)) {
        if (ring.channel !== hop.to) continue;
        const tags = ((states[ring.channel] as { tags?: readonly Tag[] }).tags ?? []).filter((t) => t.direction === ring.direction);
        const size = (ring.pages - 1) * 4096;
        const write = guestWord(kernel, ring.partition, ring.first, 0);
        const read = guestWord(kernel, ring.partition, ring.first, 4);
        const used = (write - read + size) % size;
        for (const tag of tags) {
          if ((tag.offset - read + size) % size >= used) return `the tag at ${tag.offset} of ${ring.name} lies outside ${read}..${write}`;
        }
        if (new Set(tags.map((t) => t.offset)).size !== tags.length) return `two tags of ${ring.name} stand at one offset`;
      }
      return null;
    },
  };
}

/** How often the whole memory is counted: it is slow. */
const COUNT_EVERY = 512;

function pagesConserved(): Checker {
  let since = 0;
  /** By machine page: the partition that maps it. Filled anew at every count, and kept: guests map hundreds of thousands of pages. */
  let owners = new Int32Array(0);
  const count = (kernel: Kernel): string | null => {
    const { pages } = kernel.m.memory;
    if (owners.length === pages) owners.fill(0);
    else owners = new Int32Array(pages);
    return shared(kernel, owners);
  };
  return {
    id: 'pages-conserved',
    says: 'No machine page is reached by two guests, nor by a guest and, against its will, by the hypervisor; and no guest is given a page that the machine does not have.',
    reset: () => void (since = 0),
    after: (kernel) => (++since % COUNT_EVERY === 0 ? count(kernel) : null),
    idle: count,
  };
}

function shared(kernel: Kernel, owners: Int32Array): string | null {
  const { memory, partitions } = kernel.m;
  for (let p = 2; p < partitions.paths.length; p++) {
    const root = memory.mapRoots[p];
    if (root === undefined || root <= 0) continue;
    for (const middle of present(memory, root)) {
      for (const table of present(memory, middle)) {
        const spa = takeAll(memory, table, p, owners);
        if (spa >= memory.pages) return `machine page 0x${spa.toString(16)} is mapped by ${partitions.paths[p]}, and the machine has ${memory.pages} pages`;
        if (spa >= 0) return sharedPage(kernel, spa, owners[spa]!, p);
      }
    }
  }
  return null;
}

/** Marks the machine pages behind a leaf table as this partition's; the first that cannot be, or -1. */
function takeAll(memory: Memory, table: number, p: number, owners: Int32Array): number {
  const words = entriesOf(memory, table);
  for (let at = 0; at < words.length; at += 2) {
    const entry = words[at]!;
    if (entry === 0) continue;
    const spa = entry >>> 3;
    if (spa >= owners.length) return spa;
    const other = owners[spa]!;
    if ((other !== 0 && other !== p) || memory.denied[spa >>> 9]?.[spa & 511]) return spa;
    owners[spa] = p;
  }
  return -1;
}

function sharedPage({ m: { partitions } }: Kernel, spa: number, other: number, p: number): string {
  const page = `machine page 0x${spa.toString(16)}`;
  return other !== 0 && other !== p ? `${page} is mapped by ${partitions.paths[other]} and ${partitions.paths[p]}` : `${page} belongs to the hypervisor and is mapped by ${partitions.paths[p]}`;
}

/** A table of a map as words, two to an entry. */
function entriesOf(memory: Memory, table: number): Int32Array {
  const page = frame(memory, table);
  return new Int32Array(page.buffer, page.byteOffset, 1024);
}

function present(memory: Memory, table: number): number[] {
  const out: number[] = [];
  const words = entriesOf(memory, table);
  for (let at = 0; at < words.length; at += 2) if (words[at] !== 0) out.push(words[at]! >>> 3);
  return out;
}
