import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfHex } from '../../wire/bytes.ts';
import { bitsOf, decode, type Field, type Layout } from '../../wire/layout.ts';
import { layoutById, layouts } from '../../wire/layouts.ts';

/** The values that have names, as `0 success, 1 failed`. */
function valuesText(values: Readonly<Record<number, string>> | undefined): string {
  return values === undefined ? '' : ` (${Object.entries(values).map(([value, name]) => `${value} ${name}`).join(', ')})`;
}

function fieldText(f: Field): string {
  const bits = (f.bits ?? []).map((bit) => `\n        ${bit.width === 1 ? bit.from : `${bit.from}-${bit.from + bit.width - 1}`} ${bit.name}${valuesText(bit.values)}`).join('');
  const when = f.when === undefined ? '' : `, where the word at ${f.when.at} is ${f.when.is.join(' or ')}`;
  const repeat = f.repeat === undefined ? '' : `, again every ${f.repeat} to the end`;
  return `  ${String(f.at).padStart(4)} +${f.bytes} ${f.kind} ${f.name}${valuesText(f.values)}${repeat}${when}${bits}`;
}

function layoutText({ id, title, size, eras, source, status, fields }: Layout): string {
  return [`${id}: ${title}, ${size === 'variable' ? 'of any length' : `${size} bytes`}`, `  ${eras.join(', ')}; ${status}: ${source}`, ...fields.map(fieldText)].join('\n');
}

describe('layouts', () => {
  it('[LAYOUT-1] each has a unique id, eras, a source, and fields inside its size that overlap only where they say so', () => {
    expect(new Set(layouts.map((layout) => layout.id)).size).toBe(layouts.length);
    for (const layout of layouts) {
      expect(layout.eras.length, layout.id).toBeGreaterThan(0);
      expect(layout.source, layout.id).not.toBe('');
      let end = 0;
      for (const f of layout.fields) {
        if (layout.size !== 'variable') expect(f.at + f.bytes, `${layout.id} ${f.name}`).toBeLessThanOrEqual(layout.size);
        if (f.when === undefined) expect(f.at, `${layout.id} ${f.name}`).toBeGreaterThanOrEqual(end);
        end = Math.max(end, f.at + f.bytes);
        expect(f.kind === 'bits').toBe(f.bits !== undefined);
        let lowest = 0;
        for (const bit of [...(f.bits ?? [])].sort((a, b) => a.from - b.from)) {
          expect(bit.from, `${layout.id} ${f.name} ${bit.name}`).toBeGreaterThanOrEqual(lowest);
          lowest = bit.from + bit.width;
        }
        expect(lowest, `${layout.id} ${f.name}`).toBeLessThanOrEqual(8 * f.bytes);
      }
    }
  });

  it('[LAYOUT-1] all of them, as text to be held against their sources', async () => {
    await expect(`${layouts.map(layoutText).join('\n\n')}\n`).toMatchFileSnapshot('../golden/layouts.txt');
  });

  it('[LAYOUT-2] decodes any bytes of any length without throwing and marks what is missing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...layouts), fc.uint8Array({ maxLength: 700 }), fc.nat(40), (layout, bytes, at) => {
        for (const f of decode(layout, bytes, at)) {
          expect(f.missing).toBe(f.at + f.bytes > bytes.length || (layout.size !== 'variable' && f.at + f.bytes > at + layout.size));
          expect(f.value).not.toBe('');
        }
      }),
    );
  });

  it('reads a packet descriptor with named values and bits, and a list to its end', () => {
    const bytes = bytesOfHex('0900050000000100 0600000000000000 00000000 01000000 00100000 00000000 4523000000000000 4623000000000000');
    const found = decode(layoutById('packet.gpa-direct')!, bytes);
    expect(found.map((f) => [f.name, f.value])).toEqual([
      ['Type', 'DataUsingGpaDirect (9)'], ['DataOffset8', '5'], ['Length8', '0'], ['Flags', '0x1 · CompletionRequested 1'], ['TransactionId', '6'],
      ['Reserved', '0'], ['RangeCount', '1'], ['ByteCount', '0x1000 (4096)'], ['ByteOffset', '0'],
      ['PfnArray[0]', '0x2345 (9029)'], ['PfnArray[1]', '0x2346 (9030)'],
    ]);
    expect(decode(layoutById('packet.descriptor')!, bytes.subarray(0, 9)).at(-1)).toMatchObject({ name: 'TransactionId', missing: true, raw: null });
  });

  it('[LAYOUT-3] a port is made with what its type needs, and no field tells of another', () => {
    const names = (type: number): readonly string[] => {
      const bytes = new Uint8Array(48);
      bytes[24] = type;
      return decode(layoutById('hypercall.HvCreatePort')!, bytes).slice(6).map((f) => f.name);
    };
    expect(names(1)).toEqual(['TargetSint', 'TargetVp', 'ReservedZ']);
    expect(names(2)).toEqual(['TargetSint', 'TargetVp', 'BaseFlagNumber', 'FlagCount', 'ReservedZ']);
    expect(names(3)).toEqual(['MonitorAddress', 'ReservedZ']);
    const storage = (operation: number): readonly string[] => {
      const bytes = new Uint8Array(64);
      bytes[0] = operation;
      return decode(layoutById('storage.srb.5.1')!, bytes).map((f) => f.name);
    };
    expect(storage(3).filter((name) => ['Cdb', 'Opcode', 'SenseData'].includes(name))).toEqual(['Cdb', 'Opcode']);
    expect(storage(1).filter((name) => ['Cdb', 'Opcode', 'SenseData'].includes(name))).toEqual(['SenseData']);
  });

  it('takes bits from anywhere in 64, across the middle too', () => {
    expect(bitsOf(0xf000_0000, 0x0000_000a, 28, 8)).toBe(0xaf);
    expect(bitsOf(0, 0x8000_0000, 63, 1)).toBe(1);
    expect(bitsOf(0x0001_005d, 0, 16, 1)).toBe(1);
    expect(layoutById('ring.header.2012', 'ws2008')).toBeNull();
  });
});
