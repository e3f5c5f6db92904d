/**
 * String instructions on a port, which the worker process carries out in place of the processor: it has each page of the buffer
 * translated, copies the words through its mapping of guest memory, and stops after 1024 elements; the instruction then exits once
 * more for the rest. Route of REP INSW: `vmwp.portRead`, `vmwp.portDone`, per page `vid.translate` and `vmwp.copy`, `vid.complete`.
 * Route of REP OUTSW: per page `vid.translate` and `vmwp.fetch`, `vmwp.portWriteString`, `vmwp.portDone`, `vid.complete`.
 * SPEC [VMWP-3] [VMWP-6] [VMWP-7].
 */
import { copyBytes } from '../../wire/bytes.ts';
import { TRANSLATE_VALIDATE_READ, TRANSLATE_VALIDATE_WRITE } from '../../wire/hypercall-blocks.ts';
import { ioPortRcxHi, ioPortRcxLo, ioPortRdiHi, ioPortRdiLo, ioPortRsiHi, ioPortRsiLo } from '../../wire/intercepts.ts';
import { spanOf } from '../../wire/mdl.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { vid } from '../kernel/hops.ts';
import { vmwp } from './hops.ts';
import { COOKIE_TRANSLATE, STAGING_PAGE, type WorkerState } from './vmwp-state.ts';

/** Elements that one exit of a string instruction moves. */
export const REP_MAX = 1024;

/** A string intercept: the elements it moves and where they lie in the guest. `at`: offset of the payload in its page. */
export function beginString(self: WorkerState, act: Act, device: number, port: number, size: number, write: boolean, bytes: Uint8Array, at: number): void {
  const s = self.string;
  s.device = device;
  s.port = port | (size << 16);
  s.size = size;
  s.write = write;
  s.elements = ioPortRcxHi(bytes, at) > 0 ? REP_MAX : Math.min(ioPortRcxLo(bytes, at), REP_MAX);
  s.done = 0;
  s.pointer = write ? ioPortRsiLo(bytes, at) + ioPortRsiHi(bytes, at) * 2 ** 32 : ioPortRdiLo(bytes, at) + ioPortRdiHi(bytes, at) * 2 ** 32;
  s.value = 0xffff_ffff;
  s.page = write ? self.pages + STAGING_PAGE : 0;
  s.span = 0;
  if (!write && device >= 0 && s.elements > 0) act.send(vmwp.portRead, device, s.port, s.elements);
  else goOn(self, act);
}

/** The device has answered: with the words of an INS, or that it has taken those of an OUTS. */
export function stringDone(self: WorkerState, hop: HopView, act: Act): void {
  const s = self.string;
  if (s.write) return complete(self, act);
  s.value = hop.a0;
  s.page = hop.a1;
  s.span = hop.a2;
  goOn(self, act);
}

/** The next page of the buffer, or the end. A virtual address beyond 52 bits names nothing. */
function goOn(self: WorkerState, act: Act): void {
  const s = self.string;
  const total = s.elements * s.size;
  while (s.done < total && s.pointer + s.done >= 2 ** 44) skip(self, act, total - s.done);
  if (s.done < total) {
    const gvaPage = Math.floor((s.pointer + s.done) / 4096);
    const right = s.write ? TRANSLATE_VALIDATE_READ : TRANSLATE_VALIDATE_WRITE;
    return act.send(vid.translate, self.vid, self.partition, self.current.vpIndex, gvaPage, right, COOKIE_TRANSLATE);
  }
  if (s.write && s.device >= 0 && total > 0) return act.send(vmwp.portWriteString, s.device, s.port, s.elements, s.page, spanOf(0, total));
  complete(self, act);
}

/** Bytes up to the end of the page or of the buffer. */
function chunk(self: WorkerState): number {
  const s = self.string;
  return Math.min(s.elements * s.size - s.done, 4096 - ((s.pointer + s.done) % 4096));
}

/** The VID has translated a page, or found none: nothing is stored there, and what is read there is all ones. [VMWP-7] */
export function translated(self: WorkerState, hop: HopView, act: Act): void {
  const s = self.string;
  const length = chunk(self);
  if (hop.a0 !== 0) {
    skip(self, act, length);
    return goOn(self, act);
  }
  act.send(s.write ? vmwp.fetch : vmwp.copy, act.self, length, hop.a1, spanOf((s.pointer + s.done) % 4096, length));
}

function skip(self: WorkerState, act: Act, length: number): void {
  const s = self.string;
  if (s.write) act.pageForWrite(s.page).fill(0xff, s.done, s.done + length);
  s.done += length;
}

/** The processor of the root stores what INS would have stored. [VMWP-3] */
export function copy(self: WorkerState, hop: HopView, act: Act): void {
  const s = self.string;
  const to = act.grantedForWrite(self.partition, hop.a1);
  const at = hop.a2 & 0xfff;
  const there = s.span >>> 12;
  let i = 0;
  for (; i < hop.a0 && s.done + i < there; ) {
    const from = (s.span & 0xfff) + s.done + i;
    const part = Math.min(hop.a0 - i, there - s.done - i, 4096 - (from & 0xfff));
    copyBytes(to, at + i, act.page(s.page + (from >>> 12)), from & 0xfff, part);
    i += part;
  }
  for (; i < hop.a0; i++) to[at + i] = s.value >>> (8 * ((s.done + i) % s.size));
  s.done += hop.a0;
  goOn(self, act);
}

/** The processor of the root loads what OUTS would have loaded. [VMWP-6] */
export function fetch(self: WorkerState, hop: HopView, act: Act): void {
  const s = self.string;
  copyBytes(act.pageForWrite(s.page), s.done, act.granted(self.partition, hop.a1), hop.a2 & 0xfff, hop.a0);
  s.done += hop.a0;
  goOn(self, act);
}

function complete(self: WorkerState, act: Act): void {
  const { current } = self;
  act.send(vid.complete, self.vid, current.vpIndex, current.span, 0, 0, self.string.elements);
}
