/**
 * From a scenario to a machine at hop 0: components, root memory and the physical disk. Everything else (partitions, VPs, ports,
 * channels, opened disks) comes from running the intents of the start.
 *
 *     root memory: 0x1000.. pages of root components, hypervisor at the end, VID's pages for records, deposits and guest memory between
 *     physical disk: each guest's VHD as a file in two extents
 */
import { catalogue, componentTypes } from '../catalogue.ts';
import { STORVSP_PAGES } from '../devices/storage/index.ts';
import { VMBUS_SERVER_PAGES } from '../devices/vmbus/index.ts';
import type { DiskExtent } from '../hardware/disk.ts';
import { pagesAtLaunch } from '../hypervisor/objects.ts';
import type { LabConfig } from '../lab/lab.ts';
import { ROOT_INTERCEPT_VECTOR, ROOT_VMBUS_VECTOR, rootKernelPages, rootSiefPage, rootSimPage } from '../root/kernel/kernel.ts';
import { CLUSTER_SECTORS, NTFS_PAGES, type RootFile } from '../root/kernel/ntfs.ts';
import { WORKER_PAGES } from '../root/user/vmwp-state.ts';
import type { Profile } from '../sim/costs.ts';
import { profiles } from '../sim/profiles.ts';
import { Kernel, type ChunkSource } from '../sim/kernel.ts';
import { addComponent, createMachine, type Machine } from '../sim/machine.ts';
import { addVp } from '../sim/processors.ts';
import type { GuestConfig, Scenario, ScenarioIntent } from './scenario.ts';

const PAGES_PER_MB = 256;
const ROOT_COMPONENTS_AT = 0x1000;
const VHD_PARSER_PAGES = 192;
/** For sixteen worker processes. */
const VMMS_PAGES = 16 * WORKER_PAGES;
/** First machine page of what the VID hands out: above everything Windows itself needs. */
const VID_AT = 256 * PAGES_PER_MB;

/** A 15 000 rpm disk of 73 GB. */
const DISK_SECTORS = 143_374_744;
/** Where the first file lies, and how far apart the files and the two halves of a file lie. */
const FILES_AT = 20_971_520;
const FILE_STRIDE = 8_388_608;
const HALF_GAP = 65_536;

/** The lab of a scenario: how to build its machine, what brings it up, what is asked of it. */
export function labOf(scenario: Scenario): LabConfig {
  return {
    build: (chunks) => buildMachine(scenario, chunks),
    start: scenario.start.flatMap((intent) => asked(scenario, intent)),
    steps: scenario.steps.flatMap((step) => asked(scenario, step.intent).map((intent) => ({ after: step.after, intent }))),
  };
}

/** A VM is created right before it is started. */
function asked(scenario: Scenario, intent: ScenarioIntent): readonly object[] {
  return intent.do === 'start-vm' ? [createIntent(scenario, intent), intent] : [intent];
}

function createIntent(scenario: Scenario, start: Extract<ScenarioIntent, { do: 'start-vm' }>): object {
  const at = scenario.guests.findIndex((g) => g.name === start.name);
  const guest = scenario.guests[at] as GuestConfig;
  const { disk: _disk, ...config } = guest;
  return { do: 'create-vm', ...config, disk: { fileId: at + 1 } };
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
  const extents: DiskExtent[] = [];
  for (const file of filesOf(scenario)) {
    const image = scenario.images[scenario.guests[file.fileId - 1]!.disk]!;
    for (const extent of file.extents) {
      extents.push({ lbaFrom: extent.lba, sectors: extent.sectors, image: image.sha256, imageOffset: extent.fileSector * 512 });
    }
  }
  const { randomNs, nearNs, per4kNs } = profile.disk;
  add(m, 'disk', 'hardware/disk', 0, { sectors: DISK_SECTORS, extents, completionPage, randomNs, nearNs, per4kNs, rootVp: 0 });
  add(m, 'memory', 'hardware/memory', 0, {});
}

/** Each guest's VHD is a file in two extents on the one physical disk. */
function filesOf(scenario: Scenario): RootFile[] {
  return scenario.guests.map((guest, i) => {
    const sectors = Math.ceil(scenario.images[guest.disk]!.bytes / 512);
    const half = Math.min(sectors, Math.ceil(sectors / 2 / CLUSTER_SECTORS) * CLUSTER_SECTORS);
    const lba = FILES_AT + i * FILE_STRIDE;
    const extents = [{ fileSector: 0, sectors: half, lba }];
    if (sectors > half) extents.push({ fileSector: half, sectors: sectors - half, lba: lba + half + HALF_GAP });
    return { fileId: i + 1, name: `${guest.title}.vhd`, extents };
  });
}

/** What lies behind the files is free: they grow into it. */
function freeOf(scenario: Scenario): { readonly lba: number; readonly sectors: number } {
  const lba = FILES_AT + scenario.guests.length * FILE_STRIDE;
  return { lba, sectors: Math.floor((DISK_SECTORS - lba) / CLUSTER_SECTORS) * CLUSTER_SECTORS };
}

function addHypervisor(m: Machine, scenario: Scenario, profile: Profile, memoryPages: number): void {
  const count = pagesAtLaunch(scenario.logicalProcessors);
  const config = { pages: memoryPages - count, count, rootVps: scenario.logicalProcessors, era: scenario.era, slat: profile.slat };
  for (const part of ['hypercalls', 'partitions', 'intercepts', 'synic', 'apic', 'scheduler']) add(m, part, `hypervisor/${part}`, 0, config);
  add(m, 'hypervisor-memory', 'hypervisor/memory', 0, config);
}

function addRoot(m: Machine, scenario: Scenario, pages: (count: number) => number, completionPage: number, memoryPages: number): void {
  const rootVps = scenario.logicalProcessors;
  const kernelPages = pages(rootKernelPages(rootVps));
  const simPage = rootSimPage(kernelPages, 0);
  const siefPage = rootSiefPage(kernelPages, 0);
  add(m, 'root-kernel', 'root/kernel', 1, { pages: kernelPages, rootVps });
  add(m, 'winhv', 'root/winhv', 1, { simPage, vector: ROOT_INTERCEPT_VECTOR, rootVps });
  const hypervisorAt = memoryPages - pagesAtLaunch(rootVps);
  add(m, 'vid', 'root/vid', 1, { pages: VID_AT, count: hypervisorAt - VID_AT });
  add(m, 'diskdriver', 'root/diskdriver', 1, { completionPage });
  add(m, 'ntfs', 'root/ntfs', 1, { pages: pages(NTFS_PAGES), files: filesOf(scenario), free: freeOf(scenario) });
  add(m, 'vhdparser', 'root/vhdparser', 1, { pages: pages(VHD_PARSER_PAGES), pageCount: VHD_PARSER_PAGES });
  add(m, 'vmbus-server', 'root/vmbus', 1, { vector: ROOT_VMBUS_VECTOR, simPage, siefPage, pages: pages(VMBUS_SERVER_PAGES), era: scenario.era });
  add(m, 'storvsp', 'root/storvsp', 1, { pages: pages(STORVSP_PAGES) });
  add(m, 'vmms', 'root/vmms', 1, { pages: pages(VMMS_PAGES), count: VMMS_PAGES, era: scenario.era, rootVps });
}
