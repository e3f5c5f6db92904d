/** Addresses of the emulated drive: from the registers to a sector and back, by 28 bits, 48 bits or cylinder, head and sector. [IDE-8] [IDE-9] */
import { isLbaMode, LBA28_LIMIT, lba28Of } from './registers.ts';
import type { Drive } from './drive-state.ts';

/** -1 without the LBA bit: CHS is not allowed for a 48-bit command. */
function lba48(drive: Drive): number {
  if (!isLbaMode(drive.device)) return -1;
  const low = (drive.lbaLow & 0xff) | ((drive.lbaMid & 0xff) << 8) | ((drive.lbaHigh & 0xff) << 16);
  const high = (drive.lbaLow >>> 8) | ((drive.lbaMid >>> 8) << 8) | ((drive.lbaHigh >>> 8) << 16);
  return high * 0x100_0000 + low;
}

/** -1 for sector number 0 in CHS mode. */
function lba28(drive: Drive): number {
  if (isLbaMode(drive.device)) return lba28Of(drive.lbaLow, drive.lbaMid, drive.lbaHigh, drive.device);
  const sector = drive.lbaLow & 0xff;
  if (sector === 0) return -1;
  const cylinder = ((drive.lbaHigh & 0xff) << 8) | (drive.lbaMid & 0xff);
  return (cylinder * drive.heads + (drive.device & 15)) * drive.sectorsPerTrack + sector - 1;
}

/** The sector that the registers name, or -1 when they name none. */
export function addressed(drive: Drive, wide: boolean): number {
  return wide ? lba48(drive) : lba28(drive);
}

/** Sectors that a command of this kind reaches. */
export function capacity(drive: Drive, wide: boolean): number {
  if (wide) return drive.sectors;
  if (isLbaMode(drive.device)) return Math.min(drive.sectors, LBA28_LIMIT - 1);
  return drive.cylinders * drive.heads * drive.sectorsPerTrack;
}

/** The LBA registers follow the transfer: they name the sector behind the last good one. */
export function seek(drive: Drive, lba: number): void {
  if (drive.wide) {
    const high = Math.floor(lba / 0x100_0000);
    drive.lbaLow = (lba & 0xff) | ((high & 0xff) << 8);
    drive.lbaMid = ((lba >>> 8) & 0xff) | (((high >>> 8) & 0xff) << 8);
    drive.lbaHigh = ((lba >>> 16) & 0xff) | (((high >>> 16) & 0xff) << 8);
    return;
  }
  if (isLbaMode(drive.device)) {
    drive.lbaLow = lba & 0xff;
    drive.lbaMid = (lba >>> 8) & 0xff;
    drive.lbaHigh = (lba >>> 16) & 0xff;
    drive.device = (drive.device & 0xf0) | ((lba >>> 24) & 15);
    return;
  }
  const track = Math.floor(lba / drive.sectorsPerTrack);
  const cylinder = Math.floor(track / drive.heads);
  drive.lbaLow = (lba % drive.sectorsPerTrack) + 1;
  drive.lbaMid = cylinder & 0xff;
  drive.lbaHigh = (cylinder >>> 8) & 0xff;
  drive.device = (drive.device & 0xf0) | (track % drive.heads);
}
