/**
 * Hop kinds of the storage pair, and the names of its transactions. What rides the ring are the `vmbus.ring*` kinds; block
 * requests of the guest are `block.*` (guest kernel); reads of the VHD are `vhd.*` (root kernel).
 */
import { defineHops, hop } from '../../sim/hop-kinds.ts';

/**
 * A transaction id is the address of the VSC's record of the request, as in the guest drivers of the time (COR 6). The
 * records are 64 bytes each in one page of the driver, so bits 11:6 tell which record it is; the ones after the last request
 * slot belong to the steps of bringing the device up. The lowest bit, free because records are aligned, marks a write. [STORVSC-3]
 */
export const REQUEST_SLOTS = 32;
export const RECORD_SHIFT = 6;
export const WRITE_MARK = 1;
export const setupSteps = [
  'BEGIN_INITIALIZATION',
  'QUERY_PROTOCOL_VERSION',
  'QUERY_PROPERTIES',
  'END_INITIALIZATION',
  'INQUIRY',
  'READ CAPACITY(10)',
] as const;

/** What the transaction was begun for, for sentences; the far side never needs to know. */
export function transactionName(transId: number): string {
  const record = (transId & 0xfff) >>> RECORD_SHIFT;
  if (record < REQUEST_SLOTS && (transId & WRITE_MARK) !== 0) return 'WRITE(10)';
  return record < REQUEST_SLOTS ? 'READ(10)' : (setupSteps[record - REQUEST_SLOTS] ?? 'storage');
}

/** True for the disk requests of the guest, false for the steps of bringing the device up. */
export function isRequest(transId: number): boolean {
  return (transId & 0xfff) >>> RECORD_SHIFT < REQUEST_SLOTS;
}

export const storvsp = defineHops('storvsp', {
  attach: hop({
    title: 'attach disk',
    family: 'call',
    crossing: 'root-syscall',
    args: ['partition', 'fileId', 'cookie'] as const,
    cost: 'syscall',
    status: 'inferred',
    sources: ['COR 22', 'OVM storvsp_resources'],
    sentence: () => ({
      actor: 'Worker process',
      act: 'hands',
      object: 'the VHD file of its VM to the Storage VSP in the root kernel',
      because: 'requests of the synthetic disk are to be served without passing through the worker process',
    }),
  }),
  attached: hop({
    title: 'disk attached',
    family: 'call',
    crossing: 'root-sysret',
    args: ['status', 'cookie', 'reasonText'] as const,
    cost: 'user',
    level: 'thread',
    status: 'inferred',
    sources: ['COR 22', 'OVM storvsp_resources'],
    sentence: (a) => ({
      actor: 'Storage VSP',
      act: a.status === 0 ? 'reports to the worker process' : 'refuses',
      object: a.status === 0 ? 'that the disk is open and offered on VMBus' : 'the disk',
      because: a.status === 0 ? 'the worker process goes on only when every device of the VM is ready' : 'the VHD file could not be opened',
    }),
  }),
  detach: hop({
    title: 'detach disk',
    family: 'call',
    crossing: 'root-syscall',
    args: ['partition', 'cookie'] as const,
    cost: 'syscall',
    status: 'inferred',
    sources: ['COR 22', 'OVM storvsp_resources'],
    sentence: (_, v) => ({
      actor: 'Worker process',
      act: 'takes back',
      object: `the disk of ${v.guest} from the Storage VSP`,
      because: 'the VM is being turned off; a transfer that the physical disk has begun must end before the guest may lose its memory',
    }),
  }),
  detached: hop({
    title: 'disk detached',
    family: 'call',
    crossing: 'root-sysret',
    args: ['cookie'] as const,
    cost: 'user',
    level: 'thread',
    status: 'inferred',
    sources: ['COR 22', 'OVM storvsp_resources'],
    sentence: (_, v) => ({
      actor: 'Storage VSP',
      act: 'reports',
      object: `that nothing is under way for ${v.guest} any more and that its VHD file is closed`,
      because: 'from now on no transfer can reach the memory of this guest',
    }),
  }),
});

export const storvsc = defineHops('storvsc', {
  retry: hop({
    title: 'try the ring again',
    family: 'call',
    crossing: 'guest-call',
    args: ['waiting', 'roomTold'] as const,
    cost: 'call',
    status: 'simplified',
    simplified: 'When the guest tries a full ring again is our choice: once it has taken out all completions, and from 2012 on if the room is there.',
    sources: ['COR 4', 'L09 RingBuffer.c'],
    sentence: (a) => ({
      actor: 'Storage VSC',
      act: 'tries again',
      object: a.waiting === 1 ? 'to write the request that waits' : `to write the first of ${a.waiting} requests that wait`,
      because: a.roomTold > 0
        ? 'the ring has the room that the driver has written into its header; the root signals when so much is free, and no completion is needed for that'
        : 'a completion has come back, so there may be room again; before Windows Server 2012 nothing in the ring wakes a writer that waits',
    }),
  }),
});
