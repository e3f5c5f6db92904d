/** What the set-up of these tests changes in how they judge. */
import { describe, expect, it } from 'vitest';

describe('runs of bytes', () => {
  it('are equal when every byte is, and not otherwise, wherever they stand', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i & 255);
    const other = bytes.slice();
    expect(other).toEqual(bytes);
    expect({ of: [other] }).toEqual({ of: [bytes] });
    expect(Buffer.from(bytes)).not.toEqual(bytes);
    other[4999]! ^= 1;
    expect(() => expect(other).toEqual(bytes)).toThrow(/to deeply equal/);
    expect({ of: [other] }).not.toEqual({ of: [bytes] });
    expect(bytes.subarray(1)).not.toEqual(bytes);
    expect(bytes).not.toEqual([...bytes]);
  });
});
