/**
 * The VHD format: footer, dynamic header, block table, bitmaps, checksum, geometry. Big-endian; sectors are 512 bytes.
 * Opening and validating a whole file is in `vhd-open.ts`. Source: VHDSPEC 1.0; libyal libvhdi. SPEC [VHD-*].
 */
import { asciiOf, beGet16, beGet32, beGet53, bePut16, bePut32, bePut53, beUtf16Of, fillBytes, hexOf, isAscii, put8, putAscii, utf16Of } from './bytes.ts';
import { chsGeometry, type Geometry } from './geometry.ts';

export const VHD_SECTOR = 512;
export const FOOTER_BYTES = 512;
export const DYNAMIC_HEADER_BYTES = 1024;
export const FOOTER_COOKIE = 'conectix';
export const HEADER_COOKIE = 'cxsparse';
/** A block that is not allocated. */
export const BLOCK_UNUSED = 0xffff_ffff;
export const VHD_FIXED = 2;
export const VHD_DYNAMIC = 3;
export const VHD_DIFFERENCING = 4;
/** 2040 GiB. VHDSPEC. */
export const VHD_SECTORS_MAX = 0xff00_0000;
export const VHD_DEFAULT_BLOCK = 0x20_0000;
/** Seconds from 1970 to 2000: VHD times count from 2000. */
export const VHD_EPOCH = 946_684_800;

const FOOTER_CHECKSUM_AT = 64;
const HEADER_CHECKSUM_AT = 36;
const VERSION_1 = 0x0001_0000;

export interface VhdFooter {
  readonly features: number;
  readonly version: number;
  /** Byte offset of the dynamic header; -1 for a fixed disk (all ones). */
  readonly dataOffset: number;
  /** Seconds since 2000. */
  readonly timeStamp: number;
  readonly creatorApplication: string;
  readonly creatorVersion: number;
  readonly creatorOs: string;
  /** Bytes; -1 when 2^53 or more. */
  readonly originalSize: number;
  readonly currentSize: number;
  readonly geometry: Geometry;
  readonly type: number;
  readonly checksum: number;
  /** 32 hexadecimal digits. */
  readonly uniqueId: string;
  readonly savedState: boolean;
}

export interface VhdLocator {
  /** 'W2ku', 'W2ru' and the like. */
  readonly platform: string;
  readonly space: number;
  readonly length: number;
  /** Byte offset in this file; -1 when 2^53 or more. */
  readonly offset: number;
}

export interface VhdHeader {
  /** Byte offset of the block allocation table; -1 when 2^53 or more. */
  readonly tableOffset: number;
  readonly version: number;
  readonly entries: number;
  readonly blockSize: number;
  readonly checksum: number;
  readonly parentId: string;
  readonly parentTimeStamp: number;
  readonly parentName: string;
  /** The used ones of eight. */
  readonly locators: readonly VhdLocator[];
}

/** Complement of the byte sum, with the four bytes at `skip` taken as zero. [VHD-2] */
function checksum(bytes: Uint8Array, at: number, length: number, skip: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) if (i < skip || i >= skip + 4) sum += bytes[at + i];
  return ~sum >>> 0;
}

export function footerChecksum(bytes: Uint8Array, at = 0): number {
  return checksum(bytes, at, FOOTER_BYTES, FOOTER_CHECKSUM_AT);
}

export function headerChecksum(bytes: Uint8Array, at = 0): number {
  return checksum(bytes, at, DYNAMIC_HEADER_BYTES, HEADER_CHECKSUM_AT);
}

export function hasFooterCookie(bytes: Uint8Array, at = 0): boolean {
  return isAscii(bytes, at, FOOTER_COOKIE);
}

export function hasHeaderCookie(bytes: Uint8Array, at = 0): boolean {
  return isAscii(bytes, at, HEADER_COOKIE);
}

/** True when cookie and checksum are right. */
export function footerSound(bytes: Uint8Array, at = 0): boolean {
  return at + FOOTER_BYTES <= bytes.length && hasFooterCookie(bytes, at) && beGet32(bytes, at + FOOTER_CHECKSUM_AT) === footerChecksum(bytes, at);
}

export function headerSound(bytes: Uint8Array, at = 0): boolean {
  return at + DYNAMIC_HEADER_BYTES <= bytes.length && hasHeaderCookie(bytes, at) && beGet32(bytes, at + HEADER_CHECKSUM_AT) === headerChecksum(bytes, at);
}

/** The fields of 512 bytes, whatever they hold. */
export function readFooter(bytes: Uint8Array, at = 0): VhdFooter {
  return {
    features: beGet32(bytes, at + 8),
    version: beGet32(bytes, at + 12),
    dataOffset: beGet53(bytes, at + 16),
    timeStamp: beGet32(bytes, at + 24),
    creatorApplication: asciiOf(bytes, at + 28, 4),
    creatorVersion: beGet32(bytes, at + 32),
    creatorOs: asciiOf(bytes, at + 36, 4),
    originalSize: beGet53(bytes, at + 40),
    currentSize: beGet53(bytes, at + 48),
    geometry: { cylinders: beGet16(bytes, at + 56), heads: bytes[at + 58], sectorsPerTrack: bytes[at + 59] },
    type: beGet32(bytes, at + 60),
    checksum: beGet32(bytes, at + FOOTER_CHECKSUM_AT),
    uniqueId: hexOf(bytes, at + 68, 16),
    savedState: bytes[at + 84] === 1,
  };
}

/** The fields of 1024 bytes, whatever they hold. */
export function readHeader(bytes: Uint8Array, at = 0): VhdHeader {
  const locators: VhdLocator[] = [];
  for (let i = 0; i < 8; i++) {
    const entry = at + 576 + 24 * i;
    if (beGet32(bytes, entry) === 0) continue;
    locators.push({ platform: asciiOf(bytes, entry, 4), space: beGet32(bytes, entry + 4), length: beGet32(bytes, entry + 8), offset: beGet53(bytes, entry + 16) });
  }
  return {
    tableOffset: beGet53(bytes, at + 16),
    version: beGet32(bytes, at + 24),
    entries: beGet32(bytes, at + 28),
    blockSize: beGet32(bytes, at + 32),
    checksum: beGet32(bytes, at + HEADER_CHECKSUM_AT),
    parentId: hexOf(bytes, at + 40, 16),
    parentTimeStamp: beGet32(bytes, at + 56),
    parentName: beUtf16Of(bytes, at + 64, 512),
    locators,
  };
}

/** The path a locator's bytes hold: W2ku and W2ru are UTF-16 little-endian; '' for other platforms. [VHD-9] */
export function locatorPath(locator: VhdLocator, data: Uint8Array): string {
  return locator.platform === 'W2ku' || locator.platform === 'W2ru' ? utf16Of(data, 0, Math.min(locator.length, data.length)) : '';
}

/** Bytes reserved for a locator's text: its space is in sectors when that still fits the file, else in bytes. [VHD-9] */
export function locatorSpace(locator: VhdLocator, fileBytes: number): number {
  const asSectors = locator.space * VHD_SECTOR;
  return locator.space >= VHD_SECTOR || locator.offset + asSectors > fileBytes ? locator.space : asSectors;
}

// --- geometry. VHDSPEC, appendix: CHS calculation. [VHD-3]

/** What the format tells as geometry of a disk of `sectors` sectors; cylinders x heads x sectors never exceeds it. */
export function vhdGeometry(sectors: number): Geometry {
  const total = Math.min(sectors, 65_535 * 16 * 255);
  if (total >= 65_535 * 16 * 63) return { cylinders: Math.floor(Math.floor(total / 255) / 16), heads: 16, sectorsPerTrack: 255 };
  return chsGeometry(total);
}

// --- blocks

/** Bytes of the bitmap in front of a block's data: a bit per sector, in whole sectors. */
export function bitmapBytes(blockSize: number): number {
  return Math.ceil(blockSize / VHD_SECTOR / 8 / VHD_SECTOR) * VHD_SECTOR;
}

/** Whether sector `index` of the block is present; the most significant bit comes first. [VHD-6] */
export function bitmapBit(bitmap: Uint8Array, at: number, index: number): boolean {
  return ((bitmap[at + (index >>> 3)] >>> (7 - (index & 7))) & 1) !== 0;
}

export function setBitmapBit(bitmap: Uint8Array, at: number, index: number): void {
  bitmap[at + (index >>> 3)] |= 0x80 >>> (index & 7);
}

/** Blocks of a disk of `sectors` sectors. */
export function blockCount(sectors: number, blockSize: number): number {
  return Math.ceil((sectors * VHD_SECTOR) / blockSize);
}

// --- writers

/** Writes a footer with its checksum. `uniqueId` has 16 bytes; `timeStamp` counts from 2000; creator 'win ' 6.1. VHDSPEC. */
export function putFooter(bytes: Uint8Array, at: number, type: number, sectors: number, uniqueId: Uint8Array, timeStamp: number): void {
  fillBytes(bytes, at, FOOTER_BYTES, 0);
  putAscii(bytes, at, 8, FOOTER_COOKIE);
  bePut32(bytes, at + 8, 2);
  bePut32(bytes, at + 12, VERSION_1);
  if (type === VHD_FIXED) fillBytes(bytes, at + 16, 8, 0xff);
  else bePut53(bytes, at + 16, FOOTER_BYTES);
  bePut32(bytes, at + 24, timeStamp);
  putAscii(bytes, at + 28, 4, 'win ');
  bePut32(bytes, at + 32, 0x0006_0001);
  putAscii(bytes, at + 36, 4, 'Wi2k');
  bePut53(bytes, at + 40, sectors * VHD_SECTOR);
  bePut53(bytes, at + 48, sectors * VHD_SECTOR);
  const { cylinders, heads, sectorsPerTrack } = vhdGeometry(sectors);
  bePut16(bytes, at + 56, cylinders);
  put8(bytes, at + 58, heads);
  put8(bytes, at + 59, sectorsPerTrack);
  bePut32(bytes, at + 60, type);
  bytes.set(uniqueId.subarray(0, 16), at + 68);
  bePut32(bytes, at + FOOTER_CHECKSUM_AT, footerChecksum(bytes, at));
}

/** Writes a dynamic header without a parent, with its checksum. `tableOffset` in bytes. */
export function putHeader(bytes: Uint8Array, at: number, tableOffset: number, entries: number, blockSize: number): void {
  fillBytes(bytes, at, DYNAMIC_HEADER_BYTES, 0);
  putAscii(bytes, at, 8, HEADER_COOKIE);
  fillBytes(bytes, at + 8, 8, 0xff);
  bePut53(bytes, at + 16, tableOffset);
  bePut32(bytes, at + 24, VERSION_1);
  bePut32(bytes, at + 28, entries);
  bePut32(bytes, at + 32, blockSize);
  bePut32(bytes, at + HEADER_CHECKSUM_AT, headerChecksum(bytes, at));
}

/** Makes a written header name its parent: id and time stamp of the parent's footer, and its file name. */
export function putParent(bytes: Uint8Array, at: number, parentId: Uint8Array, parentTimeStamp: number, name: string): void {
  bytes.set(parentId.subarray(0, 16), at + 40);
  bePut32(bytes, at + 56, parentTimeStamp);
  fillBytes(bytes, at + 64, 512, 0);
  for (let i = 0; i < Math.min(name.length, 255); i++) bePut16(bytes, at + 64 + 2 * i, name.charCodeAt(i));
  bePut32(bytes, at + HEADER_CHECKSUM_AT, headerChecksum(bytes, at));
}

/** The format's version every structure of it must carry. */
export function versionSupportedByFormat(version: number): boolean {
  return version === VERSION_1;
}
