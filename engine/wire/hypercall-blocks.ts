/**
 * Parameter blocks of the hypercalls a VM start, VMBus, an intercept and an interrupt need: writers for the caller, offsets
 * for the hypervisor that reads them. Offsets are those of T2 §5.6, §7.4, §8.4, §9.4, §10.4, §12.4, §13.5, §14.9
 * (interface 1.0 and 2.0). Partition ids, page numbers and addresses are numbers below 2^53. SPEC [HCALL-5] [HCALL-6].
 */
import { copyBytes, put16, put32, put53, put64, wordsOf } from './bytes.ts';
import { CONNECTION_INFO_BYTES, PORT_INFO_BYTES, putConnectionInfo } from './synic.ts';

/** Input header and list element in bytes, output header and element; 0 for "none". */
export interface BlockShape {
  readonly header: number;
  readonly element: number;
  readonly output: number;
  readonly outputElement: number;
}

const shape = (header: number, element = 0, output = 0, outputElement = 0): BlockShape => ({ header, element, output, outputElement });

/** Sizes by call code. T2, the call's own section. */
export const blockShapes: Readonly<Record<number, BlockShape>> = {
  0x40: shape(16, 0, 8), 0x41: shape(8), 0x42: shape(8), 0x43: shape(8), 0x44: shape(16, 0, 8), 0x45: shape(24), 0x46: shape(0, 0, 8),
  0x47: shape(16, 0, 8), 0x48: shape(8, 8), 0x49: shape(16, 0, 0, 8), 0x4a: shape(16, 0, 16), 0x4b: shape(24, 8), 0x4c: shape(16),
  0x4d: shape(24), 0x4e: shape(32), 0x4f: shape(16), 0x50: shape(16, 4, 0, 16), 0x51: shape(16, 32), 0x52: shape(32, 0, 16),
  0x53: shape(32, 0, 24), 0x54: shape(48, 0, 8), 0x55: shape(32), 0x56: shape(8), 0x57: shape(48), 0x58: shape(16), 0x59: shape(48),
  0x5a: shape(24, 0, 8), 0x5b: shape(16), 0x5c: shape(256), 0x5d: shape(8), 0x6e: shape(16, 16),
};

const BLOCK_MAX = 4096;

/** Most elements one call can carry, because input and output lists each lie in one page; 4095 by the rep field. [HCALL-5] */
export function repCountMax(code: number): number {
  const s = blockShapes[code];
  if (s === undefined) return 0;
  const byInput = s.element === 0 ? 4095 : Math.floor((BLOCK_MAX - s.header) / s.element);
  const byOutput = s.outputElement === 0 ? 4095 : Math.floor((BLOCK_MAX - s.output) / s.outputElement);
  return Math.min(4095, byInput, byOutput);
}

/** ProximityDomainInfo that asks for no node in particular: eight zero bytes. T2 §7.2. */
function putAnyNode(bytes: Uint8Array, at: number): void {
  put64(bytes, at, 0, 0);
}

/** 0x40. Output: NewPartitionId at 0. */
export function putCreatePartition(bytes: Uint8Array): void {
  put64(bytes, 0, 0, 0);
  putAnyNode(bytes, 8);
}

/** 0x41, 0x42, 0x43, 0x56 and the header of 0x48: a partition id alone. */
export function putPartition(bytes: Uint8Array, partitionId: number): void {
  put53(bytes, 0, partitionId);
}

/** 0x44. Output: Value at 0. */
export function putGetPartitionProperty(bytes: Uint8Array, partitionId: number, propertyCode: number): void {
  put53(bytes, 0, partitionId);
  put64(bytes, 8, propertyCode, 0);
}

/** 0x45. */
export function putSetPartitionProperty(bytes: Uint8Array, partitionId: number, propertyCode: number, valueLo: number, valueHi: number): void {
  putGetPartitionProperty(bytes, partitionId, propertyCode);
  put64(bytes, 16, valueLo, valueHi);
}

export const DEPOSIT_LIST_AT = 8;

/** Element `index` of the list of 0x48. */
export function putDepositPage(bytes: Uint8Array, index: number, gpaPageNumber: number): void {
  put53(bytes, DEPOSIT_LIST_AT + 8 * index, gpaPageNumber);
}

/** 0x49 and 0x4A. Output of 0x4A: PagesAvailable at 0, PagesInUse at 8. */
export function putPartitionAndNode(bytes: Uint8Array, partitionId: number): void {
  put53(bytes, 0, partitionId);
  putAnyNode(bytes, 8);
}

/** Map flags. T2 §8.2.1. */
export const MAP_READABLE = 1;
export const MAP_WRITABLE = 2;
export const MAP_EXECUTABLE = 4;
export const MAP_LIST_AT = 24;

/** Header of 0x4B; element i maps target page base + i. Legal rights: none, R, RW, RX, RWX. */
export function putMapGpaPages(bytes: Uint8Array, targetPartitionId: number, targetGpaBase: number, flags: number): void {
  put53(bytes, 0, targetPartitionId);
  put53(bytes, 8, targetGpaBase);
  put64(bytes, 16, flags, 0);
}

export function putMapSourcePage(bytes: Uint8Array, index: number, gpaPageNumber: number): void {
  put53(bytes, MAP_LIST_AT + 8 * index, gpaPageNumber);
}

/** The list of an HvMapGpaPages: `count` GPA pages of the caller that follow one another, from `first` on (32 bits). */
export function putMapSourcePages(bytes: Uint8Array, first: number, count: number): void {
  const words = wordsOf(bytes);
  for (let i = 0, at = MAP_LIST_AT >>> 2; i < count; i++, at += 2) {
    words[at] = first + i;
    words[at + 1] = 0;
  }
}

/** True for the combinations T2 §8.1.2 allows on x64. */
export function mapFlagsLegal(flags: number): boolean {
  return flags === 0 || flags === 1 || flags === 3 || flags === 5 || flags === 7;
}

/** 0x4C: the rep count is the number of pages. */
export function putUnmapGpaPages(bytes: Uint8Array, targetPartitionId: number, targetGpaBase: number): void {
  put53(bytes, 0, targetPartitionId);
  put53(bytes, 8, targetGpaBase);
}

/** 0x4D. `parameter`: port, leaf or vector; 0 for MSR. */
export function putInstallIntercept(bytes: Uint8Array, partitionId: number, accessMask: number, interceptType: number, parameter: number): void {
  put53(bytes, 0, partitionId);
  put32(bytes, 8, accessMask);
  put32(bytes, 12, interceptType);
  put64(bytes, 16, parameter, 0);
}

/** 0x4E. */
export function putCreateVp(bytes: Uint8Array, partitionId: number, vpIndex: number): void {
  putPartitionAndVp(bytes, partitionId, vpIndex);
  putAnyNode(bytes, 16);
  put64(bytes, 24, 0, 0);
}

/** 0x4F and the header of 0x50 and 0x51. */
export function putPartitionAndVp(bytes: Uint8Array, partitionId: number, vpIndex: number): void {
  put53(bytes, 0, partitionId);
  put64(bytes, 8, vpIndex, 0);
}

export const REGISTER_LIST_AT = 16;

/** Element `index` of the list of 0x50: a register name. Output element: 16 bytes. */
export function putGetRegister(bytes: Uint8Array, index: number, name: number): void {
  put32(bytes, REGISTER_LIST_AT + 4 * index, name);
}

/** Element `index` of the list of 0x51: name, padding, 64-bit value zero-extended. */
export function putSetRegister(bytes: Uint8Array, index: number, name: number, lo: number, hi: number): void {
  const at = REGISTER_LIST_AT + 32 * index;
  put64(bytes, at, name, 0);
  put64(bytes, at + 8, 0, 0);
  put64(bytes, at + 16, lo, hi);
  put64(bytes, at + 24, 0, 0);
}

/** Control flags of 0x52. T2 §12.3.4. */
export const TRANSLATE_VALIDATE_READ = 1;
export const TRANSLATE_VALIDATE_WRITE = 2;
export const TRANSLATE_TLB_FLUSH_INHIBIT = 0x20;

/** 0x52. Output: ResultCode at 0, CacheType and OverlayPage at 4, GpaPageNumber at 8. */
export function putTranslate(bytes: Uint8Array, partitionId: number, vpIndex: number, controlFlags: number, gvaPage: number): void {
  putPartitionAndVp(bytes, partitionId, vpIndex);
  put64(bytes, 16, controlFlags, 0);
  put53(bytes, 24, gvaPage);
}

/** 0x53 and the first 32 bytes of 0x54. Output of 0x53: ResultCode at 0, data at 8 (16 bytes). */
export function putGpaAccess(bytes: Uint8Array, partitionId: number, vpIndex: number, byteCount: number, baseGpa: number, cacheType: number): void {
  put53(bytes, 0, partitionId);
  put32(bytes, 8, vpIndex);
  put32(bytes, 12, byteCount);
  put53(bytes, 16, baseGpa);
  put64(bytes, 24, cacheType, 0);
}

/** Interrupt types of 0x55. T2 §13.3. */
export const INTERRUPT_FIXED = 0;
export const INTERRUPT_NMI = 4;
export const INTERRUPT_EXTINT = 7;
/** Vector that takes a level interrupt back. */
export const INTERRUPT_VECTOR_NONE = 0xffff_ffff;

/** 0x55. `level`: bit 0 level-triggered; logical destinations are not offered here. */
export function putAssertInterrupt(bytes: Uint8Array, partitionId: number, type: number, level: boolean, destination: number, vector: number): void {
  put53(bytes, 0, partitionId);
  put32(bytes, 8, type);
  put32(bytes, 12, level ? 1 : 0);
  put53(bytes, 16, destination);
  put64(bytes, 24, vector, 0);
}

/** 0x57: `portInfo` holds 24 bytes (see `putMessagePortInfo` and its fellows). */
export function putCreatePort(bytes: Uint8Array, portPartition: number, portId: number, connectionPartition: number, portInfo: Uint8Array): void {
  put53(bytes, 0, portPartition);
  put64(bytes, 8, portId, 0);
  put53(bytes, 16, connectionPartition);
  copyBytes(bytes, 24, portInfo, 0, PORT_INFO_BYTES);
}

/** 0x58 and 0x5B: partition and port or connection id. */
export function putPartitionAndId(bytes: Uint8Array, partitionId: number, id: number): void {
  put53(bytes, 0, partitionId);
  put64(bytes, 8, id, 0);
}

/** 0x59. `type` and `monitorAddress` make up the 16-byte connection information at 32. [HCALL-6] */
export function putConnectPort(
  bytes: Uint8Array, connectionPartition: number, connectionId: number, portPartition: number, portId: number, type: number, monitorAddress: number,
): void {
  putPartitionAndId(bytes, connectionPartition, connectionId);
  put53(bytes, 16, portPartition);
  put64(bytes, 24, portId, 0);
  putConnectionInfo(bytes, 32, type, monitorAddress);
}

export const CONNECT_PORT_BYTES = 32 + CONNECTION_INFO_BYTES;
export const POST_MESSAGE_BYTES = 256;
export const POST_PAYLOAD_AT = 16;

/** Header of 0x5C; the payload goes to 16. */
export function putPostMessage(bytes: Uint8Array, connectionId: number, messageType: number, payload: Uint8Array, payloadSize: number): void {
  put64(bytes, 0, connectionId, 0);
  put32(bytes, 8, messageType);
  put32(bytes, 12, payloadSize);
  copyBytes(bytes, POST_PAYLOAD_AT, payload, 0, payloadSize);
}

/** 0x5D in memory; in registers the same eight bytes are RDX. */
export function putSignalEvent(bytes: Uint8Array, connectionId: number, flagNumber: number): void {
  put32(bytes, 0, connectionId);
  put16(bytes, 4, flagNumber);
  put16(bytes, 6, 0);
}
