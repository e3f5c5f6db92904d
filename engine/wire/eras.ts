/**
 * The eras of the lab: which release of the hypervisor and which wire protocols apply.
 *
 * `ws2008` is Windows Server 2008 (hypervisor interface 1.0, VMBus 0.13), `ws2008r2` is 2008 R2 (2.0, VMBus 1.1),
 * `ws2012` is Windows Server 2012 (VMBus 2.4). Every rule and every layout names the eras it holds in.
 */

export const eras = ['ws2008', 'ws2008r2', 'ws2012'] as const;
export type Era = (typeof eras)[number];

/** The era of a machine that names none. */
export const defaultEra: Era = 'ws2008';

export const allEras: readonly Era[] = eras;
/** Eras of the hypervisor interface 1.0 and 2.0. */
export const before2012: readonly Era[] = ['ws2008', 'ws2008r2'];
export const only2008: readonly Era[] = ['ws2008'];
export const only2012: readonly Era[] = ['ws2012'];
export const from2008r2: readonly Era[] = ['ws2008r2', 'ws2012'];
