/**
 * Hops of the storage stack of the root kernel: VHD parser, NTFS with the I/O manager, disk driver. The route of a read:
 * `root/storvsp` or `root/vmwp/<guest>/ide` -> `root/vhdparser` -> `root/ntfs` -> `root/diskdriver` -> `hardware/disk`, and back.
 * The data themselves take no part: they go by DMA to the pages that the MDL names.
 */
import type { BytesRef } from '../../sim/hop-kinds.ts';
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { ntStatusName } from '../../wire/ntstatus.ts';

const mdlBytes: BytesRef = { label: 'MDL: the pages the data go to', space: 'from', page: 'mdlPage', span: 'mdlSpan', layout: 'mdl' };
const writeMdlBytes: BytesRef = { label: 'MDL: the pages the data come from', space: 'from', page: 'mdlPage', span: 'mdlSpan', layout: 'mdl' };
const mdlSimplified = 'The list of pages (MDL) has a layout of our own; IRPs are not modelled.';

function sectorsText(sectors: number): string {
  return sectors === 1 ? '1 sector' : `${sectors} sectors`;
}

function result(status: number): string {
  return status === 0 ? 'success' : ntStatusName(status);
}

const openSentence = (a: { fileId: number }, view: { guest: string }) => ({
  act: 'asks the VHD parser to open',
  object: `VHD file ${a.fileId}`,
  because: `the file holds the virtual disk of ${view.guest}, and its format must be checked before the first sector is read`,
});

const openedSentence = (a: { handle: number; sectors: number }) =>
  a.handle === 0
    ? { act: 'refuses', object: 'to open the VHD file', because: 'footer, header or block allocation table break a rule of the VHD format' }
    : { act: 'returns', object: `handle ${a.handle} to a disk of ${sectorsText(a.sectors)}`, because: 'footer, header and block allocation table are sound' };

const readSentence = (a: { lba: number; sectors: number }) => ({
  act: 'asks the VHD parser to read',
  object: `${sectorsText(a.sectors)} from sector ${a.lba} of the virtual disk`,
  because: 'only the parser knows where in the VHD file a sector of the virtual disk lies',
});

const writeSentence = (a: { lba: number; sectors: number }) => ({
  act: 'asks the VHD parser to write',
  object: `${sectorsText(a.sectors)} from sector ${a.lba} of the virtual disk on`,
  because: 'only the parser knows where in the VHD file a sector of the virtual disk lies, and whether the file must grow for it',
});

const doneSentence = (a: { status: number; bytes: number; write: number }) => {
  const what = a.write === 1 ? 'write' : 'read';
  const good = a.write === 1 ? 'data, bitmap and block table of the VHD file agree about them on the disk' : 'all its pieces are in the pages that the list (MDL) names';
  return {
    act: 'completes',
    object: a.status === 0 ? `the ${what} with ${a.bytes} bytes` : `the ${what} with ${result(a.status)}`,
    because: a.status === 0 ? good : `a piece of it could not be ${a.write === 1 ? 'written' : 'read'}`,
  };
};

const openArgs = ['fileId', 'cookie'] as const;
const openedArgs = ['cookie', 'handle', 'sectors', 'reasonText'] as const;
const readArgs = ['handle', 'lba', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'] as const;
const doneArgs = ['cookie', 'status', 'bytes', 'write'] as const;

export const vhd = defineHops('vhd', {
  open: hop({
    title: 'open VHD', family: 'call', crossing: 'root-call', args: openArgs, cost: 'rootStack',
    status: 'derived', sources: ['VHDSPEC Hard Disk Footer Format', 'management 1.1'],
    sentence: (a, view) => ({ actor: 'Storage VSP', ...openSentence(a, view) }),
  }),
  openUser: hop({
    title: 'open VHD', family: 'call', crossing: 'root-syscall', args: openArgs, cost: 'rootStack', level: 'thread',
    status: 'inferred', sources: ['VHDSPEC Hard Disk Footer Format', 'COR 22'],
    sentence: (a, view) => ({ actor: 'IDE emulator', ...openSentence(a, view) }),
  }),
  opened: hop({
    title: 'VHD open', family: 'call', crossing: 'root-call', args: openedArgs, cost: 'call',
    status: 'derived', sources: ['VHDSPEC Hard Disk Footer Format', 'management 1.1'],
    sentence: (a) => ({ actor: 'VHD parser', ...openedSentence(a) }),
  }),
  openedUser: hop({
    title: 'VHD open', family: 'call', crossing: 'root-sysret', args: openedArgs, cost: 'syscall', level: 'thread',
    status: 'inferred', sources: ['VHDSPEC Hard Disk Footer Format', 'COR 22'],
    sentence: (a) => ({ actor: 'VHD parser', ...openedSentence(a) }),
  }),
  read: hop({
    title: 'read of the virtual disk', family: 'call', crossing: 'root-call', args: readArgs, cost: 'rootStack', bytes: [mdlBytes],
    status: 'simplified', sources: ['VHDSPEC Block Allocation Table and Data Blocks', 'management 1.1', 'COR 22'], simplified: mdlSimplified,
    sentence: (a) => ({ actor: 'Storage VSP', ...readSentence(a) }),
  }),
  readUser: hop({
    title: 'read of the virtual disk', family: 'call', crossing: 'root-syscall', args: readArgs, cost: 'rootStack', level: 'thread', milestone: 'handed-over', bytes: [mdlBytes],
    status: 'simplified', sources: ['VHDSPEC Block Allocation Table and Data Blocks', 'COR 22'], simplified: mdlSimplified,
    sentence: (a) => ({ actor: 'IDE emulator', ...readSentence(a) }),
  }),
  write: hop({
    title: 'write to the virtual disk', family: 'call', crossing: 'root-call', args: readArgs, cost: 'rootStack', bytes: [writeMdlBytes],
    status: 'simplified', sources: ['VHDSPEC Block Allocation Table and Data Blocks', 'management 1.1', 'COR 22'], simplified: mdlSimplified,
    sentence: (a) => ({ actor: 'Storage VSP', ...writeSentence(a) }),
  }),
  writeUser: hop({
    title: 'write to the virtual disk', family: 'call', crossing: 'root-syscall', args: readArgs, cost: 'rootStack', level: 'thread', milestone: 'handed-over', bytes: [writeMdlBytes],
    status: 'simplified', sources: ['VHDSPEC Block Allocation Table and Data Blocks', 'COR 22'], simplified: mdlSimplified,
    sentence: (a) => ({ actor: 'IDE emulator', ...writeSentence(a) }),
  }),
  zero: hop({
    title: 'zero fill', family: 'copy', crossing: 'root-call', args: ['job', 'sectors', 'bytes'], cost: 'copy', costBytes: 'bytes',
    status: 'derived', sources: ['VHDSPEC Block Allocation Table and Data Blocks'],
    sentence: (a) => ({
      actor: 'VHD parser', act: 'fills', object: `${sectorsText(a.sectors)} of the read with zeros`,
      because: 'the VHD file holds no data for them, and a sector never written reads as zero',
    }),
  }),
  done: hop({
    title: 'read or write done', family: 'call', crossing: 'root-call', args: doneArgs, cost: 'call',
    status: 'derived', sources: ['VHDSPEC Block Allocation Table and Data Blocks', 'management 1.1'],
    sentence: (a) => ({ actor: 'VHD parser', ...doneSentence(a) }),
  }),
  doneUser: hop({
    title: 'read or write done', family: 'call', crossing: 'root-sysret', args: doneArgs, cost: 'syscall', level: 'thread',
    status: 'inferred', sources: ['VHDSPEC Block Allocation Table and Data Blocks', 'COR 22'],
    sentence: (a) => ({ actor: 'VHD parser', ...doneSentence(a) }),
  }),
});

export const ntfs = defineHops('ntfs', {
  open: hop({
    title: 'open file', family: 'call', crossing: 'root-call', args: ['fileId', 'cookie'], cost: 'call',
    status: 'simplified', sources: ['management 1.1'], simplified: 'The metadata of NTFS are taken to be in its cache.',
    sentence: (a) => ({
      actor: 'VHD parser', act: 'asks NTFS for the length of', object: `file ${a.fileId}`,
      because: 'the footer of a VHD is the last sector of the file',
    }),
  }),
  opened: hop({
    title: 'file length', family: 'call', crossing: 'root-call', args: ['cookie', 'status', 'sectors'], cost: 'call',
    status: 'simplified', sources: ['management 1.1'], simplified: 'The metadata of NTFS are taken to be in its cache.',
    sentence: (a) => ({
      actor: 'NTFS', act: 'answers', object: a.status === 0 ? `that the file has ${sectorsText(a.sectors)}` : `with ${result(a.status)}`,
      because: a.status === 0 ? 'the list of its extents is in the cache' : 'there is no such file on the volume',
    }),
  }),
  read: hop({
    title: 'file read', family: 'call', crossing: 'root-call', args: ['fileId', 'fileSector', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'], cost: 'rootStack', bytes: [mdlBytes],
    status: 'simplified', sources: ['management 1.1'], simplified: mdlSimplified,
    sentence: (a) => ({
      actor: 'VHD parser', act: 'reads', object: `${sectorsText(a.sectors)} at sector ${a.fileSector} of file ${a.fileId}`,
      because: 'the virtual disk is an ordinary file of the root, so its file system does the rest',
    }),
  }),
  done: hop({
    title: 'file read done', family: 'call', crossing: 'root-call', args: ['cookie', 'status'], cost: 'call',
    status: 'derived', sources: ['management 1.1'],
    sentence: (a) => ({
      actor: 'NTFS', act: 'completes', object: `the file read with ${result(a.status)}`,
      because: a.status === 0 ? 'every disk command it was split into has ended' : 'it could not be read from the disk',
    }),
  }),
});

export const diskdrv = defineHops('diskdrv', {
  read: hop({
    title: 'disk read', family: 'call', crossing: 'root-call', args: ['lba', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'], cost: 'rootStack', bytes: [mdlBytes],
    begins: 'command',
    status: 'simplified', sources: ['management 1.1'], simplified: mdlSimplified,
    sentence: (a) => ({
      actor: 'NTFS', act: 'asks the disk driver for', object: `${sectorsText(a.sectors)} from sector ${a.lba} of the physical disk`,
      because: 'the extents of the file say that this part of it lies there',
    }),
  }),
  start: hop({
    title: 'disk driver starts', family: 'call', crossing: 'root-call', args: ['waiting'], cost: 'call',
    status: 'simplified', sources: ['management 1.1'], simplified: 'Windows starts the device at boot; here it starts with the first read.',
    sentence: (a) => ({
      actor: 'Disk driver', act: 'goes on', object: a.waiting === 1 ? 'with the read that waits' : `with ${a.waiting} waiting reads`,
      because: 'its service routine is connected now, so no interrupt can be lost',
    }),
  }),
  dpc: hop({
    title: 'disk DPC', family: 'call', crossing: 'root-call', args: ['entries'], cost: 'dpc', level: 'dpc',
    status: 'derived', sources: ['WININT DPC Interrupts'],
    sentence: (a) => ({
      actor: 'Disk driver', act: 'queues a DPC for', object: a.entries === 1 ? '1 completion entry' : `${a.entries} completion entries`,
      because: 'a service routine must be short: the completion runs when interrupts are allowed again',
    }),
  }),
  done: hop({
    title: 'disk read done', family: 'call', crossing: 'root-call', args: ['cookie', 'status'], cost: 'call',
    ends: 'command',
    status: 'derived', sources: ['management 1.1'],
    sentence: (a) => ({
      actor: 'Disk driver', act: 'completes', object: `the disk read with ${result(a.status)}`,
      because: a.status === 0 ? 'the completion entry says that the data are in memory' : 'the controller reported an error',
    }),
  }),
});
