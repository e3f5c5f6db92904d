/**
 * The task file of the emulated IDE controller: ports, bits, commands, addresses and IDENTIFY data. The guest's ATA driver
 * and the emulator meet here and nowhere else. Source: ATA/ATAPI-6; OVM `vm/devices/storage/ide/src/drive/hard_drive.rs`.
 * The 8259 pair is in `../pic/registers.ts`; the layout of IDENTIFY data in `wire/ata-layouts.ts`.
 */
import { get16, get32, put16, put32 } from '../../wire/bytes.ts';
import { chsGeometry, type Geometry } from '../../wire/geometry.ts';

// --- ports: channel 0; channel 1 is 0x80 lower. ATA-6 §7; OVM ide. [ATA-1]

export const DATA = 0x1f0;
/** Error when read, features when written. */
export const ERROR = 0x1f1;
export const FEATURES = 0x1f1;
export const SECTOR_COUNT = 0x1f2;
export const LBA_LOW = 0x1f3;
export const LBA_MID = 0x1f4;
export const LBA_HIGH = 0x1f5;
export const DEVICE = 0x1f6;
/** Status when read (which clears the pending interrupt), command when written. */
export const STATUS = 0x1f7;
export const COMMAND = 0x1f7;
/** Alternate status when read (no side effect), device control when written. */
export const ALTERNATE_STATUS = 0x3f6;
export const DEVICE_CONTROL = 0x3f6;
/** What to subtract for channel 1. */
export const SECONDARY_OFFSET = 0x80;

export const IRQ_PRIMARY = 14;
export const IRQ_SECONDARY = 15;

/** Channel of a port: 0, 1, or -1 when it is none of the task files. */
export function ideChannel(port: number): number {
  if ((port >= DATA && port <= STATUS) || port === ALTERNATE_STATUS) return 0;
  const primary = port + SECONDARY_OFFSET;
  return (primary >= DATA && primary <= STATUS) || primary === ALTERNATE_STATUS ? 1 : -1;
}

/** The port of channel 0 with the same meaning. */
export function primaryPort(port: number): number {
  return ideChannel(port) === 1 ? port + SECONDARY_OFFSET : port;
}

const readNames: Readonly<Record<number, string>> = {
  [DATA]: 'Data', [ERROR]: 'Error', [SECTOR_COUNT]: 'Sector Count', [LBA_LOW]: 'LBA Low', [LBA_MID]: 'LBA Mid', [LBA_HIGH]: 'LBA High', [DEVICE]: 'Device',
  [STATUS]: 'Status', [ALTERNATE_STATUS]: 'Alternate Status',
};

/** 'Status register 0x1F7': for captions. A write names the register that is written. */
export function idePortName(port: number, write: boolean): string {
  const primary = primaryPort(port);
  const written = primary === FEATURES ? 'Features' : primary === COMMAND ? 'Command' : primary === DEVICE_CONTROL ? 'Device Control' : readNames[primary];
  const name = write ? written : readNames[primary];
  const at = `0x${port.toString(16).toUpperCase()}`;
  return name === undefined || ideChannel(port) < 0 ? `port ${at}` : `${name} register ${at}`;
}

// --- bits. ATA-6 §7; OVM hard_drive.rs. [ATA-2]

export const STATUS_ERR = 0x01;
export const STATUS_DRQ = 0x08;
export const STATUS_DSC = 0x10;
export const STATUS_DF = 0x20;
export const STATUS_DRDY = 0x40;
export const STATUS_BSY = 0x80;
/** A good idle drive, data ready, and busy as OVM's drive shows it. */
export const STATUS_IDLE = 0x50;
export const STATUS_DATA_READY = 0x58;
export const STATUS_BUSY = 0x90;
export const STATUS_IDLE_ERROR = 0x51;
/** What a channel without drives reads as. */
export const STATUS_NO_DRIVE = 0x7f;

export const ERROR_AMNF = 0x01;
export const ERROR_TK0NF = 0x02;
export const ERROR_ABRT = 0x04;
export const ERROR_MCR = 0x08;
export const ERROR_IDNF = 0x10;
export const ERROR_MC = 0x20;
export const ERROR_UNC = 0x40;
export const ERROR_BBK = 0x80;
/** What the error register holds after a reset and EXECUTE DEVICE DIAGNOSTIC, where its bits are no flags. [ATA-2] */
export const DIAGNOSTIC_PASSED = 0x01;

export const CONTROL_NIEN = 0x02;
export const CONTROL_SRST = 0x04;
export const CONTROL_HOB = 0x80;

const statusBits: readonly (readonly [number, string])[] = [
  [STATUS_BSY, 'BSY'], [STATUS_DRDY, 'DRDY'], [STATUS_DF, 'DF'], [STATUS_DSC, 'DSC'], [STATUS_DRQ, 'DRQ'], [0x04, 'CORR'], [0x02, 'IDX'], [STATUS_ERR, 'ERR'],
];
const errorBits: readonly (readonly [number, string])[] = [
  [ERROR_BBK, 'BBK'], [ERROR_UNC, 'UNC'], [ERROR_MC, 'MC'], [ERROR_IDNF, 'IDNF'], [ERROR_MCR, 'MCR'], [ERROR_ABRT, 'ABRT'], [ERROR_TK0NF, 'TK0NF'], [ERROR_AMNF, 'AMNF'],
];

function bitNames(bits: readonly (readonly [number, string])[], value: number): string {
  return bits.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name).join(' ');
}

/** 'DRDY DSC DRQ'. */
export function statusText(status: number): string {
  return bitNames(statusBits, status);
}

export function errorText(error: number): string {
  return bitNames(errorBits, error);
}

const diagnosticCodes: Readonly<Record<number, string>> = {
  0x00: 'device 0 failed, device 1 passed or is not there', 0x01: 'device 0 passed, device 1 passed or is not there', 0x80: 'both devices failed', 0x81: 'device 0 passed, device 1 failed',
};

/** 'diagnostic code 01h: device 0 passed, ...'. */
export function diagnosticText(code: number): string {
  return `diagnostic code ${code.toString(16).toUpperCase().padStart(2, '0')}h: ${diagnosticCodes[code] ?? 'a vendor\'s own'}`;
}

/**
 * What the error register says. With ERR in the status register its bits are flags. Without, it keeps the code of the last reset or
 * diagnostic until a command begins; that sets it to 0, and nothing is in it. [ATA-2]
 */
export function errorRegisterText(error: number, failed: boolean): string {
  if (failed) return errorText(error);
  return error === 0 ? '' : diagnosticText(error);
}

// --- commands. ATA-6 §8; the drive's list is OVM's. [ATA-5]

export const RECALIBRATE_FIRST = 0x10;
export const RECALIBRATE_LAST = 0x1f;
export const READ_SECTORS = 0x20;
export const READ_SECTORS_EXT = 0x24;
export const READ_DMA_EXT = 0x25;
export const READ_MULTIPLE_EXT = 0x29;
export const WRITE_SECTORS = 0x30;
export const WRITE_SECTORS_EXT = 0x34;
export const WRITE_DMA_EXT = 0x35;
export const WRITE_MULTIPLE_EXT = 0x39;
export const FORMAT_TRACK = 0x50;
export const SEEK_FIRST = 0x70;
export const SEEK_LAST = 0x7f;
export const EXECUTE_DEVICE_DIAGNOSTIC = 0x90;
export const INITIALIZE_DEVICE_PARAMETERS = 0x91;
export const SET_MULTIPLE_MODE = 0xc6;
export const READ_DMA = 0xc8;
export const WRITE_DMA = 0xca;
export const STANDBY_IMMEDIATE = 0xe0;
export const IDLE = 0xe3;
export const CHECK_POWER_MODE = 0xe5;
export const SLEEP = 0xe6;
export const FLUSH_CACHE = 0xe7;
export const FLUSH_CACHE_EXT = 0xea;
export const IDENTIFY_DEVICE = 0xec;
export const SET_FEATURES = 0xef;

/** Most sectors of a DRQ block of the MULTIPLE commands, and the setting after a reset. IDENTIFY words 47 and 59. */
export const MULTIPLE_MAX = 128;

export const commandNames: Readonly<Record<number, string>> = {
  0x20: 'READ SECTORS', 0x21: 'READ SECTORS (without retry)', 0x24: 'READ SECTORS EXT', 0x25: 'READ DMA EXT', 0x29: 'READ MULTIPLE EXT', 0x30: 'WRITE SECTORS',
  0x31: 'WRITE SECTORS (without retry)', 0x34: 'WRITE SECTORS EXT', 0x35: 'WRITE DMA EXT', 0x39: 'WRITE MULTIPLE EXT', 0x3d: 'WRITE DMA FUA EXT',
  0x22: 'READ LONG', 0x32: 'WRITE LONG', 0x40: 'READ VERIFY SECTORS', 0x41: 'READ VERIFY SECTORS (without retry)', 0x42: 'READ VERIFY SECTORS EXT', 0x90: 'EXECUTE DEVICE DIAGNOSTIC', 0x91: 'INITIALIZE DEVICE PARAMETERS',
  0xc4: 'READ MULTIPLE', 0xc5: 'WRITE MULTIPLE', 0xc6: 'SET MULTIPLE MODE', 0xc8: 'READ DMA', 0xca: 'WRITE DMA', 0xce: 'WRITE MULTIPLE FUA EXT', 0xe0: 'STANDBY IMMEDIATE',
  0xe1: 'IDLE IMMEDIATE', 0xe2: 'STANDBY', 0xe3: 'IDLE', 0xe5: 'CHECK POWER MODE', 0xe6: 'SLEEP', 0xe7: 'FLUSH CACHE', 0xea: 'FLUSH CACHE EXT', 0xec: 'IDENTIFY DEVICE', 0xef: 'SET FEATURES',
};

/** 'READ SECTORS (0x20)'. */
export function commandName(command: number): string {
  const code = `0x${command.toString(16).toUpperCase().padStart(2, '0')}`;
  const name = commandNames[command];
  return name === undefined ? `command ${code}` : `${name} (${code})`;
}

/** [first, last] of the commands OVM's hard drive takes. 28-bit READ and WRITE MULTIPLE (C4, C5) are not among them. */
const supported: readonly (readonly [number, number])[] = [
  [0x10, 0x1f], [0x20, 0x25], [0x29, 0x29], [0x30, 0x35], [0x39, 0x39], [0x3d, 0x3d], [0x40, 0x42], [0x50, 0x50], [0x70, 0x7f], [0x90, 0x91], [0xc6, 0xc6], [0xc8, 0xcb],
  [0xce, 0xce], [0xe0, 0xe3], [0xe5, 0xe7], [0xea, 0xea], [0xec, 0xec], [0xef, 0xef],
];

/** False: the drive ends the command with ABRT. */
export function commandSupported(command: number): boolean {
  return supported.some(([first, last]) => command >= first && command <= last);
}

// --- addresses. ATA-6 §7. [ATA-3]

/** Sectors a 28-bit address reaches; the last one is left out of the capacity (IDENTIFY words 60 and 61). */
export const LBA28_LIMIT = 0x1000_0000;

/** Device register for a 28-bit address: LBA mode, the drive, the top four address bits; the obsolete bits are written as 1. */
export function lba28Device(drive: number, lba: number): number {
  return 0xe0 | (drive << 4) | ((lba >>> 24) & 0x0f);
}

/** Device register for a 48-bit address: LBA mode and the drive; the address has no bits here. */
export function lba48Device(drive: number): number {
  return 0x40 | (drive << 4);
}

/** The address the five registers hold. */
export function lba28Of(low: number, mid: number, high: number, device: number): number {
  return (low & 0xff) | ((mid & 0xff) << 8) | ((high & 0xff) << 16) | ((device & 0x0f) << 24);
}

/** Drive that the device register selects. */
export function selectedDrive(device: number): number {
  return (device >>> 4) & 1;
}

export function isLbaMode(device: number): boolean {
  return (device & 0x40) !== 0;
}

/** Sectors of a 28-bit command: a count of 0 means 256. */
export function sectorCount28(count: number): number {
  const low = count & 0xff;
  return low === 0 ? 256 : low;
}

// --- IDENTIFY DEVICE. OVM hard_drive.rs. [ATA-4]

export const IDENTIFY_BYTES = 512;
const CHS_SECTORS_MAX = 16_515_072; // 16384 x 16 x 63: from here on words 1, 3 and 6 read 16383, 16, 63. ATA-6 §6.2

/** Geometry as cylinders, heads and sectors a track: the ladder of the VHD format without its last step, capped. */
export function ideGeometry(sectors: number): Geometry {
  return chsGeometry(Math.min(sectors, CHS_SECTORS_MAX));
}

/** ATA text: the two characters of each word are swapped, blanks fill up. */
function putAtaText(bytes: Uint8Array, word: number, words: number, text: string): void {
  const padded = text.padEnd(words * 2, ' ');
  for (let i = 0; i < words; i++) put16(bytes, 2 * (word + i), (padded.charCodeAt(2 * i) << 8) | padded.charCodeAt(2 * i + 1));
}

/** Words that never change: [word, value]. */
const identifyWords: readonly (readonly [number, number])[] = [
  [0, 0x045a], [5, 512], [7, 0xabcd], [8, 0xdcba], [9, 0x0123], [20, 3], [21, 0x80], [47, 0x8080], [49, 0x0f00], [51, 0x0200], [52, 0x0200], [53, 0x0003], [59, 0x0180],
  [62, 0x0007], [63, 0x0407], [64, 0x0003], [65, 0x0078], [66, 0x0078], [67, 0x014d], [68, 0x0078], [80, 0x01f0], [82, 0x0028], [83, 0x7400], [84, 0x4040], [85, 0x0028],
  [86, 0x3400], [87, 0x4040], [106, 0x4000], [209, 0x4000],
];

/** Fills 512 bytes for a drive of `sectors` sectors on a channel. */
export function putIdentify(bytes: Uint8Array, sectors: number, channel: number): void {
  bytes.fill(0, 0, IDENTIFY_BYTES);
  for (const [word, value] of identifyWords) put16(bytes, 2 * word, value);
  const { cylinders, heads, sectorsPerTrack } = ideGeometry(sectors);
  put16(bytes, 2, Math.min(cylinders, 16_383));
  put16(bytes, 6, heads);
  put16(bytes, 8, sectorsPerTrack * 512);
  put16(bytes, 12, sectorsPerTrack);
  putAtaText(bytes, 10, 10, '');
  putAtaText(bytes, 23, 4, `1.1.${channel}`);
  putAtaText(bytes, 27, 20, 'Virtual HD');
  put16(bytes, 108, cylinders);
  put16(bytes, 110, heads);
  put16(bytes, 112, sectorsPerTrack);
  put32(bytes, 114, cylinders * heads * sectorsPerTrack);
  put32(bytes, 120, Math.min(sectors, 0x0fff_ffff));
  put32(bytes, 200, sectors % 0x1_0000_0000);
  put32(bytes, 204, Math.floor(sectors / 0x1_0000_0000));
}

/** LBA28 capacity in words 60 and 61. */
export function identifySectors(bytes: Uint8Array): number {
  return get16(bytes, 120) + get16(bytes, 122) * 0x1_0000;
}

/** Capacity as the drive tells it: words 100 to 103 when word 83 says that there are 48-bit commands. */
export function identifyCapacity(bytes: Uint8Array): number {
  return identifyHas48(bytes) ? get32(bytes, 200) + get16(bytes, 204) * 0x1_0000_0000 : identifySectors(bytes);
}

/** Word 83 bit 10: the 48-bit commands are there. */
export function identifyHas48(bytes: Uint8Array): boolean {
  return (get16(bytes, 2 * 83) & 0x0400) !== 0;
}

/** Word 47: sectors that a DRQ block of the MULTIPLE commands may have; 0 when there are none. */
export function identifyMultiple(bytes: Uint8Array): number {
  return get16(bytes, 2 * 47) & 0xff;
}

/** Word 49 bit 8: the drive takes DMA commands. */
export function identifyHasDma(bytes: Uint8Array): boolean {
  return (get16(bytes, 2 * 49) & 0x0100) !== 0;
}
