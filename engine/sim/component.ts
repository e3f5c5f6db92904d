/**
 * Components: one actor in one place each. A component type says where it runs, what it remembers at first, and how it
 * handles every hop kind that may reach it. State is plain data; a handler changes it, the pages granted to it, and
 * says which hops depart, through `Act`; nothing else.
 */
import type { Place } from '../wire/borders.ts';
import type { Act } from './act.ts';

/** JSON-like state with typed arrays: no class instances, functions, Map or Date. */
export type Plain = null | boolean | number | string | Uint8Array | Int32Array | Float64Array | readonly Plain[] | { [key: string]: Plain };

/** The hop being handled. One object is reused for all hops: copy what you keep. Arguments are unsigned 32-bit. */
export interface HopView {
  /** Number of this hop in its branch, from 1. */
  readonly n: number;
  readonly kind: number;
  readonly from: number;
  readonly to: number;
  /** Global VP the handler runs on, or -1. */
  readonly vp: number;
  readonly cause: number;
  readonly origin: number;
  /** Innermost request: the number of the hop that began it; 0 for none. */
  readonly request: number;
  readonly a0: number;
  readonly a1: number;
  readonly a2: number;
  readonly a3: number;
  readonly a4: number;
  readonly a5: number;
}

export type Handler<S> = (self: S, hop: HopView, act: Act) => void;

/** What the handler of a hop will need from outside the machine before it can act (a chunk of a disk image). */
export interface Need {
  readonly image: string;
  readonly chunk: number;
}

/** What the component at a path shows of itself, or undefined: what a person in front of it sees. */
export type Look = (path: string) => unknown;

export interface ComponentType<S = any> {
  /** Unique: 'storvsp'. */
  readonly name: string;
  /** Shown: 'Storage VSP'. */
  readonly title: string;
  /** What it is, one sentence, for "what is this". */
  readonly about: string;
  readonly place: Place;
  readonly sources: readonly string[];
  readonly initial: (config: any) => S;
  /** Handlers by full hop-kind name. */
  readonly on: Readonly<Record<string, Handler<S>>>;
  /** Chunks needed before the hop can be handled; the kernel asks before it charges anything to the handler. `written`: whether
   *  a 4096-byte block of the physical disk is there in its written form. */
  readonly needs?: (self: S, hop: HopView, has: (image: string, chunk: number) => boolean, written: (block: number) => boolean) => Need | null;
  /** Only of `remote/manager`: turns an intent (plain data) into the hops that leave. Same rules as a handler. */
  readonly intend?: (self: S, intent: any, act: Act, look: Look) => void;
  /** What the page may show of it: plain data, small. */
  readonly view?: (self: S) => unknown;
}

/** Identity helper that keeps the state type of one component type. */
export function component<S>(type: ComponentType<S>): ComponentType<S> {
  return type;
}
