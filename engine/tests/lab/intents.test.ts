import { describe, expect, it } from 'vitest';
import { ChunkMissing, createLab } from '../../lab/lab.ts';
import { labOf } from '../../scenarios/builder.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { IntentError } from '../../sim/intend.ts';
import { fed, realLab, rest } from './real.ts';

const read = { do: 'read-file', guest: 'alpha', path: 'README.TXT' };
const sectors = { do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 1, depth: 1 };
const vm = { do: 'create-vm', name: 'gamma', title: 'Gamma', guest: 'legacy', memoryMb: 8, vps: 1, path: 'pio', disk: { fileId: 1 } };

const strange: readonly unknown[] = [
  null, undefined, 5, 'boot-root', [], {}, { do: null }, { do: 'dance' }, { do: 'toString' }, { do: '__proto__' }, { do: 'read-file' }, { ...read, guest: undefined }, { ...read, guest: 5 }, { ...read, guest: 'nobody' },
  { do: 'read-file', guest: 'alpha' }, { ...read, path: 5 }, { ...read, path: null }, { ...read, path: 'x'.repeat(100_000) }, { ...read, depth: 'x' }, { ...read, depth: -1 }, { ...read, depth: 1.5 }, { ...read, depth: 2 ** 40 }, { ...read, colour: 'red' },
  { do: 'list-files', guest: 'alpha' }, { ...sectors, lba: -1 }, { ...sectors, lba: Number.NaN }, { ...sectors, lba: 2 ** 40 }, { ...sectors, count: '1' }, { do: 'read-sectors', guest: 'alpha' }, { do: 'start-vm' }, { do: 'start-vm', name: 5 },
  { do: 'burn' }, { do: 'burn', where: 'root', ms: -1 }, { do: 'burn', where: 'root', ms: 'x' }, { do: 'create-vm' }, { ...vm, name: 'Two Words' }, { ...vm, memoryMb: 2 ** 40 }, { ...vm, vps: 0 }, { ...vm, disk: null }, { ...vm, disk: { fileId: 'x' } },
  { ...vm, path: 'magic' }, { ...vm, guest: 'toString' }, { ...vm, title: '' }, { ...vm, polled: 1 },
];

describe('intents of a stranger', () => {
  it('[HIST-5] [LAB-1] whatever is asked in a wrong form is refused in one sentence, and nothing has changed', () => {
    const lab = realLab();
    fed(lab, () => lab.advance({ hops: 300 }));
    const before = [fed(lab, () => lab.fingerprint()), lab.branches(), lab.status()];
    for (const intent of strange) {
      let said = 'accepted';
      try {
        lab.intend(intent);
      } catch (error) {
        expect(error).toBeInstanceOf(IntentError);
        said = (error as Error).message;
      }
      expect([intent, said]).toEqual([intent, expect.stringMatching(/^(?!accepted)(?!.*(?:Cannot read|NaN does|undefined does|\[object)).{20,300}\.$/)]);
      expect([fed(lab, () => lab.fingerprint()), lab.branches(), lab.status()]).toEqual(before);
    }
    lab.intend(read);
    expect(rest(lab).state).toBe('idle');
  });

  it('[HIST-5] while a chunk is missing an intent is refused, and afterwards all goes on as if it had not been', () => {
    const calm = realLab({ steps: [] });
    calm.intend(read);
    rest(calm);
    const lab = createLab(labOf({ ...twoWays, steps: [] }));
    const bringUp = lab.bringUp();
    expect(bringUp.state).toBe('needs');
    const { need } = bringUp;
    expect(() => lab.intend(read)).toThrow(IntentError);
    expect(lab.status().need).toEqual(need);
    expect(lab.branches()[0]!.intents.some((i) => !i.planned)).toBe(false);
    fed(lab, () => lab.bringUp());
    lab.intend(read);
    rest(lab);
    expect(fed(lab, () => lab.fingerprint())).toBe(fed(calm, () => calm.fingerprint()));
  });

  it('[LAB-2] a chunk of a wrong kind is refused, one that was not asked for does no harm, and the first to come counts', () => {
    const lab = createLab(labOf(twoWays));
    const { need } = lab.bringUp();
    const { image, chunk } = need!;
    for (const wrong of [null, undefined, 'bytes', [1, 2], new Uint8Array(65_537), new Uint16Array(8)]) {
      expect(() => lab.supply(image, chunk, wrong as Uint8Array)).toThrow(RangeError);
      expect(lab.status().need).toEqual(need);
    }
    for (const number of [-1, 0.5, Number.NaN]) expect(() => lab.supply(image, number, new Uint8Array(1))).toThrow(RangeError);
    lab.supply('of-nobody', 3, new Uint8Array(65_536));
    lab.supply(image, 999, new Uint8Array(65_536).fill(7));
    expect(lab.status().need).toEqual(need);
    expect(() => lab.fingerprint()).not.toThrow(ChunkMissing);
    fed(lab, () => lab.bringUp());
    lab.supply(image, chunk, new Uint8Array(65_536));
    const other = realLab();
    rest(lab);
    rest(other);
    expect(fed(lab, () => lab.fingerprint())).toBe(fed(other, () => other.fingerprint()));
  });
});
