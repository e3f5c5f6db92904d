/** Writes through the whole machine, from a guest's program to the platter, under the checkers. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import type { DiskFile } from '../../lab/disk-file.ts';
import type { Scenario, ScenarioIntent } from '../../scenarios/scenario.ts';
import { shipped } from '../../scenarios/shipped.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { sampleBytes, shippedChild } from '../disk/shipped-child.ts';
import { makeVhd, readVhd } from '../disk/vhd-maker.ts';
import { pattern } from '../disk/vhd-world.ts';
import { addImage, pieceOf } from '../images.ts';
import { broughtUp, feed, hopsOf, runOut } from '../whole.ts';

const named = (name: string): Scenario => shipped.find((s) => s.name === name)!;

/** The whole file, in slices, with the chunks it asks for. */
function contents(lab: Lab, file: DiskFile): Uint8Array {
  const out = new Uint8Array(file.bytes);
  for (let at = 0; at < file.bytes; ) {
    const length = Math.min(100_000, file.bytes - at);
    const slice = file.read(at, length);
    if (slice instanceof Uint8Array) {
      out.set(slice, at);
      at += length;
    } else lab.supply(slice.image, slice.chunk, pieceOf(slice));
  }
  return out;
}

/** Bytes compared at once: a matcher would take minutes for megabytes. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function kindsOf(lab: Lab, from: number, names: readonly string[]): string[] {
  return hopsOf(lab, from, lab.run.n).map((h) => lab.kinds[h.kind]!.name).filter((name) => names.includes(name));
}

describe('a dynamic VHD grows', () => {
  it('[VHDP-15] [STORVSP-9] the first write of a block lengthens the file, [DISKFILE-1] which is there to be taken out', () => {
    const lab = broughtUp(named('dynamic-vhd-grows'));
    const before = lab.diskFile('alpha');
    expect([before.name, before.bytes]).toEqual(['Alpha.vhd', sampleBytes.length]);
    const start = lab.run.n;
    runOut(lab);
    const ops = kindsOf(lab, start + 1, ['ntfs.extend', 'ntfs.write', 'block.done']);
    expect(ops).toEqual(['ntfs.extend', ...new Array<string>(4).fill('ntfs.write'), 'block.done', 'ntfs.write', 'ntfs.write', 'block.done', 'ntfs.write', 'block.done', 'block.done']);
    const file = contents(lab, lab.diskFile('alpha'));
    expect(file.length).toBe(sampleBytes.length + 2_097_152 + 512);
    const was = readVhd([sampleBytes]);
    const is = readVhd([file]);
    expect(same(is.slice(0, 40_960 * 512), was.slice(0, 40_960 * 512))).toBe(true);
    expect(is.slice(40_960 * 512, 40_976 * 512)).not.toEqual(new Uint8Array(8192));
    expect(same(is.slice(40_976 * 512), was.slice(40_976 * 512))).toBe(true);
    expect(same(contents(lab, before), sampleBytes)).toBe(true);
  });

  it('[BLOCKS-2] going back takes the writes off the disk, going on puts them there again', () => {
    const lab = broughtUp(named('dynamic-vhd-grows'));
    const start = lab.run.n;
    const first = lab.fingerprint();
    const end = runOut(lab);
    const last = lab.fingerprint();
    const grown = contents(lab, lab.diskFile('alpha'));
    feed(lab, () => lab.seek(start));
    expect([lab.fingerprint(), lab.diskFile('alpha').bytes]).toEqual([first, sampleBytes.length]);
    expect(same(contents(lab, lab.diskFile('alpha')), sampleBytes)).toBe(true);
    feed(lab, () => lab.seek(end));
    expect(lab.fingerprint()).toBe(last);
    expect(same(contents(lab, lab.diskFile('Alpha.vhd')), grown)).toBe(true);
    expect(lab.memory().written).toBeGreaterThan(4096);
  });

  it('[DISKFILE-2] knows which files there are, and refuses others and bytes outside in a sentence', () => {
    const lab = broughtUp(named('differencing-chain'));
    expect(lab.diskFiles().map((f) => [f.name, f.guest])).toEqual([['Alpha.vhd', 'alpha'], ['Beta.vhd', 'beta'], ['viridian-sample.vhd', '']]);
    expect(() => lab.diskFile('gamma')).toThrow('There is no VHD file gamma; there are Alpha.vhd, Beta.vhd, viridian-sample.vhd.');
    expect(() => lab.diskFile('alpha').read(70_000, 1000)).toThrow('Alpha.vhd has 70656 bytes; 1000 from 70000 on are not among them.');
  });
});

describe('a differencing chain', () => {
  it('[VHDP-18] is read sector by sector from child and parent, by both ways, and the writes stay in the child', () => {
    expect(same(shippedChild().bytes, contentsOfImage())).toBe(true);
    const lab = broughtUp(named('differencing-chain'));
    runOut(lab);
    for (const guest of lab.view().guests) expect(guest.status).not.toMatch(/error/i);
    expect(same(contents(lab, lab.diskFile('viridian-sample.vhd')), sampleBytes)).toBe(true);
    const alpha = readVhd([contents(lab, lab.diskFile('alpha')), sampleBytes]);
    const changed = readVhd([shippedChild().bytes, sampleBytes]);
    expect(same(alpha.slice(0, 40_960 * 512), changed.slice(0, 40_960 * 512))).toBe(true);
    expect(alpha.slice(40_960 * 512, 40_968 * 512)).not.toEqual(new Uint8Array(4096));
    expect(same(contents(lab, lab.diskFile('beta')), shippedChild().bytes)).toBe(true);
  });

  it('[SCEN-9] [VHDP-19] a child without its parent keeps its machine from starting, with the name and id of the parent', () => {
    const { changed } = named('differencing-chain').images;
    const { parent: _parent, ...alone } = changed!;
    const lab = broughtUp({ ...named('differencing-chain'), images: { changed: alone }, steps: [] });
    const reasons = hopsOf(lab, 1, lab.run.n).filter((h) => lab.kinds[h.kind]!.name.startsWith('vhd.opened')).map((h) => [h.args[1], h.args[4], lab.run.kernel.m.texts[h.args[3]!]]);
    expect(reasons).toEqual([0, 1].map(() => [0, 3, 'This differencing disk holds only what has changed and needs its parent viridian-sample.vhd (id 7866c336-e7ce-4d8a-8d65-bc5a2fa53a67), which is not there; hand in the parent too.']));
  });
});

function contentsOfImage(): Uint8Array {
  const { sha256, bytes } = named('differencing-chain').images['changed']!;
  const out = new Uint8Array(bytes);
  for (let chunk = 0; chunk * 65_536 < bytes; chunk++) out.set(pieceOf({ image: sha256, chunk }), chunk * 65_536);
  return out;
}

const write = (lba: number, sectors: number, count = 1): ScenarioIntent => ({ do: 'write-sectors', guest: 'alpha', lba, sectors, count, depth: 4 });

/** A machine whose guests have another image than the sample. */
function withImage(bytes: Uint8Array, steps: readonly ScenarioIntent[], kind: 'vhd' | 'raw' = 'vhd', file = 'disk.vhd'): Scenario {
  return {
    ...twoWays, images: { sample: { sha256: addImage(bytes), bytes: bytes.length, file, ...(kind === 'raw' ? { kind } : {}) } }, guests: [twoWays.guests[0]!],
    start: twoWays.start.slice(0, 2), steps: steps.map((intent) => ({ after: 'idle', intent })),
  };
}

describe('other images', () => {
  const disk = Uint8Array.from({ length: 5000 * 512 }, (_, i) => (i >> 9) & 0xff);

  it('[SCEN-9] [VHDP-13] a raw image is a disk as it stands, and is written in place; an ISO image is only read', () => {
    const lab = broughtUp(withImage(disk, [write(100, 128, 2)], 'raw', 'disk.img'));
    runOut(lab);
    const is = contents(lab, lab.diskFile('alpha'));
    expect([lab.diskFile('alpha').name, is.length]).toEqual(['Alpha.img', disk.length]);
    expect(same(is.slice(0, 100 * 512), disk.slice(0, 100 * 512))).toBe(true);
    expect(is.slice(100 * 512, 356 * 512)).not.toEqual(disk.slice(100 * 512, 356 * 512));
    expect(same(is.slice(356 * 512), disk.slice(356 * 512))).toBe(true);
    const iso = broughtUp(withImage(disk, [write(100, 8), { do: 'read-sectors', guest: 'alpha', lba: 100, sectors: 8, count: 1, depth: 1 }], 'raw', 'cd.iso'));
    runOut(iso);
    expect(same(contents(iso, iso.diskFile('alpha')), disk)).toBe(true);
    expect(kindsOf(iso, 1, ['disk.fetch'])).toEqual([]);
  });

  it('[VHDP-13] a fixed VHD of a length that is no whole cluster comes out as it went in, less what was written', () => {
    const made = makeVhd({ sectors: 4001, blockSize: 0, content: (s) => pattern(s, 1, 1) });
    const lab = broughtUp(withImage(made.bytes, [write(3993, 8)]));
    runOut(lab);
    const is = contents(lab, lab.diskFile('alpha'));
    expect(is.length).toBe(made.bytes.length);
    expect(same(is.slice(0, 3993 * 512), made.bytes.slice(0, 3993 * 512))).toBe(true);
    expect(same(is.slice(-512), made.bytes.slice(-512))).toBe(true);
    expect(is.slice(3993 * 512, 4001 * 512)).not.toEqual(made.bytes.slice(3993 * 512, 4001 * 512));
  });
});
