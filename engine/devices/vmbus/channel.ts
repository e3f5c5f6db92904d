/**
 * `<guest>/channel`: the memory of one VMBus channel, shared by guest and root. Runs nowhere: a ring write is a hop from a
 * driver to here, a ring read one from here to a driver, and neither costs processor time of its own. [CHAN-1]
 *
 * The bytes lie in pages of the guest. What is kept here is which request each packet belongs to: a tag for every packet
 * that has been written and not read. Tags are how a journey stays whole; they never enter the guest's memory.
 */
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import type { Act } from '../../sim/act.ts';
import { vmbus } from './hops.ts';

export interface Tag {
  /** 0 guest to root, 1 root to guest. */
  direction: number;
  /** Ring offset at which the packet begins. */
  offset: number;
  request: number;
  /** Number of the ring write. */
  hop: number;
  behalf: number;
}

export interface ChannelState {
  /** Taken out by the kernel's `pull`. */
  tags: Tag[];
}

/** A ring of 16 pages holds fewer than this many packets in both directions; a guest that forges indices cannot pass it. */
const TAGS_MAX = 4096;

function keepTag(self: ChannelState, hop: HopView, act: Act): void {
  if (self.tags.length >= TAGS_MAX) self.tags.shift();
  self.tags.push({ direction: hop.a0, offset: hop.a1, request: hop.request, hop: hop.n, behalf: act.behalf });
}

export const channel = component<ChannelState>({
  name: 'channel',
  title: 'VMBus channel',
  about: 'Two rings in memory of the guest that the root may reach too: one for packets to the root, one for packets back.',
  place: 'hardware',
  sources: ['L09 RingBuffer.h', 'COR 25'],
  initial: () => ({ tags: [] }),
  on: {
    [vmbus.ringWriteGuest.name]: keepTag,
    [vmbus.ringWriteRoot.name]: keepTag,
  },
  view: (self) => ({ packets: self.tags.length }),
});
