/**
 * Hops of the storage stack of the root kernel: VHD parser, NTFS with the I/O manager, disk driver. The route of a read or write:
 * `root/storvsp` or `root/vmwp/<guest>/ide` -> `root/vhdparser` -> `root/ntfs` -> `root/diskdriver` -> `hardware/disk`, and back.
 * The data themselves take no part: they go by DMA to or from the pages that the MDL names.
 */
import type { BytesRef } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';
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

/** What the VHD parser reads or writes of a file, in the three low bits of its cookie. */
export const FOR_DATA = 0;
export const FOR_BITMAP = 1;
export const FOR_OPENING = 2;
export const FOR_FOOTER = 3;
export const FOR_CLEARING = 4;
export const FOR_TABLE = 5;

/** Attributes of a file, as NTFS gives them: its sectors are a disk as they stand; it may not be written. */
export const FILE_RAW = 1;
export const FILE_READ_ONLY = 2;

const readBecause = [
  'the virtual disk is an ordinary file of the root, so its file system does the rest',
  'the bitmap in front of a block tells which of its sectors were ever written',
  'a VHD file tells by its footer, header and block table where the sectors of the virtual disk lie',
] as const;

const writeWhat = ['', ', the bitmap of the block,', '', ', the footer,', ', the rest of the bitmap,', ', the entry of the block table,'] as const;
const writeBecause: Readonly<Record<number, string>> = {
  [FOR_DATA]: 'the virtual disk is an ordinary file of the root, so its file system does the rest',
  [FOR_BITMAP]: 'the data are on the disk, so the bitmap may say now that these sectors of the block are there',
  [FOR_FOOTER]: 'the footer belongs into the last sector of the file, and the new block takes its old place',
  [FOR_CLEARING]: 'no other sector of the new block has been written, and its bitmap must say so',
  [FOR_TABLE]: 'the entry makes the block part of the disk; it comes last, so that a crash before it leaves the disk as it was',
};

const openSentence = (a: { fileId: number }, view: { guest: string }) => ({
  act: 'asks the VHD parser to open',
  object: `VHD file ${a.fileId}`,
  because: `the file holds the virtual disk of ${view.guest}, and its format must be checked before the first sector is read`,
});

/** Why a VHD file was not opened, as the pages and scripts may tell it apart. */
export const REFUSED_FORMAT = 1;
export const REFUSED_FILE = 2;
export const REFUSED_PARENT_MISSING = 3;
export const REFUSED_PARENT_WRONG = 4;
export const REFUSED_CHAIN = 5;
export const REFUSED_ATTACHED = 6;
export const REFUSED_ROOM = 7;

const refusedBecause: Readonly<Record<number, string>> = {
  [REFUSED_FORMAT]: 'footer, header or block allocation table break a rule of the VHD format',
  [REFUSED_FILE]: 'the file could not be read',
  [REFUSED_PARENT_MISSING]: 'it is a differencing disk, and its parent is not there',
  [REFUSED_PARENT_WRONG]: 'it is a differencing disk, and the disk found in the place of its parent is another one',
  [REFUSED_CHAIN]: 'it is a differencing disk, and the chain of its parents is too long or leads back to itself',
  [REFUSED_ATTACHED]: 'another virtual machine or disk uses the file, and two writers would destroy it',
  [REFUSED_ROOM]: 'the parser has no memory left for its tables',
};

const openedSentence = (a: { handle: number; sectors: number; reason: number }) =>
  a.handle === 0
    ? { act: 'refuses', object: 'to open the VHD file', because: refusedBecause[a.reason] ?? refusedBecause[REFUSED_FORMAT]! }
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
    object: a.status === 0 ? `the ${what} with ${count(a.bytes, 'byte')}` : `the ${what} with ${result(a.status)}`,
    because: a.status === 0 ? good : `a piece of it could not be ${a.write === 1 ? 'written' : 'read'}`,
  };
};

const closeSentence = { act: 'asks the VHD parser to close', object: 'the virtual disk', because: 'its virtual machine uses it no more, so another one may have the file' };

const closedSentence = (a: { status: number }) => ({
  act: a.status === 0 ? 'closes' : 'refuses to close', object: 'the VHD file',
  because: a.status === 0 ? 'the last request for it has ended and nobody else has it open' : 'there is no such handle',
});

const openArgs = ['fileId', 'cookie'] as const;
const openedArgs = ['cookie', 'handle', 'sectors', 'reasonText', 'reason'] as const;
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
  close: hop({
    title: 'close VHD', family: 'call', crossing: 'root-call', args: ['handle', 'cookie'], cost: 'rootStack',
    status: 'derived', sources: ['management 1.1'],
    sentence: () => ({ actor: 'Storage VSP', ...closeSentence }),
  }),
  closeUser: hop({
    title: 'close VHD', family: 'call', crossing: 'root-syscall', args: ['handle', 'cookie'], cost: 'rootStack', level: 'thread',
    status: 'inferred', sources: ['COR 22'],
    sentence: () => ({ actor: 'IDE emulator', ...closeSentence }),
  }),
  closed: hop({
    title: 'VHD closed', family: 'call', crossing: 'root-call', args: ['cookie', 'status'], cost: 'call',
    status: 'derived', sources: ['management 1.1'],
    sentence: (a) => ({ actor: 'VHD parser', ...closedSentence(a) }),
  }),
  closedUser: hop({
    title: 'VHD closed', family: 'call', crossing: 'root-sysret', args: ['cookie', 'status'], cost: 'syscall', level: 'thread',
    status: 'inferred', sources: ['COR 22'],
    sentence: (a) => ({ actor: 'VHD parser', ...closedSentence(a) }),
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
  findParent: hop({
    title: 'find parent disk', family: 'call', crossing: 'root-call', args: ['fileId', 'nameText', 'cookie'], cost: 'call',
    status: 'simplified', sources: ['VHDSPEC Identifying the Parent Hard Disk Image', 'management 1.1'],
    simplified: 'One volume holds all disks, so the last part of the path is enough; a person may have named the parent by hand, as with Reconnect in Hyper-V Manager.',
    sentence: (a) => ({
      actor: 'VHD parser', act: 'asks NTFS for', object: `the file that a parent locator of file ${a.fileId} names`,
      because: 'sectors that this differencing disk does not have are those of its parent',
    }),
  }),
  parentFound: hop({
    title: 'parent disk', family: 'call', crossing: 'root-call', args: ['cookie', 'status', 'parentId'], cost: 'call',
    status: 'derived', sources: ['VHDSPEC Identifying the Parent Hard Disk Image'],
    sentence: (a) => ({
      actor: 'NTFS', act: 'answers', object: a.status === 0 ? `that it is file ${a.parentId}` : `with ${result(a.status)}`,
      because: a.status === 0 ? 'a file of that name lies on the volume, or a person has named it' : 'no file has that name and nobody has named another',
    }),
  }),
  opened: hop({
    title: 'file length', family: 'call', crossing: 'root-call', args: ['cookie', 'status', 'sectors', 'attributes'], cost: 'call',
    status: 'simplified', sources: ['management 1.1'], simplified: 'The metadata of NTFS are taken to be in its cache.',
    sentence: (a) => ({
      actor: 'NTFS', act: 'answers', object: a.status === 0 ? `that the file has ${sectorsText(a.sectors)}${a.attributes % 2 === 1 ? ' and is a raw image' : ''}` : `with ${result(a.status)}`,
      because: a.status === 0 ? 'the list of its extents is in the cache' : 'there is no such file on the volume',
    }),
  }),
  read: hop({
    title: 'file read', family: 'call', crossing: 'root-call', args: ['fileId', 'fileSector', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'], cost: 'rootStack', bytes: [mdlBytes],
    status: 'simplified', sources: ['management 1.1'], simplified: mdlSimplified,
    sentence: (a) => ({
      actor: 'VHD parser', act: 'reads', object: `${sectorsText(a.sectors)} at sector ${a.fileSector} of file ${a.fileId}`,
      because: readBecause[a.cookie % 8] ?? readBecause[0],
    }),
  }),
  write: hop({
    title: 'file write', family: 'call', crossing: 'root-call', args: ['fileId', 'fileSector', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'], cost: 'rootStack', bytes: [writeMdlBytes],
    status: 'simplified', sources: ['management 1.1'], simplified: `${mdlSimplified} Times and the journal of NTFS are not written.`,
    sentence: (a) => ({
      actor: 'VHD parser', act: 'writes', object: `${sectorsText(a.sectors)}${writeWhat[a.cookie % 8] ?? ''} at sector ${a.fileSector} of file ${a.fileId}`,
      because: writeBecause[a.cookie % 8] ?? writeBecause[FOR_DATA]!,
    }),
  }),
  extend: hop({
    title: 'extend file', family: 'call', crossing: 'root-call', args: ['fileId', 'sectors', 'cookie'], cost: 'rootStack',
    status: 'simplified', sources: ['management 1.1', 'VHDSPEC Implementing a Dynamic Disk'],
    simplified: 'NTFS takes the next free clusters of the volume; its own records of that (MFT, bitmap, journal) are not written to the disk.',
    sentence: (a) => ({
      actor: 'VHD parser', act: 'asks NTFS to lengthen', object: `file ${a.fileId} to ${sectorsText(a.sectors)}`,
      because: 'the virtual disk needs a block it does not have yet, and the file must hold it',
    }),
  }),
  extended: hop({
    title: 'file extended', family: 'call', crossing: 'root-call', args: ['cookie', 'status', 'sectors'], cost: 'call',
    status: 'derived', sources: ['management 1.1'],
    sentence: (a) => ({
      actor: 'NTFS', act: a.status === 0 ? 'answers' : 'refuses', object: a.status === 0 ? `that the file has ${sectorsText(a.sectors)} now` : `to lengthen the file with ${result(a.status)}`,
      because: a.status === 0 ? 'free clusters of the volume belong to it from now on' : 'the volume has no free clusters left',
    }),
  }),
  done: hop({
    title: 'file read or write done', family: 'call', crossing: 'root-call', args: ['cookie', 'status', 'write'], cost: 'call',
    status: 'derived', sources: ['management 1.1'],
    sentence: (a) => ({
      actor: 'NTFS', act: 'completes', object: `the file ${a.write === 1 ? 'write' : 'read'} with ${result(a.status)}`,
      because: a.status === 0 ? 'every disk command it was split into has ended' : `it could not be ${a.write === 1 ? 'written to' : 'read from'} the disk`,
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
  write: hop({
    title: 'disk write', family: 'call', crossing: 'root-call', args: ['lba', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'], cost: 'rootStack', bytes: [writeMdlBytes],
    begins: 'command',
    status: 'simplified', sources: ['management 1.1'], simplified: mdlSimplified,
    sentence: (a) => ({
      actor: 'NTFS', act: 'asks the disk driver to write', object: `${sectorsText(a.sectors)} from sector ${a.lba} of the physical disk on`,
      because: 'the extents of the file say that this part of it lies there',
    }),
  }),
  start: hop({
    title: 'disk driver starts', family: 'call', crossing: 'root-call', args: ['waiting'], cost: 'call',
    status: 'simplified', sources: ['management 1.1'], simplified: 'Windows starts the device at boot; here it starts with the first request.',
    sentence: (a) => ({
      actor: 'Disk driver', act: 'goes on', object: a.waiting === 1 ? 'with the request that waits' : `with ${a.waiting} waiting requests`,
      because: 'its service routine is connected now, so no interrupt can be lost',
    }),
  }),
  dpc: hop({
    title: 'disk DPC', family: 'call', crossing: 'root-call', args: ['entries'], cost: 'dpc', level: 'dpc',
    status: 'derived', sources: ['WININT DPC Interrupts'],
    sentence: (a) => ({
      actor: 'DPC of the disk driver', act: 'takes', object: a.entries === 1 ? '1 completion entry' : `${a.entries} completion entries`,
      because: 'a service routine must be short: it has queued this, which runs now that interrupts are allowed again',
    }),
  }),
  done: hop({
    title: 'disk read or write done', family: 'call', crossing: 'root-call', args: ['cookie', 'status', 'write'], cost: 'call',
    ends: 'command',
    status: 'derived', sources: ['management 1.1'],
    sentence: (a) => ({
      actor: 'Disk driver', act: 'completes', object: `the disk ${a.write === 1 ? 'write' : 'read'} with ${result(a.status)}`,
      because: a.status === 0 ? `the completion entry says that the data are ${a.write === 1 ? 'on the disk' : 'in memory'}` : 'the controller reported an error',
    }),
  }),
});
