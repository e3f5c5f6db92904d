/**
 * The differencing disk that the lab comes with, made anew: a child of the sample disk that holds one changed sector, the text of
 * README.TXT. `public/disks/viridian-changed.vhd` must be these bytes.
 */
import { readFileSync } from 'node:fs';
import { makeVhd, readVhd, SECTOR, type MadeVhd } from './vhd-maker.ts';

export const sampleBytes = new Uint8Array(readFileSync(new URL('../../../public/disks/viridian-sample.vhd', import.meta.url)));
const text = [
  'Viridian Lab changed disk',
  '=========================',
  'This text lies in a differencing disk. All other sectors of the volume, its',
  'directory and its file allocation table among them, are read from the parent',
  'disk, which still holds the README that its own guests read.',
  '',
].join('\r\n');

export function shippedChild(): MadeVhd {
  const disk = readVhd([sampleBytes]);
  const at = Buffer.from(disk).indexOf('Viridian Lab sample disk');
  if (at % SECTOR !== 0) throw new Error('README.TXT does not begin a sector');
  const old = disk.slice(at, at + SECTOR);
  const length = old.indexOf(0) < 0 ? SECTOR : old.indexOf(0);
  const sector = old.slice();
  for (let i = 0; i < length; i++) sector[i] = i < text.length ? text.charCodeAt(i) : 0x20;
  const footer = sampleBytes.slice(-SECTOR);
  const parent: MadeVhd = { bytes: sampleBytes, id: footer.slice(68, 84), stamp: new DataView(footer.buffer).getUint32(24) };
  return makeVhd({
    sectors: disk.length / SECTOR, blockSize: 65_536, seed: 2008, parent: { vhd: parent, name: 'viridian-sample.vhd', relative: '.\\viridian-sample.vhd' },
    content: (s) => (s === at / SECTOR ? sector : null),
  });
}
