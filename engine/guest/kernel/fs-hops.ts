/**
 * Hops of the guest's file system: applications call it, and it calls the storage driver by `block.*` (declared beside the
 * guest kernel). The same file system runs on both paths; only the driver under it differs.
 */
import type { BytesRef } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { ntStatusBecause, ntStatusName } from '../../wire/ntstatus.ts';

const nameBytes: BytesRef = { label: 'path', space: 'from', page: 'namePage', span: 'nameSpan', layout: 'text' };
const bufferBytes = (label: string, layout: string): BytesRef => ({ label, space: 'to', page: 'bufferPage', span: 'span', layout });

const textBytes: BytesRef = { label: 'file data', space: 'from', page: 'bufferPage', span: 'span', layout: 'text' };

const cacheSimplified = 'A FAT driver with a cache of a few lines; a Windows guest of 2008 would use NTFS.';
const writeSimplified = 'The size of the file is given when it is made; NTFS would also keep a log of its changes.';

function sectorsText(sectors: number): string {
  return sectors === 1 ? '1 sector' : `${sectors} sectors`;
}

function entriesText(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}

export const fs = defineHops('fs', {
  open: hop({
    title: 'open file', family: 'call', crossing: 'guest-syscall', args: ['namePage', 'nameSpan', 'cookie'], cost: 'syscall',
    bytes: [nameBytes], begins: 'file',
    status: 'simplified', sources: ['FATSPEC FAT Directory Structure'], simplified: cacheSimplified,
    sentence: () => ({
      actor: 'Reader', act: 'asks the file system to open', object: 'the file whose path it has put into its page',
      because: 'a file must be found in its directory before it can be read',
    }),
  }),
  opened: hop({
    title: 'file open', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'handle', 'size', 'reasonText'], cost: 'syscall', level: 'thread',
    ends: 'file',
    status: 'derived', sources: ['FATSPEC FAT Directory Structure'],
    sentence: (a) =>
      a.status === 0
        ? { actor: 'File system', act: 'returns', object: `handle ${a.handle} to a file of ${count(a.size, 'byte')}`, because: 'the directory entry gives its first cluster and its size' }
        : { actor: 'File system', act: 'refuses', object: `to open the file with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  read: hop({
    title: 'read file', family: 'call', crossing: 'guest-syscall', args: ['handle', 'offset', 'length', 'bufferPage', 'cookie'], cost: 'syscall',
    begins: 'file',
    status: 'simplified', sources: ['FATSPEC FAT Data Structure'], simplified: cacheSimplified,
    sentence: (a) => ({
      actor: 'Reader', act: 'asks for', object: `${count(a.length, 'byte')} at offset ${a.offset} of the file`,
      because: 'it reads a file piece by piece, a page at a time',
    }),
  }),
  readDone: hop({
    title: 'file data', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'length', 'bufferPage', 'span'], cost: 'syscall', level: 'thread',
    bytes: [bufferBytes('file data', 'text')], ends: 'file',
    status: 'derived', sources: ['FATSPEC FAT Data Structure'],
    sentence: (a) =>
      a.status === 0
        ? { actor: 'File system', act: 'returns', object: `${count(a.length, 'byte')} in the buffer of the reader`, because: 'they have been copied there from the cache' }
        : { actor: 'File system', act: 'ends', object: `the read with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  list: hop({
    title: 'list directory', family: 'call', crossing: 'guest-syscall', args: ['namePage', 'nameSpan', 'bufferPage', 'cookie', 'start'], cost: 'syscall',
    bytes: [nameBytes], begins: 'file',
    status: 'simplified', sources: ['FATSPEC FAT Directory Structure'], simplified: cacheSimplified,
    sentence: (a) => ({
      actor: 'Reader', act: 'asks for', object: a.start === 0 ? 'a listing of a directory' : `a listing from entry ${a.start} on`,
      because: a.start === 0 ? 'it wants to know which files there are' : 'the entries before did not leave room for more in one page',
    }),
  }),
  listed: hop({
    title: 'listing', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'count', 'bufferPage', 'span', 'reasonText'], cost: 'syscall', level: 'thread',
    bytes: [bufferBytes('directory listing', 'fs-listing')], ends: 'file',
    status: 'simplified', sources: ['FATSPEC FAT Directory Structure'], simplified: 'The entries handed to an application have a layout of our own.',
    sentence: (a) =>
      a.status === 0
        ? { actor: 'File system', act: 'returns', object: `${entriesText(a.count)} of the directory`, because: 'it has read the directory, put long names together and left out deleted entries' }
        : { actor: 'File system', act: 'refuses', object: `to list the directory with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  close: hop({
    title: 'close file', family: 'call', crossing: 'guest-syscall', args: ['handle', 'cookie'], cost: 'syscall',
    status: 'simplified', sources: ['FATSPEC FAT Directory Structure'], simplified: cacheSimplified,
    sentence: (a) => ({ actor: 'Reader', act: 'closes', object: `handle ${a.handle}`, because: 'it has read what it wanted' }),
  }),
  closed: hop({
    title: 'file closed', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status'], cost: 'syscall', level: 'thread',
    status: 'derived', sources: ['FATSPEC FAT Directory Structure'],
    sentence: (a) => ({
      actor: 'File system', act: 'returns', object: a.status === 0 ? 'success' : `${ntStatusName(a.status)}`,
      because: a.status === 0 ? 'the handle is free again; the cache keeps the sectors' : ntStatusBecause(a.status),
    }),
  }),
  rawRead: hop({
    title: 'raw read', family: 'call', crossing: 'guest-syscall', args: ['lba', 'sectors', 'bufferPage', 'cookie'], cost: 'syscall',
    begins: 'file',
    status: 'simplified', sources: ['MSARCH Storage I/O Performance'], simplified: 'One call reads at most 8 sectors.',
    sentence: (a) => ({
      actor: 'Reader', act: 'asks for', object: `${sectorsText(a.sectors)} from sector ${a.lba} of its disk`,
      because: 'it reads the disk itself, past file system and cache',
    }),
  }),
  rawDone: hop({
    title: 'raw data', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'bytes', 'bufferPage', 'span'], cost: 'syscall', level: 'thread',
    bytes: [bufferBytes('sectors', 'sector')], ends: 'file',
    status: 'simplified', sources: ['MSARCH Storage I/O Performance'], simplified: 'One call reads at most 8 sectors.',
    sentence: (a) =>
      a.status === 0
        ? { actor: 'Guest kernel', act: 'returns', object: `${count(a.bytes, 'byte')} in the buffer of the reader`, because: 'the storage driver has put them there without a copy by the file system' }
        : { actor: 'Guest kernel', act: 'ends', object: `the raw read with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  create: hop({
    title: 'create file', family: 'call', crossing: 'guest-syscall', args: ['namePage', 'nameSpan', 'size', 'cookie'], cost: 'syscall',
    bytes: [nameBytes], begins: 'file',
    status: 'simplified', sources: ['FATSPEC FAT Directory Structure'], simplified: writeSimplified,
    sentence: (a) => ({
      actor: 'Reader', act: 'asks the file system for', object: `a new file of ${count(a.size, 'byte')} under the path in its page`,
      because: 'a name and free clusters are needed before anything can be written',
    }),
  }),
  created: hop({
    title: 'file created', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'handle', 'replaces', 'reasonText'], cost: 'syscall', level: 'thread',
    ends: 'file',
    status: 'derived', sources: ['FATSPEC FAT Data Structure'],
    sentence: (a) =>
      a.status === 0
        ? {
          actor: 'File system', act: 'returns', object: `handle ${a.handle} for writing`,
          because: a.replaces === 1 ? 'it has chosen new clusters; the old file stays as it is until the new one is whole' : 'it has found room in the directory and free clusters',
        }
        : { actor: 'File system', act: 'refuses', object: `to create the file with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  write: hop({
    title: 'write file', family: 'call', crossing: 'guest-syscall', args: ['handle', 'offset', 'length', 'bufferPage', 'cookie', 'span'], cost: 'syscall',
    bytes: [textBytes], begins: 'file',
    status: 'simplified', sources: ['FATSPEC FAT Data Structure'], simplified: writeSimplified,
    sentence: (a) => ({
      actor: 'Reader', act: 'hands over', object: `${count(a.length, 'byte')} for offset ${a.offset} of the file`,
      because: 'it writes a file piece by piece, a page at a time',
    }),
  }),
  written: hop({
    title: 'piece written', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'length', 'reasonText'], cost: 'syscall', level: 'thread',
    ends: 'file',
    status: 'derived', sources: ['FATSPEC FAT Data Structure'],
    sentence: (a) =>
      a.status === 0
        ? { actor: 'File system', act: 'ends', object: `the write of ${count(a.length, 'byte')}`, because: 'the cache writes through, and the driver has said that they stand on the disk' }
        : { actor: 'File system', act: 'ends', object: `the write with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  commit: hop({
    title: 'finish file', family: 'call', crossing: 'guest-syscall', args: ['handle', 'cookie'], cost: 'syscall',
    begins: 'file',
    status: 'simplified', sources: ['FATSPEC FAT Directory Structure'], simplified: writeSimplified,
    sentence: (a) => ({
      actor: 'Reader', act: 'closes', object: `handle ${a.handle}, whose file is whole`,
      because: 'chain and directory entry are written last, so that a crash before leaves the volume as it was',
    }),
  }),
  committed: hop({
    title: 'file finished', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'reasonText'], cost: 'syscall', level: 'thread',
    ends: 'file',
    status: 'derived', sources: ['FATSPEC FAT Directory Structure'],
    sentence: (a) =>
      a.status === 0
        ? { actor: 'File system', act: 'says', object: 'that the file stands in its directory', because: 'data, file allocation tables and directory entry are on the disk, in this order' }
        : { actor: 'File system', act: 'ends', object: `the file with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  remove: hop({
    title: 'delete file', family: 'call', crossing: 'guest-syscall', args: ['namePage', 'nameSpan', 'cookie'], cost: 'syscall',
    bytes: [nameBytes], begins: 'file',
    status: 'derived', sources: ['FATSPEC FAT Directory Structure'],
    sentence: () => ({ actor: 'Reader', act: 'asks the file system to delete', object: 'the file whose path it has put into its page', because: 'somebody wants it gone' }),
  }),
  removed: hop({
    title: 'file deleted', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'reasonText'], cost: 'syscall', level: 'thread',
    ends: 'file',
    status: 'derived', sources: ['FATSPEC FAT Directory Structure'],
    sentence: (a) =>
      a.status === 0
        ? { actor: 'File system', act: 'says', object: 'that the file is gone', because: 'its entry is marked deleted and its clusters are free; the bytes themselves still lie there' }
        : { actor: 'File system', act: 'refuses', object: `to delete the file with ${ntStatusName(a.status)}`, because: ntStatusBecause(a.status) },
  }),
  copyIn: hop({
    title: 'copy into cache', family: 'copy', crossing: 'guest-call', args: ['linePage', 'lineSpan', 'bufferPage', 'bufferSpan', 'bytes', 'job'], cost: 'copy', costBytes: 'bytes',
    counts: { copy: 'bytes' },
    bytes: [
      { label: 'buffer of the application', space: 'from', page: 'bufferPage', span: 'bufferSpan', layout: 'text' },
      { label: 'cache line', space: 'to', page: 'linePage', span: 'lineSpan', layout: 'text' },
    ],
    status: 'derived', sources: ['costs S10'],
    sentence: (a) => ({
      actor: 'File system', act: 'copies', object: `${count(a.bytes, 'byte')} from the buffer of the reader into the cache`,
      because: 'the next reader finds them there, and the application may use its buffer again',
    }),
  }),
  copy: hop({
    title: 'copy from cache', family: 'copy', crossing: 'guest-call', args: ['linePage', 'lineSpan', 'bufferPage', 'bufferSpan', 'bytes', 'job'], cost: 'copy', costBytes: 'bytes',
    counts: { copy: 'bytes' },
    bytes: [
      { label: 'cache line', space: 'from', page: 'linePage', span: 'lineSpan', layout: 'text' },
      { label: 'buffer of the application', space: 'to', page: 'bufferPage', span: 'bufferSpan', layout: 'text' },
    ],
    status: 'derived', sources: ['costs S10'],
    sentence: (a) => ({
      actor: 'File system', act: 'copies', object: `${count(a.bytes, 'byte')} from the cache into the buffer of the reader`,
      because: 'the cache keeps its line for the next reader, so the application gets a copy',
    }),
  }),
});
