import { describe, expect, it } from 'vitest';
import { checkVolume } from '../../wire/fat-check.ts';
import { openVolume, readFile } from '../../wire/fat-walk.ts';
import { sha256 } from '../disk/rig.ts';
import { makeDisk, pattern, type DiskPlan } from './make-disk.ts';
import { rig } from './rig.ts';

const files = {
  'README.TXT': pattern(483, 1),
  'empty': new Uint8Array(0),
  'A long name with spaces, and a comma.text': pattern(70_001, 2),
  'Größe und Maße\\日本語 💾.txt': pattern(4096, 3),
  'deep\\deeper\\The deepest of them all\\X': pattern(511, 4),
  'deep\\notes.txt': pattern(200_000, 5),
};

export const plans: readonly (DiskPlan & { readonly name: string })[] = [
  { name: 'FAT12 without a table, clusters of 512 bytes, one FAT, scattered', kind: 'fat12', table: 'none', perCluster: 1, clusters: 2800, fats: 1, rootEntries: 112, stride: 7, files },
  { name: 'FAT12, clusters of 4 KiB, 3 reserved sectors', kind: 'fat12', table: 'mbr', perCluster: 8, clusters: 4084, reserved: 3, stride: 3, files },
  { name: 'FAT16 in a logical partition, clusters of 512 bytes, scattered', kind: 'fat16', table: 'logical', perCluster: 1, clusters: 4085, reserved: 5, stride: 11, files },
  { name: 'FAT16 with GPT, clusters of 2 KiB', kind: 'fat16', table: 'gpt', perCluster: 4, clusters: 5000, files },
  { name: 'FAT16 without a table, clusters of 32 KiB', kind: 'fat16', table: 'none', perCluster: 64, clusters: 4100, fats: 1, files },
  { name: 'FAT16 behind the type of NTFS', kind: 'fat16', table: 'mbr', type: 0x07, perCluster: 2, clusters: 4500, files },
  { name: 'FAT32 in an MBR partition, clusters of 512 bytes, scattered', kind: 'fat32', table: 'mbr', perCluster: 1, clusters: 66_000, stride: 13, files },
  { name: 'FAT32 with GPT, 50 reserved sectors', kind: 'fat32', table: 'gpt', perCluster: 1, clusters: 65_600, reserved: 50, files },
  { name: 'FAT32 without a table, one FAT, 70 KiB clusters would be none: 64 KiB', kind: 'fat32', table: 'none', perCluster: 128, clusters: 70, fats: 1, files },
];

describe('disks of every shape', () => {
  it.each(plans)('[FS-1] [FS-3] [FAT-1] [FAT-7] [MBR-2] [MBR-3] [GPT-2] $name: every file arrives byte for byte', (plan) => {
    const { bytes } = makeDisk(plan);
    const volume = openVolume((lba, count) => bytes.subarray(lba * 512, (lba + count) * 512), bytes.length / 512);
    if (volume.kind === 'refused') throw new Error(volume.sentence);
    expect(volume.table).toBe({ none: 'none', mbr: 'mbr', logical: 'mbr', gpt: 'gpt' }[plan.table ?? 'mbr']);
    const check = checkVolume(volume);
    expect(check.findings).toEqual([]);
    expect([check.files, check.directories]).toEqual([6, 5]);
    for (const most of [0, 128]) {
      const r = rig({ bytes, depth: 8, shuffled: true, most });
      for (const [path, data] of Object.entries(plan.files)) {
        const walked = readFile(volume, path);
        expect('kind' in walked ? walked.sentence : sha256(walked)).toBe(sha256(data));
        const last = r.readFile(path, 4)!;
        expect([path, last.reason, last.bytes]).toEqual([path, '', data.length]);
        expect(sha256(r.text(last.size))).toBe(sha256(data));
      }
      expect(r.listFiles('/deep').listing.map((f) => f.name)).toEqual(['deeper', 'notes.txt']);
      expect(r.listFiles('\\').listing.map((f) => f.name)).toEqual(['Größe und Maße', 'deep', 'README.TXT', 'empty', 'A long name with spaces, and a comma.text']);
    }
  });
});
