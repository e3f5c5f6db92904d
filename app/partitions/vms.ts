/** Virtual machines as Hyper-V Manager lists them, and what may be asked of each. Pure. */
import type { LabView, PartitionView, VmView } from '../../engine/index.ts'
import { laneOf } from '../ui/lane.ts'

/** What VMMS keeps. */
export function vmsOf(view: LabView | null): readonly VmView[] {
  return view?.vms ?? []
}

/** Msvm_ComputerSystem.EnabledState in 2008, in the words of Hyper-V Manager. */
const stateNames: Readonly<Record<number, string>> = { 2: 'Running', 3: 'Off', 32770: 'Starting', 32774: 'Stopping' }

export const running = 2
export const off = 3
export const starting = 32770

export function stateName(state: number): string {
  return stateNames[state] ?? `State ${state}`
}

export interface VmLine {
  readonly vm: VmView
  readonly partition: PartitionView | null
  readonly state: string
  /** Nanoseconds since it has been running, or -1. */
  readonly uptime: number
  /** Colour of its column: that of its partition, or none. */
  readonly lane: number
}

export function vmLines(view: LabView | null): readonly VmLine[] {
  if (!view) return []
  return vmsOf(view).map((vm) => {
    const partition = view.partitions.find((p) => p.index === vm.partition) ?? null
    return {
      vm, partition, state: stateName(vm.state), lane: partition ? laneOf(partition.index - 1) : 0,
      uptime: vm.state === running ? Math.max(0, view.status.now - vm.since) : -1,
    }
  })
}

/** Guests that run and can be asked for something, by their structural names. */
export function runningGuests(view: LabView | null): readonly { readonly name: string; readonly title: string }[] {
  return vmsOf(view).filter((vm) => vm.state === running).map(({ name, title }) => ({ name, title }))
}

/** Hyper-V Manager counts days, hours, minutes and seconds; a machine that lives for milliseconds needs finer ones. */
export function uptimeWords(ns: number): string {
  if (ns < 0) return ''
  const seconds = ns / 1e9
  if (seconds < 1) return `${(ns / 1e6).toFixed(1)} ms`
  if (seconds < 60) return `${seconds.toFixed(2)} s`
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
}
