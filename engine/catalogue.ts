/**
 * Everything a machine can be made of: all component types and, once every `hops.ts` is loaded, all hop kinds with their codes.
 */
import { closeCatalogue } from './sim/hop-kinds.ts';
import type { ComponentType } from './sim/component.ts';
import { ataDriver, ideEmulator } from './devices/ide/index.ts';
import { picEmulator } from './devices/pic/index.ts';
import { storvscType, storvspType } from './devices/storage/index.ts';
import { channel, vmbusClient, vmbusServer } from './devices/vmbus/index.ts';
import { firmware } from './guest/kernel/firmware.ts';
import { fs } from './guest/kernel/fs.ts';
import { guestKernel } from './guest/kernel/kernel.ts';
import { guestWinhv } from './guest/kernel/winhv.ts';
import { loadType } from './guest/user/load.ts';
import { reader } from './guest/user/reader.ts';
import { disk } from './hardware/disk.ts';
import { memory } from './hardware/memory.ts';
import { apic } from './hypervisor/apic.ts';
import { hypercalls } from './hypervisor/hypercalls.ts';
import { intercepts } from './hypervisor/intercepts.ts';
import { memory as hypervisorMemory } from './hypervisor/memory.ts';
import { partitions } from './hypervisor/partitions.ts';
import { scheduler } from './hypervisor/scheduler.ts';
import { synic } from './hypervisor/synic.ts';
import { manager } from './remote.ts';
import { diskdriver } from './root/kernel/diskdriver.ts';
import { rootKernel } from './root/kernel/kernel.ts';
import { ntfs } from './root/kernel/ntfs.ts';
import { vhdparser } from './root/kernel/vhdparser.ts';
import { vid } from './root/kernel/vid.ts';
import { winhv } from './root/kernel/winhv.ts';
import { vmmsType } from './root/user/vmms.ts';
import { vmwpType } from './root/user/vmwp.ts';

export const componentTypes: readonly ComponentType[] = [
  disk, memory,
  hypercalls, partitions, hypervisorMemory, intercepts, synic, apic, scheduler,
  rootKernel, winhv, vid, vhdparser, ntfs, diskdriver, vmbusServer, storvspType, vmmsType, vmwpType, ideEmulator, picEmulator,
  guestKernel, guestWinhv, vmbusClient, storvscType, ataDriver, fs, reader, loadType, channel, firmware,
  manager,
];

/** All hop kinds; the index is the code. */
export const catalogue = closeCatalogue();
