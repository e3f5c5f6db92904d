/** The disks that a differencing VHD was made from, looked for beside it: first under the name it keeps, then any VHD with the id it keeps. [CLI-11] */
import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { openVhd, parentMissing, parentRefusal, parentWarning, sectorReader, type SectorReader, type VhdDisk } from '../index.ts';
import { openImage, type ImageFile } from './image-file.ts';

/** As many disks as a chain has in the lab. */
const CHAIN_MOST = 16;

export interface Chain {
  readonly sectors: SectorReader;
  /** Names of the parents, the nearest first, and what is odd about them. */
  readonly parents: readonly string[];
  readonly notices: readonly string[];
}

interface Parent {
  readonly path: string;
  readonly image: ImageFile;
  readonly vhd: VhdDisk;
}

const reading = ({ bytes, read }: ImageFile) => (offset: number, length: number): Uint8Array | null => (offset + length <= bytes ? read(offset, length) : null);

/** A file as a VHD; null when it is none. */
function vhdAt(path: string): Parent | null {
  const image = openImage(path);
  const vhd = openVhd(reading(image), image.bytes);
  return vhd.kind === 'refused' ? null : { path, image, vhd };
}

/** The parent that lies in the folder of a disk, or why there is none. */
function parentOf(path: string, vhd: VhdDisk): Parent | string {
  const header = vhd.header!;
  const folder = dirname(resolve(path));
  const name = header.parentName.split(/[\\/]/).at(-1)!;
  const others = readdirSync(folder).filter((other) => /\.vhd$/i.test(other) && other !== basename(path)).sort();
  const named = others.find((other) => other.toLowerCase() === name.toLowerCase());
  const found = named === undefined ? null : vhdAt(join(folder, named));
  if (found && parentRefusal(header, found.vhd.footer.uniqueId, found.path) === null) return found;
  for (const other of others) {
    const candidate = vhdAt(join(folder, other));
    if (candidate?.vhd.footer.uniqueId === header.parentId) return candidate;
  }
  return (found && parentRefusal(header, found.vhd.footer.uniqueId, named!)?.sentence) ?? parentMissing(name, header.parentId).sentence;
}

/** Reads a disk through all its parents; a sentence when one is not there or is another disk. */
export function chainOf(path: string, image: ImageFile, vhd: VhdDisk, depth = 1): Chain | string {
  if (vhd.type !== 'differencing') return { sectors: sectorReader(vhd, reading(image), null), parents: [], notices: [] };
  if (depth >= CHAIN_MOST) return `The chain of this disk has more than ${CHAIN_MOST} disks, or leads back to itself; merge some of them first.`;
  const parent = parentOf(path, vhd);
  if (typeof parent === 'string') return parent;
  const above = chainOf(parent.path, parent.image, parent.vhd, depth + 1);
  if (typeof above === 'string') return above;
  const warning = parentWarning(vhd.header!, parent.vhd.footer.timeStamp);
  return { sectors: sectorReader(vhd, reading(image), above.sectors), parents: [basename(parent.path), ...above.parents], notices: [...(parent.vhd.notice === '' ? [] : [`${basename(parent.path)}: ${parent.vhd.notice}`]), ...(warning === '' ? [] : [warning]), ...above.notices] };
}
