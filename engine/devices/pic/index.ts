/** The 8259 pair: hop kinds, ports, and the emulator in the worker process. */
export { pic } from './hops.ts';
export { picEmulator } from './emulator.ts';
export { isPicPort, picPortName, picWriteMeaning } from './registers.ts';
