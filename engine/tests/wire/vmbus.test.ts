import { describe, expect, it } from 'vitest';
import { bytesOfHex, get32, hexOf } from '../../wire/bytes.ts';
import { CLASS_IDE, deviceClasses, deviceClassName, ideInstance } from '../../wire/device-classes.ts';
import { eras } from '../../wire/eras.ts';
import { gpaDirectBytes, gpaDirectRefusal, gpaLength, gpaOffset, gpaPages, gpaPfn, putGpaDirect } from '../../wire/gpa-direct.ts';
import { decode } from '../../wire/layout.ts';
import { layoutById } from '../../wire/layouts.ts';
import { channelMessageLayout } from '../../wire/vmbus-layouts.ts';
import {
  contactInterruptPage, contactMonitorPage, contactVersion, gpadlBodies, gpadlByteCount, gpadlHandle, gpadlPfn, gpadlPfnCount, gpadlRangeBytes,
  messageBytes, messageRefusal, messageRelid, nextReceiveBit, nextSendBit, OFFER_CHANNEL, openDownstreamPage, openRingGpadl, putBareMessage, putGpadlBody, putGpadlCreated,
  putGpadlHeader, putGpadlTeardown, putGpadlTorndown, putInitiateContact, putOffer, putOpenChannel, putOpenResult, putRelidMessage, putVersionResponse, readOffer, REQUEST_OFFERS,
  RESCIND_CHANNEL_OFFER, resultStatusOf, setReceiveBit, setSendBit, takeReceiveBit, takeSendBit, torndownHandle, UNLOAD_RESPONSE, versionSupported, vmbusVersion,
  vmbusVersionText,
} from '../../wire/vmbus.ts';
import type { Offer } from '../../wire/vmbus.ts';

const accelerator: Offer = {
  interfaceType: CLASS_IDE, interfaceInstance: ideInstance(0, 0), interruptLatency: 0, flags: 1, mmioMegabytes: 0,
  userData: bytesOfHex('000000000000000002000000'), subChannelIndex: 0, relid: 1, monitorId: 0xff, dedicatedInterrupt: true, connectionId: 0x2001,
};

describe('channel messages', () => {
  it('[VMSG-1] a short message is refused, a long one is not, and each era knows its types', () => {
    const b = new Uint8Array(240);
    for (const era of eras) {
      for (let type = 0; type <= 18; type++) {
        const least = messageBytes(type, era);
        b[0] = type;
        if (least === 0) expect(messageRefusal(b, 0, 240, era)).toBe('unknown-type');
        else expect([messageRefusal(b, 0, least - 1, era), messageRefusal(b, 0, least, era), messageRefusal(b, 0, 240, era)]).toEqual(['too-short', 0, 0]);
        const layout = layoutById(channelMessageLayout(type, era));
        expect(layout === null, `${type} ${era}`).toBe(least === 0);
        if (layout !== null) expect(layout.eras).toContain(era);
        if (layout !== null && layout.size !== 'variable') expect(layout.size).toBe(least);
      }
      expect(messageRefusal(b, 0, 7, era)).toBe('too-short');
    }
    expect(messageBytes(UNLOAD_RESPONSE, 'ws2008')).toBe(0);
    expect(eras.map((era) => vmbusVersionText(vmbusVersion(era)))).toEqual(['0.13', '1.1', '2.4']);
  });

  it('[VMSG-2] an offer from 2.4 on, byte for byte', () => {
    const b = new Uint8Array(240);
    expect(putOffer(b, 0, 'ws2012', accelerator)).toBe(196);
    expect(hexOf(b, 0, 0x50)).toBe(hexOf(bytesOfHex(`01 00 00 00 00 00 00 00 32 26 41 32 cb 86 a2 44
      9b 5c 50 d1 41 73 54 f5 00 00 00 00 00 00 99 88  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00  00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00`)));
    expect(hexOf(b, 0xb0, 0x14)).toBe('000000000000000001000000ff000100' + '01200000');
  });

  it('[VMSG-2] an offer of 0.13 ends after MonitorAllocated and comes back as it was, in every era', () => {
    for (const era of eras) {
      const b = new Uint8Array(240).fill(0xee);
      const length = putOffer(b, 16, era, { ...accelerator, monitorId: 3 });
      expect(length).toBe(era === 'ws2008' ? 190 : 196);
      expect([b[16 + length], b[16 + 189]]).toEqual([0xee, 1]);
      const back = readOffer(b, 16, era);
      expect(back).toMatchObject({ interfaceType: CLASS_IDE, interfaceInstance: accelerator.interfaceInstance, relid: 1, monitorId: 3, flags: 1 });
      expect([back.connectionId, back.dedicatedInterrupt]).toEqual(era === 'ws2008' ? [2, false] : [0x2001, true]);
      expect(hexOf(back.userData, 0, 12)).toBe('000000000000000002000000');
    }
  });

  it('[VMSG-3] the version response is 9 bytes before 2.4', () => {
    const b = new Uint8Array(32).fill(0xee);
    expect(putVersionResponse(b, 0, 'ws2008', true)).toBe(9);
    expect(hexOf(b, 0, 10)).toBe('0f00000000000000' + '01ee');
    expect(putVersionResponse(b, 0, 'ws2012', false, 1, 0x0002_0004)).toBe(16);
    expect([versionSupported(b, 0), hexOf(b, 8, 8)]).toEqual([false, '0001000004000200']);
  });

  it('[VMSG-1] InitiateContact carries version and three addresses', () => {
    const b = new Uint8Array(64);
    expect(putInitiateContact(b, 4, 0x0000_000d, 0, 0x123_3000, 0x123_4000, 0x1_0000_5000)).toBe(40);
    expect(hexOf(b, 4, 40)).toBe('0e00000000000000' + '0d00000000000000' + '0030230100000000' + '0040230100000000' + '0050000001000000');
    expect([contactVersion(b, 4), contactInterruptPage(b, 4), contactMonitorPage(b, 4, 0), contactMonitorPage(b, 4, 1)]).toEqual([13, 0x123_3000, 0x123_4000, 0x1_0000_5000]);
  });

  it('[VMSG-4] OpenChannel and its result, byte for byte; offset 20 by era', () => {
    const b = new Uint8Array(160).fill(0xee);
    expect(putOpenChannel(b, 0, 1, 1, 0xe_1e10, 0, 4, null)).toBe(148);
    expect(hexOf(b, 0, 28)).toBe('0500000000000000' + '0100000001000000' + '101e0e0000000000' + '04000000');
    expect([b.subarray(28, 148).every((x) => x === 0), b[148], openRingGpadl(b, 0), openDownstreamPage(b, 0)]).toEqual([true, 0xee, 0xe_1e10, 4]);
    expect(decode(layoutById('vmbus.open.0.13')!, b).find((f) => f.at === 20)?.name).toBe('ServerContextAreaGpadlHandle');
    expect(decode(layoutById('vmbus.open.2.4')!, b).find((f) => f.at === 20)?.name).toBe('target_vp');
    expect(putOpenResult(b, 0, 1, 1, 0)).toBe(20);
    expect([hexOf(b, 0, 20), resultStatusOf(b, 0)]).toEqual(['0600000000000000' + '0100000001000000' + '00000000', 0]);
  });

  it('[VMSG-5] a GPADL of 8 pages, byte for byte, and one of 100 pages in four messages', () => {
    const b = new Uint8Array(240);
    const pfns = Array.from({ length: 8 }, (_, i) => 0x100 + i);
    expect(putGpadlHeader(b, 0, 1, 0xe_1e10, pfns)).toBe(92);
    expect(hexOf(b, 0, 36)).toBe('0800000000000000' + '01000000101e0e00' + '4800010000800000' + '0000000000010000' + '00000000');
    expect([gpadlRangeBytes(b, 0), gpadlByteCount(b, 0), gpadlPfnCount(b, 0, 92), gpadlPfn(b, 0, 7), gpadlHandle(b, 0)]).toEqual([72, 0x8000, 8, 0x107, 0xe_1e10]);
    const many = Uint32Array.from({ length: 100 }, (_, i) => 0x5000 + 3 * i);
    expect([gpadlBodies(26), gpadlBodies(27), gpadlBodies(100)]).toEqual([0, 1, 3]);
    const back: number[] = [];
    const take = (length: number): void => {
      expect(length).toBeLessThanOrEqual(240);
      for (let i = 0; i < gpadlPfnCount(b, 0, length); i++) back.push(gpadlPfn(b, 0, i));
    };
    take(putGpadlHeader(b, 0, 1, 7, many));
    for (let i = 0; i < 3; i++) take(putGpadlBody(b, 0, 7, many, i));
    expect(back).toEqual([...many]);
  });

  it('[VMSG-1] the small messages, byte for byte', () => {
    const b = new Uint8Array(32);
    expect([putGpadlCreated(b, 0, 1, 0xe_1e10, 0), hexOf(b, 0, 20)]).toEqual([20, '0a00000000000000' + '01000000101e0e00' + '00000000']);
    expect([putGpadlTeardown(b, 0, 1, 5), hexOf(b, 0, 16)]).toEqual([16, '0b00000000000000' + '0100000005000000']);
    expect([putGpadlTorndown(b, 0, 5), torndownHandle(b, 0)]).toEqual([12, 5]);
    expect([putRelidMessage(b, 0, RESCIND_CHANNEL_OFFER, 9), messageRelid(b, 0)]).toEqual([12, 9]);
    expect([putBareMessage(b, 0, REQUEST_OFFERS), hexOf(b, 0, 8)]).toEqual([8, '0300000000000000']);
    expect(OFFER_CHANNEL).toBe(1);
  });
});

describe('interrupt page, classes, GPA ranges', () => {
  it('[VMSG-6] has one half for each direction', () => {
    const page = new Uint8Array(4096);
    expect([setReceiveBit(page, 9), setSendBit(page, 10)]).toEqual([true, true]);
    expect([page[1], page[2049]]).toEqual([2, 4]);
    expect([nextReceiveBit(page, 0), nextReceiveBit(page, 10), nextSendBit(page, 0)]).toEqual([9, -1, 10]);
    expect([takeReceiveBit(page, 9), takeReceiveBit(page, 9), takeSendBit(page, 10)]).toEqual([true, false, true]);
    expect(page.every((x) => x === 0)).toBe(true);
  });

  it('[VMSG-7] names each class once', () => {
    expect(new Set(deviceClasses.map((c) => c.guid)).size).toBe(deviceClasses.length);
    expect(deviceClassName(CLASS_IDE)).toBe('IDE accelerator');
    expect(ideInstance(1, 0)).toBe('00000001-0000-8899-0000-000000000000');
    expect(deviceClasses.find((c) => c.id === 'keyboard')?.eras).toEqual(['ws2012']);
  });

  it('[VMSG-8] one range over the pages a buffer touches; other shapes are refused', () => {
    const ext = new Uint8Array(64);
    expect([gpaPages(0, 4096), gpaPages(1, 4096), gpaPages(512, 3584), gpaPages(4095, 2)]).toEqual([1, 2, 1, 2]);
    const length = putGpaDirect(ext, 0x2000, 0x200, [5, 7, 6]);
    expect([length, gpaDirectBytes(3), gpaLength(ext), gpaOffset(ext), gpaPfn(ext, 1), get32(ext, 4)]).toEqual([40, 40, 0x2000, 0x200, 7, 1]);
    expect(gpaDirectRefusal(ext, 40)).toBe(0);
    expect([gpaDirectRefusal(ext, 8), gpaDirectRefusal(ext, 32), gpaDirectRefusal(ext, 48)]).toEqual(['too-short', 'page-count', 'page-count']);
    const changed = (at: number, byte: number): string | 0 => gpaDirectRefusal(ext.map((x, i) => (i === at ? byte : x)), 40);
    expect([changed(4, 2), changed(13, 0x10), changed(8, 1), changed(23, 0xff)]).toEqual(['range-count', 'offset', 0, 'page-number']);
    expect(gpaDirectRefusal(new Uint8Array(24).fill(0xff), 24)).toBe('range-count');
  });
});
