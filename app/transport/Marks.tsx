/** File requests on the scrub bar: one path for each partition, however many there are. */
import { memo, useMemo } from 'react'
import { useSession, type RequestMark } from '../session/session-store.ts'
import { shareOf, type Axis } from './axis.ts'
import { laneOf } from '../ui/lane.ts'

/** The box they are drawn in: its width is the bar, its height that of the bar in pixels. */
const width = 1000
const height = 26

interface Lane {
  readonly lane: number
  readonly d: string
}

function lanesOf(marks: readonly RequestMark[], axis: Axis): readonly Lane[] {
  const lanes = new Map<number, string>()
  for (const { partition, begun, ended } of marks) {
    if (begun < axis.from) continue
    const lane = laneOf(partition - 1)
    const y = lane % 2 === 0 ? height - 1.5 : 1.5
    const x = (time: number): string => (shareOf(time, axis) * width).toFixed(1)
    lanes.set(lane, `${lanes.get(lane) ?? ''}M${x(begun)} ${y}H${x(ended)}`)
  }
  return [...lanes].map(([lane, d]) => ({ lane, d }))
}

export const Marks = memo(function Marks({ axis }: { readonly axis: Axis }) {
  const marks = useSession((s) => s.marks)
  const lanes = useMemo(() => lanesOf(marks, axis), [marks, axis])
  return (
    <svg className="scrub-marks" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {lanes.map(({ lane, d }) => (
        <path key={lane} className={`mark-request lane-${lane}`} d={d} />
      ))}
    </svg>
  )
})
