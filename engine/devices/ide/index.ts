/** The emulated IDE disk: hop kinds, registers, the guest's ATA driver and the emulator in the worker process. */
export { ata, ide } from './hops.ts';
export { ideEmulator, idePages } from './emulator.ts';
export { ataDriver, ataPages, ataVector } from './legacy-driver.ts';
export { driverBase, ripOf, siteName, sites } from './legacy-sites.ts';
export { portName, portReadText, portWriteText } from './protocol.ts';
