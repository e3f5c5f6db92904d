/** `disk check`: whether a VHD and the FAT volume on it contradict themselves. Reads the file itself; no guest runs. [CLI-11] */
import { basename } from 'node:path';
import { checkVolume, count, openVolume, type Finding, type VhdDisk } from '../index.ts';
import { InputError, plain, shown } from './args.ts';
import { chainOf } from './disk-chain.ts';
import { vhdIn, type ImageFile } from './image-file.ts';

/** The file as a VHD, or its refusal as a sentence. */
export function opened(file: string, image: ImageFile): VhdDisk {
  const found = vhdIn(image);
  if (found.kind === 'refused') throw new InputError(`${shown(file)}: ${found.sentence}`);
  return found;
}

const kinds = { fat12: 'FAT12', fat16: 'FAT16', fat32: 'FAT32' } as const;
const tables = { none: 'without a partition table', mbr: 'in an MBR partition', gpt: 'in a GPT partition' } as const;

/** Why a volume cannot be opened, where that is because its boot sector or the partition table cannot be true; else it is another one, or none. */
const contradictions: readonly string[] = [
  'volume-size', 'fat-size', 'root-directory', 'cluster-size', 'reserved-sectors', 'fat-count', 'fat32-version', 'beyond-end', 'overlap', 'gpt-header',
];

interface Report {
  readonly file: string;
  readonly vhd: VhdDisk;
  readonly lines: readonly string[];
  readonly findings: readonly Finding[];
}

/** Prints what it finds; throws an InputError when files or space are lost. */
export function checkDisk(file: string, image: ImageFile, json: boolean, print: (text: string) => void): void {
  const report = reportOn(file, image);
  const bad = report.findings.filter((f) => f.level !== 'note');
  if (json) print(`${JSON.stringify({ file: report.file, type: report.vhd.type, sound: bad.length === 0, findings: report.findings })}\n`);
  else print([...report.lines, ...report.findings.map((f) => `${f.level.padEnd(6)} ${plain(f.sentence)}`), ...(bad.length === 0 ? ['sound'] : [])].join('\n').concat('\n'));
  if (bad.length === 0) return;
  if (bad.some(({ code }) => contradictions.includes(code))) throw new InputError(`${shown(report.file)} has a volume or a partition table that contradicts itself, so no file on it can be reached; repair it on a copy of the disk.`);
  const damage = bad.filter((f) => f.level === 'damage').length;
  const count = (n: number): string => (n === 1 ? '1 finding' : `${n} findings`);
  throw new InputError(`${shown(report.file)} has ${count(bad.length)}${damage === 0 ? ', none of which touches a file' : `, ${damage} of them damage to files or folders`}; run chkdsk or fsck.vfat on a copy of it.`);
}

function reportOn(file: string, image: ImageFile): Report {
  const vhd = opened(file, image);
  const lines = [`VHD    ${vhd.type}, ${vhd.sectors} sectors, its structures are in order`];
  const findings: Finding[] = [];
  if (vhd.notice !== '') findings.push({ level: 'note', code: 'vhd', sentence: vhd.notice });
  const chain = chainOf(file, image, vhd);
  if (typeof chain === 'string') {
    findings.push({ level: 'note', code: 'differencing', sentence: `The volume of a differencing disk lies in its parent as well and is not checked: ${chain}` });
    return { file: basename(file), vhd, lines, findings };
  }
  if (chain.parents.length > 0) lines.push(`parent ${chain.parents.map(plain).join(', then ')}`);
  findings.push(...chain.notices.map((sentence): Finding => ({ level: 'note', code: 'parent', sentence })));
  const volume = openVolume(chain.sectors, vhd.sectors);
  if (volume.kind === 'refused') {
    findings.push({ level: contradictions.includes(volume.code) ? 'damage' : 'note', code: volume.code, sentence: volume.sentence });
    return { file: basename(file), vhd, lines, findings };
  }
  const { format } = volume;
  const check = checkVolume(volume);
  lines.push(
    `volume ${kinds[format.kind]} ${tables[volume.table]}, from sector ${volume.firstSector}, ${count(format.clusters, 'cluster')} of ${format.sectorsPerCluster * 512} bytes`,
    `holds  ${count(check.files, 'file')}, ${count(check.directories, 'folder')}, ${count(check.usedClusters, 'cluster')} in use, ${check.freeClusters} free`,
  );
  findings.push(...check.findings);
  return { file: basename(file), vhd, lines, findings };
}
