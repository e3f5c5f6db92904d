/** Heads of the lifelines: bands by partition and place, and the name of each; a click inspects the component. */
import { select, useSession } from '../session/session-store.ts'
import { laneOf } from '../ui/lane.ts'
import { useChart } from './chart-store.ts'
import type { Band, Lane } from './lanes.ts'

/** Below this width a name stands upright. */
const upright = 78

export function ChartHead() {
  const head = useChart((s) => s.head)
  const linear = useChart((s) => s.spacing === 'linear')
  const projector = useSession((s) => s.theme === 'projector')
  const { left, each, lanes, bands } = head
  const narrow = each < (projector ? upright * 1.45 : upright)
  return (
    <div className="chart-head" data-narrow={narrow ? '' : undefined}>
      <div className="chart-corner" style={{ width: left }}>
        <span>{linear ? '' : '#'}</span>
        <span>t</span>
      </div>
      <ul className="chart-bands" aria-label="Places" style={{ left }}>
        {bands.map((band, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- in the flow lifelines come and go all the time: only words change
          <BandHead key={i} band={band} each={each} />
        ))}
      </ul>
      <ul className="chart-lanes" aria-label="Lifelines" style={{ left }}>
        {lanes.map((lane, i) => <LaneHead key={lane.key} lane={lane} left={i * each} each={each} />)}
      </ul>
    </div>
  )
}

function BandHead({ band, each }: { readonly band: Band; readonly each: number }) {
  return (
    <li className={`chart-band place-${band.place} ${band.ordinal >= 0 ? `lane-${laneOf(band.ordinal)}` : ''}`} style={{ left: band.from * each, width: band.lanes * each }} title={band.title}>
      {band.title}
    </li>
  )
}

function LaneHead({ lane, left, each }: { readonly lane: Lane; readonly left: number; readonly each: number }) {
  const chosen = useSession((s) => s.selection?.kind === 'component' && lane.components.includes(s.selection.index))
  return (
    <li style={{ left, width: each }}>
      <button type="button" aria-pressed={chosen} aria-label={lane.name} title={lane.name} onClick={() => select({ kind: 'component', index: lane.components[0]! })}>
        <span>{lane.title}</span>
      </button>
    </li>
  )
}
