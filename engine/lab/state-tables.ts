/**
 * What the inspector says about a component's state: named tables instead of the state's own words. A table is made from the
 * state as it lies in the machine, before and after a hop, and a cell that differs says what stood there. [INSPECT-4]
 */
import type { Kernel } from '../sim/kernel.ts';
import { machineTables } from './state-machine.ts';
import { storageTables } from './state-storage.ts';
import type { StateRow, StateTable } from './views.ts';

/** A table as it is at one moment: rows are known by their first cell. */
export interface Told {
  readonly title: string;
  /** Heads of the columns; none for a list of names and values. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Said when there is no row. */
  readonly empty?: string;
}

export type Loose = Readonly<Record<string, unknown>>;

/** Makes the tables of one component type. State is read as strangers' data: other versions of a component may lack a field. */
export type Teller = (state: Loose, of: { readonly kernel: Kernel; readonly component: number; readonly start: number }) => readonly Told[];

const tellers: Readonly<Record<string, Teller | undefined>> = { ...storageTables, ...machineTables };

/** `start` is the hop from which hops are counted for the person who reads. */
export function tablesNow(kernel: Kernel, component: number, start: number): readonly Told[] {
  const { components } = kernel.m;
  const state = components.states[component];
  const teller = tellers[kernel.types[components.types[component]!]?.name ?? ''];
  return teller && state !== undefined && state !== null ? teller(state as Loose, { kernel, component, start }) : [];
}

/** Tables after the hop, each cell with what stood there before where that differs. */
export function compared(before: readonly Told[], after: readonly Told[]): readonly StateTable[] {
  return after.map((table) => {
    const old = before.find((other) => other.title === table.title);
    const rows = table.rows.map((cells): StateRow => {
      const was = old?.rows.find((row) => row[0] === cells[0]);
      if (!was) return { cells, was: null, isNew: old !== undefined };
      return { cells, was: cells.map((cell, i) => (was[i] === cell ? null : (was[i] ?? ''))), isNew: false };
    });
    return { title: table.title, head: table.head, rows, empty: table.empty ?? 'Nothing.' };
  });
}
