/** A new VP in its page, and where each of its registers stands. Sources: T2 10.1, 10.2.2, 14.6. SPEC [VP-1] [VP-2]. */
import { get32, put32, put64 } from '../wire/bytes.ts';
import { SINT_RESET } from '../wire/msrs.ts';
import { SINT_COUNT } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import {
  enterVp, V_CR, V_DR, V_EXPLICIT_SUSPEND, V_GPR, V_INDEX, V_INTERCEPT_SUSPEND, V_MSRS, V_PARTITION, V_PENDING, V_RFLAGS, V_RIP, V_SCONTROL,
  V_SEGMENTS, V_SIEF_PAGE, V_SIEFP, V_SIM_PAGE, V_SIMP, V_SINT, V_TABLES, V_VP, VP_MAGIC,
} from './objects.ts';

/** Writes a VP in reset state: SINTs masked, SynIC off, and, unless it is the root's, explicitly suspended. [VP-1] [SYN-1] */
export function formatVp(act: Act, dir: number, vp: number, partition: number, index: number, page: number, sim: number, sief: number, suspended: boolean): void {
  enterVp(act, dir, vp, page);
  const v = act.spaForWrite(page);
  v.fill(0);
  put32(v, 0, VP_MAGIC);
  put32(v, V_PARTITION, partition);
  put32(v, V_INDEX, index);
  put32(v, V_VP, vp);
  put32(v, V_EXPLICIT_SUSPEND, suspended ? 1 : 0);
  put32(v, V_SIM_PAGE, sim);
  put32(v, V_SIEF_PAGE, sief);
  for (let sint = 0; sint < SINT_COUNT; sint++) put64(v, V_SINT + 8 * sint, SINT_RESET, 0);
  put32(v, V_RIP, 0xfff0);
  put32(v, V_RFLAGS, 2);
  put32(v, V_CR, 0x6000_0010);
  put32(v, V_MSRS + 8 * 12, index);
  act.spaForWrite(sim).fill(0);
  act.spaForWrite(sief).fill(0);
}

/** Offset of a register in the VP page, or -1 when the lab's hypervisor does not keep it. [VP-2] */
export function registerAt(name: number): number {
  const low = name & 0xffff;
  switch (name >>> 16) {
    case 0: return low === 0 ? V_EXPLICIT_SUSPEND : low === 1 ? V_INTERCEPT_SUSPEND : -1;
    case 1: return low === 2 || low === 3 ? V_PENDING + 8 * (low - 2) : -1;
    case 2: return low <= 15 ? V_GPR + 8 * low : low === 16 ? V_RIP : low === 17 ? V_RFLAGS : -1;
    case 4: return low <= 5 ? V_CR + 8 * low : -1;
    case 5: return low <= 5 ? V_DR + 8 * low : -1;
    case 6: return low <= 7 ? V_SEGMENTS + 16 * low : -1;
    case 7: return low <= 1 ? V_TABLES + 16 * low : -1;
    case 8: return low <= 12 ? V_MSRS + 8 * low : -1;
    case 10: return low <= 15 ? V_SINT + 8 * low : low === 0x10 ? V_SCONTROL : low === 0x12 ? V_SIEFP : low === 0x13 ? V_SIMP : -1;
    default: return -1;
  }
}

/** Bytes of a register's value in the VP page: 4, 8 or 16. */
export function registerBytes(name: number): number {
  const group = name >>> 16;
  return group === 0 ? 4 : group === 6 || group === 7 ? 16 : 8;
}

/** Whether the VP may execute instructions of its partition. [VP-3] */
export function mayRun(v: Uint8Array): boolean {
  return get32(v, V_EXPLICIT_SUSPEND) === 0 && (get32(v, V_INTERCEPT_SUSPEND) & 1) === 0;
}
