/** The page: head, caption, the machine in the middle, panels around it, transport below. */
import { lazy, Suspense, useEffect, useState } from 'react'
import { Diagram } from './diagram/Diagram.tsx'
import { session, useSession } from './session/session-store.ts'
import { Transport } from './transport/Transport.tsx'
import { Caption } from './ui/Caption.tsx'
import { Coming, COMING, coming } from './ui/Coming.tsx'
import { TopBar } from './ui/TopBar.tsx'

const Wizard = lazy(() => import('./partitions/Wizard.tsx'))
const SidePanel = lazy(() => import('./inspector/SidePanel.tsx'))
const Below = lazy(() => import('./trace/Below.tsx'))
const TableTwin = lazy(() => import('./diagram/TableTwin.tsx'))
const TwinView = lazy(() => import('./twin/TwinView.tsx'))
const Storyboard = lazy(() => import('./journey/Storyboard.tsx'))
const Palette = lazy(() => import('./ui/Palette.tsx'))
const PartitionsPanel = lazy(() => import('./partitions/PartitionsPanel.tsx'))
const Chart = lazy(() => import('./chart/Chart.tsx'))
const ExportDialog = lazy(() => import('./exports/ExportDialog.tsx'))
const LensLegend = lazy(() => import('./lenses/LensLegend.tsx'))
const Scoreboard = lazy(() => import('./diagram/Scoreboard.tsx'))
const DisksDialog = lazy(() => import('./disks/DisksDialog.tsx'))
const MachineDialog = lazy(() => import('./machine/MachineDialog.tsx'))
const Splitter = lazy(() => import('./ui/Splitter.tsx'))
const KeepBar = lazy(() => import('./keep/KeepBar.tsx'))
const Extras = lazy(() => import('./present/Extras.tsx'))
const Gallery = lazy(() => import('./gallery/Gallery.tsx'))
const StopCard = lazy(() => import('./gallery/StopCard.tsx'))
const TimeDialogs = lazy(() => import('./time/TimeDialogs.tsx'))
const KeysDialog = lazy(() => import('./actions/KeysDialog.tsx'))

/** Milliseconds from the arrival of the Worker until what can wait comes, although the machine is not up yet: a way back is told there. */
const patience = 800

/** True once what can wait may come: on a slow line nothing stands before the Worker and the machine. */
function useLater(): boolean {
  const arrived = useSession((s) => s.scenarios.length > 0)
  const opened = useSession((s) => s.phase !== 'loading')
  const [later, setLater] = useState(false)
  useEffect(() => {
    if (later || !(arrived || opened)) return
    const timer = setTimeout(() => {
      setLater(true)
      void import('./ui/later.ts')
    }, opened ? 0 : patience)
    return () => clearTimeout(timer)
  }, [arrived, opened, later])
  return later
}

function Failure() {
  const failure = useSession((s) => s.failure)
  const broken = useSession((s) => s.phase === 'failed')
  if (!failure) return null
  return (
    <div className="failure" role="alert">
      <p>{broken ? `The lab could not be opened. ${failure}` : failure}</p>
      {broken ? null : (
        <button type="button" onClick={() => session.setState({ failure: '' })}>Close</button>
      )}
    </div>
  )
}

/** What the page has to say whatever it shows: what failed, what was kept. */
function Bars({ later }: { readonly later: boolean }) {
  return (
    <>
      <Failure />
      {later ? <Coming><KeepBar /></Coming> : null}
    </>
  )
}

function Dialogs() {
  const open = useSession((s) => s.open)
  return (
    <Coming>
      {open === 'palette' ? <Palette /> : null}
      {open === 'keys' ? <KeysDialog /> : null}
      {open === 'machine' ? <MachineDialog /> : null}
      {open === 'disks' ? <DisksDialog /> : null}
      {open === 'export' ? <ExportDialog /> : null}
      {open === 'wizard' ? <Wizard /> : null}
      <Extras />
      {open === 'gallery' ? <Gallery /> : null}
      {'until compare bookmark'.includes(open) ? <TimeDialogs /> : null}
    </Coming>
  )
}

export function App() {
  const later = useLater()
  const panels = useSession((s) => s.panels)
  const sight = useSession((s) => s.sight)
  const machine = useSession((s) => s.machine)
  const beside = useSession((s) => s.beside && s.sight === 'picture')
  const projector = useSession((s) => s.theme === 'projector')
  const words = (['left', 'right', 'below'] as const).map((name) => (panels[name] ? name : '')).join(' ')
  if (sight === 'twin') {
    return (
      <div key={machine} className="page page-twin">
        <TopBar />
        <Bars later={later} />
        <Coming><TwinView /></Coming>
        {later ? <Dialogs /> : coming}
      </div>
    )
  }
  return (
    <div key={machine} className="page" data-panels={words}>
      <TopBar />
      {panels.left ? <Suspense fallback={<div className={`left ${COMING}`} />}>{later ? <PartitionsPanel /> : <div className={`left ${COMING}`} />}</Suspense> : null}
      <main className="stage" data-beside={beside ? '' : undefined}>
        {panels.left && later ? <Coming><Splitter side="left" /></Coming> : null}
        {later ? <Coming><StopCard /></Coming> : null}
        <Caption />
        <Bars later={later} />
        {sight === 'picture' ? <Diagram /> : <Coming>{sight === 'table' ? <TableTwin /> : <Storyboard />}</Coming>}
        {beside && later ? <div className="beside-chart"><Coming><Chart /></Coming></div> : null}
        {projector && later && !beside ? <Coming><Scoreboard /></Coming> : null}
        <Suspense fallback={<div className={`legend ${COMING}`} />}>{later ? <LensLegend /> : <div className={`legend ${COMING}`} />}</Suspense>
      </main>
      {panels.right ? (
        <aside className="right" aria-label="Inspector and request">
          <Coming>{later ? <><Splitter side="right" /><SidePanel /></> : null}</Coming>
        </aside>
      ) : null}
      {panels.below ? (
        <section className="below" aria-label="Hops">
          <Coming>{later ? <><Splitter side="below" /><Below /></> : null}</Coming>
        </section>
      ) : null}
      <Transport />
      {later ? <Dialogs /> : coming}
    </div>
  )
}
