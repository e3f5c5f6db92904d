/**
 * Hop kinds of a guest's kernel: start-up and interrupt dispatch (`gkernel`), hypercalls on behalf of drivers (`gwinhv`), and
 * block requests from the file system to a storage driver (`block`). File kinds are in `fs-hops.ts`.
 */
import { hexNumber } from '../../wire/bytes.ts';
import { hvStatusName } from '../../wire/hv-status.ts';
import { hypercallName } from '../../wire/hypercalls.ts';
import type { BytesRef } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';
import { defineHops, hop, the } from '../../sim/hop-kinds.ts';

const stack = 'The storage stack of Windows between file system and port driver is one call here.';
const pagesListed: BytesRef = { label: 'list of pages', space: 'from', page: 'mdlPage', span: 'mdlSpan', layout: 'mdl' };
/** Why the file system writes: `what` of `block.write`. The order is the order in which it writes. */
export const WRITE_DATA = 1;
export const WRITE_ZEROS = 2;
export const WRITE_DISORDER = 3;
export const WRITE_FAT = 4;
export const WRITE_ENTRY = 5;
export const WRITE_FREED = 6;
export const WRITE_INFO = 7;
export const WRITE_ORDER = 8;
const writeReasons = [
  'what has changed must stand on the disk, and only the driver reaches it',
  'the bytes of the file come first, into clusters that nothing leads to yet',
  'a new cluster of a directory is zero before anything leads to it',
  'the volume is marked as in disorder as long as its file allocation tables change',
  'the clusters of the file become a chain; nothing leads to it yet',
  'with this sector the directory has the file as it is now',
  'the clusters of the old file are free now that nothing leads to them',
  'the next search for free clusters may begin where this one ended',
  'everything stands on the disk, so the volume is in order again',
] as const;
const sectors = (count: number): string => (count === 1 ? '1 sector' : `${count} sectors`);

export const gkernel = defineHops('gkernel', {
  start: hop({
    title: 'guest starts', family: 'person', crossing: 'person-guest-boot', args: [] as const, cost: 'entry', level: 'thread', begins: 'machine',
    status: 'simplified', simplified: 'No BIOS and no boot loader: the kernel already stands in memory.', sources: ['T2 10.1.5'],
    sentence: (_, v) => ({ actor: 'VP scheduler', act: 'runs', object: `VP 0 of ${v.guest} for the first time`, because: 'its explicit suspend bit has been cleared' }),
  }),
  booted: hop({
    title: 'guest is ready', family: 'call', crossing: 'guest-call', args: ['drivers'] as const, cost: 'call', ends: 'machine',
    status: 'simplified', simplified: 'Drivers start one after the other in a fixed order; there is no Plug and Play manager.', sources: ['LNX drivers/hv'],
    sentence: (a, v) => ({ actor: `Kernel of ${v.guest}`, act: 'finds', object: `its ${count(a.drivers, 'driver')} ready`, because: 'the last one has reported' }),
  }),
  initDriver: hop({
    title: 'driver starts', family: 'call', crossing: 'guest-call', args: [] as const, cost: 'call', level: 'thread',
    status: 'simplified', simplified: 'Drivers start one after the other in a fixed order; there is no Plug and Play manager.', sources: ['LNX drivers/hv'],
    sentence: (_, v) => ({ actor: `Kernel of ${v.guest}`, act: 'starts', object: the(v.to), because: 'what is below it is ready' }),
  }),
  driverReady: hop({
    title: 'driver ready', family: 'call', crossing: 'guest-call', args: ['status'] as const, cost: 'call',
    status: 'simplified', simplified: 'Drivers start one after the other in a fixed order; there is no Plug and Play manager.', sources: ['LNX drivers/hv'],
    sentence: (a, v) => ({ actor: v.from, act: 'reports', object: a.status === 0 ? 'that it is ready' : 'that it cannot work', because: 'the kernel starts the next driver then' }),
  }),
  connectInterrupt: hop({
    title: 'connect interrupt', family: 'call', crossing: 'guest-call', args: ['vector', 'eoi'] as const, cost: 'call',
    status: 'simplified', simplified: 'A driver gets its vector from the kernel in a real guest; here the vectors are fixed.', sources: ['T2 14.2.5'],
    sentence: (a, v) => ({ actor: v.from, act: 'connects', object: `its service routine to vector ${hexNumber(a.vector)}`, because: 'the kernel calls whoever registered when the interrupt comes' }),
  }),
  isr: hop({
    title: 'service routine', family: 'interrupt', crossing: 'guest-call', args: ['vector'] as const, cost: 'isr', level: 'isr',
    status: 'documented', sources: ['T2 14.2.5'],
    sentence: (a, v) => ({ actor: `Kernel of ${v.guest}`, act: 'calls', object: `the service routine of ${the(v.to)}`, because: `it registered for vector ${hexNumber(a.vector)}` }),
  }),
  isrDone: hop({
    title: 'service routine returns', family: 'interrupt', crossing: 'guest-call', args: ['vector'] as const, cost: 'call', level: 'isr',
    status: 'documented', sources: ['T2 14.2.5'],
    sentence: (_, v) => ({ actor: v.from, act: 'returns', object: 'from its service routine', because: 'what is left can wait for a DPC' }),
  }),
});

export const gwinhv = defineHops('gwinhv', {
  call: hop({
    title: 'call WinHv', family: 'call', crossing: 'guest-call', args: ['control', 'repCount', 'inPage', 'inSpan', 'outPage', 'cookie'] as const, cost: 'call',
    status: 'documented', sources: ['management 1.1', 'T2 4.5', 'COR 24'],
    sentence: (a, v) => ({ actor: v.from, act: 'asks WinHv for', object: hypercallName(a.control & 0xffff), because: 'WinHv turns a function call into a hypercall' }),
  }),
  done: hop({
    title: 'WinHv returns', family: 'call', crossing: 'guest-call', args: ['status', 'repsDone', 'cookie', 'code'] as const, cost: 'call',
    status: 'documented', sources: ['management 1.1', 'T2 4.8'],
    sentence: (a, v) => ({ actor: `WinHv of ${v.guest}`, act: 'returns', object: `${hvStatusName(a.status)} to ${the(v.to)}`, because: `${hypercallName(a.code)} has ended` }),
  }),
});

export const block = defineHops('block', {
  read: hop({
    title: 'block read', family: 'call', crossing: 'guest-call', args: ['lba', 'sectors', 'gpaPage', 'span', 'cookie'] as const, cost: 'call', begins: 'disk', milestone: 'submitted',
    status: 'simplified', simplified: 'The storage stack of Windows between file system and port driver is one call here.', sources: ['management 1.1'],
    sentence: (a, v) => ({ actor: `File system of ${v.guest}`, act: 'asks', object: `${the(v.to)} for ${sectors(a.sectors)} from sector ${a.lba}`, because: 'it needs what stands there, and only the driver reaches the disk' }),
  }),
  /** 1 to 8 sectors out of one page; answered by `block.done`. The bytes are the caller's until then. */
  write: hop({
    title: 'block write', family: 'call', crossing: 'guest-call', args: ['lba', 'sectors', 'gpaPage', 'span', 'cookie', 'what'] as const, cost: 'call', begins: 'disk', milestone: 'submitted',
    bytes: [{ label: 'sectors to be written', space: 'from', page: 'gpaPage', span: 'span', layout: 'sector' }],
    status: 'simplified', simplified: stack, sources: ['management 1.1'],
    sentence: (a, v) => ({ actor: `File system of ${v.guest}`, act: 'hands', object: `${the(v.to)} ${sectors(a.sectors)} for sector ${a.lba}`, because: writeReasons[a.what] ?? writeReasons[0] }),
  }),
  /** 1 to 128 sectors into the guest pages of a list (layout of `wire/mdl.ts`, in a page of the caller); answered by `block.done`. */
  readMany: hop({
    title: 'long block read', family: 'call', crossing: 'guest-call', args: ['lba', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'] as const, cost: 'call', begins: 'disk', milestone: 'submitted',
    bytes: [pagesListed], status: 'simplified', simplified: stack, sources: ['management 1.1'],
    sentence: (a, v) => ({ actor: `File system of ${v.guest}`, act: 'asks', object: `${the(v.to)} for ${sectors(a.sectors)} from sector ${a.lba} in several pages`, because: 'one long request costs less than many short ones' }),
  }),
  /** 1 to 128 sectors out of the guest pages of a list; answered by `block.done`. List and bytes are the caller's until then. */
  writeMany: hop({
    title: 'long block write', family: 'call', crossing: 'guest-call', args: ['lba', 'sectors', 'mdlPage', 'mdlSpan', 'cookie'] as const, cost: 'call', begins: 'disk', milestone: 'submitted',
    bytes: [pagesListed], status: 'simplified', simplified: stack, sources: ['management 1.1'],
    sentence: (a, v) => ({ actor: `File system of ${v.guest}`, act: 'hands', object: `${the(v.to)} ${sectors(a.sectors)} in several pages for sector ${a.lba} and on`, because: 'one long request costs less than many short ones' }),
  }),
  done: hop({
    title: 'block done', family: 'call', crossing: 'guest-call', args: ['cookie', 'status'] as const, cost: 'call', ends: 'disk', milestone: 'completed',
    status: 'simplified', simplified: 'The storage stack of Windows between file system and port driver is one call here.', sources: ['management 1.1'],
    sentence: (a, v) => ({ actor: v.from, act: 'completes', object: a.status === 0 ? 'the block request' : 'the block request with an error', because: a.status === 0 ? 'the disk has done what was asked of it' : 'the disk has not done what was asked of it' }),
  }),
  /** `most`: sectors of one `readMany` or `writeMany`, 8 to 128, from a driver that takes these and `write`; 0 from one that only takes `read`. */
  info: hop({
    title: 'disk found', family: 'call', crossing: 'guest-call', args: ['sectors', 'queueDepth', 'most'] as const, cost: 'call',
    status: 'simplified', simplified: 'No Plug and Play: the driver tells the file system directly.', sources: ['management 1.1'],
    sentence: (a, v) => ({ actor: v.from, act: 'tells', object: `the file system of ${v.guest} about a disk of ${count(a.sectors, 'sector')}`, because: 'it can carry block requests now' }),
  }),
});
