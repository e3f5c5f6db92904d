/**
 * The machine: the whole simulated state, as plain data and typed arrays. `kernel.ts` moves it; `keyframe` and
 * `enterKeyframe` keep and restore it at the cost of references. Nothing here knows about history.
 */
import { places, type Place } from '../wire/borders.ts';
import type { ComponentType, Plain } from './component.ts';
import { blocksKeyframe, createBlocks, enterBlocks, type Blocks, type BlocksKeyframe } from './blocks.ts';
import { createMemory, enterMemory, memoryKeyframe, type Memory, type MemoryKeyframe } from './memory.ts';
import { copyProcessors, createProcessors, type Processors } from './processors.ts';
import { createQueue, growQueue, pendingSlots, resetQueue, type HopQueue } from './queue.ts';
import { ROW_WORDS } from './rows.ts';

export interface Components {
  /** Structural path by index. */
  paths: string[];
  /** Index into the list of component types. */
  types: number[];
  places: number[];
  partitions: number[];
  /** Interned process of user-mode components (worker processes are processes of their own); 0 in kernel mode. */
  processes: number[];
  configs: unknown[];
  /** null: retired, see `retire.ts`. */
  states: Plain[];
}

export interface Partitions {
  /** Structural path and title by index; 0 stands for "no partition". */
  paths: string[];
  titles: string[];
  /** Component that issues HLT when a VP has no work, or -1: the VP then just waits. */
  kernels: number[];
  /** Global index of VP 0, or -1. */
  firstVps: number[];
  /** 1: deleted. Its number is never used again. */
  gone: number[];
}

/** Hops that have departed and not acted: records of `rows.ts` in a pool, linked into the queue or a VP's level. */
export interface Flight {
  /** Records of 16 words; words 0-1 are the time of arrival, seen as numbers in `queue.clock`. */
  words: Int32Array;
  /** Head of the list of free slots; links are in `queue.next`. */
  free: number;
  used: number;
  /** Slots from here on have never been used. */
  top: number;
  capacity: number;
}

export interface Machine {
  now: number;
  /** Hops that have acted in this run. */
  n: number;
  /** Next sequence number of a departure. */
  sequence: number;
  rng: Int32Array;
  texts: string[];
  components: Components;
  partitions: Partitions;
  processors: Processors;
  memory: Memory;
  /** What has been written to the physical disk. */
  blocks: Blocks;
  flight: Flight;
  queue: HopQueue;
  /** Departures to hardware without transit, oldest first: they act before anything else. */
  instant: number[];
  /** Bookkeeping: epoch in which the state of a component was last copied. */
  stateStamps: number[];
  /** Bookkeeping: components by path; null: to be made anew. */
  byPath: Map<string, number> | null;
}

export interface MachineSize {
  /** Machine memory in 4096-byte pages. */
  readonly memoryPages: number;
  readonly logicalProcessors: number;
  readonly seed: number;
}

export function createMachine(size: MachineSize): Machine {
  const capacity = 256;
  const flight: Flight = { words: new Int32Array(capacity * ROW_WORDS), free: -1, used: 0, top: 0, capacity };
  const queue = createQueue(capacity, new Float64Array(flight.words.buffer));
  return {
    now: 0,
    n: 0,
    sequence: 1,
    rng: seedGenerator(size.seed),
    texts: [''],
    components: { paths: [], types: [], places: [], partitions: [], processes: [], configs: [], states: [] },
    partitions: { paths: ['', 'root'], titles: ['the machine', 'Root (parent) partition'], kernels: [-1, -1], firstVps: [-1, -1], gone: [0, 0] },
    processors: createProcessors(size.logicalProcessors),
    memory: createMemory(size.memoryPages),
    blocks: createBlocks(),
    flight,
    queue,
    instant: [],
    stateStamps: [],
    byPath: null,
  };
}

/** Takes a slot of the pool, the one freed last; the pool doubles when it is full. */
export function takeSlot(m: Machine): number {
  const f = m.flight;
  f.used++;
  const slot = f.free;
  if (slot >= 0) {
    f.free = m.queue.next[slot]!;
    return slot;
  }
  if (f.top === f.capacity) growFlight(m);
  return f.top++;
}

export function freeSlot(m: Machine, slot: number): void {
  m.queue.next[slot] = m.flight.free;
  m.flight.free = slot;
  m.flight.used--;
}

function growFlight(m: Machine): void {
  const f = m.flight;
  const old = f.capacity;
  const words = new Int32Array(old * 2 * ROW_WORDS);
  words.set(f.words);
  f.words = words;
  f.capacity = old * 2;
  growQueue(m.queue, f.capacity, new Float64Array(words.buffer));
}

// --- components -------------------------------------------------------------------------------------------------------

/** Adds a component; the caller has checked that the path is new. Returns its index. */
export function addComponent(
  m: Machine,
  types: readonly ComponentType[],
  typeName: string,
  path: string,
  partition: number,
  config: unknown,
): number {
  const type = types.findIndex((t) => t.name === typeName);
  if (type < 0) throw new Error(`No component type is called ${typeName}.`);
  const c = m.components;
  if (findComponent(m, path) >= 0) throw new Error(`A component ${path} exists already.`);
  const declared = types[type]!;
  c.paths.push(path);
  c.types.push(type);
  c.places.push(places.indexOf(declared.place));
  c.partitions.push(partition);
  c.processes.push(processOf(m, declared.place, path));
  c.configs.push(config);
  c.states.push(declared.initial(config) as Plain);
  m.memory.grants.push([]);
  const index = c.paths.length - 1;
  m.stateStamps[index] = m.memory.epoch;
  m.byPath!.set(path, index);
  if (partition > 0 && path === `${m.partitions.paths[partition]}/kernel`) m.partitions.kernels[partition] = index;
  return index;
}

/** Worker processes are processes of their own with all their devices; other user-mode components one each. */
function processOf(m: Machine, place: Place, path: string): number {
  if (place !== 'root-user' && place !== 'guest-user') return 0;
  const name = path.split('/').slice(0, path.startsWith('root/vmwp/') ? 3 : 2).join('/');
  const c = m.components;
  const known = c.paths.findIndex((p, i) => c.processes[i]! > 0 && c.states[i] !== null && (p === name || p.startsWith(`${name}/`)));
  return known >= 0 ? c.processes[known]! : c.paths.length;
}

/** Index of the component at a path, or -1. Retired ones keep their index and no path. */
export function findComponent(m: Machine, path: string): number {
  if (m.byPath === null) {
    m.byPath = new Map();
    const { paths, states } = m.components;
    for (let i = 0; i < paths.length; i++) if (states[i] !== null) m.byPath.set(paths[i]!, i);
  }
  return m.byPath.get(path) ?? -1;
}

export function addPartition(m: Machine, path: string, title: string): number {
  const p = m.partitions;
  p.paths.push(path);
  p.titles.push(title);
  p.kernels.push(-1);
  p.firstVps.push(-1);
  p.gone.push(0);
  m.memory.mapRoots.push(-1);
  m.memory.overlays.push([]);
  return p.paths.length - 1;
}

// --- chance -----------------------------------------------------------------------------------------------------------

function seedGenerator(seed: number): Int32Array {
  const rng = new Int32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, seed | 0]);
  for (let i = 0; i < 12; i++) nextRandom(rng);
  return rng;
}

/** sfc32: unsigned 32 bits. */
export function nextRandom(s: Int32Array): number {
  const t = (((s[0]! + s[1]!) | 0) + s[3]!) | 0;
  s[3] = (s[3]! + 1) | 0;
  s[0] = s[1]! ^ (s[1]! >>> 9);
  s[1] = (s[2]! + (s[2]! << 3)) | 0;
  s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + t;
  return t >>> 0;
}

// --- keyframes --------------------------------------------------------------------------------------------------------

export interface Keyframe {
  readonly now: number;
  readonly n: number;
  readonly sequence: number;
  readonly rng: Int32Array;
  readonly texts: readonly string[];
  readonly components: Components;
  readonly partitions: Partitions;
  readonly processors: Processors;
  readonly memory: MemoryKeyframe;
  readonly blocks: BlocksKeyframe;
  readonly words: Int32Array;
  readonly next: Int32Array;
  readonly sequences: Float64Array;
  readonly free: number;
  readonly used: number;
  /** 1 for slots that wait in the queue. */
  readonly queued: Uint8Array;
  readonly instant: readonly number[];
}

function copyComponents(c: Components): Components {
  return {
    paths: c.paths.slice(),
    types: c.types.slice(),
    places: c.places.slice(),
    partitions: c.partitions.slice(),
    processes: c.processes.slice(),
    configs: c.configs.slice(),
    states: c.states.slice(),
  };
}

function copyPartitions(p: Partitions): Partitions {
  return { paths: p.paths.slice(), titles: p.titles.slice(), kernels: p.kernels.slice(), firstVps: p.firstVps.slice(), gone: p.gone.slice() };
}

/** Keeps the whole machine by reference and opens a new epoch. Costs the hops in flight and a few small arrays. */
export function keyframe(m: Machine): Keyframe {
  const highest = m.flight.used === 0 ? 0 : m.flight.top;
  return {
    now: m.now,
    n: m.n,
    sequence: m.sequence,
    rng: m.rng.slice(),
    texts: m.texts.slice(),
    components: copyComponents(m.components),
    partitions: copyPartitions(m.partitions),
    processors: copyProcessors(m.processors),
    memory: memoryKeyframe(m.memory),
    blocks: blocksKeyframe(m.blocks),
    words: m.flight.words.slice(0, highest * ROW_WORDS),
    next: m.queue.next.slice(0, highest),
    sequences: m.queue.sequence.slice(0, highest),
    free: m.flight.free,
    used: m.flight.used,
    queued: m.queue.queued.slice(0, highest),
    instant: m.instant.slice(),
  };
}

/** Puts the machine back to a keyframe. */
export function enterKeyframe(m: Machine, k: Keyframe): void {
  m.now = k.now;
  m.n = k.n;
  m.sequence = k.sequence;
  m.rng = k.rng.slice();
  m.texts = k.texts.slice();
  m.components = copyComponents(k.components);
  m.partitions = copyPartitions(k.partitions);
  m.processors = copyProcessors(k.processors);
  enterMemory(m.memory, k.memory);
  enterBlocks(m.blocks, k.blocks);
  enterFlight(m, k);
  m.instant = k.instant.slice();
  m.stateStamps = new Array<number>(m.components.paths.length).fill(0);
  m.byPath = null;
}

function enterFlight(m: Machine, k: Keyframe): void {
  const f = m.flight;
  const top = k.words.length / ROW_WORDS;
  while (f.capacity < top) growFlight(m);
  resetQueue(m.queue, []);
  f.words.set(k.words);
  m.queue.next.set(k.next);
  m.queue.sequence.set(k.sequences);
  f.free = top === 0 ? -1 : k.free;
  f.used = k.used;
  f.top = top;
  m.queue.queued.set(k.queued);
  resetQueue(m.queue, pendingSlots(m.queue));
}

/** Copies one component's state before it is first changed in an epoch: plain data, so a plain deep copy. */
export function copyPlain(value: Plain): Plain {
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (Array.isArray(value)) {
    const out = new Array<Plain>(value.length);
    for (let i = 0; i < value.length; i++) {
      const item = value[i] as Plain;
      out[i] = item === null || typeof item !== 'object' ? item : copyPlain(item);
    }
    return out;
  }
  const source = value as { [key: string]: Plain };
  const out: { [key: string]: Plain } = {};
  for (const key in source) {
    const item = source[key]!;
    out[key] = item === null || typeof item !== 'object' ? item : copyPlain(item);
  }
  return out;
}
