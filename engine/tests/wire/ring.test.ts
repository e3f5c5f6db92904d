import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfHex, get32, hexOf, put16, put32 } from '../../wire/bytes.ts';
import {
  advance, canWrite, copyOut, dataSize, free, isEmpty, newPacketHeader, packetBytes, peekPacket, pendingSendSize, putPacket, readerSignalNeeded,
  readIndex, RING_CORRUPT, RING_FULL, setHonoursPendingSend, setInterruptMask, setPendingSendSize, setReadIndex, setWriteIndex, signalNeeded, used,
  writeIndex,
} from '../../wire/ring.ts';

function newRing(dataPages = 1): Uint8Array[] {
  return Array.from({ length: dataPages + 1 }, () => new Uint8Array(4096));
}

function ringAt(index: number, dataPages = 1): Uint8Array[] {
  const pages = newRing(dataPages);
  setWriteIndex(pages, index);
  setReadIndex(pages, index);
  return pages;
}

function snapshot(pages: readonly Uint8Array[]): string {
  return pages.map((page) => hexOf(page)).join('/');
}

const request = bytesOfHex('0100000000000100');
const ID_LO = 0x55667788;
const ID_HI = 0x11223344;

function putRequest(pages: Uint8Array[]): number {
  return putPacket(pages, 6, 1, ID_LO, ID_HI, null, 0, request, 8);
}

/** An in-band packet of `total` ring bytes. */
function putTotal(pages: Uint8Array[], total: number): number {
  return putPacket(pages, 6, 0, 0, 0, null, 0, new Uint8Array(total - 24), total - 24);
}

describe('ring: worked examples', () => {
  it('[RING-1] [RING-3] example A: one in-band packet into an empty ring', () => {
    const pages = newRing();
    expect(dataSize(pages)).toBe(4096);
    expect(putRequest(pages)).toBe(0);
    expect(hexOf(pages[1], 0, 32)).toBe('06000200030001008877665544332211' + '0100000000000100' + '0000000000000000');
    expect(hexOf(pages[0], 0, 16)).toBe('20000000000000000000000000000000');
    expect(signalNeeded(0, pages, 'empty-to-non-empty')).toBe(true);
    expect(putRequest(pages)).toBe(0x20);
    expect(writeIndex(pages)).toBe(0x40);
    expect(hexOf(pages[1], 0x38, 8)).toBe('0000000020000000');
    expect(signalNeeded(0x20, pages, 'empty-to-non-empty')).toBe(false);
  });

  it('[RING-3] pads a payload of 5 bytes with zeros to 8, over stale bytes too', () => {
    const pages = newRing();
    pages[1].fill(0xee);
    putPacket(pages, 6, 0, 0, 0, null, 0, bytesOfHex('aabbccddee'), 5);
    expect(hexOf(pages[1], 0, 40)).toBe('0600020003000000' + '0000000000000000' + 'aabbccddee000000' + '0000000000000000' + 'eeeeeeeeeeeeeeee');
  });

  it('[RING-5] example B: a packet wraps behind its descriptor, and inside it', () => {
    const pages = ringAt(0xff0);
    putRequest(pages);
    expect(hexOf(pages[1], 0xff0, 16)).toBe('06000200030001008877665544332211');
    expect(hexOf(pages[1], 0, 16)).toBe('010000000000010000000000f00f0000');
    expect([writeIndex(pages), readIndex(pages)]).toEqual([0x010, 0xff0]);
    const split = ringAt(0xff8);
    putRequest(split);
    expect(hexOf(split[1], 0xff8, 8) + hexOf(split[1], 0, 8)).toBe('06000200030001008877665544332211');
    expect(writeIndex(split)).toBe(0x018);
  });

  it('[RING-2] [RING-4] example C: 127 packets of 32 bytes fill 4 KiB; the 128th changes nothing', () => {
    const pages = newRing();
    let signals = 0;
    for (let i = 0; i < 127; i++) {
      const old = writeIndex(pages);
      expect(putTotal(pages, 32)).toBe(32 * i);
      if (signalNeeded(old, pages, 'empty-to-non-empty')) signals++;
    }
    expect(signals).toBe(1);
    expect(hexOf(pages[1], 0xfd8, 8)).toBe('00000000c00f0000');
    const before = snapshot(pages);
    expect(putTotal(pages, 32)).toBe(RING_FULL);
    expect(snapshot(pages)).toBe(before);
    expect(putTotal(pages, 24)).not.toBe(RING_FULL);
    expect(putTotal(pages, 24)).toBe(RING_FULL);
    expect(free(writeIndex(pages), readIndex(pages), 4096)).toBe(8);
  });

  it('[RING-11] refuses before it writes, so the writer can try the same packet again', () => {
    const pages = newRing();
    while (canWrite(pages, 32)) putTotal(pages, 32);
    const full = snapshot(pages);
    expect([putTotal(pages, 32), snapshot(pages) === full]).toEqual([RING_FULL, true]);
    expect(canWrite(pages, 32)).toBe(false);
    advance(pages, 24);
    expect(canWrite(pages, 32)).toBe(true);
    expect(putTotal(pages, 32)).toBe(0xfe0);
    expect(pendingSendSize(pages)).toBe(0);
  });

  it('[RING-10] example C, reader side: one signal per blocked spell, after reads 1, 2 and 3', () => {
    for (const [wanted, expected] of [[24, 1], [40, 2], [72, 3], [79, 3]] as const) {
      const pages = newRing();
      setHonoursPendingSend(pages, true);
      while (putTotal(pages, 32) >= 0);
      putTotal(pages, 24);
      setPendingSendSize(pages, wanted);
      const signalled: number[] = [];
      for (let read = 1; read <= 6; read++) {
        const old = readIndex(pages);
        advance(pages, 24);
        if (readerSignalNeeded(old, pages)) signalled.push(read);
      }
      expect(signalled).toEqual([expected]);
      setHonoursPendingSend(pages, false);
      expect(readerSignalNeeded(0, pages)).toBe(false);
    }
  });

  it('[RING-3] [RING-9] example D: a completion of a 64-byte packet takes 88 bytes', () => {
    const pages = newRing();
    const payload = new Uint8Array(64);
    put32(payload, 0, 1);
    putPacket(pages, 0xb, 0, 0x2a, 0, null, 0, payload, 64);
    expect(hexOf(pages[1], 0, 24)).toBe('0b0002000a000000' + '2a00000000000000' + '0100000000000000');
    expect(writeIndex(pages)).toBe(0x58);
    const header = newPacketHeader();
    expect(peekPacket(pages, header)).toBe(0);
    advance(pages, header.totalBytes);
    expect(readIndex(pages)).toBe(0x58);
    putPacket(pages, 0xb, 0, 7, 0, null, 0, bytesOfHex('6c00000001000000'), 8);
    expect(hexOf(pages[1], 0x58, 32)).toBe('0b000200030000000700000000000000' + '6c00000001000000' + '0000000058000000');
  });
});

describe('ring: signals', () => {
  it('[RING-6] asks when the ring was empty and the mask is clear, and not otherwise', () => {
    const pages = newRing();
    const asks = (): boolean => {
      const old = writeIndex(pages);
      putRequest(pages);
      return signalNeeded(old, pages, 'empty-to-non-empty');
    };
    expect([asks(), asks(), asks()]).toEqual([true, false, false]);
    advance(pages, 24);
    expect(asks()).toBe(false);
    while (!isEmpty(pages)) advance(pages, 24);
    expect(asks()).toBe(true);
    while (!isEmpty(pages)) advance(pages, 24);
    setInterruptMask(pages, 1);
    expect(asks()).toBe(false);
    setInterruptMask(pages, 0);
    expect(asks()).toBe(false);
  });

  it('[RING-6] a batch asks once, and not at all when the reader has not come to its first packet', () => {
    const batch = newRing();
    const fill = (count: number): boolean => {
      const old = writeIndex(batch);
      for (let i = 0; i < count; i++) putTotal(batch, 32);
      return signalNeeded(old, batch, 'empty-to-non-empty');
    };
    expect([fill(40), fill(40), fill(1)]).toEqual([true, false, false]);
    for (let i = 0; i < 80; i++) advance(batch, 24);
    expect(fill(20)).toBe(false);
    for (let i = 0; i < 21; i++) advance(batch, 24);
    expect(fill(20)).toBe(true);
  });

  it('[RING-6] judged after publishing: a reader that has taken the packets before them in the meantime is signalled', () => {
    const pages = newRing();
    putRequest(pages);
    const old = writeIndex(pages);
    putRequest(pages);
    expect(signalNeeded(old, pages, 'empty-to-non-empty')).toBe(false);
    advance(pages, 24);
    expect(signalNeeded(old, pages, 'empty-to-non-empty')).toBe(true);
  });

  it('[RING-7] the 2009 Linux rule asks after every write unless masked', () => {
    const pages = newRing();
    for (let i = 0; i < 3; i++) {
      const old = writeIndex(pages);
      putRequest(pages);
      expect(signalNeeded(old, pages, 'every-write')).toBe(true);
    }
    setInterruptMask(pages, 1);
    expect(signalNeeded(0, pages, 'every-write')).toBe(false);
  });
});

describe('ring: hostile contents', () => {
  function damaged(change: (pages: Uint8Array[]) => void): string | 0 {
    const pages = newRing();
    putRequest(pages);
    change(pages);
    const before = snapshot(pages);
    const answer = peekPacket(pages, newPacketHeader());
    expect(snapshot(pages)).toBe(before);
    return answer;
  }

  it('[RING-8] names what is wrong and consumes nothing', () => {
    expect(damaged((p) => setWriteIndex(p, 4096))).toBe('InvalidRingPointer');
    expect(damaged((p) => setReadIndex(p, 4))).toBe('InvalidRingPointer');
    expect(damaged((p) => setWriteIndex(p, 0xffffffff))).toBe('InvalidRingPointer');
    expect(damaged((p) => setWriteIndex(p, 16))).toBe('InvalidDataAvailable');
    expect(damaged((p) => setWriteIndex(p, 0))).toBe('Empty');
    expect(damaged((p) => put16(p[1], 0, 0))).toBe('InvalidDescriptorType');
    expect(damaged((p) => put16(p[1], 0, 8))).toBe('InvalidDescriptorType');
    expect(damaged((p) => put16(p[1], 2, 1))).toBe('InvalidDescriptorLengths');
    expect(damaged((p) => put16(p[1], 2, 4))).toBe('InvalidDescriptorLengths');
    expect(damaged((p) => put16(p[1], 4, 4))).toBe('InvalidDescriptorLengths');
    expect(damaged((p) => put16(p[1], 4, 0xffff))).toBe('InvalidDescriptorLengths');
    expect(damaged((p) => put16(p[1], 6, 2))).toBe('InvalidDescriptorFlags');
    expect(damaged((p) => put16(p[1], 0, 9))).toBe('InvalidDescriptorLengths');
    expect(damaged((p) => { put16(p[1], 0, 9); put16(p[1], 2, 3); put32(p[1], 20, 0); })).toBe('InvalidDescriptorGpaDirectRangeCount');
  });

  it('[RING-8] a writer faced with impossible indices writes nothing', () => {
    const pages = newRing();
    setReadIndex(pages, 0x10_0000);
    const before = snapshot(pages);
    expect(putRequest(pages)).toBe(RING_CORRUPT);
    expect(canWrite(pages, 32)).toBe(false);
    expect(snapshot(pages)).toBe(before);
  });

  it('[RING-8] survives any bytes in header and descriptor', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.boolean(), (head, body, tame) => {
        const pages = newRing();
        pages[0].set(head);
        if (tame) for (const at of [0, 4]) put32(pages[0], at, get32(pages[0], at) & 0xff8);
        const at = readIndex(pages) & 0xff8;
        for (let i = 0; i < 64; i++) pages[1][(at + i) % 4096] = body[i];
        const header = newPacketHeader();
        if (peekPacket(pages, header) === 0) {
          expect(header.totalBytes + 8).toBeLessThanOrEqual(used(writeIndex(pages), readIndex(pages), 4096));
          copyOut(pages, header.payloadAt, new Uint8Array(header.payloadBytes), header.payloadBytes);
        }
      }),
    );
  });
});

interface Sent { readonly type: number; readonly lo: number; readonly hi: number; readonly ext: Uint8Array; readonly payload: Uint8Array }

function receive(pages: Uint8Array[], expected: Sent): void {
  const header = newPacketHeader();
  expect(peekPacket(pages, header)).toBe(0);
  expect([header.type, header.transIdLo, header.transIdHi, header.extBytes]).toEqual([expected.type, expected.lo, expected.hi, expected.ext.length]);
  const ext = new Uint8Array(header.extBytes);
  copyOut(pages, header.extAt, ext, ext.length);
  const payload = new Uint8Array(header.payloadBytes);
  copyOut(pages, header.payloadAt, payload, payload.length);
  expect(hexOf(ext)).toBe(hexOf(expected.ext));
  expect(hexOf(payload)).toBe(hexOf(expected.payload).padEnd(((expected.payload.length + 7) & ~7) * 2, '0'));
  advance(pages, header.totalBytes);
}

describe('ring: properties', () => {
  it('[RING-5] carries a packet intact from each of the 512 offsets of a 4 KiB ring', () => {
    const ext = Uint8Array.from({ length: 24 }, (_, i) => i + 1);
    const payload = Uint8Array.from({ length: 61 }, (_, i) => 0x80 + i);
    for (let offset = 0; offset < 4096; offset += 8) {
      const pages = ringAt(offset);
      expect(putPacket(pages, 9, 1, offset, ~offset >>> 0, ext, 24, payload, 61)).toBe(offset);
      const footer = new Uint8Array(8);
      copyOut(pages, offset + packetBytes(24, 61) - 8, footer, 8);
      expect([get32(footer, 0), get32(footer, 4)]).toEqual([0, offset]);
      receive(pages, { type: 9, lo: offset, hi: ~offset >>> 0, ext, payload });
      expect(isEmpty(pages)).toBe(true);
    }
  });

  it('[RING-2] [RING-4] [RING-5] [RING-9] behaves as a queue of bounded size under any writes and reads', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ words: fc.nat(3), payload: fc.uint8Array({ maxLength: 900 }), lo: fc.nat(), hi: fc.nat() }) },
      { weight: 2, arbitrary: fc.constant(null) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 511 }), fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 60 }), (start8, dataPages, steps) => {
        const pages = ringAt(start8 * 8, dataPages);
        const shadow: Sent[] = [];
        let shadowUsed = 0;
        const bytesOf = (s: Sent): number => packetBytes(s.ext.length, s.payload.length);
        for (const s of steps) {
          if (s === null) {
            const oldest = shadow.shift();
            if (oldest === undefined) expect(peekPacket(pages, newPacketHeader())).toBe('Empty');
            else { receive(pages, oldest); shadowUsed -= bytesOf(oldest); }
            continue;
          }
          const sent: Sent = { type: s.words === 0 ? 6 : 9, lo: s.lo, hi: s.hi, ext: new Uint8Array(8 * s.words).fill(7), payload: s.payload };
          const fits = dataPages * 4096 - shadowUsed > bytesOf(sent);
          const at = putPacket(pages, sent.type, 0, s.lo, s.hi, s.words === 0 ? null : sent.ext, sent.ext.length, s.payload, s.payload.length);
          expect(at >= 0).toBe(fits);
          if (fits) { shadow.push(sent); shadowUsed += bytesOf(sent); }
          expect(used(writeIndex(pages), readIndex(pages), dataSize(pages))).toBe(shadowUsed);
        }
        for (const rest of shadow) receive(pages, rest);
        expect(isEmpty(pages)).toBe(true);
      }),
    );
  });

  it('[RING-10] both ways to state the reader rule agree for every multiple of eight', () => {
    for (let f = 8; f <= 4096; f += 40) {
      for (let r = 8; r < f; r += 24) {
        for (let p = 8; p < 200; p += 8) {
          const linux = !(f - r > p) && !(f <= p);
          const openvmm = f - r - 8 < p && f - 8 >= p;
          if (linux !== openvmm) expect.fail(`free ${f}, read ${r}, wanted ${p}`);
        }
      }
    }
  });
});
