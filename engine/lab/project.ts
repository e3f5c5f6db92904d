/** What the page sees of the machine: projections of state, partitions, rings and files, and why nothing moves. */
import { places } from '../wire/borders.ts';
import { LIST_FILES } from '../guest/user/hops.ts';
import type { Plain } from '../sim/component.ts';
import type { Kernel } from '../sim/kernel.ts';
import { findComponent, type Machine } from '../sim/machine.ts';
import { frame, translate } from '../sim/memory.ts';
import { HALTED, HYPERVISOR, IN_EXIT, LEVELS, NEVER, SUSPENDED } from '../sim/processors.ts';
import { ROW_WORDS, W_KIND_FROM, W_REQUEST, W_TO_VP } from '../sim/rows.ts';
import { castAt, type Cast } from './cast.ts';
import { leftOut } from './failed.ts';
import { mappedPages } from './hypervisor-pages.ts';
import { rootBusy } from './root-busy.ts';
import type { Run } from './run.ts';
import type {
  BranchView, ChannelView, ComponentView, GuestFileView, ListedEntry, LabStatus, LabView, Ledger, NextHop, PartitionView, RingView, VmView, VpState, VpView,
} from './views.ts';

const PAGES_PER_MB = 256;

export function componentViews(kernel: Kernel, components: Cast['components'] = kernel.m.components): readonly ComponentView[] {
  const { states } = kernel.m.components;
  return components.paths.map((path, index) => {
    const type = kernel.types[components.types[index]!]!;
    return {
      index, path, type: type.name, title: type.title, about: type.about, place: places[components.places[index]!]!,
      partition: components.partitions[index]!, sources: type.sources, gone: (states[index] ?? null) === null, ...(index < states.length ? {} : { later: true as const }),
    };
  });
}

/** All who act in the branch as far as it is known: a list of its hops names those who come later than the cursor. [STORY-3] */
function allComponents(run: Run): readonly ComponentView[] {
  const { components } = castAt(run, Infinity);
  const there = run.kernel.m.components;
  return componentViews(run.kernel, components.paths.length > there.paths.length ? components : there);
}

export function labView(run: Run, status: LabStatus, branches: readonly BranchView[], ledgers: Readonly<Record<number, Ledger>>): Omit<LabView, 'partitionTitles'> {
  const { kernel } = run;
  return {
    status, branches, components: allComponents(run), partitions: partitionViews(kernel), vms: vmViews(kernel), channels: channelViews(kernel),
    ledgers, guests: guestViews(kernel), rootBusy: rootBusy(kernel),
  };
}

// --- processors -----------------------------------------------------------------------------------------------------------

function vpState(m: Machine, vp: number): VpState {
  const p = m.processors;
  const flags = p.flags[vp]!;
  if (p.lp[vp]! >= 0) return p.running[vp]! >= 0 && p.level[vp] === HYPERVISOR ? 'hypervisor' : 'running';
  if (p.readySince[vp]! >= 0) return 'ready';
  if ((flags & SUSPENDED) !== 0) return 'suspended';
  return (flags & IN_EXIT) !== 0 ? 'hypervisor' : 'waiting';
}

function vpView(m: Machine, vp: number): VpView {
  const p = m.processors;
  return {
    vp, partition: p.partition[vp]!, index: p.index[vp]!, state: vpState(m, vp), lp: p.lp[vp]!, readySince: p.readySince[vp]!,
    guestNs: p.guestNs[vp]!, hypervisorNs: p.hypervisorNs[vp]!,
  };
}

export function partitionViews(kernel: Kernel): readonly PartitionView[] {
  const { m } = kernel;
  const { paths, titles } = m.partitions;
  return paths.slice(1).flatMap((path, i) => {
    const index = i + 1;
    if (m.partitions.gone[index] === 1) return [];
    const vps: VpView[] = [];
    for (let vp = 0; vp < m.processors.vpCount; vp++) if (m.processors.partition[vp] === index) vps.push(vpView(m, vp));
    return { index, path, title: titles[index]!, state: partitionState(vps), memoryMb: memoryMb(kernel, index), vps };
  });
}

interface KeptVm {
  readonly EnabledState: number;
  readonly reason: string;
  readonly since: number;
  readonly config: string;
}

/** What VMMS keeps, and the partition of a VM that has not reported yet. */
function vmViews(kernel: Kernel): readonly VmView[] {
  const { components, partitions } = kernel.m;
  const at = findComponent(kernel.m, 'root/vmms');
  if (at < 0) return [];
  const { vms } = kernel.types[components.types[at]!]!.view!(components.states[at]) as { vms: readonly KeptVm[] };
  return vms.map(({ config, EnabledState, reason, since }) => {
    const { name, title, guest, path, memoryMb, vps, disk } = JSON.parse(config) as Omit<VmView, 'fileId'> & { disk: { fileId: number } };
    const made = partitions.paths.lastIndexOf(name);
    return { name, title, guest, path, memoryMb, vps, fileId: disk.fileId, state: EnabledState, partition: made > 0 && partitions.gone[made] === 0 ? made : 0, reason, since };
  });
}

function partitionState(vps: readonly VpView[]): string {
  if (vps.length === 0) return 'No VP yet';
  if (vps.every((vp) => vp.state === 'suspended' && vp.guestNs === 0)) return 'Off';
  return 'Running';
}

/** Guests: pages mapped, as the hypervisor counts them in the partition's page. Root: all but what it has deposited. */
function memoryMb(kernel: Kernel, partition: number): number {
  const { memory } = kernel.m;
  if (partition === 1) {
    let pages = memory.pages;
    for (const chunk of memory.denied) if (chunk) for (const no of chunk) pages -= no;
    return Math.round(pages / PAGES_PER_MB);
  }
  return Math.round(mappedPages(kernel, partition) / PAGES_PER_MB);
}

function word(page: Uint8Array, at: number): number {
  return (page[at]! | (page[at + 1]! << 8) | (page[at + 2]! << 16) | (page[at + 3]! << 24)) >>> 0;
}

// --- channels -------------------------------------------------------------------------------------------------------------

/** Where the rings of a channel lie in its guest, as the guest's VMBus driver remembers it. */
export interface RingPlace {
  readonly partition: number;
  readonly relid: number;
  /** First GPA page of both rings, pages of both, and page index at which the ring to the guest begins. */
  readonly page: number;
  readonly pages: number;
  readonly downstream: number;
}

interface Tagged {
  readonly direction: number;
  readonly offset: number;
  readonly request: number;
}

/** A channel runs nowhere: it belongs to the guest its path begins with. Null while its rings are not laid out. */
export function ringPlace(kernel: Kernel, component: number): RingPlace | null {
  const { m } = kernel;
  const path = m.components.paths[component]!;
  const guest = path.slice(0, path.indexOf('/'));
  if (m.components.states[component] === null) return null;
  const client = m.components.states[findComponent(m, `${guest}/vmbus`)] as { channels?: readonly (RingPlace & { channel: number })[] } | undefined;
  const found = client?.channels?.find((c) => c.channel === component);
  if (!found || found.pages === 0) return null;
  return { partition: m.components.partitions[component]!, relid: found.relid, page: found.page, pages: found.pages, downstream: found.downstream };
}

export function channelViews(kernel: Kernel): readonly ChannelView[] {
  const { components } = kernel.m;
  const found: ChannelView[] = [];
  components.types.forEach((type, component) => {
    if (kernel.types[type]!.name !== 'channel') return;
    const place = ringPlace(kernel, component);
    if (!place) return;
    const tags = (components.states[component] as { tags?: readonly Tagged[] }).tags ?? [];
    const ring = (direction: number, first: number, pages: number): RingView =>
      ringView(kernel.m, place.partition, first, pages, tags.filter((t) => t.direction === direction));
    found.push({
      component, partition: place.partition, relid: place.relid,
      toRoot: ring(0, place.page, place.downstream),
      toGuest: ring(1, place.page + place.downstream, place.pages - place.downstream),
    });
  });
  return found;
}

function ringView(m: Machine, partition: number, first: number, pages: number, tags: readonly Tagged[]): RingView {
  const spa = translate(m.memory, partition, first, 1);
  const size = (pages - 1) * 4096;
  if (spa < 0) return { size, write: 0, read: 0, mask: 0, packets: [] };
  const header = frame(m.memory, spa);
  return { size, write: word(header, 0), read: word(header, 4), mask: word(header, 8), packets: tags.map(({ offset, request }) => ({ offset, request })) };
}

// --- files ----------------------------------------------------------------------------------------------------------------

interface ReaderView {
  readonly listing: readonly { readonly name: string; readonly size: number; readonly attributes: number }[];
  readonly busy: { readonly what: number; readonly path: string; readonly size: number; readonly bytes: number } | null;
  readonly last: { readonly what: number; readonly path: string; readonly size: number; readonly bytes: number; readonly status: number; readonly reason: string } | null;
  readonly firstPage: number;
}

/** What the reader of each guest shows about its file. */
function guestViews(kernel: Kernel): readonly GuestFileView[] {
  const { components } = kernel.m;
  const found: GuestFileView[] = [];
  components.types.forEach((index, component) => {
    const type = kernel.types[index]!;
    if (type.name !== 'reader' || !type.view || components.states[component] === null) return;
    const { busy, last, firstPage, listing } = type.view(components.states[component]) as ReaderView;
    const partition = components.partitions[component]!;
    const file = busy ?? last;
    const read = file?.bytes ?? 0;
    const status = busy ? 'reading' : last === null ? 'idle' : last.status === 0 ? 'read' : last.reason;
    const listed = file?.what === LIST_FILES;
    const text = file && !listed && file.path !== '' ? textAt(kernel.m, partition, firstPage, Math.min(4096, read)) : null;
    found.push({ partition, status, file: file?.path ?? '', size: file?.size ?? 0, read, text, listing: listed ? listing.map(entryOf) : null });
  });
  return found;
}

const DIRECTORY = 0x10;

function entryOf({ name, size, attributes }: ReaderView['listing'][number]): ListedEntry {
  return { name, size, directory: (attributes & DIRECTORY) !== 0 };
}

/** ASCII text in a guest's page, or null when it is not text. */
function textAt(m: Machine, partition: number, page: number, length: number): string | null {
  const spa = translate(m.memory, partition, page, 1);
  if (spa < 0 || length === 0) return null;
  const bytes = frame(m.memory, spa);
  let text = '';
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (byte >= 127 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

// --- what comes next ------------------------------------------------------------------------------------------------------

export function nextOf(kernel: Kernel): NextHop | null {
  const { slot, at } = kernel.next();
  if (slot < 0 || at >= NEVER) return null;
  const words = kernel.m.flight.words;
  const w = slot * ROW_WORDS;
  return {
    kind: words[w + W_KIND_FROM]! & 0xffff, from: words[w + W_KIND_FROM]! >>> 16, to: words[w + W_TO_VP]! & 0xffff, at,
    request: words[w + W_REQUEST]! >>> 0,
  };
}

/** Longer than this until the next hop, and the caption says what is waited for. */
const LONG_WAIT = 50_000;

export function whyOf(run: Run, state: LabStatus['state'], failure: string | null, startTime: number): string {
  if (failure) return failure;
  const { kernel, need } = run;
  if (state === 'needs' && need) return `Simulated time stands still: chunk ${need.chunk} of a disk image has not been loaded yet.`;
  const next = nextOf(kernel);
  if (next) return next.at - kernel.m.now > LONG_WAIT ? waitSentence(kernel, next, startTime) : '';
  const left = leftOut(run).at(-1);
  return stuckVp(kernel.m) ?? `Nothing moves${left ? `. ${left.says}` : ': nothing that was asked for is under way, and every VP waits in HLT for an interrupt.'}`;
}

/** Times are told as the person counts them: from when the machine was handed over. */
function waitSentence(kernel: Kernel, next: NextHop, startTime: number): string {
  const { components } = kernel.m;
  const title = kernel.types[components.types[next.to]!]!.title;
  return `${title} is at work until ${((next.at - startTime) / 1e6).toFixed(2)} ms; nothing else moves.`;
}

/** A VP that has work but cannot do it. */
function stuckVp(m: Machine): string | null {
  const p = m.processors;
  for (let vp = 0; vp < p.vpCount; vp++) {
    const waits = p.heads.subarray(vp * LEVELS, vp * LEVELS + LEVELS).some((slot) => slot >= 0);
    if (!waits || (p.flags[vp]! & HALTED) !== 0) continue;
    const name = `VP ${p.index[vp]} of ${m.partitions.titles[p.partition[vp]!]}`;
    if ((p.flags[vp]! & SUSPENDED) !== 0) return `Nothing moves: ${name} has work but is suspended, and nothing is under way that would resume it.`;
    if ((p.flags[vp]! & IN_EXIT) !== 0) return `Nothing moves: ${name} has left its partition and nothing is under way that would let it go on.`;
    return `Nothing moves: ${name} has work and no logical processor.`;
  }
  return null;
}

/** State of a component as plain data that may be kept. */
export function plainCopy(value: Plain): unknown {
  return JSON.parse(JSON.stringify(value, (_, item: unknown) => (ArrayBuffer.isView(item) ? Array.from(item as Uint8Array) : item)) ?? 'null');
}
