/** The bar over the chart: spacing, zoom, lifelines, the followed request, marks and what lies between them. */
import { useAnswer } from '../inspector/use-answer.ts'
import { useSession } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { spacings, type Spacing } from './axis.ts'
import * as act from './chart-commands.ts'
import { chart, useChart, zoomBy, type ChartState } from './chart-store.ts'
import { measureFigures } from './measure.ts'

const spacingWords: Readonly<Record<Spacing, readonly [string, string]>> = {
  even: ['Even', 'Every hop has a row'],
  log: ['Log', 'Gaps grow with the logarithm of time'],
  linear: ['Linear', 'Height is time'],
}

function Spacings() {
  const spacing = useChart((s) => s.spacing)
  return (
    <div className="switch" role="group" aria-label="Spacing of time">
      {spacings.map((one) => (
        <button key={one} type="button" aria-pressed={spacing === one} title={spacingWords[one][1]} onClick={() => act.choose(one)}>{spacingWords[one][0]}</button>
      ))}
    </div>
  )
}

function Lifelines() {
  const level = useChart((s) => s.level)
  const folded = useChart((s) => s.head.folded)
  const drawn = useChart((s) => s.head.level)
  return (
    <label className="chart-level">
      <span className="unseen">Lifelines</span>
      <select value={level} aria-label="Lifelines" onChange={(event) => chart.setState({ level: event.target.value as ChartState['level'] })}>
        <option value="auto">{level === 'auto' && drawn !== 'component' ? `auto: by ${drawn}` : 'auto'}</option>
        <option value="component">by component</option>
        <option value="place">by place</option>
        <option value="partition">by partition</option>
      </select>
      <span className="chart-folded" title="Components that do nothing in view have no lifeline">{folded} folded</span>
    </label>
  )
}

function Following() {
  const follow = useSession((s) => s.follow)
  const title = useSession((s) => s.marks.find((mark) => mark.request === s.follow)?.title ?? 'one request')
  return (
    <button type="button" aria-pressed={follow > 0} title="Follow the request of this hop alone; the rest dims (R)" onClick={() => void act.followHere().catch(() => undefined)}>
      {follow > 0 ? `Only ${title}` : 'Only this request'}
    </button>
  )
}

function Marks() {
  const a = useChart((s) => s.a)
  const b = useChart((s) => s.b)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const at = (n: number): string => (n > 0 ? ` ${hopNumber(n, start)}` : '')
  return (
    <div className="chart-marks" role="group" aria-label="Marks">
      <button type="button" aria-pressed={a > 0} title="Mark A at this hop (1)" onClick={() => act.setMark('a')}>A{at(a)}</button>
      <button type="button" aria-pressed={b > 0} title="Mark B at this hop (2)" onClick={() => act.setMark('b')}>B{at(b)}</button>
      <button type="button" className="quiet" title="Marks around the request of this hop (3)" onClick={() => void act.markRequest().catch(() => undefined)}>Request</button>
      {a + b > 0 ? <button type="button" className="quiet" aria-label="Take the marks away" onClick={(event) => {
        event.currentTarget.parentElement?.querySelector('button')?.focus()
        act.clearMarks()
      }}>×</button> : null}
    </div>
  )
}

/** What lies between the marks; asked when both stand. */
export function Measured() {
  const a = useChart((s) => s.a)
  const b = useChart((s) => s.b)
  const follow = useSession((s) => s.follow)
  const branch = useSession((s) => s.view?.status.branch ?? 0)
  const { value, failure } = useAnswer(a > 0 && b > 0 ? `measure ${a} ${b} ${follow} ${branch}` : '', (lab) => lab.measure(a, b, follow))
  if (a === 0 || b === 0) return null
  return (
    <output className="chart-measure" aria-label="Between the marks">
      {failure || (value ? measureFigures(value).map(({ label, value: figure }) => (
        <span key={label}><b>{figure}</b> {label === 'time' ? 'from A to B' : label}</span>
      )) : null)}
      {value && follow > 0 ? <i>of the followed request alone</i> : null}
    </output>
  )
}

export function ChartBar() {
  const beside = useSession((s) => s.beside)
  return (
    <div className="chart-bar" role="toolbar" aria-label="Chart">
      <Spacings />
      <div className="chart-zoom">
        <button type="button" aria-label="Smaller" title="Smaller (S)" onClick={() => zoomBy(1 / 1.4)}>−</button>
        <button type="button" aria-label="Larger" title="Larger (W)" onClick={() => zoomBy(1.4)}>+</button>
      </div>
      <Lifelines />
      <Following />
      <Marks />
      <button type="button" className="quiet chart-beside" aria-pressed={beside} onClick={act.toggleBeside}>{beside ? 'Below the picture' : 'Beside the picture'}</button>
    </div>
  )
}
