/**
 * Raw access to the disk of a guest: an application opens the disk itself and reads or writes sectors, past file system and
 * cache. The guest's kernel turns each request into one or more `block.*` requests of the storage driver.
 */
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';
import { ntStatusBecause, ntStatusName } from '../../wire/ntstatus.ts';

/** What is done to the sectors; 0 reads them. */
export const RAW_WRITE = 1;
/** One request at most: 64 KiB. */
export const RAW_SECTORS_MAX = 128;
/** Raw requests a guest has under way at most. */
export const RAW_SLOTS = 32;

const past = 'The I/O manager, the partition and the class driver of Windows are one step here; a request larger than the driver takes goes down part after part.';

function sectorsText(sectors: number): string {
  return sectors === 1 ? '1 sector' : `${sectors} sectors`;
}

export const raw = defineHops('raw', {
  open: hop({
    title: 'open disk', family: 'call', crossing: 'guest-syscall', args: [] as const, cost: 'syscall',
    status: 'simplified', simplified: past, sources: ['MSARCH Storage I/O Performance'],
    sentence: (_, v) => ({ actor: v.from, act: 'opens', object: 'the disk itself', because: 'it means to read or write sectors without a file system between' }),
  }),
  opened: hop({
    title: 'disk open', family: 'call', crossing: 'guest-sysret', args: ['status', 'sectors'] as const, cost: 'syscall', level: 'thread',
    status: 'simplified', simplified: past, sources: ['MSARCH Storage I/O Performance'],
    sentence: (a, v) => ({
      actor: `Kernel of ${v.guest}`, act: 'answers', object: a.status === 0 ? `with the length of the disk, ${count(a.sectors, 'sector')}` : `with ${ntStatusName(a.status)}`,
      because: a.status === 0 ? 'the storage driver has reported it' : ntStatusBecause(a.status),
    }),
  }),
  request: hop({
    title: 'raw request', family: 'call', crossing: 'guest-syscall', args: ['op', 'lba', 'sectors', 'bufferPage', 'cookie'] as const, cost: 'syscall', begins: 'file',
    status: 'simplified', simplified: past, sources: ['MSARCH Storage I/O Performance'],
    sentence: (a, v) => ({
      actor: v.from, act: a.op === RAW_WRITE ? 'hands over' : 'asks for', object: `${sectorsText(a.sectors)} ${a.op === RAW_WRITE ? 'for sector' : 'from sector'} ${a.lba} of its disk`,
      because: a.op === RAW_WRITE ? 'it writes the disk itself, past file system and cache' : 'it reads the disk itself, past file system and cache',
    }),
  }),
  done: hop({
    title: 'raw request done', family: 'call', crossing: 'guest-sysret', args: ['cookie', 'status', 'bytes', 'bufferPage', 'span'] as const, cost: 'syscall', level: 'thread', ends: 'file',
    bytes: [{ label: 'sectors', space: 'to', page: 'bufferPage', span: 'span', layout: 'sector' }],
    status: 'simplified', simplified: past, sources: ['MSARCH Storage I/O Performance'],
    sentence: (a, v) => ({
      actor: `Kernel of ${v.guest}`, act: 'ends', object: a.status === 0 ? `the raw request after ${count(a.bytes, 'byte')}` : `the raw request with ${ntStatusName(a.status)}`,
      because: a.status === 0 ? 'the storage driver has moved them without a copy by the kernel' : ntStatusBecause(a.status),
    }),
  }),
});
