/** What a disk holds, in one sentence for a person: told by the same scan that a guest's file system uses. [DISKSEE-1] */
import { beginScan, feedScan, type Scan } from './disk-scan.ts';
import type { SectorReader } from './vhd-open.ts';

export interface DiskContents {
  /** A guest finds a volume with files on it. */
  readonly files: boolean;
  /** 'MBR with 1 partition: FAT16 from sector 63.' */
  readonly sentence: string;
}

const tableNames = { '': '', none: 'No partition table', mbr: 'MBR', gpt: 'GPT' } as const;
/** A scan ends by itself long before. */
const STEPS_MOST = 10_000;

function tableText({ table, partitions }: Scan): string {
  if (table !== 'mbr' && table !== 'gpt') return tableNames[table];
  return `${tableNames[table]} with ${partitions.length === 1 ? '1 partition' : `${partitions.length} partitions`}`;
}

/** Looks at a disk of `sectors` sectors. */
export function contentsOf(read: SectorReader, sectors: number): DiskContents {
  const scan = beginScan(sectors);
  for (let i = 0; scan.sectors > 0 && i < STEPS_MOST; i++) {
    const bytes = read(scan.lba, scan.sectors);
    if (!bytes) return { files: false, sentence: `Sector ${scan.lba} cannot be read.` };
    feedScan(scan, bytes);
  }
  const { volume, firstSector, reason } = scan;
  if (volume === null) return { files: false, sentence: reason };
  return { files: true, sentence: `${tableText(scan)}: ${volume.kind.toUpperCase()} from sector ${firstSector}.` };
}
