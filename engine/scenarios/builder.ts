/**
 * From a scenario to a machine at hop 0: components, root memory and the physical disk. Everything else (partitions, VPs, ports,
 * channels, opened disks) comes from running the intents of the start.
 *
 *     root memory: 0x1000.. pages of root components, hypervisor at the end, VID's pages for records, deposits and guest memory between
 *     physical disk: VHD files, see `volume.ts`
 */
import { catalogue, componentTypes } from '../catalogue.ts';
import { STORVSP_PAGES } from '../devices/storage/index.ts';
import { VMBUS_SERVER_PAGES } from '../devices/vmbus/index.ts';
import { pagesAtLaunch } from '../hypervisor/objects.ts';
import type { LabConfig } from '../lab/lab.ts';
import { ROOT_INTERCEPT_VECTOR, ROOT_VMBUS_VECTOR, rootKernelPages, rootSiefPage, rootSimPage } from '../root/kernel/kernel.ts';
import { NTFS_PAGES } from '../root/kernel/ntfs.ts';
import { WORKER_PAGES } from '../root/user/vmwp-state.ts';
import type { Profile } from '../sim/costs.ts';
import { profiles } from '../sim/profiles.ts';
import { Kernel, type ChunkSource } from '../sim/kernel.ts';
import { addComponent, createMachine, type Machine } from '../sim/machine.ts';
import { addVp } from '../sim/processors.ts';
import { copiesOf, machineIntents } from './copies.ts';
import type { Scenario } from './scenario.ts';
import { DISK_SECTORS, volumeOf } from './volume.ts';

const PAGES_PER_MB = 256;
const ROOT_COMPONENTS_AT = 0x1000;
const VHD_PARSER_PAGES = 192;
/** For sixteen worker processes. */
const VMMS_PAGES = 16 * WORKER_PAGES;
/** First machine page of what the VID hands out: above everything Windows itself needs. */
const VID_AT = 256 * PAGES_PER_MB;

/** The lab of a scenario: how to build its machine, what brings it up, what is asked of it. */
export function labOf(scenario: Scenario): LabConfig {
  const asked = machineIntents(scenario);
  return {
    build: (chunks) => buildMachine(scenario, chunks),
    start: scenario.start.flatMap(asked),
    steps: scenario.steps.flatMap((step) => asked(step.intent).map((intent) => ({ after: step.after, intent }))),
    stops: scenario.stops ?? [],
    expect: scenario.expect ?? [],
  };
}

/** The machine at hop 0. */
export function buildMachine(scenario: Scenario, chunks: ChunkSource): Kernel {
  const profile = profiles[scenario.profile]!;
  const memoryPages = scenario.memoryMb * PAGES_PER_MB;
  const m = createMachine({ memoryPages, logicalProcessors: scenario.logicalProcessors, seed: scenario.seed });
  for (let lp = 0; lp < scenario.logicalProcessors; lp++) {
    const vp = addVp(m.processors, 1, lp, lp);
    m.processors.flags[vp] = 0;
  }
  m.partitions.firstVps[1] = 0;
  const pages = pageGiver(ROOT_COMPONENTS_AT);
  const completionPage = pages(1);
  addHardware(m, scenario, profile, completionPage);
  addHypervisor(m, scenario, profile, memoryPages);
  addRoot(m, scenario, pages, completionPage, memoryPages);
  add(m, 'manager', 'remote/manager', 0, {});
  return new Kernel(m, componentTypes, catalogue, profile, chunks);
}

function add(m: Machine, type: string, path: string, partition: number, config: unknown): void {
  addComponent(m, componentTypes, type, path, partition, config);
}

/** Gives out runs of root pages one after the other. */
function pageGiver(from: number): (count: number) => number {
  let next = from;
  return (count) => {
    const first = next;
    next += count;
    return first;
  };
}

function addHardware(m: Machine, scenario: Scenario, profile: Profile, completionPage: number): void {
  const { extents } = volumeOf(scenario, copiesOf(scenario));
  const { randomNs, nearNs, per4kNs } = profile.disk;
  add(m, 'disk', 'hardware/disk', 0, { sectors: DISK_SECTORS, extents, completionPage, randomNs, nearNs, per4kNs, rootVp: 0 });
  add(m, 'memory', 'hardware/memory', 0, {});
}

function addHypervisor(m: Machine, scenario: Scenario, profile: Profile, memoryPages: number): void {
  const count = pagesAtLaunch(scenario.logicalProcessors);
  const config = { pages: memoryPages - count, count, rootVps: scenario.logicalProcessors, era: scenario.era, slat: profile.slat };
  for (const part of ['hypercalls', 'partitions', 'intercepts', 'synic', 'apic', 'scheduler']) add(m, part, `hypervisor/${part}`, 0, config);
  add(m, 'hypervisor-memory', 'hypervisor/memory', 0, config);
}

function addRoot(m: Machine, scenario: Scenario, pages: (count: number) => number, completionPage: number, memoryPages: number): void {
  const rootVps = scenario.logicalProcessors;
  const volume = volumeOf(scenario, copiesOf(scenario));
  const kernelPages = pages(rootKernelPages(rootVps));
  const simPage = rootSimPage(kernelPages, 0);
  const siefPage = rootSiefPage(kernelPages, 0);
  add(m, 'root-kernel', 'root/kernel', 1, { pages: kernelPages, rootVps, era: scenario.era });
  add(m, 'winhv', 'root/winhv', 1, { simPage, vector: ROOT_INTERCEPT_VECTOR, rootVps });
  const hypervisorAt = memoryPages - pagesAtLaunch(rootVps);
  add(m, 'vid', 'root/vid', 1, { pages: VID_AT, count: hypervisorAt - VID_AT });
  add(m, 'diskdriver', 'root/diskdriver', 1, { completionPage });
  add(m, 'ntfs', 'root/ntfs', 1, { pages: pages(NTFS_PAGES), files: volume.files, free: volume.free });
  add(m, 'vhdparser', 'root/vhdparser', 1, { pages: pages(VHD_PARSER_PAGES), pageCount: VHD_PARSER_PAGES });
  add(m, 'vmbus-server', 'root/vmbus', 1, { vector: ROOT_VMBUS_VECTOR, simPage, siefPage, pages: pages(VMBUS_SERVER_PAGES), era: scenario.era });
  add(m, 'storvsp', 'root/storvsp', 1, { pages: pages(STORVSP_PAGES) });
  add(m, 'vmms', 'root/vmms', 1, { pages: pages(VMMS_PAGES), count: VMMS_PAGES, era: scenario.era, rootVps });
}
