/** The head of the page: what is open, how it is shown. */
import { lazy } from 'react'
import * as act from '../session/commands.ts'
import { useSession, type Theme } from '../session/session-store.ts'
import { Coming } from './Coming.tsx'
import { Icon } from './icons.tsx'

const KeptWord = lazy(() => import('../keep/KeptWord.tsx'))

const themes: readonly (readonly [Theme, string])[] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['projector', 'Projector'],
]

function PanelButton({ name, title }: { readonly name: 'left' | 'right' | 'below'; readonly title: string }) {
  const on = useSession((s) => s.panels[name])
  return (
    <button type="button" className="quiet" aria-pressed={on} aria-label={title} title={title} onClick={() => act.togglePanel(name)}>
      <Icon name={name} />
    </button>
  )
}

/** What is open; another choice is another address, so that it can be kept, shared and gone back from. */
function ScenarioChoice() {
  const scenarios = useSession((s) => s.scenarios)
  const scenario = useSession((s) => s.scenario)
  const machine = useSession((s) => s.machineCard)
  if (scenarios.length === 0) return <p className="top-about">Windows Server 2008</p>
  const about = scenarios.find((s) => s.name === scenario)?.about ?? ''
  return (
    <>
      <select className="scenario" aria-label="Scenario" title={about} value={scenario} onChange={(event) => act.openScenario(event.target.value)}>
        {scenarios.map((s) => (
          <option key={s.name} value={s.name}>{s.title}</option>
        ))}
      </select>
      <button type="button" className="quiet" aria-label="All scenarios" title="All scenarios, with what they teach (G)" onClick={() => act.show('gallery')}>
        <Icon name="gallery" />
      </button>
      <button type="button" className="quiet top-machine" title="Era, hardware and ways to the disks" disabled={!machine} onClick={() => act.show('machine')}>
        {machine?.title ?? 'Windows Server 2008'}{machine?.changed ? ', changed' : ''}
      </button>
      <Coming><KeptWord /></Coming>
    </>
  )
}

export function TopBar() {
  const theme = useSession((s) => s.theme)
  const sight = useSession((s) => s.sight)
  const depth = useSession((s) => s.depth)
  return (
    <header className="top">
      <h1>
        <svg className="brand" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M3 4h7v11H3zM14 4h7v11h-7zM3 17h18v3H3z" />
        </svg>
        Viridian Lab
      </h1>
      <ScenarioChoice />
      <div className="top-tools">
        <div className="switch" role="group" aria-label="View">
          <button type="button" aria-pressed={sight === 'picture' && depth === 'architecture'} title="The machine in about a dozen parts" onClick={() => act.setDepth('architecture')}>Architecture</button>
          <button type="button" aria-pressed={sight === 'picture' && depth === 'mechanism'} title="Every component, with rings, interrupts and exits" onClick={() => act.setDepth('mechanism')}>Mechanism</button>
          <button type="button" aria-pressed={sight === 'table'} title="The picture as a table (T)" onClick={() => act.setSight('table')}>Table</button>
          <button type="button" aria-pressed={sight === 'storyboard'} title="The story as cards (B)" onClick={() => act.setSight('storyboard')}>Storyboard</button>
          <button type="button" aria-pressed={sight === 'twin'} title="Two machines side by side (W)" onClick={() => act.setSight('twin')}>Twin</button>
        </div>
        {sight === 'twin' ? null : (
          <>
            <PanelButton name="left" title="Partitions panel" />
            <PanelButton name="below" title="Hop list" />
            <PanelButton name="right" title="Inspector panel" />
          </>
        )}
        <select aria-label="Theme" value={theme} onChange={(event) => act.setTheme(event.target.value as Theme)}>
          {themes.map(([value, name]) => (
            <option key={value} value={value}>{name}</option>
          ))}
        </select>
        <button type="button" className="quiet" aria-label="Share this moment" title="Share this moment: link, QR code, file (S)" onClick={() => act.show('share')}>
          <Icon name="share" />
        </button>
        <button type="button" className="quiet" aria-label="Export" title="Export: hops, trace, sequence diagram, picture, storyboard" onClick={() => act.show('export')}>
          <Icon name="export" />
        </button>
        <button type="button" className="quiet" onClick={() => act.show('palette')}>
          Commands <kbd>Ctrl K</kbd>
        </button>
        <button type="button" className="quiet" aria-label="Keys" title="Keys (?)" onClick={() => act.show('keys')}>
          ?
        </button>
      </div>
    </header>
  )
}
