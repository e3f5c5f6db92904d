/** Writes by every way of the emulated drive on the whole machine, under the checkers, down to the VHD and back. */
import { describe, expect, it } from 'vitest';
import type { GuestConfig } from '../../scenarios/scenario.ts';
import { legacyMachine } from './machine.ts';

const exit = /^pio\.(read|write|writeString)$/;

function pattern(sectors: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: sectors * 512 }, (_, i) => (i * 7 + (i >> 9) * 31 + seed) & 0xff);
}

describe('a write on the whole machine', () => {
  const ways: readonly (readonly [string, Partial<GuestConfig>, readonly number[]])[] = [
    ['PIO', {}, [12, 40]],
    ['PIO 48-bit', { lba48: true }, [16, 44]],
    ['MULTIPLE', { pioMode: 'multiple' }, [16, 17]],
    ['DMA', { path: 'dma' }, [17, 17]],
    ['DMA 48-bit', { path: 'dma', lba48: true }, [21, 21]],
  ];
  for (const [way, options, exits] of ways) {
    it(`[IDE-15] [IDE-16] [ATADRV-12] [ATADRV-14] [VMWP-6] ${way}: ${exits.join(' and ')} exits for 1 and 8 sectors, which can be read back`, () => {
      const w = legacyMachine(options);
      [1, 8].forEach((sectors, i) => {
        const bytes = pattern(sectors, i);
        w.fillBuffers(bytes);
        const { status, hops } = w.request(true, 3000 + 64 * i, sectors);
        expect(status).toBe(0);
        expect(w.named(hops, exit)).toHaveLength(exits[i]!);
        const copied = w.named(hops, /^vmwp\.fetch$/).reduce((sum, h) => sum + h.args[0]!, 0);
        expect(copied).toBe(options.path === 'dma' ? 0 : sectors * 512);
        w.fillBuffers(new Uint8Array(sectors * 512));
        expect(w.request(false, 3000 + 64 * i, sectors).status).toBe(0);
        expect(w.buffers(sectors)).toEqual(bytes);
      });
    });
  }

  it('[IDE-15] [ATADRV-10] 128 sectors go as 128 writes of the VHD by PIO, as one by MULTIPLE and by DMA', () => {
    for (const [options, writes] of [[{}, 128], [{ pioMode: 'multiple' }, 1], [{ path: 'dma' }, 1]] as const) {
      const w = legacyMachine(options, false);
      const bytes = pattern(128, 9);
      w.fillBuffers(bytes);
      const { status, hops } = w.request(true, 2000, 128);
      expect(status).toBe(0);
      expect(w.named(hops, /^vhd\.writeUser$/)).toHaveLength(writes);
      w.fillBuffers(new Uint8Array(128 * 512));
      w.request(false, 2000, 128);
      expect(w.buffers(128)).toEqual(bytes);
    }
  });

  it('[ATADRV-9] a file written by PIO and one written by DMA hold the same', () => {
    for (const path of ['pio', 'dma'] as const) {
      const w = legacyMachine({ path });
      w.ask({ do: 'write-file', guest: 'beta', path: 'NOTE.TXT', text: 'Written by a guest that knows no hypervisor.' });
      const done = w.named(w.ask({ do: 'read-file', guest: 'beta', path: 'NOTE.TXT' }), /^fs\.readDone$/);
      expect(done.map((h) => h.args.slice(1, 3))).toEqual([[0, 44]]);
      expect(String.fromCharCode(...w.page(done[0]!.args[3]!).subarray(0, 44))).toBe('Written by a guest that knows no hypervisor.');
    }
  });
});
