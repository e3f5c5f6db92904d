/** Versions of VMBus and the eras they came with. Source: LNX hyperv.h; vmbus 1.3. [VMBUS-14] */
import { eras, type Era } from './eras.ts';

/** Version word: major << 16 | minor. */
export function vmbusVersion(era: Era): number {
  return era === 'ws2008' ? 0x0000_000d : era === 'ws2008r2' ? 0x0001_0001 : 0x0002_0004;
}

/** The era whose version a word is, or null. */
export function eraOfVersion(version: number): Era | null {
  return eras.find((era) => vmbusVersion(era) === version) ?? null;
}

/** The eras whose versions somebody of an era speaks, the newest first. [VMBUS-14] */
export function erasSpoken(era: Era): readonly Era[] {
  return eras.slice(0, eras.indexOf(era) + 1).reverse();
}

/** '0.13' and the like. */
export function vmbusVersionText(version: number): string {
  return `${version >>> 16}.${version & 0xffff}`;
}
