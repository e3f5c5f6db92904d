/** What can be done with two machines side by side. The transport's own keys move both while they are shown. */
import type { Action } from '../actions/action.ts'
import { session } from '../session/session-store.ts'
import { closeTwin, openTwin } from './twin-player.ts'
import { twin } from './twin-store.ts'

const shown = (): boolean => session.getState().sight === 'twin'
const tab = (name: 'ledger' | 'places' | 'why') => () => twin.setState({ tab: name })
const preset = (id: string): string => twin.getState().offers?.presets.find((p) => p.id === id)?.words ?? ''

export const twinActions: readonly Action[] = [
  { id: 'twin', title: 'Twin run: two machines side by side', group: 'Look', keys: ['w'], run: () => (shown() ? closeTwin() : void openTwin()) },
  { id: 'twin-ledger', title: 'Twin run: the ledger of both', group: 'Look', run: tab('ledger'), enabled: shown },
  { id: 'twin-places', title: 'Twin run: hops and CPU by place', group: 'Look', run: tab('places'), enabled: shown },
  { id: 'twin-why', title: 'Twin run: why do they differ?', group: 'Look', run: tab('why'), enabled: shown },
  { id: 'twin-ways', title: 'Twin run: synthetic against emulated', group: 'Machine', run: () => void openTwin(preset('ways')), enabled: () => shown() && preset('ways') !== '' },
  { id: 'twin-transfer', title: 'Twin run: PIO against DMA', group: 'Machine', run: () => void openTwin(preset('transfer')), enabled: () => shown() && preset('transfer') !== '' },
  { id: 'twin-era', title: 'Twin run: era 2008 against 2012', group: 'Machine', run: () => void openTwin(preset('era')), enabled: () => shown() && preset('era') !== '' },
  { id: 'twin-hardware', title: 'Twin run: hardware of 2008 against 2024', group: 'Machine', run: () => void openTwin(preset('hardware')), enabled: () => shown() && preset('hardware') !== '' },
]
