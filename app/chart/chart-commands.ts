/** What a person can do with the chart; keys, palette and buttons come here. */
import { follow, keep, kept, seek } from '../session/commands.ts'
import { labSession } from '../session/lab-session.ts'
import { select, session } from '../session/session-store.ts'
import { chart, setSpacing, zoomBy } from './chart-store.ts'
import { spacings, type Spacing } from './axis.ts'

/** The hop that is pointed at in the chart, else the one at the cursor. */
export function hopMeant(): number {
  const { pointed } = chart.getState()
  return pointed > 0 ? pointed : session.getState().cursor
}

export function setMark(name: 'a' | 'b'): void {
  const n = hopMeant()
  if (n <= 0) return
  chart.setState(name === 'a' ? { a: n } : { b: n })
  if (!chartShown()) showChart()
}

export function clearMarks(): void {
  chart.setState({ a: 0, b: 0 })
}

/** The marks around the request that is followed, else around the one at the hop that is meant. */
export async function markRequest(): Promise<void> {
  const { lab } = await labSession()
  const { follow: followed, view } = session.getState()
  const request = followed > 0 ? followed : await lab.requestOf(hopMeant())
  if (request === 0 || !view) return
  const [found] = (await lab.requests(request, view.status.tip)).filter((r) => r.id === request)
  if (found) chart.setState({ a: request, b: found.ended > 0 ? found.ended : view.status.tip })
  if (!chartShown()) showChart()
}

/** Follows the outermost request of the hop that is meant alone, or stops following. */
export async function followHere(): Promise<void> {
  const { follow: followed } = session.getState()
  if (followed > 0) return follow(followed)
  const { lab } = await labSession()
  const request = await lab.requestOf(hopMeant())
  if (request > 0) follow(request)
}

export function goToHop(n: number): void {
  chart.setState({ pointed: 0, following: true })
  seek(n)
  select({ kind: 'hop', n })
}

export function chartShown(): boolean {
  const { beside, below, panels } = session.getState()
  return beside || (panels.below && below === 'chart')
}

export function showChart(): void {
  const { beside, panels } = session.getState()
  if (!beside) session.setState({ below: 'chart', panels: { ...panels, below: true } })
}

export function toggleChart(): void {
  const { beside, below, panels } = session.getState()
  if (beside) return toggleBeside()
  session.setState(panels.below && below === 'chart' ? { panels: { ...panels, below: false } } : { below: 'chart', panels: { ...panels, below: true } })
}

/** The inspector was put away when the chart came beside the picture. */
let rightWasOpen = false

/** Beside the picture, or below it. */
export function toggleBeside(): void {
  const { beside, panels } = session.getState()
  if (beside) {
    session.setState({ beside: false, below: 'chart', panels: { ...panels, right: panels.right || rightWasOpen, below: true } })
  } else {
    // Picture and chart need a thousand pixels: the inspector makes room where there is none.
    const narrow = innerWidth < 1600
    rightWasOpen = narrow && panels.right
    session.setState({ beside: true, sight: 'picture', below: 'hops', panels: { ...panels, right: panels.right && !narrow, below: false } })
  }
  keep('chart.beside', beside ? '' : '1')
}

export function choose(spacing: Spacing): void {
  setSpacing(spacing)
  keep('chart.spacing', spacing)
}

/** What a person chose in an earlier visit. */
export function recallChart(): void {
  if (new URLSearchParams(location.search).has('fresh')) return
  const spacing = kept('chart.spacing')
  if (spacings.some((one) => one === spacing)) setSpacing(spacing as Spacing)
}

export { zoomBy }
