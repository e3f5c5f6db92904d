/**
 * The instructions of the ATA driver that touch a port. Each has an address of its own, so that the RIP in an intercept
 * message tells which one it was and the driver knows where to go on. [ATADRV-2]
 */

/** Where the driver lies: a kernel address of a 32-bit guest, which names instructions and no place in its RAM; which one is the lab's choice. */
export const driverBase = 0xf751_0000;
/** Distance between two sites: more than the longest port instruction (REP INSW and REP OUTSW, 3 bytes). */
const spacing = 8;

export const sites = {
  // READ SECTORS, in the order of the accesses.
  idle: 0, device: 1, count: 2, lbaLow: 3, lbaMid: 4, lbaHigh: 5, command: 6,
  pollStatus: 7, pollData: 8, pollError: 9, finalStatus: 10,
  isrStatus: 11, isrData: 12, isrError: 13,
  // Initialisation: the drive, IDENTIFY DEVICE.
  identifyIdle: 14, identifyCommand: 15, control: 26, identifyDevice: 27,
  // 48-bit commands: the older bytes; SET MULTIPLE MODE; the register accesses that are made for nothing.
  countHigh: 28, lbaLowHigh: 29, lbaMidHigh: 30, lbaHighHigh: 31, modeCount: 32, modeCommand: 33, extraBefore: 34, extraAfter: 35,
  // Writes: the first block by the thread, the others by the service routine or after a poll.
  writeReady: 36, firstData: 37, isrWrite: 38, pollWrite: 39,
  // Bus master: before the command, and after the interrupt or the last poll.
  bmTable: 40, bmClear: 41, bmDirection: 42, bmStart: 43, bmStatus: 44, bmStop: 45, bmDrive: 46, bmDone: 47,
} as const;

/** Low half of the RIP of a site. */
export function ripOf(site: number): number {
  return driverBase + site * spacing;
}

/** Whether a RIP stands at an instruction and not behind it: a string instruction that is not done yet. */
export function isUnfinished(rip: number): boolean {
  return ((rip >>> 0) - driverBase) % spacing === 0;
}

/** Site of a RIP: at the instruction or behind it. */
export function siteOf(rip: number): number {
  return Math.floor(((rip >>> 0) - driverBase) / spacing);
}

const names: ReadonlyMap<number, string> = new Map(Object.entries(sites).map(([name, site]) => [site, name]));

/** Name of the site of a RIP, or '' when it is none of the driver's. */
export function siteName(rip: number): string {
  return names.get(siteOf(rip)) ?? '';
}
