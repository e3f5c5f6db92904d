/**
 * What the kernel looks up for a kind of hop: made from the component types and the catalogue, the same for every machine that is
 * built of them, and never changed. A page brings up one machine, a test file hundreds: they are made once.
 */
import { crossings, places, type CrossingAct } from '../wire/borders.ts';
import type { ComponentType, Handler } from './component.ts';
import type { HopKind } from './hop-kinds.ts';
import { DPC, HYPERVISOR, ISR, THREAD, WINDOW } from './processors.ts';

/** Codes of what a crossing does, for the hot path. */
export const ACT_CALL = 0;
export const ACT_EXIT = 1;
export const ACT_ENTRY = 2;
export const ACT_INJECT = 3;
export const ACT_INSIDE = 4;
export const ACT_HARDWARE = 5;
const actCodes: Record<CrossingAct, number> = {
  call: ACT_CALL, exit: ACT_EXIT, entry: ACT_ENTRY, inject: ACT_INJECT, inside: ACT_INSIDE, wire: ACT_HARDWARE, memory: ACT_HARDWARE, person: ACT_CALL,
};
/** The level of the work that sent it. */
export const SAME_LEVEL = -1;
const levelCodes = { thread: THREAD, dpc: DPC, isr: ISR, window: WINDOW } as const;

/** A broken assertion: what cannot happen, with component, hop and time. */
export class EngineError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'EngineError';
  }
}

export interface KernelTables {
  readonly kinds: number;
  // By kind.
  readonly fromPlace: Int32Array;
  readonly toPlace: Int32Array;
  readonly actOf: Int32Array;
  readonly levelOf: Int32Array;
  readonly begins: Uint8Array;
  /** Handlers by type index * number of kinds + kind. */
  readonly handlers: readonly (Handler<unknown> | undefined)[];
  /** By type. */
  readonly needsOf: readonly (ComponentType['needs'] | undefined)[];
}

const made = new WeakMap<readonly ComponentType[], { readonly catalogue: readonly HopKind[]; readonly tables: KernelTables }>();

/** The tables of these types and this catalogue; neither is changed once a machine has been built of them. */
export function tablesOf(types: readonly ComponentType[], catalogue: readonly HopKind[]): KernelTables {
  const known = made.get(types);
  if (known?.catalogue === catalogue) return known.tables;
  const tables = makeTables(types, catalogue);
  made.set(types, { catalogue, tables });
  return tables;
}

function makeTables(types: readonly ComponentType[], catalogue: readonly HopKind[]): KernelTables {
  const kinds = catalogue.length;
  const tables = {
    kinds,
    fromPlace: new Int32Array(kinds),
    toPlace: new Int32Array(kinds),
    actOf: new Int32Array(kinds),
    levelOf: new Int32Array(kinds).fill(SAME_LEVEL),
    begins: new Uint8Array(kinds),
    handlers: new Array<Handler<unknown> | undefined>(types.length * kinds),
    needsOf: types.map((t) => t.needs),
  };
  for (const kind of catalogue) enterKind(tables, kind);
  const codes = new Map(catalogue.map((kind) => [kind.name, kind.code]));
  types.forEach((type, t) => {
    for (const [name, handler] of Object.entries(type.on)) {
      const code = codes.get(name);
      if (code === undefined) throw new EngineError(`Component type ${type.name} handles ${name}, which no hops.ts declares.`);
      tables.handlers[t * kinds + code] = handler;
    }
  });
  return tables;
}

function enterKind({ fromPlace, toPlace, actOf, levelOf, begins }: KernelTables, kind: HopKind): void {
  const { code } = kind;
  const { from, to, act } = crossings[kind.crossing];
  fromPlace[code] = places.indexOf(from);
  toPlace[code] = places.indexOf(to);
  actOf[code] = actCodes[act];
  if (kind.level) levelOf[code] = levelCodes[kind.level];
  else if (act === 'inject') levelOf[code] = ISR;
  else if (act === 'exit' || act === 'inside') levelOf[code] = HYPERVISOR;
  if (from === 'hardware' && to === 'hypervisor') levelOf[code] = HYPERVISOR;
  begins[code] = kind.begins ? 1 : 0;
}
