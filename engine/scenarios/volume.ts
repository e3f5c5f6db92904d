/**
 * The root's volume of VHD files on the one physical disk, as a scenario lays it out: a file of its own for each guest, in two
 * extents, a file for each parent of differencing disks, and free clusters behind all of them. [SCEN-9]
 */
import type { DiskExtent } from '../hardware/disk.ts';
import { CLUSTER_SECTORS, type RootFile } from '../root/kernel/ntfs.ts';
import type { ImageConfig, Scenario } from './scenario-shape.ts';

const SECTOR = 512;
/** A 15 000 rpm disk of 73 GB. */
export const DISK_SECTORS = 143_374_744;
/** Where the first file lies, and how far apart the files of guests and the two halves of a file lie. */
const FILES_AT = 20_971_520;
const FILE_STRIDE = 8_388_608;
const HALF_GAP = 65_536;
/** What stays free for files to grow into, at least: 2 GiB. */
const FREE_LEAST = 4_194_304;

export interface Volume {
  readonly files: readonly RootFile[];
  readonly free: { readonly lba: number; readonly sectors: number };
  /** Files of virtual machines that are created later, in the order asked for: as many as find room. */
  readonly copies: readonly { readonly fileId: number; readonly disk: string }[];
  /** What the platters hold at first. */
  readonly extents: readonly DiskExtent[];
}

/** Whose file, and of which image. */
export interface Copy {
  readonly name: string;
  readonly title: string;
  readonly disk: string;
}

const clusters = (sectors: number): number => Math.ceil(sectors / CLUSTER_SECTORS) * CLUSTER_SECTORS;
const sectorsOf = (image: ImageConfig): number => Math.ceil(image.bytes / SECTOR);

/** Keys of the images that differencing disks of the guests read through, each once. */
function parentKeys(scenario: { readonly images: Scenario['images']; readonly guests: readonly Copy[] }): string[] {
  const keys: string[] = [];
  for (const guest of scenario.guests) {
    for (let key = scenario.images[guest.disk]!.parent; key !== undefined && !keys.includes(key); key = scenario.images[key]!.parent) keys.push(key);
  }
  return keys;
}

/** Sectors by which a scenario's files are more than the physical disk holds, or 0. */
export function volumeExcess(scenario: Pick<Scenario, 'images' | 'guests'>): number {
  const parents = parentKeys(scenario).reduce((sum, key) => sum + clusters(sectorsOf(scenario.images[key]!)), 0);
  return Math.max(0, FILES_AT + scenario.guests.length * FILE_STRIDE + parents + FREE_LEAST - DISK_SECTORS);
}

/** Files of guests and parents from the bottom of the disk up, `wanted` copies from the top down, and what is free between them. */
export function volumeOf(scenario: Pick<Scenario, 'images' | 'guests'>, wanted: readonly Copy[] = []): Volume {
  const keys = parentKeys({ images: scenario.images, guests: [...scenario.guests, ...wanted] });
  const idOf = (key: string | undefined): number => (key === undefined ? 0 : 1 + scenario.guests.length + keys.indexOf(key));
  const extents: DiskExtent[] = [];
  const files: RootFile[] = scenario.guests.map((guest, i) => {
    const image = scenario.images[guest.disk]!;
    const sectors = sectorsOf(image);
    const half = Math.min(sectors, clusters(sectors / 2));
    const lba = FILES_AT + i * FILE_STRIDE;
    const parts = [{ fileSector: 0, sectors: half, lba }];
    if (sectors > half) parts.push({ fileSector: half, sectors: sectors - half, lba: lba + half + HALF_GAP });
    return { fileId: i + 1, name: `${guest.title}.${extensionOf(image)}`, owner: guest.name, ...attributesOf(image, idOf(image.parent)), extents: parts };
  });
  let lba = FILES_AT + scenario.guests.length * FILE_STRIDE;
  for (const key of keys) {
    const image = scenario.images[key]!;
    const sectors = sectorsOf(image);
    files.push({ fileId: idOf(key), name: image.file.split(/[\\/]/).at(-1)!, ...attributesOf(image, idOf(image.parent)), readOnly: true, extents: [{ fileSector: 0, sectors, lba }] });
    lba += clusters(sectors);
  }
  const images = [...scenario.guests.map((guest) => scenario.images[guest.disk]!), ...keys.map((key) => scenario.images[key]!)];
  const copies: { fileId: number; disk: string }[] = [];
  let top = Math.floor(DISK_SECTORS / CLUSTER_SECTORS) * CLUSTER_SECTORS;
  for (const { title, disk } of wanted) {
    const image = scenario.images[disk]!;
    if (top - clusters(sectorsOf(image)) - lba < FREE_LEAST) break;
    top -= clusters(sectorsOf(image));
    const fileId = files.length + 1;
    copies.push({ fileId, disk });
    images.push(image);
    files.push({ fileId, name: `${title}.${extensionOf(image)}`, copy: true, ...attributesOf(image, idOf(image.parent)), extents: [{ fileSector: 0, sectors: sectorsOf(image), lba: top }] });
  }
  files.forEach((file, i) => file.extents.forEach((e) => extents.push({ lbaFrom: e.lba, sectors: e.sectors, image: images[i]!.sha256, imageOffset: e.fileSector * SECTOR })));
  return { files, free: { lba, sectors: Math.floor((top - lba) / CLUSTER_SECTORS) * CLUSTER_SECTORS }, copies, extents };
}

function attributesOf(image: ImageConfig, parent: number): Pick<RootFile, 'bytes' | 'raw' | 'readOnly' | 'parent'> {
  const raw = image.kind === 'raw';
  return { bytes: image.bytes, ...(raw ? { raw } : {}), ...(raw && extensionOf(image) === 'iso' ? { readOnly: true } : {}), ...(parent > 0 ? { parent } : {}) };
}

/** 'vhd', or of a raw image what its file is called: 'iso', 'img'. */
function extensionOf(image: ImageConfig): string {
  if (image.kind !== 'raw') return 'vhd';
  const [, extension] = /\.([A-Za-z0-9]{1,8})$/.exec(image.file) ?? [];
  return extension === undefined ? 'img' : extension.toLowerCase();
}
