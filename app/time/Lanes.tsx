/** Above the scrub bar: the branches of the run, each from where it left another one to the last hop reached in it. */
import { useMemo, useRef } from 'react'
import { useSession } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { shareOf, type Axis } from '../transport/axis.ts'
import * as act from './time-commands.ts'
import { useTime } from './time-store.ts'
import { treeOf, type Lane, type Tree } from './tree.ts'

/** Lanes that are drawn; of more, the current one, where it came from and the newest. */
const lanesMost = 8
/** More lanes than this are drawn thin, without their names. */
const namedMost = { page: 4, projector: 3 } as const
const tall = { page: 17, projector: 25 } as const
const thin = 9

const none: readonly never[] = []
const percent = (share: number): string => `${share * 100}%`

export function useTree(most = lanesMost): Tree {
  const branches = useSession((s) => s.view?.branches ?? none)
  const current = useSession((s) => s.view?.status.branch ?? 0)
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const deleted = useTime((s) => s.deleted)
  return useMemo(() => treeOf(branches, current, deleted, startTime, most), [branches, current, deleted, startTime, most])
}

interface Placed {
  readonly lane: Lane
  readonly top: number
  readonly height: number
}

function placed(lanes: readonly Lane[], projector: boolean): readonly Placed[] {
  const theme = projector ? 'projector' : 'page'
  const roomy = lanes.length <= namedMost[theme]
  let top = 0
  return lanes.map((lane) => {
    const height = roomy || lane.current ? tall[theme] : thin
    const here = { lane, top, height }
    top += height
    return here
  })
}

export default function Lanes({ axis }: { readonly axis: Axis }) {
  const tree = useTree()
  const projector = useSession((s) => s.theme === 'projector')
  const start = useSession((s) => s.view?.status.start ?? 0)
  useTime((s) => s.names)
  const box = useRef<HTMLDivElement>(null)
  const rows = placed(tree.lanes, projector)
  if (rows.length < 2) return null
  const height = rows.at(-1)!.top + rows.at(-1)!.height
  const move = (event: React.KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const buttons = [...(box.current?.querySelectorAll<HTMLElement>('.lane') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLElement)
    buttons[(at + by + buttons.length) % buttons.length]?.focus()
  }
  return (
    <div ref={box} className="lanes" role="toolbar" tabIndex={-1} aria-orientation="vertical" aria-label="Branches" data-own-arrows="" style={{ height }} onKeyDown={move}>
      <Forks rows={rows} axis={axis} height={height} />
      {rows.map(({ lane, top, height: tallness }) => (
        <LaneBar key={lane.id} lane={lane} top={top} height={tallness} axis={axis} start={start} />
      ))}
      {tree.folded > 0 ? <button type="button" className="lanes-more" onClick={act.toggleTimePanel}>+{tree.folded}<span className="unseen"> more branches, in a list</span></button> : null}
    </div>
  )
}

interface LaneBarProps {
  readonly lane: Lane
  readonly top: number
  readonly height: number
  readonly axis: Axis
  readonly start: number
}

function LaneBar({ lane, top, height, axis, start }: LaneBarProps) {
  const name = act.nameOf(lane.id)
  const left = shareOf(lane.begins, axis)
  const right = shareOf(lane.ends, axis)
  const past = lane.pastTo < 0 ? 0 : (Math.min(shareOf(lane.pastTo, axis), right) - left) / Math.max(1e-6, right - left)
  const forks = lane.from < 0 ? '' : `, from hop ${hopNumber(lane.atHop, start)}`
  const says = `${name}${forks}, reached hop ${hopNumber(lane.tip, start)}`
  const named = height > thin
  return (
    <button
      type="button" className={`lane${lane.current ? ' lane-here' : ''}${named ? '' : ' lane-thin'}`} aria-label={`Branch ${lane.id + 1}: ${says}`} aria-current={lane.current ? 'true' : undefined}
      title={`${name}${forks}`} tabIndex={lane.current ? 0 : -1} style={{ left: percent(left), width: percent(Math.max(0, right - left)), top, height: height - 3 }} onClick={() => act.goToBranch(lane.id)}
    >
      <span className="lane-past" style={{ width: percent(Math.max(0, Math.min(1, past))) }} />
      {named ? <span className={`lane-name${left > 0.7 ? ' lane-name-before' : ''}`}>{name}</span> : null}
    </button>
  )
}

/** From a branch down to those that leave it, where they leave it. */
function Forks({ rows, axis, height }: { readonly rows: readonly Placed[]; readonly axis: Axis; readonly height: number }) {
  const middle = ({ top, height: h }: Placed): number => top + (h - 3) / 2
  return (
    <svg className="lane-forks" viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {rows.map((row) => {
        const parent = rows.find(({ lane }) => lane.id === row.lane.from)
        if (!parent) return null
        const x = (shareOf(row.lane.begins, axis) * 1000).toFixed(1)
        return <path key={row.lane.id} className={row.lane.pastTo >= 0 ? 'fork-past' : undefined} d={`M${x} ${middle(parent)}V${middle(row)}`} />
      })}
    </svg>
  )
}
