/** Hypercalls whose parameters stand in registers. */
import { describe, expect, it } from 'vitest';
import { hopRecord } from '../../lab/exports/hop-records.ts';
import type { Hop } from '../../sim/rows.ts';
import { fed, realLab, rest } from './real.ts';

const lab = realLab();
rest(lab);

/** The first hop of a kind, behind `after`, whose control word names this call with the fast bit as wanted. */
function call(kind: string, code: number, fast: boolean): Hop {
  const { n: last } = lab.status();
  for (let n = 1; n <= last; n++) {
    const hop = lab.run.hopAt(n);
    if (lab.kinds[hop.kind]!.name === kind && hop.args[0] === (code | (fast ? 0x10000 : 0))) return hop;
  }
  throw new Error(`no ${kind} of 0x${code.toString(16)}`);
}

describe('a fast hypercall', () => {
  it('[INSPECT-20] shows RCX and RDX, decoded by the call', () => {
    const signal = call('hv.callGuest', 0x5d, true);
    const { bytes, args } = fed(lab, () => lab.inspectHop(signal.n));
    expect(bytes.map(({ where, after }) => [where, after.length])).toEqual([['register RCX', 8], ['register RDX', 8]]);
    const values = bytes.flatMap(({ fields }) => fields).flatMap((field) => [field, ...field.bits]).map(({ name, raw }) => `${name} ${String(raw)}`);
    expect(values).toEqual(expect.arrayContaining(['CallCode 93', 'IsFast 1', 'ConnectionId 2', 'FlagNumber 0']));
    expect([...bytes[1]!.after]).toEqual([2, 0, 0, 0, 0, 0, 0, 0]);
    expect(args.map(({ name }) => name)).toEqual(expect.arrayContaining(['rdxLow', 'rdxHigh']));
    expect(args.map(({ name }) => name)).not.toContain('inPage');
  });

  it('[INSPECT-20] a call with a parameter block shows the block, and calls its page a page', () => {
    const { bytes, args } = fed(lab, () => lab.inspectHop(call('hv.callRoot', 0x51, false).n));
    expect(bytes.map(({ label }) => label)).toEqual(['Parameter block']);
    expect(args.map(({ name }) => name)).toContain('inPage');
  });

  it('[INSPECT-20] leaves the lab with names of registers, from the call of WinHv to the SynIC', () => {
    for (const kind of ['gwinhv.call', 'hv.callGuest', 'hv.toSynic']) {
      const hop = call(kind, 0x5d, true);
      expect(hopRecord(lab.run.kernel, hop, 0).args).toMatchObject({ rdxLow: 2, rdxHigh: 0 });
    }
  });
});
