/**
 * The whole machine of one legacy guest, its checkers on, and in that guest besides its own parts a program of the test: it asks the
 * ATA driver for what a file system would ask, or touches ports itself.
 */
import { readFileSync } from 'node:fs';
import { componentTypes, catalogue } from '../../catalogue.ts';
import { block, gkernel } from '../../guest/kernel/hops.ts';
import { pio } from '../../hypervisor/hops.ts';
import { allCheckers, type Checker } from '../../lab/checks.ts';
import { buildMachine } from '../../scenarios/builder.ts';
import type { GuestConfig } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import type { Act } from '../../sim/act.ts';
import { component } from '../../sim/component.ts';
import { intend } from '../../sim/intend.ts';
import { Kernel, newBlock } from '../../sim/kernel.ts';
import { addComponent } from '../../sim/machine.ts';
import { frame, frameForWrite, translate } from '../../sim/memory.ts';
import { decodeRow, type Hop } from '../../sim/rows.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';

const image = readFileSync(new URL('../../../public/disks/viridian-sample.vhd', import.meta.url));
const CHUNK = 65_536;
const PARTITION = 2;
/** Guest pages of the program: a list, then buffers, of which every second one is used so that no two are neighbours. */
const LIST = 0x600;
export const BUFFERS = 0x610;

/** A port access: OUT, IN or a string of `count` elements at page `page`, offset `offset`. */
export interface Access {
  readonly write: boolean;
  readonly port: number;
  readonly size: number;
  readonly value: number;
  readonly count: number;
  readonly page: number;
  readonly offset: number;
}

interface ProgramState {
  done: number[];
  left: number[];
  resumed: number;
}

const program = component<ProgramState>({
  name: 'test-program', title: 'Program of the test', about: 'Asks the ATA driver, or touches ports.', place: 'guest-kernel', sources: ['test'],
  initial: () => ({ done: [], left: [], resumed: 0 }),
  on: {
    [block.done.name]: (self, hop) => void self.done.push(hop.a0, hop.a1),
    [gkernel.initDriver.name]: (self, _hop, act) => next(self, act),
    [pio.resume.name]: (self, _hop, act) => {
      self.resumed++;
      next(self, act);
    },
  },
});

/** The next access out of the list, six numbers each. A string instruction that is not done is left where it is. */
function next(self: ProgramState, act: Act): void {
  const [write, port, value, count, page, offset] = self.left.splice(0, 6) as [number, number, number, number, number, number];
  if (write === undefined) return;
  const intercepts = act.find('hypervisor/intercepts');
  const size = port >>> 16;
  if (write === 1 && count === 1) act.send(pio.write, intercepts, port, value, 0x9000_0000, 0);
  else if (write === 1) act.send(pio.writeString, intercepts, port, count, 0x9000_0000, page, (offset | ((count * size) << 12)) >>> 0);
  else act.send(pio.read, intercepts, port, count, 0x9000_0000, page, (offset | ((count * size) << 12)) >>> 0);
}

export interface LegacyMachine {
  readonly kernel: Kernel;
  /** Makes a wish and returns the hops until nothing moves. */
  ask(intent: object): Hop[];
  /** One request of the ATA driver out of or into the buffers; returns its status and the hops. */
  request(write: boolean, lba: number, sectors: number): { readonly status: number; readonly hops: Hop[] };
  buffers(sectors: number): Uint8Array;
  fillBuffers(bytes: Uint8Array): void;
  touch(accesses: readonly Access[]): Hop[];
  resumed(): number;
  page(gpaPage: number): Uint8Array;
  named(hops: readonly Hop[], name: RegExp): Hop[];
}

/** Runs until nothing moves, hop by hop under the checkers if there are any; returns the hops. */
function running(kernel: Kernel, checkers: readonly Checker[]): (from: number) => Hop[] {
  const step = checkers.length > 0 ? 1 : 100_000;
  for (const checker of checkers) checker.reset(kernel);
  const { log } = kernel;
  return (from) => {
    const out: Hop[] = [];
    // Each run writes over the rows of the one before: its hops have been read.
    log.first = from + 1;
    for (let stop = ''; stop !== 'idle'; ) {
      stop = kernel.run({ toHop: kernel.m.n + step, toTime: Number.MAX_SAFE_INTEGER });
      while (from + out.length < kernel.m.n) {
        const hop = decodeRow(kernel.log.words, kernel.log.times, out.length, from + 1);
        for (const checker of checkers) fail(checker.id, checker.after(kernel, hop), hop.n);
        out.push(hop);
      }
    }
    for (const checker of checkers) fail(checker.id, checker.idle?.(kernel) ?? null, kernel.m.n);
    return out;
  };
}

export function legacyMachine(options: Partial<GuestConfig> = {}, checked = true): LegacyMachine {
  const guest = { ...twoWays.guests[1]!, ...options } as GuestConfig;
  const built = buildMachine({ ...twoWays, guests: [guest] }, (_, chunk) => new Uint8Array(image.subarray(chunk * CHUNK, (chunk + 1) * CHUNK)));
  const types = [...componentTypes, program];
  const kernel = new Kernel(built.m, types, catalogue, built.profile, built.chunks);
  kernel.log = newBlock(1, 1 << 18);
  const run = running(kernel, checked ? allCheckers() : []);
  const named = (hops: readonly Hop[], name: RegExp): Hop[] => hops.filter((h) => name.test(kernel.catalogue[h.kind]!.name));
  const ask = (intent: object): Hop[] => {
    const from = kernel.m.n;
    intend(kernel, intent);
    return run(from);
  };
  const { disk: _disk, ...config } = guest;
  ask({ do: 'boot-root' });
  ask({ do: 'create-vm', ...config, disk: { fileId: 1 } });
  ask({ do: 'start-vm', name: 'beta' });
  const at = addComponent(kernel.m, types, 'test-program', 'beta/program', PARTITION, {});
  const ata = kernel.m.components.paths.indexOf('beta/ata');
  const vp = kernel.m.partitions.firstVps[PARTITION]!;
  const state = (): ProgramState => kernel.m.components.states[at] as unknown as ProgramState;
  const spa = (page: number): number => translate(kernel.m.memory, PARTITION, page, 1);
  const poke = (send: () => void): Hop[] => {
    const from = kernel.m.n;
    kernel.act.beginIntent(at);
    send();
    kernel.act.depart();
    return run(from);
  };
  return {
    kernel, ask, named,
    request: (write, lba, sectors) => {
      const count = Math.ceil(sectors / 8);
      const list = frameForWrite(kernel.m.memory, spa(LIST));
      putMdlHeader(list, 0, count);
      for (let i = 0; i < count; i++) putMdlPiece(list, 0, i, BUFFERS + 2 * i, 0, Math.min(4096, sectors * 512 - 4096 * i));
      const hops = poke(() => kernel.act.sendOn(vp, write ? block.writeMany : block.readMany, ata, lba, sectors, LIST, mdlSpan(0, count), 7));
      return { status: state().done.at(-1) ?? -1, hops };
    },
    buffers: (sectors) => Uint8Array.from({ length: sectors * 512 }, (_, i) => frame(kernel.m.memory, spa(BUFFERS + 2 * (i >> 12)))[i & 4095]!),
    fillBuffers: (bytes) => {
      for (let i = 0; i < bytes.length; i += 4096) frameForWrite(kernel.m.memory, spa(BUFFERS + (i >> 11))).set(bytes.subarray(i, i + 4096));
    },
    touch: (accesses) => {
      state().left.push(...accesses.flatMap((a) => [a.write ? 1 : 0, a.port | (a.size << 16), a.value, a.count, a.page, a.offset]));
      return poke(() => kernel.act.sendOn(vp, gkernel.initDriver, at));
    },
    resumed: () => state().resumed,
    page: (gpaPage) => frameForWrite(kernel.m.memory, spa(gpaPage)),
  };
}

function fail(id: string, sentence: string | null, n: number): void {
  if (sentence !== null) throw new Error(`${id} at hop ${n}: ${sentence}`);
}
