/**
 * Message queues: one per VP and SINT, linked through the buffers. A buffer is 256 bytes of a port's page, or the intercept
 * buffer of a VP; a message is in exactly one place, a queue or a slot. While a buffer is queued the word at 12 (zero in the
 * message) holds the reference to the next one. Sources: T2 14.2. SPEC [SYN-3] [SYN-4] [SYN-5].
 */
import { copyBytes, fillBytes, get32, put32 } from '../wire/bytes.ts';
import { MESSAGE_BYTES, messageSlotAt, PORT_BUFFERS, setMessagePending, sintMasked, sintVector, synicEnabled } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import { V_QUEUES, V_SIM_PAGE, V_SIMP, V_SINT, VPS_PER_PARTITION_MAX, vpOf, vpPage } from './objects.ts';

const LINK = 12;
export const NO_INTERRUPT = -1;

export function bufferRef(page: number, offset: number): number {
  return page * 16 + (offset >>> 8);
}

function refPage(ref: number): number {
  return Math.floor(ref / 16);
}

function refOffset(ref: number): number {
  return (ref % 16) << 8;
}

/** Offset of a free buffer of a port, or -1. */
export function freeBuffer(buffers: Uint8Array): number {
  for (let i = 0; i < PORT_BUFFERS; i++) if (get32(buffers, i * MESSAGE_BYTES) === 0) return i * MESSAGE_BYTES;
  return -1;
}

/** Reference to the first queued buffer of a SINT, or 0. */
export function queueHead(v: Uint8Array, sint: number): number {
  return get32(v, V_QUEUES + 8 * sint);
}

export function anyQueued(v: Uint8Array): boolean {
  for (let sint = 0; sint < 16; sint++) if (queueHead(v, sint) !== 0) return true;
  return false;
}

/** Appends a filled buffer to the queue of a VP and SINT. */
export function enqueueMessage(act: Act, vp: number, sint: number, ref: number): void {
  const at = V_QUEUES + 8 * sint;
  put32(act.spaForWrite(refPage(ref)), refOffset(ref) + LINK, 0);
  const v = act.spaForWrite(vp);
  const tail = get32(v, at + 4);
  if (tail === 0) put32(v, at, ref);
  else put32(act.spaForWrite(refPage(tail)), refOffset(tail) + LINK, ref);
  put32(v, at + 4, ref);
}

/**
 * Looks at the head of a queue: into the slot if that is empty, else MessagePending is set there. Returns the vector to
 * raise, or NO_INTERRUPT. `vp` is the VP's page. [SYN-3] [SYN-4]
 */
export function scanQueue(act: Act, vp: number, sint: number): number {
  const at = V_QUEUES + 8 * sint;
  const v = act.spa(vp);
  const ref = get32(v, at);
  if (ref === 0 || !synicEnabled(get32(v, V_SIMP))) return NO_INTERRUPT;
  const sim = act.spaForWrite(get32(v, V_SIM_PAGE));
  const slot = messageSlotAt(sint);
  if (get32(sim, slot) !== 0) {
    setMessagePending(sim, slot);
    return NO_INTERRUPT;
  }
  const buffer = act.spaForWrite(refPage(ref));
  const from = refOffset(ref);
  const next = get32(buffer, from + LINK);
  copyBytes(sim, slot, buffer, from, MESSAGE_BYTES);
  put32(sim, slot + LINK, 0);
  if (next !== 0) setMessagePending(sim, slot);
  put32(buffer, from, 0);
  const queue = act.spaForWrite(vp);
  put32(queue, at, next);
  if (next === 0) put32(queue, at + 4, 0);
  const register = get32(queue, V_SINT + 8 * sint);
  return sintMasked(register) ? NO_INTERRUPT : sintVector(register);
}

/** Frees the buffers that wait for a VP that is deleted; answers their references. [SYN-9] */
export function freeQueued(act: Act, vp: number): number[] {
  const freed: number[] = [];
  for (let sint = 0; sint < 16; sint++) {
    let ref = queueHead(act.spa(vp), sint);
    while (ref !== 0) {
      freed.push(ref);
      const buffer = act.spaForWrite(refPage(ref));
      ref = get32(buffer, refOffset(ref) + LINK);
      put32(buffer, refOffset(freed.at(-1)!), 0);
    }
    fillBytes(act.spaForWrite(vp), V_QUEUES + 8 * sint, 8, 0);
  }
  return freed;
}

/** Removes the queued messages of a port that is deleted, or of a VP: they lie in `page`. [PORT-4] */
export function dropQueued(act: Act, dir: number, partition: number, sint: number, page: number): void {
  for (let index = 0; index < VPS_PER_PARTITION_MAX; index++) {
    const vp = vpOf(act, dir, partition, index);
    if (vp < 0) continue;
    const v = act.spaForWrite(vpPage(act, dir, vp));
    if (queueHead(v, sint) === 0) continue;
    const at = V_QUEUES + 8 * sint;
    let kept = 0;
    let ref = get32(v, at);
    put32(v, at, 0);
    while (ref !== 0) {
      const next = get32(act.spa(refPage(ref)), refOffset(ref) + LINK);
      if (refPage(ref) !== page) {
        if (kept === 0) put32(v, at, ref);
        else put32(act.spaForWrite(refPage(kept)), refOffset(kept) + LINK, ref);
        put32(act.spaForWrite(refPage(ref)), refOffset(ref) + LINK, 0);
        kept = ref;
      }
      ref = next;
    }
    put32(v, at + 4, kept);
  }
}
