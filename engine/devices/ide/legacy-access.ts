/** The port accesses of the guest's ATA driver: each is one instruction at an address of its own, so one exit. [ATADRV-2] */
import { pio } from '../../hypervisor/hops.ts';
import type { Act } from '../../sim/act.ts';
import { BM_STATUS, busMasterPort } from './bus-master-registers.ts';
import { ripOf, sites } from './legacy-sites.ts';
import type { AtaState } from './legacy-state.ts';

/** OUT; `port` with the size in its upper half. */
export function write(self: AtaState, act: Act, site: number, port: number, value: number): void {
  act.send(pio.write, self.intercepts, port, value, ripOf(site), 0);
}

/** IN of one byte. */
export function read(self: AtaState, act: Act, site: number, port: number): void {
  act.send(pio.read, self.intercepts, port | (1 << 16), 1, ripOf(site), 0, 0);
}

export function readMaster(self: AtaState, act: Act): void {
  read(self, act, sites.bmStatus, busMasterPort(BM_STATUS));
}
