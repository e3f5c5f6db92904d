import { describe, expect, it } from 'vitest';
import { packetFields } from '../../wire/packet-fields.ts';

/** A READ(10) of 8 sectors at 0x1234 into guest page 0x103, as it stands in the ring with its footer. */
function readPacket(): Uint8Array {
  const bytes = new Uint8Array(96);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 9, true);
  view.setUint16(2, 5, true);
  view.setUint16(4, 11, true);
  view.setUint16(6, 1, true);
  view.setUint32(8, 0x14a000, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, 4096, true);
  view.setUint32(32, 0x103, true);
  view.setUint32(40, 3, true);
  view.setUint16(52, 0x24, true);
  bytes[60] = 10;
  bytes[61] = 0x12;
  bytes[62] = 1;
  view.setUint32(64, 4096, true);
  bytes[68] = 0x28;
  view.setUint32(70, 0x1234);
  view.setUint16(75, 8);
  view.setUint32(92, 480, true);
  return bytes;
}

describe('a packet in a ring', () => {
  const fields = packetFields(readPacket());
  const value = (name: string): string | undefined => fields.find((f) => f.name === name)?.value;

  it('is read from descriptor to footer, field by field', () => {
    expect(value('PfnArray[0]')).toContain('103');
    expect(value('Operation')).toContain('EXECUTE_SRB');
    expect(value('DataIn')).toContain('from device');
    expect(value('LogicalBlockAddress')).toContain('0x1234');
    expect(value('TransferLength')).toBe('8');
    expect(value('offset')).toContain('480');
  });

  it('covers every byte by some field, but the last of the command', () => {
    const covered = new Set(fields.flatMap((f) => Array.from({ length: f.bytes }, (_, i) => f.at + i)));
    const bare = Array.from({ length: 96 }, (_, at) => at).filter((at) => !covered.has(at));
    expect(bare.length).toBeLessThanOrEqual(2);
  });

  it('gives what there is when bytes are missing', () => {
    expect(packetFields(new Uint8Array(3))).toEqual([]);
    expect(() => packetFields(readPacket().subarray(0, 40))).not.toThrow();
  });
});
