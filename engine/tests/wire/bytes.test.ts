import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beGet16, beGet32, beGet53, bePut16, bePut32, bePut53, bytesOfGuid, bytesOfHex, copyBytes, get16, get32, get53, get64hi, get64lo, guidOf, hexOf, put16, put32, put53, put64, putUtf8, utf8Of,
} from '../../wire/bytes.ts';

describe('bytes', () => {
  it('[BYTES-1] writes and reads integers in both byte orders, unsigned', () => {
    const b = new Uint8Array(8);
    put32(b, 1, 0xdeadbeef);
    expect(hexOf(b)).toBe('00efbeadde000000');
    expect(get32(b, 1)).toBe(0xdeadbeef);
    bePut32(b, 1, 0xdeadbeef);
    expect(hexOf(b)).toBe('00deadbeef000000');
    expect(beGet32(b, 1)).toBe(0xdeadbeef);
    put16(b, 6, 0xfedc);
    expect([get16(b, 6), beGet16(b, 6)]).toEqual([0xfedc, 0xdcfe]);
    bePut16(b, 6, 0x1234);
    expect(hexOf(b, 6)).toBe('1234');
  });

  it('[BYTES-2] carries every integer below 2^53 through eight bytes, and nothing else', () => {
    const b = new Uint8Array(8);
    fc.assert(
      fc.property(fc.maxSafeNat(), (n) => {
        put53(b, 0, n);
        expect(get53(b, 0)).toBe(n);
        expect(get64hi(b, 0) * 0x1_0000_0000 + get64lo(b, 0)).toBe(n);
        bePut53(b, 0, n);
        expect(beGet53(b, 0)).toBe(n);
      }),
    );
    put64(b, 0, 0, 0x20_0000);
    expect(get53(b, 0)).toBe(-1);
    for (const bad of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => put53(b, 0, bad)).toThrow(RangeError);
  });

  it('[BYTES-3] stores a GUID in the mixed order of the wire', () => {
    const text = 'ba6163d9-04a1-4d29-b605-72e2ffb1dc7f';
    expect(hexOf(bytesOfGuid(text))).toBe('d96361baa104294db60572e2ffb1dc7f');
    expect(guidOf(bytesOfGuid(text), 0)).toBe(text);
    expect(() => bytesOfGuid('ba6163d9')).toThrow(RangeError);
  });

  it('writes and reads UTF-8 as everybody does, and answers whatever stands there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const bytes = new Uint8Array(100);
        const n = putUtf8(bytes, 3, text);
        expect([n, hexOf(bytes, 3, n)]).toEqual([putUtf8(null, 0, text), hexOf(new TextEncoder().encode(text))]);
        expect(utf8Of(bytes, 3, n)).toBe(text);
      }),
    );
    const sound = (text: string): string => text.replaceAll('\ufffd', '');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        expect(sound(utf8Of(bytes, 0, 8))).toBe(sound(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)));
      }),
    );
    expect([putUtf8(null, 0, 'a\ud800'), utf8Of(Uint8Array.of(0xe2, 0x82), 0, 2)]).toEqual([-1, '\ufffd']);
  });

  it('copies short and long runs alike', () => {
    const src = Uint8Array.from({ length: 400 }, (_, i) => i);
    for (const n of [0, 1, 256, 257, 390]) {
      const dst = new Uint8Array(400);
      copyBytes(dst, 3, src, 7, n);
      expect([...dst.subarray(3, 3 + n)]).toEqual([...src.subarray(7, 7 + n)]);
      expect(dst[3 + n]).toBe(0);
    }
    expect([...bytesOfHex('00 ff | 10')]).toEqual([0, 255, 16]);
  });
});
