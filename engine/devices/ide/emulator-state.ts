/** What the IDE emulator remembers, and whom it works for. */
import type { Act } from '../../sim/act.ts';
import type { Plain } from '../../sim/component.ts';
import { newBusMaster, type BusMaster } from './bus-master.ts';
import { newDrive, type Drive } from './drive.ts';

/** Pages of sectors: a DRQ block of 128. */
export const bufferPages = 16;
/** Root pages the component uses, from the first one in its configuration: the list of pages (at 0) and the IDENTIFY data (at 512), then sectors. */
export const idePages = 1 + bufferPages;

export interface IdeState {
  [key: string]: Plain;
  drive: { [key: string]: number } & Drive;
  /** Bus masters of the two channels; the second one has no drive. */
  masters: BusMaster[];
  /** First of its root pages. */
  page: number;
  handle: number;
  worker: number;
  pic: number;
  parser: number;
  /** Partition whose memory the bus master reaches; 0: none yet. */
  partition: number;
  /** Level of the interrupt line as the 8259 knows it. */
  line: number;
  /** Page (0 or 1) and sectors of the transfer under way or last; whether it goes by DMA, and whether the table ended with it; the hop that brought its data. */
  target: number;
  asked: number;
  dma: number;
  exhausted: number;
  filledBy: number;
  /** Whom the command serves. */
  request: number;
  behalf: number;
  /** The machine-level request that attaching belongs to. */
  attachRequest: number;
  /** 1: the VM is being turned off; the request that is part of. */
  leaving: number;
  leaveRequest: number;
}

const none = -1;

export function newIde(config: { pages: number }): IdeState {
  return {
    drive: newDrive(), masters: [newBusMaster(), newBusMaster()], page: config.pages, handle: 0, worker: none, pic: none, parser: none, partition: 0, line: 0,
    target: 1, asked: 0, dma: 0, exhausted: 0, filledBy: 0, request: 0, behalf: 0, attachRequest: 0, leaving: 0, leaveRequest: 0,
  };
}

/** Does something in the name of the request that the command serves. */
export function theirs(self: IdeState, act: Act, what: () => void): void {
  const { request, behalf } = act;
  act.request = self.request;
  act.behalf = self.behalf;
  what();
  act.request = request;
  act.behalf = behalf;
}
