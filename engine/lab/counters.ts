/** Single figures of the ledger by name, for conditions, plots and exports: all causers together, and of exits and hypercalls those of guests alone. [LEDGER-4] */
import { ledgersSince } from './ledger.ts';
import type { Run } from './run.ts';
import type { Causer, Ledger } from './views.ts';

const sum = (split: Readonly<Record<Causer, number>>): number => split.guest + split.root + split.hypervisor;
const sumOf = (named: Readonly<Record<string, number>>): number => Object.values(named).reduce((a, b) => a + b, 0);
const sumNamed = (split: Readonly<Record<Causer, Readonly<Record<string, number>>>>): number => Object.values(split).reduce((all, named) => all + sumOf(named), 0);

const figures = {
  hops: (l: Ledger) => l.hops,
  guestExits: (l: Ledger) => sumOf(l.exits.guest),
  exits: (l: Ledger) => sumNamed(l.exits),
  guestHypercalls: (l: Ledger) => sumOf(l.hypercalls.guest),
  hypercalls: (l: Ledger) => sumNamed(l.hypercalls),
  messages: (l: Ledger) => sum(l.messages),
  events: (l: Ledger) => sum(l.events),
  interrupts: (l: Ledger) => sum(l.interrupts),
  ringWrites: (l: Ledger) => sum(l.ringWrites),
  copies: (l: Ledger) => sum(l.copies),
  bytesCopied: (l: Ledger) => sum(l.bytesCopied),
  bytesByDma: (l: Ledger) => l.dmaBytes,
  diskCommands: (l: Ledger) => l.diskCommands,
  workerTrips: (l: Ledger) => l.workerTrips,
  modeSwitches: (l: Ledger) => sum(l.modeSwitches),
  contextSwitches: (l: Ledger) => sum(l.contextSwitches),
  vpSwitches: (l: Ledger) => l.vpSwitches,
} as const;

export type CounterName = keyof typeof figures;

export const counterNames = Object.keys(figures) as readonly CounterName[];

/** A figure of a ledger. */
export function counterOf(ledger: Ledger, name: CounterName): number {
  return figures[name](ledger);
}

/** A figure from hop `start` (exclusive) to hop `n`, of one partition or (0) of the machine. */
export function counterAt(run: Run, start: number, n: number, partition: number, name: CounterName): number {
  const ledger = ledgersSince(run, start, n)[partition];
  return ledger ? counterOf(ledger, name) : 0;
}
