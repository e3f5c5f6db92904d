/**
 * A lens: by what hops are told apart (kind, place, status, cost), and which of them alone are shown bright. As one word for the
 * address: `status:simplified`, `kind:exit,hypercall`, `place`. Pure.
 */
import { families, type Family } from '../../engine/index.ts'

export const sorts = ['kind', 'place', 'status', 'cost'] as const
export type Sort = (typeof sorts)[number]

export interface Lens {
  readonly by: Sort
  /** Classes that stay bright; none: all do. */
  readonly only: readonly string[]
}

export interface LensClass {
  readonly id: string
  readonly title: string
  /** Tells it apart without colour. */
  readonly letter: string
  /** Family whose colour it takes: all of them are legible in every theme. */
  readonly tint: Family
  /** Family whose shape stands for it in the legend. */
  readonly shape: Family
  readonly about: string
}

export const noLens: Lens = { by: 'kind', only: [] }

const shortTitles: Readonly<Record<Family, string>> = {
  ring: 'Ring', signal: 'Signal', exit: 'Exit', hypercall: 'Hypercall', message: 'Message', interrupt: 'Interrupt', device: 'Device, DMA', copy: 'Copy', call: 'Call', entry: 'VM entry', person: 'Somebody asks',
}

function plain(id: string, title: string, letter: string, tint: Family, about: string): LensClass {
  return { id, title, letter, tint, shape: 'message', about }
}

const kinds = (Object.keys(families) as Family[]).map((family): LensClass => ({
  id: family, title: shortTitles[family], letter: families[family].letter, tint: family, shape: family, about: families[family].title,
}))

export const classes: Readonly<Record<Sort, readonly LensClass[]>> = {
  kind: kinds,
  place: [
    plain('guest-user', 'Guest user', 'u', 'copy', 'acts in user mode of a child partition'),
    plain('guest-kernel', 'Guest kernel', 'k', 'entry', 'acts in kernel mode of a child partition'),
    plain('hypervisor', 'Hypervisor', 'H', 'signal', 'acts in the hypervisor'),
    plain('root-kernel', 'Root kernel', 'K', 'message', 'acts in kernel mode of the root partition'),
    plain('root-user', 'Root user', 'U', 'hypercall', 'acts in user mode of the root partition'),
    plain('memory', 'Shared memory', 'R', 'ring', 'lies in memory that a guest and the root share'),
    plain('hardware', 'Hardware', 'D', 'device', 'acts in the hardware'),
    plain('remote', 'Outside', 'P', 'person', 'acts outside the machine'),
  ],
  status: [
    plain('documented', 'Documented', '✓', 'ring', 'a public source says so'),
    plain('derived', 'Derived', '∴', 'message', 'follows from what sources say'),
    plain('inferred', 'Inferred', '?', 'device', 'the likeliest reading of what is known'),
    plain('simplified', 'Simplified here', '≈', 'exit', 'the lab does it with less than the machine would'),
  ],
  cost: [
    plain('none', 'no processor time', '0', 'call', 'nothing is charged'),
    plain('low', 'under 1 µs', '1', 'message', 'less than a microsecond of processor time'),
    plain('middle', '1 to 10 µs', '2', 'entry', 'one to ten microseconds of processor time'),
    plain('high', 'over 10 µs', '3', 'exit', 'more than ten microseconds of processor time'),
  ],
}

export const sortTitles: Readonly<Record<Sort, string>> = { kind: 'by kind', place: 'by place', status: 'by status', cost: 'by cost' }

/** '' for what needs no word. What cannot be understood is left out. */
export function lensWord({ by, only }: Lens): string {
  if (only.length === 0) return by === 'kind' ? '' : by
  return `${by}:${only.join(',')}`
}

export function lensOf(word: string): Lens {
  const [by = '', names = ''] = word.split(':')
  const sort = sorts.find((one) => one === by)
  if (!sort) return noLens
  const known = classes[sort].map((c) => c.id)
  const only = [...new Set(names.split(','))].filter((name) => known.includes(name))
  return { by: sort, only }
}

/** The class alone, or none when it was alone already; with others, when `more`. */
export function toggled(lens: Lens, id: string, more: boolean): Lens {
  const has = lens.only.includes(id)
  if (more) return { by: lens.by, only: has ? lens.only.filter((other) => other !== id) : [...lens.only, id] }
  return { by: lens.by, only: has && lens.only.length === 1 ? [] : [id] }
}

export interface HopLook {
  readonly family: string
  readonly status: string
  /** Place of the component that acts. */
  readonly place: string
  /** Processor time charged, in ns. */
  readonly cost: number
}

export function classOf(by: Sort, look: HopLook): string {
  if (by === 'kind') return look.family
  if (by === 'place') return look.place
  if (by === 'status') return look.status
  if (look.cost <= 0) return 'none'
  return look.cost < 1000 ? 'low' : look.cost <= 10_000 ? 'middle' : 'high'
}
