import { describe, expect, it } from 'vitest';
import { crossings } from '../../wire/borders.ts';
import { hypercallName } from '../../wire/hypercalls.ts';
import { FLAG_CONTEXT_SWITCH, FLAG_FORCED_EXIT, FLAG_MODE_SWITCH, FLAG_VP_SWITCH, type Hop } from '../../sim/rows.ts';
import type { Lab } from '../../lab/lab.ts';
import { argsOf } from '../../lab/narration.ts';
import { shipped } from '../../scenarios/shipped.ts';
import { broughtUp } from '../whole.ts';
import { fed, realLab, rest } from './real.ts';
import { runOut, toyLab } from './toy.ts';

/** The same figures, counted the slow and obvious way, as 'what by whom' -> count. */
function recount(lab: Lab, hops: readonly Hop[]): Map<string, number> {
  const out = new Map<string, number>();
  const add = (key: string, by = 1): void => void (by > 0 && out.set(key, (out.get(key) ?? 0) + by));
  for (const hop of hops) {
    const kind = lab.kinds[hop.kind]!;
    const { counts } = kind;
    const who = causerOf(lab, hop);
    const args = argsOf(kind, hop);
    add('hops');
    add(`cpu ${crossings[kind.crossing].to}`, hop.cost);
    if ((hop.flags & FLAG_CONTEXT_SWITCH) !== 0) add(`contextSwitches ${who}`);
    if ((hop.flags & FLAG_MODE_SWITCH) !== 0) add(`modeSwitches ${who}`);
    if ((hop.flags & FLAG_VP_SWITCH) !== 0) add('vpSwitches');
    if ((hop.flags & FLAG_FORCED_EXIT) !== 0) add(`exit external interrupt ${who}`);
    if (!counts) continue;
    if (counts.exit) add(`exit ${counts.exit} ${who}`);
    if (counts.hypercall) add(`call ${counts.hypercall.startsWith('arg:') ? hypercallName(args[counts.hypercall.slice(4)]! & 0xffff) : counts.hypercall} ${who}`);
    const answered = counts.answers && args['status'] === 0 ? hypercallName(args[counts.answers]!) : '';
    if (answered === 'HvPostMessage') add(`messages ${who}`);
    if (answered === 'HvSignalEvent') add(`events ${who}`);
    for (const key of ['message', 'interrupt', 'ringWrite'] as const) if (counts[key]) add(`${key}s ${who}`);
    if (counts.copy) add(`copies ${who}`);
    if (counts.copy) add(`bytesCopied ${who}`, args[counts.copy]!);
    if (counts.dma) add('dmaBytes', args[counts.dma]!);
    if (counts.workerTrip) add('workerTrips');
    if (counts.diskCommand) add('diskCommands');
  }
  return out;
}

function causerOf(lab: Lab, hop: Hop): string {
  const { from, to } = crossings[lab.kinds[hop.kind]!.crossing];
  if (from.startsWith('guest')) return 'guest';
  if (from.startsWith('root')) return 'root';
  if (from === 'hypervisor') return hop.cause === 0 ? 'hypervisor' : causerOf(lab, lab.run.hopAt(hop.cause));
  return to.startsWith('guest') ? 'guest' : to.startsWith('root') ? 'root' : 'hypervisor';
}

function flat(lab: Lab, partition: number): Map<string, number> {
  return flatLedger(lab.view().ledgers[partition]!);
}

function flatLedger(ledger: ReturnType<Lab['ledger']>): Map<string, number> {
  const out = new Map<string, number>();
  const add = (key: string, value: number): void => void (value > 0 && out.set(key, value));
  for (const key of ['hops', 'dmaBytes', 'diskCommands', 'workerTrips', 'vpSwitches'] as const) add(key, ledger[key]);
  for (const [place, ns] of Object.entries(ledger.cpuNs)) add(`cpu ${place}`, ns);
  for (const who of ['guest', 'root', 'hypervisor'] as const) {
    for (const [reason, count] of Object.entries(ledger.exits[who])) add(`exit ${reason} ${who}`, count);
    for (const [call, count] of Object.entries(ledger.hypercalls[who])) add(`call ${call} ${who}`, count);
    for (const key of ['messages', 'events', 'interrupts', 'ringWrites', 'copies', 'bytesCopied', 'modeSwitches', 'contextSwitches'] as const) add(`${key} ${who}`, ledger[key][who]);
  }
  return out;
}

function hopsFrom(lab: Lab, from: number, wanted: (hop: Hop) => boolean = () => true): Hop[] {
  const out: Hop[] = [];
  for (let n = from; n <= lab.run.n; n++) if (wanted(lab.run.hopAt(n))) out.push(lab.run.hopAt(n));
  return out;
}

const sorted = (map: Map<string, number>): [string, number][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe('the ledger', () => {
  it('[LEDGER-1] [LEDGER-2] equals a naive count over the hops of the default machine, for machine and guests', () => {
    const lab = realLab();
    const { n } = rest(lab);
    const { start } = lab.status();
    expect(n - start).toBeGreaterThan(1000);
    expect(sorted(flat(lab, 0))).toEqual(sorted(recount(lab, hopsFrom(lab, start + 1))));
    for (const guest of [2, 3]) {
      expect(sorted(flat(lab, guest))).toEqual(sorted(recount(lab, hopsFrom(lab, start + 1, (hop) => hop.behalf === guest))));
    }
  });

  it('[LEDGER-2] is the same at any place, however it was reached, over many stretches', () => {
    const lab = toyLab();
    lab.intend({ count: 3000 });
    runOut(lab);
    for (const n of [27_000, 8192, 8193, 20_000]) {
      lab.seek(n);
      expect(sorted(flat(lab, 0))).toEqual(sorted(recount(lab, hopsFrom(lab, lab.status().start + 1))));
    }
  });

  it('[LEDGER-3] of a request counts its own hops and those of the requests inside it', () => {
    const lab = realLab();
    rest(lab);
    const requests = lab.requests(lab.status().start + 1, lab.status().n);
    const file = requests.find((r) => r.level === 'file' && r.partition === 2)!;
    const family = new Set([file.id]);
    for (const r of requests) if (family.has(r.parent)) family.add(r.id);
    expect(family.size).toBeGreaterThan(2);
    const last = Math.min(lab.run.n, file.ended + 4096);
    const counted = recount(lab, hopsFrom(lab, file.begun, (hop) => family.has(hop.request) && hop.n <= last));
    expect(sorted(flatLedger(fed(lab, () => lab.ledger(file.id))))).toEqual(sorted(counted));
    expect(counted.get('hops')).toBeGreaterThan(50);
  });

  it('[STOR-1] [LEDGER-1] one synthetic read costs two signals: one by the guest, one by the root, and no port access', () => {
    const lab = realLab({ steps: [] });
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'alpha', lba: 100, sectors: 8, count: 1, depth: 1 }));
    rest(lab);
    const { exits, hypercalls, ringWrites, workerTrips } = lab.view().ledgers[2]!;
    expect([hypercalls.guest['HvSignalEvent'], hypercalls.root['HvSignalEvent']]).toEqual([1, 1]);
    expect(exits.guest['I/O instruction']).toBeUndefined();
    expect([ringWrites.guest, ringWrites.root, workerTrips]).toEqual([1, 1, 0]);
  });
});

describe('the time that a ledger calls elapsed', () => {
  it('[LEDGER-5] is that in which anything was under way, also where something short lands during a long flight', () => {
    const read = { do: 'read-file', guest: 'alpha', path: 'README.TXT' } as const;
    // The second one is asked while the disk is at work for the first.
    const lab = realLab({ steps: [{ after: 0, intent: read }, { after: 3_000_000, intent: read }] });
    rest(lab);
    const { start, n } = lab.status();
    for (const [scope, ledger] of Object.entries(lab.view().ledgers)) {
      const flights: (readonly [number, number])[] = [];
      for (let at = start + 1; at <= n; at++) {
        const hop = lab.run.hopAt(at);
        if (scope === '0' || hop.behalf === Number(scope)) flights.push([hop.departed, hop.time]);
      }
      let [covered, end] = [0, 0];
      for (const [from, to] of flights.sort(([a], [b]) => a - b)) {
        covered += Math.max(0, to - Math.max(from, end));
        end = Math.max(end, to);
      }
      expect([scope, ledger.elapsedNs]).toEqual([scope, covered]);
    }
    expect(lab.view().ledgers[2]!.elapsedNs).toBeGreaterThan(10_000_000);
  });

  it('[LEDGER-5] goes on while a request of the guest only waits behind another guest in the queue of the disk', () => {
    const lab = broughtUp(shipped.find(({ name }) => name === 'at-once')!);
    rest(lab);
    const { start, startTime, n } = lab.status();
    const { ledgers } = lab.view();
    for (const guest of [2, 3]) {
      const own = hopsFrom(lab, start, (hop) => hop.behalf === guest);
      // Between two of its requests a program has none.
      const whole = own.at(-1)!.time - own[0]!.departed;
      expect(ledgers[guest]!.elapsedNs).toBeLessThanOrEqual(whole);
      expect(ledgers[guest]!.elapsedNs).toBeGreaterThan(whole - 5000);
      expect(whole).toBeGreaterThan(0.9 * (own.at(-1)!.time - startTime));
      const file = fed(lab, () => lab.requests(start + 1, n)).find((r) => r.level === 'file' && r.partition === guest)!;
      expect(fed(lab, () => lab.ledger(file.id)).elapsedNs).toBeGreaterThanOrEqual(lab.timeOf(file.ended) - lab.timeOf(file.begun));
    }
  });

  it('[LEDGER-5] reaches to the cursor while a request of the guest waits, and does not jump when the guest acts again', () => {
    const lab = broughtUp(shipped.find(({ name }) => name === 'at-once')!);
    rest(lab);
    const { start, n: end } = lab.status();
    const files = fed(lab, () => lab.requests(start + 1, end)).filter(({ level }) => level === 'file');
    let earlier = new Map<number, number>();
    for (let n = start + 1; n <= end; n += 7) {
      fed(lab, () => lab.seek(n));
      const { ledgers } = lab.view();
      for (const { partition, begun, ended } of files) {
        const { elapsedNs } = ledgers[partition]!;
        const passed = lab.timeOf(n) - lab.timeOf(Math.max(begun, n - 7));
        const grown = elapsedNs - (earlier.get(partition) ?? 0);
        if (n - 7 > begun && n < ended) expect([n, partition, grown]).toEqual([n, partition, passed]);
        expect(elapsedNs).toBeLessThanOrEqual(lab.timeOf(n) - lab.status().startTime);
      }
      earlier = new Map(files.map(({ partition }) => [partition, ledgers[partition]!.elapsedNs]));
    }
  });

  it('[LEDGER-5] of a request that still waits reaches to the last hop that is known', () => {
    const lab = broughtUp(shipped.find(({ name }) => name === 'at-once')!);
    const { start } = lab.status();
    fed(lab, () => lab.advance({ hops: 700 }));
    const { n } = lab.status();
    for (const { id, begun, ended, partition } of lab.requests(start + 1, n).filter(({ level }) => level === 'file')) {
      expect(ended).toBe(0);
      expect([partition, lab.ledger(id).elapsedNs]).toEqual([partition, lab.timeOf(n) - (lab.run.hopAt(begun).departed)]);
    }
  });

  it('[LEDGER-5] ends with the guest: what it had asked for waits for nobody once it is off', () => {
    const lab = broughtUp({ ...shipped.find(({ name }) => name === 'two-ways')!, steps: [] });
    const ask = (intent: object): void => void fed(lab, () => lab.intend(intent));
    ask({ do: 'read-file', guest: 'alpha', path: 'README.TXT' });
    fed(lab, () => lab.advance({ hops: 60 }));
    ask({ do: 'turn-off', name: 'alpha' });
    rest(lab);
    const own = hopsFrom(lab, lab.status().start, (hop) => hop.behalf === 2);
    const { elapsedNs } = lab.view().ledgers[2]!;
    const [file] = lab.requests(lab.status().start + 1, lab.status().n).filter(({ level }) => level === 'file');
    expect(file).toMatchObject({ partition: 2, turnedOff: true });
    expect(lab.ledger(file!.id).elapsedNs).toBe(lab.timeOf(file!.ended) - lab.run.hopAt(file!.begun).departed);
    ask({ do: 'read-file', guest: 'beta', path: 'README.TXT' });
    rest(lab);
    expect(hopsFrom(lab, lab.status().start, (hop) => hop.behalf === 2)).toHaveLength(own.length);
    expect(lab.view().ledgers[2]!.elapsedNs).toBe(elapsedNs);
    expect(lab.ledger(file!.id).elapsedNs).toBe(lab.timeOf(file!.ended) - lab.run.hopAt(file!.begun).departed);
  });
});
