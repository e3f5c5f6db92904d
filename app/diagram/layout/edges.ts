/**
 * The edges of the picture: which component may hand control or data to which. Each names the crossing it uses, and a test
 * holds every line against the engine's table of crossings: a layout may route an edge, never add one. `*` is a guest.
 */
import type { CrossingId } from '../../../engine/index.ts'

export type Edge = readonly [from: string, to: string, crossing: CrossingId]

export const edges: readonly Edge[] = [
  // People
  ['remote/manager', 'root/kernel', 'person-root-boot'],
  ['remote/manager', 'root/vmms', 'person-root'],
  ['remote/manager', '*/reader', 'person-guest'],
  ['remote/manager', '*/load', 'person-guest'],
  ['hypervisor/scheduler', '*/kernel', 'person-guest-boot'],
  ['hypervisor/scheduler', '*/firmware', 'person-guest-boot'],
  ['*/firmware', '*/kernel', 'guest-call'],

  // A guest: application, file system, driver
  ['*/reader', '*/fs', 'guest-syscall'],
  ['*/fs', '*/reader', 'guest-sysret'],
  ['*/load', '*/fs', 'guest-syscall'],
  ['*/fs', '*/load', 'guest-sysret'],
  ['*/fs', '*/storvsc', 'guest-call'],
  ['*/storvsc', '*/fs', 'guest-call'],
  ['*/fs', '*/ata', 'guest-call'],
  ['*/ata', '*/fs', 'guest-call'],
  ['*/storvsc', '*/vmbus', 'guest-call'],
  ['*/vmbus', '*/storvsc', 'guest-call'],
  ['*/vmbus', '*/winhv', 'guest-call'],
  ['*/winhv', '*/vmbus', 'guest-call'],
  ['*/kernel', '*/vmbus', 'guest-call'],
  ['*/vmbus', '*/kernel', 'guest-call'],
  ['*/kernel', '*/storvsc', 'guest-call'],
  ['*/storvsc', '*/kernel', 'guest-call'],
  ['*/kernel', '*/ata', 'guest-call'],
  ['*/ata', '*/kernel', 'guest-call'],
  ['*/kernel', '*/fs', 'guest-call'],
  ['*/fs', '*/kernel', 'guest-call'],
  ['*/kernel', '*/winhv', 'guest-call'],
  ['*/winhv', '*/kernel', 'guest-call'],

  // The rings: shared pages, no control passes
  ['*/storvsc', '*/channel', 'guest-memory-write'],
  ['*/channel', '*/storvsc', 'guest-memory-read'],
  ['root/storvsp', '*/channel', 'root-memory-write'],
  ['*/channel', 'root/storvsp', 'root-memory-read'],

  // Leaving a guest and coming back
  ['*/winhv', 'hypervisor/hypercalls', 'guest-exit'],
  ['hypervisor/hypercalls', '*/winhv', 'guest-entry'],
  ['*/ata', 'hypervisor/intercepts', 'guest-exit'],
  ['hypervisor/scheduler', '*/ata', 'guest-entry'],
  ['hypervisor/intercepts', '*/ata', 'guest-entry'],
  ['*/kernel', 'hypervisor/intercepts', 'guest-exit'],
  ['*/firmware', 'hypervisor/intercepts', 'guest-exit'],
  ['hypervisor/scheduler', '*/firmware', 'guest-entry'],
  ['hypervisor/intercepts', '*/kernel', 'guest-entry'],
  ['*/vmbus', 'hypervisor/synic', 'guest-exit'],
  ['hypervisor/synic', '*/vmbus', 'guest-entry'],
  ['*/kernel', 'hypervisor/synic', 'guest-exit'],
  ['hypervisor/synic', '*/kernel', 'guest-entry'],
  ['*/kernel', 'hypervisor/apic', 'guest-exit'],
  ['hypervisor/apic', '*/kernel', 'guest-entry'],
  ['hypervisor/apic', '*/kernel', 'guest-inject'],
  ['*/kernel', 'hypervisor/scheduler', 'guest-exit'],
  ['hypervisor/scheduler', '*/kernel', 'guest-entry'],

  ['hypervisor/partitions', '*/kernel', 'guest-entry'],
  ['hypervisor/intercepts', '*/kernel', 'guest-inject'],

  // Leaving root and coming back
  ['root/winhv', 'hypervisor/hypercalls', 'root-exit'],
  ['hypervisor/hypercalls', 'root/winhv', 'root-entry'],
  ['root/kernel', 'hypervisor/synic', 'root-exit'],
  ['hypervisor/synic', 'root/kernel', 'root-entry'],
  ['root/winhv', 'hypervisor/synic', 'root-exit'],
  ['hypervisor/synic', 'root/winhv', 'root-entry'],
  ['root/vmbus', 'hypervisor/synic', 'root-exit'],
  ['hypervisor/synic', 'root/vmbus', 'root-entry'],
  ['root/kernel', 'hypervisor/apic', 'root-exit'],
  ['hypervisor/apic', 'root/kernel', 'root-entry'],
  ['hypervisor/apic', 'root/kernel', 'root-inject'],
  ['root/kernel', 'hypervisor/scheduler', 'root-exit'],
  ['hypervisor/scheduler', 'root/kernel', 'root-entry'],

  ['root/kernel', 'hypervisor/partitions', 'root-exit'],
  ['hypervisor/partitions', 'root/kernel', 'root-entry'],
  ['root/kernel', 'hypervisor/intercepts', 'root-exit'],
  ['hypervisor/intercepts', 'root/kernel', 'root-entry'],

  // Inside the hypervisor
  ['hypervisor/intercepts', 'hypervisor/partitions', 'hypervisor-call'],
  ['hypervisor/hypercalls', 'hypervisor/partitions', 'hypervisor-call'],
  ['hypervisor/partitions', 'hypervisor/hypercalls', 'hypervisor-call'],
  ['hypervisor/hypercalls', 'hypervisor/memory', 'hypervisor-call'],
  ['hypervisor/memory', 'hypervisor/hypercalls', 'hypervisor-call'],
  ['hypervisor/hypercalls', 'hypervisor/intercepts', 'hypervisor-call'],
  ['hypervisor/intercepts', 'hypervisor/hypercalls', 'hypervisor-call'],
  ['hypervisor/hypercalls', 'hypervisor/synic', 'hypervisor-call'],
  ['hypervisor/synic', 'hypervisor/hypercalls', 'hypervisor-call'],
  ['hypervisor/hypercalls', 'hypervisor/apic', 'hypervisor-call'],
  ['hypervisor/apic', 'hypervisor/hypercalls', 'hypervisor-call'],
  ['hypervisor/hypercalls', 'hypervisor/scheduler', 'hypervisor-call'],
  ['hypervisor/scheduler', 'hypervisor/hypercalls', 'hypervisor-call'],
  ['hypervisor/intercepts', 'hypervisor/synic', 'hypervisor-call'],
  ['hypervisor/synic', 'hypervisor/apic', 'hypervisor-call'],
  ['hypervisor/apic', 'hypervisor/apic', 'hypervisor-call'],
  ['hypervisor/scheduler', 'hypervisor/scheduler', 'hypervisor-call'],

  // Root's kernel
  ['root/kernel', 'root/winhv', 'root-call'],
  ['root/winhv', 'root/kernel', 'root-call'],
  ['root/kernel', 'root/vid', 'root-call'],
  ['root/vid', 'root/kernel', 'root-call'],
  ['root/kernel', 'root/vmbus', 'root-call'],
  ['root/vmbus', 'root/kernel', 'root-call'],
  ['root/kernel', 'root/diskdriver', 'root-call'],
  ['root/diskdriver', 'root/kernel', 'root-call'],
  ['root/kernel', 'root/storvsp', 'root-call'],
  ['root/storvsp', 'root/kernel', 'root-call'],
  ['root/winhv', 'root/vid', 'root-call'],
  ['root/vid', 'root/winhv', 'root-call'],
  ['root/winhv', 'root/vmbus', 'root-call'],
  ['root/vmbus', 'root/winhv', 'root-call'],
  ['root/vmbus', 'root/storvsp', 'root-call'],
  ['root/storvsp', 'root/vmbus', 'root-call'],
  ['root/storvsp', 'root/vhdparser', 'root-call'],
  ['root/vhdparser', 'root/storvsp', 'root-call'],
  ['root/vhdparser', 'root/ntfs', 'root-call'],
  ['root/ntfs', 'root/vhdparser', 'root-call'],
  ['root/ntfs', 'root/diskdriver', 'root-call'],
  ['root/diskdriver', 'root/ntfs', 'root-call'],

  // Worker processes
  ['root/vmms', 'root/vmwp/*', 'root-user-call'],
  ['root/vmwp/*', 'root/vmms', 'root-user-call'],
  ['root/vid', 'root/vmwp/*', 'root-sysret'],
  ['root/vmwp/*', 'root/vid', 'root-syscall'],
  ['root/vid', 'root/vmms', 'root-sysret'],
  ['root/vmms', 'root/vid', 'root-syscall'],
  ['root/vmwp/*', 'root/vmwp/*/ide', 'root-user-call'],
  ['root/vmwp/*/ide', 'root/vmwp/*', 'root-user-call'],
  ['root/vmwp/*', 'root/vmwp/*/pic', 'root-user-call'],
  ['root/vmwp/*/pic', 'root/vmwp/*', 'root-user-call'],
  ['root/vmwp/*/ide', 'root/vmwp/*/pic', 'root-user-call'],
  ['root/vmwp/*/pic', 'root/vmwp/*/ide', 'root-user-call'],
  ['root/vmwp/*/ide', 'root/vhdparser', 'root-syscall'],
  ['root/vhdparser', 'root/vmwp/*/ide', 'root-sysret'],
  ['root/vmwp/*', 'root/vmbus', 'root-syscall'],
  ['root/vmbus', 'root/vmwp/*', 'root-sysret'],
  ['root/vmwp/*', 'root/storvsp', 'root-syscall'],
  ['root/storvsp', 'root/vmwp/*', 'root-sysret'],

  // The disk: root reaches it through the shaft, without an exit
  ['root/diskdriver', 'hardware/disk', 'root-port'],
  ['hardware/disk', 'hardware/disk', 'hardware-wire'],
  ['hardware/disk', 'hardware/memory', 'hardware-wire'],
  ['hardware/memory', 'hardware/disk', 'hardware-wire'],
  ['hardware/disk', 'hypervisor/apic', 'hardware-interrupt'],
]

/** True when a path fits a pattern; `*` stands for one whole step of the path that is not a place of the machine itself. */
export function fits(path: string, pattern: string): boolean {
  const a = path.split('/')
  const b = pattern.split('/')
  return a.length === b.length && b.every((step, i) => (step === '*' ? !fixed.has(a[i]!) : step === a[i]))
}

const fixed = new Set(['root', 'hypervisor', 'hardware', 'remote'])

const patterns = [...new Set(edges.flatMap(([from, to]) => [from, to]))]
const byEnds = new Map(edges.map((edge, i) => [`${edge[0]} ${edge[1]}`, i]).reverse() as [string, number][])
/** The patterns that each path fits; there are as many paths as components, and far more pairs of them. */
const fitting = new Map<string, readonly string[]>()

function patternsOf(path: string): readonly string[] {
  let those = fitting.get(path)
  if (!those) fitting.set(path, (those = patterns.filter((pattern) => fits(path, pattern))))
  return those
}

export function edgeOf(from: string, to: string): Edge | null {
  let first = edges.length
  for (const a of patternsOf(from)) for (const b of patternsOf(to)) first = Math.min(first, byEnds.get(`${a} ${b}`) ?? first)
  return edges[first] ?? null
}
