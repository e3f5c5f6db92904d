/** Asks the storyboard to lay out a range for paper and to print it. */
import { chart } from '../chart/chart-store.ts'
import { printing, type StoryRange } from '../journey/printing.ts'
import { session } from '../session/session-store.ts'
import type { Range } from './wish.ts'

export function printStory(range: Range, request: number): void {
  const { view } = session.getState()
  if (!view) return
  const { start, tip } = view.status
  const { a, b } = chart.getState()
  const wish: StoryRange =
    range === 'marks' ? { from: Math.min(a, b), to: Math.max(a, b), request: 0 } : { from: range === 'request' ? request : start + 1, to: tip, request: range === 'request' ? request : 0 }
  session.setState({ open: 'none', sight: 'storyboard' })
  printing.setState({ wish })
}
