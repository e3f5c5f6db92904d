/**
 * What stands in a guest's memory when its VP 0 begins to run: kernel and drivers, already loaded (simplified here: a VM that
 * boots has BIOS and boot loader before them, which read sectors but load no code). The worker process adds these components at power-on. Pages are GPA page numbers of the guest.
 */
import { allClosed, onlyDiskOpen } from '../../devices/pic/registers.ts';
import { defaultEra } from '../../wire/eras.ts';
import type { VmConfig } from './hops.ts';

/** Vector of SINT2 in a guest: our choice. */
export const GUEST_VMBUS_VECTOR = 0x71;

/** First pages by component; each has room to the next one. */
export const guestPages = { kernel: 0x100, winhv: 0x110, vmbus: 0x120, storage: 0x140, fs: 0x200, reader: 0x300, load: 0x400, end: 0x600 } as const;

export const GUEST_SIM_PAGE = guestPages.kernel + 1;
export const GUEST_SIEF_PAGE = guestPages.kernel + 2;

export interface LoadedComponent {
  /** Name of the component type. */
  readonly type: string;
  /** Last part of its path. */
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The driver between file system and disk. */
export function storageDriver(vm: VmConfig): 'storvsc' | 'ata' {
  return vm.path === 'synthetic' ? 'storvsc' : 'ata';
}

/** It has firmware, and its disk stands on the emulated IDE channel for it. [BOOT-1] */
export function bootsFromDisk(vm: VmConfig): boolean {
  return vm.boot !== undefined && vm.boot.length > 0;
}

/** What the kernel leaves open of the secondary 8259: IRQ 14 of the disk, nothing when the driver polls; -1 when no driver stands above the pair. */
function picMask(vm: VmConfig): number {
  return vm.path === 'synthetic' ? -1 : vm.polled === true ? allClosed : onlyDiskOpen;
}

/** Components of a guest in the order in which they are loaded; the kernel starts its drivers in this order too. */
export function guestImage(vm: VmConfig): readonly LoadedComponent[] {
  const driver = storageDriver(vm);
  const enlightened = vm.guest === 'enlightened';
  const drivers = enlightened ? ['vmbus', driver, 'fs'] : [driver, 'fs'];
  const image: LoadedComponent[] = [
    { type: 'guest-kernel', name: 'kernel', config: { pages: guestPages.kernel, guest: vm.guest, drivers, vector: GUEST_VMBUS_VECTOR, era: vm.era ?? defaultEra, picMask: picMask(vm) } },
  ];
  if (bootsFromDisk(vm)) image.push({ type: 'firmware', name: 'firmware', config: { reads: vm.boot } });
  if (enlightened) {
    image.push({ type: 'guest-winhv', name: 'winhv', config: { pages: guestPages.winhv } });
    image.push({
      type: 'vmbus-client', name: 'vmbus',
      config: { vector: GUEST_VMBUS_VECTOR, simPage: GUEST_SIM_PAGE, siefPage: GUEST_SIEF_PAGE, pages: guestPages.vmbus, era: vm.era ?? defaultEra },
    });
  }
  if (driver === 'storvsc') image.push({ type: 'channel', name: 'channel', config: {} });
  image.push({ type: driver, name: driver, config: storageConfig(vm) });
  image.push({ type: 'fs', name: 'fs', config: { pages: guestPages.fs } });
  image.push({ type: 'reader', name: 'reader', config: { pages: guestPages.reader } });
  image.push({ type: 'load', name: 'load', config: { pages: guestPages.load } });
  return image;
}

function storageConfig(vm: VmConfig): Readonly<Record<string, unknown>> {
  if (vm.path !== 'synthetic') {
    const { polled = false, pioMode = 'single', lba48 = false, extraAccesses = 0, lean = false } = vm;
    return { pages: guestPages.storage, polled, dma: vm.path === 'dma', multiple: pioMode === 'multiple', lba48, extraAccesses, lean };
  }
  return {
    pages: guestPages.storage,
    ...(vm.queueDepth === undefined ? {} : { queueDepth: vm.queueDepth }),
    ...(vm.ringPages === undefined ? {} : { dataPages: vm.ringPages }),
    ...(vm.signalRule === undefined ? {} : { signalRule: vm.signalRule }),
  };
}
