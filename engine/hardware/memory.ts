/**
 * Machine memory as the end of DMA: it only counts. The bytes are stored or fetched by the device that masters the bus, in its own
 * handler; the hop says that they went and where. Runs: hardware.
 */
import type { HopView } from '../sim/component.ts';
import { component } from '../sim/component.ts';
import { disk } from './hops.ts';

export interface MemoryState {
  /** Transfers by DMA, in both directions, and their bytes. */
  transfers: number;
  bytes: number;
  /** Machine page of the last transfer. */
  lastPage: number;
}

function transfer(self: MemoryState, hop: HopView): void {
  self.transfers += 1;
  self.bytes += hop.a2;
  self.lastPage = hop.a0;
}

export const memory = component<MemoryState>({
  name: 'memory',
  title: 'Memory',
  about: 'The machine\'s RAM. Devices store into it and fetch from it by DMA, and no IOMMU stands in between in this era.',
  place: 'hardware',
  sources: ['COR 24', 'COR 25'],
  initial: () => ({ transfers: 0, bytes: 0, lastPage: 0 }),
  on: {
    [disk.dma.name]: transfer,
    [disk.fetch.name]: transfer,
    [disk.post.name]: (self, hop) => {
      self.lastPage = hop.a0;
    },
  },
  view: (self) => ({ transfers: self.transfers, bytes: self.bytes, lastPage: self.lastPage }),
});
