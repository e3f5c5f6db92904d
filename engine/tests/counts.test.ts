import { describe, expect, it } from 'vitest';
import type { Ledger } from '../lab/views.ts';
import type { ScenarioIntent } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { asked, broughtUp, runOut } from './whole.ts';

const ALPHA = 2;
const BETA = 3;

function ledgerOf(partition: number, intent: ScenarioIntent): Ledger {
  const lab = broughtUp(asked(intent));
  runOut(lab);
  return lab.view().ledgers[partition]!;
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

describe('counts of one request', () => {
  it('[LEDGER-1] a synthetic read of 4 KiB at depth 1: two signals, one by each side, no port access, no worker', () => {
    const ledger = ledgerOf(ALPHA, { do: 'read-sectors', guest: 'alpha', lba: 8, sectors: 8, count: 1, depth: 1 });
    expect(ledger.hypercalls.guest).toEqual({ HvSignalEvent: 1 });
    expect(ledger.hypercalls.root).toEqual({ HvSignalEvent: 1 });
    expect(ledger.events).toEqual({ guest: 1, root: 1, hypervisor: 0 });
    expect(sum(ledger.messages)).toBe(0);
    expect(ledger.contextSwitches.root + ledger.modeSwitches.root + ledger.modeSwitches.hypervisor).toBe(0);
    expect(ledger.exits.guest['I/O instruction'] ?? 0).toBe(0);
    expect(ledger.workerTrips).toBe(0);
    expect(sum(ledger.ringWrites)).toBe(2);
    expect(sum(ledger.copies)).toBe(0);
    expect(ledger.interrupts.guest).toBeGreaterThan(0);
  });
  it('[LEDGER-1] an emulated read of 4 KiB, interrupt-driven on the 8259: 39 port accesses, each a trip to the worker', () => {
    const ledger = ledgerOf(BETA, { do: 'read-sectors', guest: 'beta', lba: 8, sectors: 8, count: 1, depth: 1 });
    expect(ledger.exits.guest['I/O instruction']).toBe(39);
    expect(ledger.workerTrips).toBe(39);
    expect(sum(ledger.messages)).toBe(39);
    expect(ledger.hypercalls.root['HvSetVpRegisters']).toBe(39);
    expect(ledger.hypercalls.root['HvAssertVirtualInterrupt']).toBe(8);
    expect(ledger.hypercalls.root['HvClearVirtualInterrupt']).toBe(8);
    expect(ledger.hypercalls.root['HvTranslateVirtualAddress']).toBe(8);
    expect(ledger.copies.root).toBe(8);
    expect(ledger.bytesCopied.root).toBe(4096);
  });
  it('[LEDGER-1] [ATADRV-14] the same by DMA: 17 port accesses and one interrupt, nothing copied, nothing translated', () => {
    const intent = { do: 'read-sectors', guest: 'beta', lba: 8, sectors: 8, count: 1, depth: 1 } as const;
    const scenario = asked(intent);
    const lab = broughtUp({ ...scenario, guests: [scenario.guests[0]!, { ...scenario.guests[1]!, path: 'dma' }] });
    runOut(lab);
    const ledger = lab.view().ledgers[BETA]!;
    expect(ledger.exits.guest['I/O instruction']).toBe(17);
    expect(ledger.workerTrips).toBe(17);
    expect(ledger.hypercalls.root['HvSetVpRegisters']).toBe(17);
    expect(ledger.hypercalls.root['HvAssertVirtualInterrupt']).toBe(1);
    expect(ledger.hypercalls.root['HvTranslateVirtualAddress']).toBeUndefined();
    expect(sum(ledger.copies) + sum(ledger.bytesCopied)).toBe(0);
    expect(ledger.dmaBytes).toBe(ledgerOf(BETA, intent).dmaBytes);
  });
  it('[LEDGER-1] the shipped scenarios of PIO, DMA and the number of accesses count as their rules say', () => {
    const ledgers = (name: string): Ledger[] => {
      const lab = broughtUp(shipped.find((s) => s.name === name)!);
      runOut(lab);
      const all = lab.view().ledgers;
      return [2, 3, 4, 5].flatMap((partition) => all[partition] ?? []);
    };
    const accesses = (all: readonly Ledger[]): number[] => all.map((l) => l.exits.guest['I/O instruction'] ?? 0);
    const [pio, dma] = [ledgers('pio-dma'), ledgers('accesses')];
    expect(accesses(pio)).toEqual([0, 2 * (7 + 32 * 4), 2 * 17]);
    expect(pio.map((l) => l.bytesCopied.root)).toEqual([0, 2 * 32 * 512, 0]);
    // The lean driver knows more after its first command.
    expect(accesses(dma)).toEqual([0, 15 + 7 * 10, 8 * 17, 8 * 117]);
  });
  it('[LEDGER-2] the root changes its mode twice for every trip to the worker and twice for every call the worker makes', () => {
    const { root, hypervisor } = ledgerOf(0, { do: 'read-sectors', guest: 'beta', lba: 8, sectors: 8, count: 1, depth: 1 }).modeSwitches;
    // A VP without work is in kernel mode, so no interrupt finds it in user mode.
    expect(hypervisor).toBe(0);
    const [trips, translations, assertions, clears, reads] = [39, 8, 8, 8, 1];
    // The read of the VHD file is a call that returns before the data come, and their arrival is a way up and down of its own.
    expect(root).toBe(2 * (trips + translations + assertions + clears + 2 * reads));
  });
  it('[LEDGER-1] many synthetic requests in one ring save signals', () => {
    const one = ledgerOf(ALPHA, { do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 64, depth: 1 });
    const many = ledgerOf(ALPHA, { do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 64, depth: 16 });
    expect(one.hypercalls.guest['HvSignalEvent']).toBe(64);
    // The first sixteen meet an empty ring once; afterwards the disk gives one back at a time.
    expect(many.hypercalls.guest['HvSignalEvent']).toBe(49);
    expect(many.dmaBytes).toBe(one.dmaBytes);
  });
  it('[LEDGER-2] the elapsed time of a guest begins with its own first hop, not with the machine', () => {
    const lab = broughtUp();
    runOut(lab);
    const { ledgers } = lab.view();
    expect(ledgers[BETA]!.elapsedNs).toBeLessThan(ledgers[0]!.elapsedNs * 0.6);
    expect(ledgers[ALPHA]!.elapsedNs + ledgers[BETA]!.elapsedNs).toBeLessThan(ledgers[0]!.elapsedNs * 1.1);
  });
});
