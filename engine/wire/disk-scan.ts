/**
 * Finds the FAT volume of a disk: no partition table, MBR (with logical partitions) or GPT; or says what the disk holds
 * instead. One step at a time, as plain data: `beginScan` says which sectors are wanted, `feedScan` takes them, until `sectors` is
 * 0. The guest's file system feeds it through its cache; import checks and tests feed it at once. SPEC [MBR-*] [GPT-*] [FAT-1].
 */
import { get16, isAscii } from './bytes.ts';
import { BY_SECTOR, FAT_BOOT_BYTES, FAT_SECTOR, readFat, type Fat } from './fat.ts';
import {
  crc32, GPT_BASIC_DATA, GPT_EFI_SYSTEM, gptArraySectors, gptTypeName, readGptEntry, readGptHeader, type GptHeader,
} from './gpt.ts';
import {
  bootSectorOf, hasSignature, isExtendedType, mayHoldFat, onDisk, PARTITION_GPT, partitionTypeName, readMbr, tableEntry, type Partition,
} from './mbr.ts';

type Step = 'sector 0' | 'ext' | 'iso' | 'table' | 'gpt' | 'gpt array' | 'boot' | 'boot again' | 'done';

export interface Candidate {
  /** 'Partition 1', for sentences; '' when the disk has no table. */
  readonly label: string;
  readonly type: string;
  readonly firstSector: number;
  readonly sectors: number;
  /** Order in which it is looked at: data partitions, then system and hidden ones; `UNLIKELY` ones cannot hold a FAT volume. */
  readonly rank: number;
}

export interface Scan {
  diskSectors: number;
  step: Step;
  /** What is wanted next; no sectors: the scan is over. */
  lba: number;
  sectors: number;
  table: '' | 'none' | 'mbr' | 'gpt';
  partitions: Candidate[];
  /** The partition that is being looked at. */
  at: number;
  /** Extended partition: its first sector, and how many of its tables have been read. */
  extended: number;
  tables: number;
  gpt: GptHeader | null;
  /** Entries taken, and checksum so far. */
  entriesRead: number;
  crc: number;
  backup: boolean;
  gptFault: string;
  /** The answer: a volume and where it begins, or why there is none. */
  volume: Fat | null;
  firstSector: number;
  code: string;
  reason: string;
}

const DATA = 0;
const SYSTEM = 1;
const UNLIKELY = 2;

const LINE = 8;
const TABLES_MOST = 64;
const PARTITIONS_MOST = 128;
const ISO_SECTOR = 64;
const EXT_SECTOR = 2;

export function beginScan(diskSectors: number): Scan {
  return {
    diskSectors, step: 'sector 0', lba: 0, sectors: 1, table: '', partitions: [], at: 0, extended: 0, tables: 0, gpt: null, entriesRead: 0, crc: 0, backup: false,
    gptFault: '', volume: null, firstSector: 0, code: '', reason: '',
  };
}

/** Takes the sectors that were wanted; `bytes` are exactly these. */
export function feedScan(scan: Scan, bytes: Uint8Array): void {
  switch (scan.step) {
    case 'sector 0': return sectorZero(scan, bytes);
    case 'ext': return extOrNot(scan, bytes);
    case 'iso': return isoOrNot(scan, bytes);
    case 'table': return logicalTable(scan, bytes);
    case 'gpt': return gptHeader(scan, bytes);
    case 'gpt array': return gptArray(scan, bytes);
    default: return bootSector(scan, bytes);
  }
}

function want(scan: Scan, step: Step, lba: number, sectors = 1): void {
  scan.step = step;
  scan.lba = lba;
  scan.sectors = sectors;
}

function end(scan: Scan, code: string, reason: string): void {
  want(scan, 'done', 0, 0);
  scan.code = code;
  scan.reason = reason;
}

function sectorZero(scan: Scan, bytes: Uint8Array): void {
  const whole = readFat(bytes, scan.diskSectors);
  if (whole.kind !== 'refused') {
    scan.table = 'none';
    found(scan, whole, 0);
    return;
  }
  const named = bootSectorOf(bytes);
  if (named !== '' && hasSignature(bytes)) {
    scan.table = 'none';
    end(scan, whole.code, whole.sentence);
    return;
  }
  const mbr = readMbr(bytes, scan.diskSectors);
  if (mbr.kind === 'refused') {
    scan.code = mbr.code;
    scan.reason = mbr.sentence;
    if ((mbr.code === 'blank' || mbr.code === 'no-signature' || mbr.code === 'empty') && scan.diskSectors > EXT_SECTOR) want(scan, 'ext', EXT_SECTOR);
    else end(scan, mbr.code, mbr.sentence);
    return;
  }
  if (mbr.partitions.some((p) => p.type === PARTITION_GPT)) {
    scan.table = 'gpt';
    if (scan.diskSectors < 3) end(scan, 'gpt-header', 'The disk is too short for the GUID partition table that its sector 0 announces; hand in the whole disk.');
    else want(scan, 'gpt', 1);
    return;
  }
  scan.table = 'mbr';
  for (const p of mbr.partitions) {
    if (!isExtendedType(p.type)) addPartition(scan, p);
    else if (scan.extended === 0) scan.extended = p.firstSector;
  }
  if (scan.extended > 0) want(scan, 'table', scan.extended);
  else beginChoice(scan);
}

/** A disk without a table that this lab knows may be one file system from its first sector on. */
function extOrNot(scan: Scan, bytes: Uint8Array): void {
  if (get16(bytes, 56) === 0xef53) end(scan, 'ext', `The disk is a Linux ext file system without a partition table, which the guest of this lab does not read as files; ${BY_SECTOR}.`);
  else if (scan.diskSectors > ISO_SECTOR) want(scan, 'iso', ISO_SECTOR);
  else end(scan, scan.code, scan.reason);
}

function isoOrNot(scan: Scan, bytes: Uint8Array): void {
  const iso = isAscii(bytes, 1, 'CD001');
  if (iso) end(scan, 'iso', `The disk holds an ISO 9660 image of a CD or DVD, which the guest of this lab does not read as files; ${BY_SECTOR}.`);
  else end(scan, scan.code, scan.reason);
}

function rankOf(type: number): number {
  if (!mayHoldFat(type)) return UNLIKELY;
  return /^(?:hidden|EFI)/.test(partitionTypeName(type)) ? SYSTEM : DATA;
}

function addPartition(scan: Scan, p: Partition): void {
  if (scan.partitions.length >= PARTITIONS_MOST) return;
  scan.partitions.push({ label: `Partition ${p.index + 1}`, type: partitionTypeName(p.type), firstSector: p.firstSector, sectors: p.sectors, rank: rankOf(p.type) });
}

/** One table of an extended partition: the first entry is a logical partition, the second leads to the next table. [MBR-2] */
function logicalTable(scan: Scan, bytes: Uint8Array): void {
  scan.tables += 1;
  if (!hasSignature(bytes)) return beginChoice(scan);
  const entries = [0, 1, 2, 3].map((index) => tableEntry(bytes, index)).filter((p) => p.type !== 0);
  const logical = entries.find((p) => !isExtendedType(p.type));
  if (logical) {
    const placed = { ...logical, index: 3 + scan.tables, firstSector: scan.lba + logical.firstSector };
    if (onDisk(placed, scan.diskSectors)) addPartition(scan, placed);
  }
  const next = entries.find((p) => isExtendedType(p.type));
  const lba = next ? scan.extended + next.firstSector : 0;
  if (next && next.firstSector > 0 && lba < scan.diskSectors && scan.tables < TABLES_MOST) want(scan, 'table', lba);
  else beginChoice(scan);
}

// --- GPT. [GPT-1] [GPT-2]

function gptHeader(scan: Scan, bytes: Uint8Array): void {
  const header = readGptHeader(bytes, scan.lba);
  const sectors = typeof header === 'string' ? 0 : gptArraySectors(header);
  if (typeof header === 'string') return gptDamaged(scan, `the header in sector ${scan.lba} ${header}`);
  if (header.entriesAt < 2 || header.entriesAt + sectors > scan.diskSectors) return gptDamaged(scan, `the header in sector ${scan.lba} puts its entries into sector ${header.entriesAt}`);
  scan.gpt = header;
  scan.entriesRead = 0;
  scan.crc = 0;
  scan.partitions = [];
  return want(scan, 'gpt array', header.entriesAt, Math.min(LINE, sectors));
}

/** The copy at the end of the disk stands in for a damaged table. */
function gptDamaged(scan: Scan, fault: string): void {
  if (!scan.backup) {
    scan.backup = true;
    scan.gptFault = fault;
    want(scan, 'gpt', scan.diskSectors - 1);
    return;
  }
  end(scan, 'gpt-header', `The disk has a GUID partition table that cannot be used: ${scan.gptFault}, and ${fault}; repair it on a copy of the disk with a partitioning tool.`);
}

function gptArray(scan: Scan, bytes: Uint8Array): void {
  const header = scan.gpt!;
  const left = header.entries - scan.entriesRead;
  const here = Math.min(left, Math.floor(bytes.length / header.entryBytes));
  scan.crc = crc32(bytes, 0, here * header.entryBytes, scan.crc);
  for (let i = 0; i < here; i++) {
    const entry = readGptEntry(bytes, i * header.entryBytes);
    const number = scan.entriesRead + i + 1;
    if (entry.type === '' || entry.sectors < 1 || scan.partitions.length >= PARTITIONS_MOST) continue;
    const name = /^[\x20-\x7e]+$/.test(entry.name) ? ` (${entry.name})` : '';
    scan.partitions.push({
      label: `Partition ${number}${name}`, type: gptTypeName(entry.type), firstSector: entry.firstSector, sectors: entry.sectors,
      rank: entry.type === GPT_BASIC_DATA ? DATA : entry.type === GPT_EFI_SYSTEM ? SYSTEM : UNLIKELY,
    });
  }
  scan.entriesRead += here;
  const next = scan.lba + scan.sectors;
  const behind = header.entriesAt + gptArraySectors(header);
  if (scan.entriesRead < header.entries) return want(scan, 'gpt array', next, Math.min(LINE, behind - next));
  if (scan.crc !== header.entriesCrc) return gptDamaged(scan, `the entries from sector ${header.entriesAt} on have a wrong checksum`);
  return beginChoice(scan);
}

// --- the volume. [FAT-1] [FAT-2]

/** All partitions are known. */
function beginChoice(scan: Scan): void {
  scan.partitions.sort((a, b) => a.rank - b.rank);
  choose(scan);
}

/** Goes to the next partition that may hold a FAT volume; at the end says what there is instead. */
function choose(scan: Scan): void {
  while (scan.at < scan.partitions.length) {
    const p = scan.partitions[scan.at]!;
    if (p.rank < UNLIKELY && p.firstSector > 0 && p.firstSector + p.sectors <= scan.diskSectors) {
      want(scan, 'boot', p.firstSector);
      return;
    }
    scan.at += 1;
  }
  if (scan.reason !== '') {
    end(scan, scan.code, scan.reason);
    return;
  }
  const likely = scan.partitions.find((p) => p.rank < UNLIKELY);
  if (likely) {
    end(scan, 'beyond-end', `${likely.label} is said to have ${likely.sectors} sectors from sector ${likely.firstSector}, but the disk has ${scan.diskSectors}; repair the partition table on a copy of the disk.`);
    return;
  }
  const types = [...new Set(scan.partitions.map((p) => p.type))].join(', ');
  end(scan, 'no-fat', scan.partitions.length === 0 ? `The partition table of the disk has no partition that can be used; ${BY_SECTOR}.` : `The disk has no FAT partition, only ${types}; ${BY_SECTOR}.`);
}

/** The first sector of a volume; where it has no signature, two more show a Linux ext volume. */
function bootSector(scan: Scan, bytes: Uint8Array): void {
  const { firstSector, sectors, label } = scan.partitions[scan.at]!;
  const volume = readFat(bytes, sectors);
  if (volume.kind !== 'refused') {
    found(scan, volume, firstSector);
    return;
  }
  const all = FAT_BOOT_BYTES / FAT_SECTOR;
  if (volume.code === 'no-signature' && scan.step === 'boot' && sectors >= all) {
    want(scan, 'boot again', firstSector, all);
    return;
  }
  if (scan.reason === '') {
    scan.code = volume.code;
    const many = scan.partitions.length > 1;
    scan.reason = many ? `${label}: ${volume.sentence[0]!.toLowerCase()}${volume.sentence.slice(1)}` : volume.sentence;
  }
  scan.at += 1;
  choose(scan);
}

function found(scan: Scan, volume: Fat, firstSector: number): void {
  scan.volume = volume;
  scan.firstSector = firstSector;
  end(scan, '', '');
}
