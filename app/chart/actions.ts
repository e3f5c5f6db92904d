/** What can be done with the chart, for keys and palette. */
import type { Action } from '../actions/action.ts'
import * as act from './chart-commands.ts'
import { chart } from './chart-store.ts'

const quietly = (work: () => Promise<unknown>) => (): void => void work().catch(() => undefined)

export const chartActions: readonly Action[] = [
  { id: 'chart', title: 'Causal chart: show or hide', group: 'Look', run: act.toggleChart },
  { id: 'chart-beside', title: 'Causal chart: beside the picture or below it', group: 'Look', run: act.toggleBeside },
  { id: 'chart-even', title: 'Causal chart: hops evenly spaced', group: 'Look', run: () => act.choose('even') },
  { id: 'chart-log', title: 'Causal chart: logarithmic spacing of time', group: 'Look', run: () => act.choose('log') },
  { id: 'chart-linear', title: 'Causal chart: linear spacing of time', group: 'Look', run: () => act.choose('linear') },
  { id: 'chart-larger', title: 'Causal chart: larger', group: 'Look', enabled: act.chartShown, run: () => act.zoomBy(1.3) },
  { id: 'chart-smaller', title: 'Causal chart: smaller', group: 'Look', enabled: act.chartShown, run: () => act.zoomBy(1 / 1.3) },
  { id: 'mark-a', title: 'Measure: mark A at this hop', group: 'Time', keys: ['1'], run: () => act.setMark('a') },
  { id: 'mark-b', title: 'Measure: mark B at this hop', group: 'Time', keys: ['2'], run: () => act.setMark('b') },
  { id: 'mark-request', title: 'Measure: marks around the request of this hop', group: 'Time', keys: ['3'], run: quietly(act.markRequest) },
  { id: 'mark-none', title: 'Measure: take the marks away', group: 'Time', enabled: () => chart.getState().a + chart.getState().b > 0, run: act.clearMarks },
  { id: 'follow-here', title: 'Follow the request of this hop alone, or none', group: 'Cause and effect', keys: ['r'], run: quietly(act.followHere) },
]
