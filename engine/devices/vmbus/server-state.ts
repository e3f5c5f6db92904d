/** What the root VMBus remembers: guests, their offers and GPADLs, and the hypercalls that wait their turn. */
import type { Era } from '../../wire/eras.ts';

export interface VmbusServerConfig {
  /** Vector of SINT2, which the root kernel has programmed with AutoEOI. */
  readonly vector: number;
  /** SIM and SIEF page of root VP 0. */
  readonly simPage: number;
  readonly siefPage: number;
  /** First of VMBUS_SERVER_PAGES root pages. */
  readonly pages: number;
  /** The newest version it speaks is that of this era. */
  readonly era?: Era;
}

/** Parameter block, copied messages, and page-number lists handed to providers (512 bytes for each guest). */
export const VMBUS_SERVER_PAGES = 18;
export const BLOCK_PAGE = 0;
export const INBOX_PAGE = 1;
export const LIST_PAGES = 2;
export const LIST_BYTES = 512;
export const GUESTS_MAX = ((VMBUS_SERVER_PAGES - LIST_PAGES) * 4096) / LIST_BYTES;

export interface Offer {
  relid: number;
  classIndex: number;
  instance: number;
  provider: number;
  channel: number;
  state: 'closed' | 'opening' | 'open' | 'failed';
  openId: number;
  gpadl: number;
  /** Event flag of the root that is this channel's alone, or -1. [VMBUS-15] */
  flag: number;
}

export interface Gpadl {
  relid: number;
  handle: number;
  /** Page numbers announced and received. */
  wanted: number;
  pfns: number[];
  state: 'in-progress' | 'accepted';
}

export interface Guest {
  partition: number;
  /** Which list of page numbers is its own. */
  list: number;
  /** First part of the paths of its components. */
  path: string;
  /** Its worker process, which waits for `vmbus.attached`. */
  worker: number;
  /** Its port has no buffer free: a retry is under way. */
  blocked: boolean;
  connected: boolean;
  /** Whose version of VMBus was agreed. */
  era: Era;
  /** GPA page of its interrupt page, 0 when it is not used. */
  interruptPage: number;
  offersSent: boolean;
  offers: Offer[];
  gpadls: Gpadl[];
  nextRelid: number;
}

/**
 * A hypercall with a parameter block that waits its turn: one of the eight of an attachment or of its end, one of the two of a
 * channel's port, or a post.
 */
export interface Call {
  what: 'attach' | 'detach' | 'channel' | 'post';
  partition: number;
  /** Step of the attachment (counted down at its end) or of the port, or type of the message. */
  type: number;
  relid: number;
  /** GPADL handle, open id, or whether the version is supported. */
  id: number;
  status: number;
  request: number;
  attempts: number;
}

export interface ServerState {
  vector: number;
  simPage: number;
  siefPage: number;
  pages: number;
  era: Era;
  kernel: number;
  winhv: number;
  intercepts: number;
  guests: Guest[];
  calls: Call[];
  calling: boolean;
  /** One bit for each unread copy of a message; whether one still stands in slot 2 because there was no room. */
  inbox: number;
  slotWaits: boolean;
  /** Writes of EOM that have not ended, the latest last: whether the interrupt routine made it. */
  eoms: boolean[];
  /** Signals and posts that the hypervisor refused for good. */
  refused: number;
}

export function guestOf(self: ServerState, partition: number): Guest | undefined {
  return self.guests.find((g) => g.partition === partition);
}

export function offerByRelid(guest: Guest, relid: number): Offer | undefined {
  return guest.offers.find((o) => o.relid === relid);
}
