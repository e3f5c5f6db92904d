/** What lies between two marks, in words. Pure. */
import { count, durationText } from '../ui/figures.ts'
import type { Measure } from './chart-calls.ts'

const placeWords: Readonly<Record<string, string>> = {
  hardware: 'hardware', hypervisor: 'hypervisor', 'root-kernel': 'root kernel', 'root-user': 'root user', 'guest-kernel': 'guest kernel', 'guest-user': 'guest user', remote: 'outside',
}

export interface MeasureFigure {
  readonly label: string
  readonly value: string
}

export function measureFigures({ ns, hops, exits, hypercalls, cpu }: Measure): readonly MeasureFigure[] {
  const whole = cpu.reduce((sum, [, spent]) => sum + spent, 0)
  return [
    { label: 'time', value: durationText(ns) },
    { label: hops === 1 ? 'hop' : 'hops', value: count(hops) },
    { label: 'all exits', value: count(exits) },
    { label: 'all hypercalls', value: count(hypercalls) },
    { label: 'CPU', value: durationText(whole) },
    ...cpu.map(([place, spent]) => ({ label: placeWords[place] ?? place, value: durationText(spent) })),
  ]
}
