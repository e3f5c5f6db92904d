/** Below the picture: the hops as a list; what else is drawn along the run stands beside it as tabs. */
import { Tabs } from 'radix-ui'
import { lazy } from 'react'
import { session, useSession, type Session } from '../session/session-store.ts'
import { Coming } from '../ui/Coming.tsx'
import './below.css'
import HopList from './HopList.tsx'

interface Tab {
  readonly id: Session['below']
  readonly title: string
  readonly panel: React.ComponentType
}

const TimePanel = lazy(() => import('../time/TimePanel.tsx'))
const Chart = lazy(() => import('../chart/Chart.tsx'))

const tabs: readonly Tab[] = [
  { id: 'hops', title: 'Hops', panel: HopList },
  { id: 'chart', title: 'Causal chart', panel: Chart },
  { id: 'time', title: 'Branches', panel: TimePanel },
]

export default function Below() {
  const below = useSession((s) => s.below)
  return (
    <Tabs.Root className="below-tabs" value={below} onValueChange={(value) => session.setState({ below: value as Session['below'] })}>
      <Tabs.List aria-label="Below the picture" data-own-arrows="">
        {tabs.map(({ id, title }) => (
          <Tabs.Trigger key={id} value={id}>{title}</Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map(({ id, panel: Panel }) => (
        <Tabs.Content key={id} value={id} tabIndex={-1}>
          <Coming><Panel /></Coming>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}
