/**
 * How the HAL of a guest programs its 8259 pair: ten port writes before the first driver starts. A HAL closes all inputs and opens one
 * when a driver connects its interrupt; here the masks name from the start what will be used. Source: Intel 8259A; OVM `pic/mod.rs`.
 * SPEC [GUEST-6].
 */
import {
  icw1, icw3Primary, icw3Secondary, icw4, primaryCommand, primaryData, secondaryCommand, secondaryData, vectorBasePrimary, vectorBaseSecondary,
} from '../../devices/pic/registers.ts';

/** Of the primary chip only the cascade is open. */
const PRIMARY_MASK = 0xfb;

/** Where the first of the instructions lies in the kernel, and how far apart they are. */
const SETUP_RIP = 0x8000_2100;
const SPACING = 8;
/** Bytes of OUT DX, AL. */
const OUT_BYTES = 1;

/** Stands for the mask of the secondary chip, which the configuration decides. */
const CONFIGURED = -1;
const writes: readonly (readonly [port: number, value: number])[] = [
  [primaryCommand, icw1], [primaryData, vectorBasePrimary], [primaryData, icw3Primary], [primaryData, icw4],
  [secondaryCommand, icw1], [secondaryData, vectorBaseSecondary], [secondaryData, icw3Secondary], [secondaryData, icw4],
  [primaryData, PRIMARY_MASK], [secondaryData, CONFIGURED],
];

export const PIC_WRITES = writes.length;

/** Port, value and RIP of write `step`. */
export function picWrite(step: number, secondaryMask: number): readonly [port: number, value: number, rip: number] {
  const [port, value] = writes[step]!;
  return [port, value === CONFIGURED ? secondaryMask : value, SETUP_RIP + SPACING * step];
}

/** The step whose instruction lies before this RIP, or -1 when it is none of these. */
export function picStepDone(rip: number): number {
  const step = (rip - OUT_BYTES - SETUP_RIP) / SPACING;
  return Number.isInteger(step) && step >= 0 && step < PIC_WRITES ? step : -1;
}
