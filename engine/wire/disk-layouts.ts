/** Layouts of disk formats: VHD footer and header, MBR, FAT16 boot sector and directory entries. */
import { allEras } from './eras.ts';
import type { Field, Layout } from './layout.ts';
import { bitsField, field, run } from './layout.ts';

const types = { 0: 'none', 2: 'fixed', 3: 'dynamic', 4: 'differencing' };

function layout(id: string, title: string, size: number | 'variable', source: string, fields: readonly Field[]): Layout {
  return { id, title, size, eras: allEras, source, status: 'documented', fields };
}

const locator = (i: number): Field[] => [
  run(`ParentLocator${i}.PlatformCode`, 576 + 24 * i, 4, 'ascii'), field(`ParentLocator${i}.PlatformDataSpace`, 580 + 24 * i, 'be32'),
  field(`ParentLocator${i}.PlatformDataLength`, 584 + 24 * i, 'be32'), run(`ParentLocator${i}.Reserved`, 588 + 24 * i, 4), field(`ParentLocator${i}.PlatformDataOffset`, 592 + 24 * i, 'be64'),
];

const partition = (i: number): Field[] => [
  field(`Partition${i}.Active`, 446 + 16 * i, 'u8', { values: { 0: 'no', 0x80: 'yes' } }), run(`Partition${i}.FirstChs`, 447 + 16 * i, 3),
  field(`Partition${i}.Type`, 450 + 16 * i, 'u8', { values: { 0: 'empty', 4: 'FAT16 (< 32 MB)', 6: 'FAT16', 7: 'NTFS', 0x0b: 'FAT32', 0x0e: 'FAT16 LBA' } }),
  run(`Partition${i}.LastChs`, 451 + 16 * i, 3), field(`Partition${i}.FirstSector`, 454 + 16 * i, 'u32'), field(`Partition${i}.Sectors`, 458 + 16 * i, 'u32'),
];

export const diskLayouts: readonly Layout[] = [
  layout('vhd.footer', 'VHD footer', 512, 'VHDSPEC', [
    run('Cookie', 0, 8, 'ascii'), bitsField('Features', 8, 4, [['Temporary', 0, 1], ['Reserved', 1, 1]]), field('FileFormatVersion', 12, 'be32'), field('DataOffset', 16, 'be64'),
    field('TimeStamp', 24, 'be32', 'seconds since 2000'), run('CreatorApplication', 28, 4, 'ascii'), field('CreatorVersion', 32, 'be32'), run('CreatorHostOs', 36, 4, 'ascii'),
    field('OriginalSize', 40, 'be64'), field('CurrentSize', 48, 'be64'), field('Cylinders', 56, 'be16'), field('Heads', 58, 'u8'), field('SectorsPerTrack', 59, 'u8'),
    field('DiskType', 60, 'be32', { values: types }), field('Checksum', 64, 'be32'), run('UniqueId', 68, 16), field('SavedState', 84, 'u8'), run('Reserved', 85, 427),
  ]),
  layout('vhd.header', 'VHD dynamic disk header', 1024, 'VHDSPEC', [
    run('Cookie', 0, 8, 'ascii'), run('DataOffset', 8, 8), field('TableOffset', 16, 'be64'), field('HeaderVersion', 24, 'be32'), field('MaxTableEntries', 28, 'be32'),
    field('BlockSize', 32, 'be32'), field('Checksum', 36, 'be32'), run('ParentUniqueId', 40, 16), field('ParentTimeStamp', 56, 'be32'), run('Reserved1', 60, 4),
    run('ParentUnicodeName', 64, 512, 'bytes', 'UTF-16, big-endian'), ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap(locator), run('Reserved2', 768, 256),
  ]),
  layout('vhd.table', 'VHD block allocation table', 'variable', 'VHDSPEC', [field('Block', 0, 'be32', { repeat: 4, values: { 0xffff_ffff: 'not allocated' }, doc: 'sector of the bitmap' })]),
  layout('mbr', 'Master boot record', 512, 'Microsoft, master boot record', [run('BootCode', 0, 440), field('DiskSignature', 440, 'u32'), run('Reserved', 444, 2), ...[0, 1, 2, 3].flatMap(partition), field('Signature', 510, 'u16')]),
  layout('fat16.boot', 'FAT16 boot sector', 512, 'FATSPEC', [
    run('BS_jmpBoot', 0, 3), run('BS_OEMName', 3, 8, 'ascii'), field('BPB_BytsPerSec', 11, 'u16'), field('BPB_SecPerClus', 13, 'u8'), field('BPB_RsvdSecCnt', 14, 'u16'),
    field('BPB_NumFATs', 16, 'u8'), field('BPB_RootEntCnt', 17, 'u16'), field('BPB_TotSec16', 19, 'u16'), field('BPB_Media', 21, 'u8'), field('BPB_FATSz16', 22, 'u16'),
    field('BPB_SecPerTrk', 24, 'u16'), field('BPB_NumHeads', 26, 'u16'), field('BPB_HiddSec', 28, 'u32'), field('BPB_TotSec32', 32, 'u32'), field('BS_DrvNum', 36, 'u8'),
    field('BS_Reserved1', 37, 'u8'), field('BS_BootSig', 38, 'u8'), field('BS_VolID', 39, 'u32'), run('BS_VolLab', 43, 11, 'ascii'), run('BS_FilSysType', 54, 8, 'ascii'),
    run('BootCode', 62, 448), field('Signature', 510, 'u16'),
  ]),
  layout('fat16.entry', 'FAT directory entry', 32, 'FATSPEC', [
    run('DIR_Name', 0, 11, 'ascii'), bitsField('DIR_Attr', 11, 1, [['READ_ONLY', 0, 1], ['HIDDEN', 1, 1], ['SYSTEM', 2, 1], ['VOLUME_ID', 3, 1], ['DIRECTORY', 4, 1], ['ARCHIVE', 5, 1]]),
    bitsField('DIR_NTRes', 12, 1, [['LowerCaseName', 3, 1], ['LowerCaseExtension', 4, 1]]), field('DIR_CrtTimeTenth', 13, 'u8'), field('DIR_CrtTime', 14, 'u16'), field('DIR_CrtDate', 16, 'u16'),
    field('DIR_LstAccDate', 18, 'u16'), field('DIR_FstClusHI', 20, 'u16'), field('DIR_WrtTime', 22, 'u16'), field('DIR_WrtDate', 24, 'u16'), field('DIR_FstClusLO', 26, 'u16'), field('DIR_FileSize', 28, 'u32'),
  ]),
  layout('fat16.long-entry', 'FAT long name entry', 32, 'FATSPEC', [
    bitsField('LDIR_Ord', 0, 1, [['Order', 0, 6], ['Last', 6, 1]]), run('LDIR_Name1', 1, 10, 'utf16'), field('LDIR_Attr', 11, 'u8'), field('LDIR_Type', 12, 'u8'), field('LDIR_Chksum', 13, 'u8'),
    run('LDIR_Name2', 14, 12, 'utf16'), field('LDIR_FstClusLO', 26, 'u16'), run('LDIR_Name3', 28, 4, 'utf16'),
  ]),
];
