import { describe, expect, it } from 'vitest';
import { channelMessageLayout, decodeChannelMessage, decodeRingPacket } from '../../devices/vmbus/decode.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { layoutById } from '../../wire/layouts.ts';
import { DISK_SECTORS, FREE_PAGES, rig, type StorageGuest, type StorageRig } from '../storage/rig.ts';

function packet(r: StorageRig, g: StorageGuest, kind: string, nth: number): Record<string, string> {
  const [, , , , page, span] = r.of(kind).at(nth)!;
  const at = span! & 0xfff;
  const bytes = r.memory(g, page!).slice(at, at + (span! >>> 12));
  const fields = decodeRingPacket(bytes);
  expect(fields.filter((f) => f.missing)).toEqual([]);
  return Object.fromEntries(fields.map((f) => [f.name, f.value]));
}

describe('what an inspector reads', () => {
  it('[LAYOUT-2] a READ(10) packet down to its command, and its completion down to the sense', () => {
    const r = rig();
    const g = r.up('alpha');
    r.read(g, [{ lba: DISK_SECTORS - 4, sectors: 8, page: FREE_PAGES, offset: 0 }]);
    expect(packet(r, g, 'vmbus.ringWriteGuest', -1)).toMatchObject({
      'PfnArray[0]': '0x40 (64)', Operation: 'EXECUTE_SRB (3)', OperationCode: 'READ(10) (0x28)', LogicalBlockAddress: '0xFFC (4092)', TransferLength: '8', offset: expect.any(String) as string,
    });
    expect(packet(r, g, 'vmbus.ringWriteRoot', -1)).toMatchObject({ Operation: 'COMPLETE_IO (1)', SenseKey: 'ILLEGAL REQUEST (5)', AdditionalSenseCode: 'logical block address out of range (0x2100)' });
    expect(packet(r, g, 'vmbus.ringWriteRoot', 2)['MaxTransferBytes']).toBe('0x10000 (65536)');
    expect(packet(r, g, 'vmbus.ringWriteGuest', 1)['MajorMinor']).toBe('0x0200 (512)');
    expect(decodeRingPacket(new Uint8Array(16)).map((f) => f.name)).toContain('TransactionId');
  });

  it('[LAYOUT-2] every message of a bring-up by its own layout', () => {
    const r = rig();
    r.up('alpha');
    const types = r.short.posts.map(([, bytes]) => {
      expect(decodeChannelMessage(bytes).filter((f) => f.missing)).toEqual([]);
      expect(layoutById(channelMessageLayout(bytes), 'ws2008')).not.toBeNull();
      return bytes[0];
    });
    expect(types).toEqual([14, 15, 3, 1, 4, 8, 10, 5, 6]);
    expect(channelMessageLayout(new Uint8Array([99, 0, 0, 0]))).toBe('vmbus.bare');
  });

  it('[CHAN-1] a sentence names the request behind a transaction id, and every sentence ends with a reason', () => {
    const view = { from: 'Storage VSC', to: 'Storage VSP', guest: 'Alpha' };
    const args = { direction: 0, offset: 0, length: 96, transId: 0x140_040, page: 1, span: 0x60000 };
    expect(Object.values(vmbus.ringWriteGuest.sentence(args, view)).join(' ')).toBe('Storage VSC writes a READ(10) packet of 96 bytes into the ring the root must learn which sectors are wanted');
    expect(vmbus.ringWriteGuest.sentence({ ...args, transId: 0x140_900 }, view).object).toBe('an INQUIRY packet of 96 bytes into the ring');
    for (const kind of Object.values(vmbus)) {
      const zero = Object.fromEntries(kind.args.map((name) => [name, 1]));
      const { actor, act, object, because } = kind.sentence(zero, view);
      for (const part of [actor, act, object, because]) expect([kind.name, part.length > 2 && !/undefined|NaN|\.$/.test(part)]).toEqual([kind.name, true]);
    }
  });
});
