/**
 * What stands where, as data: the parts of the two named depths of one model. *Mechanism* has a part for every component;
 * *architecture* draws together what a newcomer need not tell apart: a part there stands for several components, the first
 * of which is the one that is inspected. `*` stands for the guest.
 */

export type Depth = 'architecture' | 'mechanism'

/** A part as declared: where it stands in its floor's grid. */
export interface Slot {
  readonly path: string
  readonly title: string
  readonly sub: string
  readonly col: number
  readonly row: number
  readonly cols?: number
  readonly rows?: number
  readonly absent?: string
  /** Components that it stands for beside its own. */
  readonly also?: readonly string[]
}

export interface Stock {
  /** Columns of the grid in root's kernel and in a guest's. */
  readonly rootCols: number
  readonly guestCols: number
  readonly rootKernel: readonly Slot[]
  readonly synthetic: readonly Slot[]
  readonly emulated: readonly Slot[]
  readonly hypervisor: readonly Slot[]
  readonly hardware: readonly Slot[]
}

const later = 'not simulated in this run'

const mechanism: Stock = {
  rootCols: 4,
  guestCols: 2,
  // The storage stack of root stands in one row, level with the guest's VSC: a synthetic request runs level until it falls
  // down the shaft to the disk.
  rootKernel: [
    { path: 'root/vid', title: 'VID', sub: 'virtualization infrastructure driver', col: 0, row: 0, cols: 3 },
    { path: 'root/diskdriver', title: 'Disk driver', sub: 'port and class', col: 0, row: 1 },
    { path: 'root/ntfs', title: 'NTFS', sub: 'I/O manager', col: 1, row: 1 },
    { path: 'root/vhdparser', title: 'VHD parser', sub: 'blocks of the file', col: 2, row: 1 },
    { path: 'root/storvsp', title: 'Storage VSP', sub: 'storvsp', col: 3, row: 1 },
    { path: 'root/kernel', title: 'Kernel', sub: 'interrupts, DPCs', col: 0, row: 2 },
    { path: 'root/winhv', title: 'WinHv', sub: 'the way to hypercalls', col: 1, row: 2, cols: 2 },
    { path: 'root/vmbus', title: 'VMBus', sub: 'vmbus driver', col: 3, row: 2 },
  ],
  synthetic: [
    { path: '*/fs', title: 'File system', sub: 'FAT', col: 0, row: 0, cols: 2 },
    { path: '*/storvsc', title: 'Storage VSC', sub: 'storvsc', col: 0, row: 1 },
    { path: '*/kernel', title: 'Kernel', sub: 'enlightened', col: 1, row: 1, also: ['*/firmware'] },
    { path: '*/vmbus', title: 'VMBus', sub: 'vmbus driver', col: 0, row: 2 },
    { path: '*/winhv', title: 'WinHv', sub: 'hypercalls', col: 1, row: 2 },
  ],
  emulated: [
    { path: '*/fs', title: 'File system', sub: 'FAT', col: 0, row: 0, cols: 2 },
    { path: '*/ata', title: 'ATA driver', sub: 'ports 1F0–1F7', col: 0, row: 1, rows: 2 },
    { path: '*/kernel', title: 'Kernel', sub: 'not enlightened', col: 1, row: 1, rows: 2, also: ['*/firmware'] },
  ],
  hypervisor: [
    { path: 'hypervisor/apic', title: 'Virtual APIC', sub: 'interrupts', col: 0, row: 0 },
    { path: 'hypervisor/synic', title: 'SynIC', sub: 'messages, events', col: 1, row: 0 },
    { path: 'hypervisor/hypercalls', title: 'Hypercalls', sub: 'interface', col: 2, row: 0 },
    { path: 'hypervisor/partitions', title: 'Partitions', sub: 'and privileges', col: 3, row: 0 },
    { path: 'hypervisor/memory', title: 'Memory maps', sub: 'GPA to machine', col: 4, row: 0 },
    { path: 'hypervisor/intercepts', title: 'Intercepts', sub: 'why a VP left', col: 5, row: 0 },
    { path: 'hypervisor/scheduler', title: 'VP scheduler', sub: 'who runs where', col: 6, row: 0 },
  ],
  hardware: [
    { path: 'hardware/nic', title: 'Network card', sub: later, col: 0, row: 0, absent: later },
    { path: 'hardware/display', title: 'Display', sub: later, col: 1, row: 0, absent: later },
    { path: 'hardware/keyboard', title: 'Keyboard', sub: later, col: 2, row: 0, absent: later },
    { path: 'hardware/iommu', title: 'IOMMU', sub: 'unused in 2008', col: 3, row: 0, absent: 'unused by Windows Server 2008' },
  ],
}

const architecture: Stock = {
  rootCols: 2,
  guestCols: 1,
  rootKernel: [
    { path: 'root/kernel', title: 'Kernel', sub: 'VID, VMBus, WinHv', col: 0, row: 0, cols: 2, also: ['root/vid', 'root/winhv', 'root/vmbus'] },
    { path: 'root/vhdparser', title: 'Storage stack', sub: 'VHD, NTFS, disk', col: 0, row: 1, also: ['root/ntfs', 'root/diskdriver'] },
    { path: 'root/storvsp', title: 'Storage VSP', sub: 'provider', col: 1, row: 1 },
  ],
  synthetic: [
    { path: '*/kernel', title: 'Kernel', sub: 'file system, VMBus, WinHv', col: 0, row: 0, also: ['*/fs', '*/vmbus', '*/winhv', '*/firmware'] },
    { path: '*/storvsc', title: 'Storage VSC', sub: 'client', col: 0, row: 1 },
  ],
  emulated: [
    { path: '*/kernel', title: 'Kernel', sub: 'file system', col: 0, row: 0, also: ['*/fs', '*/firmware'] },
    { path: '*/ata', title: 'ATA driver', sub: 'ports 1F0–1F7', col: 0, row: 1 },
  ],
  hypervisor: [
    {
      path: 'hypervisor/hypercalls', title: 'Hypervisor', sub: 'hypercalls, intercepts, interrupts, memory maps, scheduling', col: 0, row: 0,
      also: ['hypervisor/apic', 'hypervisor/synic', 'hypervisor/partitions', 'hypervisor/memory', 'hypervisor/intercepts', 'hypervisor/scheduler'],
    },
  ],
  hardware: [],
}

export const stocks: Readonly<Record<Depth, Stock>> = { architecture, mechanism }
