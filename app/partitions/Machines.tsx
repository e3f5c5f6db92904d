/** The virtual machines as Hyper-V Manager lists them: state, uptime, processors, memory, and what can be asked of each. */
import { useEffect, useRef, useState } from 'react'
import type { PartitionView } from '../../engine/index.ts'
import { vpSentence } from '../diagram/project.ts'
import * as act from '../session/commands.ts'
import { select, session, useSession } from '../session/session-store.ts'
import { useIntents } from './use-intents.ts'
import { off, running, starting, uptimeWords, vmLines, type VmLine } from './vms.ts'

const vpWords = { running: 'runs', hypervisor: 'hypervisor', ready: 'ready', waiting: 'waits', suspended: 'suspended' } as const

function VpList({ partition }: { readonly partition: PartitionView }) {
  return (
    <ul className="vp-list">
      {partition.vps.map((vp) => (
        <li key={vp.vp} title={vpSentence(vp)}>
          <span className={`vp vp-${vp.state}`} aria-hidden="true">{vp.index}</span>
          <span><span className="vp-name">VP {vp.index} </span>{vpWords[vp.state]}{vp.lp >= 0 ? ` · LP ${vp.lp}` : ''}</span>
        </li>
      ))}
    </ul>
  )
}

type Say = (sentence: string) => void

async function ask(say: Say, intent: object, undoable = ''): Promise<void> {
  say('')
  const failure = await act.attempt(intent)
  say(failure)
  if (failure === '' && undoable !== '') session.setState({ undoable })
}

interface ActProps {
  readonly name: string
  readonly of: string
  readonly run: () => void
}

function Act({ name, of, run }: ActProps) {
  const ready = useSession((s) => s.phase === 'ready')
  return <button type="button" disabled={!ready} onClick={run} aria-label={`${name} ${of}`}>{name}</button>
}

/** Lists a folder by the guest itself, where its entries can be chosen: in the inspector of its reader. */
function browse(guest: string): void {
  const reader = session.getState().view?.components.find((c) => c.path === `${guest}/reader` && !c.gone)
  if (reader) select({ kind: 'component', index: reader.index })
  act.intend({ do: 'list-files', guest, path: '\\' }, true)
}

function RunningActs({ line, say }: { readonly line: VmLine; readonly say: Say }) {
  const { name, title } = line.vm
  const able = useIntents()
  const file = useSession((s) => s.view?.guests.find((g) => g.partition === line.vm.partition && g.listing === null)?.file ?? '')
  return (
    <>
      <button type="button" onClick={() => void ask(say, { do: 'read-file', guest: name, path: file || 'README.TXT' })} aria-label={`Read the file again in ${title}`}>Read again</button>
      <button type="button" onClick={() => browse(name)} aria-label={`List files in ${title}`}>List files</button>
      <Act name="Inject" of={`into ${title}`} run={() => act.openInjection(name)} />
      {able.includes('turn-off') ? <Act name="Turn Off" of={title} run={() => void ask(say, { do: 'turn-off', name }, `${title} is turned off.`)} /> : null}
    </>
  )
}

function Machine({ line }: { readonly line: VmLine }) {
  const { vm, partition, state, uptime, lane } = line
  const [failure, say] = useState('')
  return (
    <section className={`partition lane-${lane}${vm.state === off ? ' partition-off' : ''}`} aria-label={`State of ${vm.title}`}>
      <h3>{vm.title}</h3>
      <p className="partition-state">
        {state} ·&nbsp;{vm.memoryMb}&nbsp;MB{uptime >= 0 ? <span className="partition-uptime" title="Simulated time since this virtual machine began to run, its bring-up included. The clock beside the scrub bar counts from the start of the scenario."><span className="apart"> · </span>uptime {uptimeWords(uptime)}</span> : null}
      </p>
      {partition ? <VpList partition={partition} /> : null}
      {vm.reason ? <p className="partition-fault">It could not start: {vm.reason}.</p> : null}
      <div className="partition-acts">
        {vm.state === running ? <RunningActs line={line} say={say} /> : null}
        {vm.state === starting ? <Act name="Turn Off" of={vm.title} run={() => void ask(say, { do: 'turn-off', name: vm.name }, `${vm.title} is turned off.`)} /> : null}
        {vm.state === off ? (
          <>
            <Act name="Start" of={vm.title} run={() => void ask(say, { do: 'start-vm', name: vm.name })} />
            <Act name="Delete" of={vm.title} run={() => void ask(say, { do: 'delete-vm', name: vm.name }, `${vm.title} is deleted.`)} />
          </>
        ) : null}
      </div>
      {failure ? <p className="partition-fault" role="alert">{failure}</p> : null}
    </section>
  )
}

function Root({ partition }: { readonly partition: PartitionView }) {
  const [failure, say] = useState('')
  const busy = useSession((s) => s.view?.rootBusy ?? false)
  const able = useSession((s) => s.phase === 'ready')
  const toggle = async (): Promise<void> => {
    say(await act.attempt(busy ? { do: 'stop-burn', where: 'root' } : { do: 'burn', where: 'root', ms: 0 }, 'flow'))
  }
  return (
    <section className="partition lane-0" aria-label={`State of ${partition.title}`}>
      <h3>Root (parent) partition</h3>
      <p className="partition-state">
        {partition.state} · {partition.memoryMb} MB
      </p>
      <VpList partition={partition} />
      <div className="partition-acts">
        <button type="button" role="switch" aria-checked={busy} disabled={!able} onClick={() => void toggle()} title="An application that an administrator should not have installed: it computes on every root VP, and the guests' requests wait for it">
          Busy application
        </button>
      </div>
      {failure ? <p className="partition-fault" role="alert">{failure}</p> : null}
    </section>
  )
}

/** Offers to take back what was just asked, for as long as nothing else was. */
function Undo() {
  const undoable = useSession((s) => s.undoable)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (undoable === '') return
    // What was asked may have taken the button away on which focus was.
    if (document.activeElement === document.body || document.activeElement?.matches('.partition-new')) button.current?.focus()
    const timer = setTimeout(() => session.setState({ undoable: '' }), 60_000)
    return () => clearTimeout(timer)
  }, [undoable])
  return (
    <div className="partition-undo" role="status">
      {undoable ? (
        <>
          {undoable} <button ref={button} type="button" onClick={act.takeBack}>Undo</button>
        </>
      ) : null}
    </div>
  )
}

const none: readonly never[] = []

/** When what has focus goes, because its machine is deleted or does something else now, focus goes to what is nearest to it. */
function useFocusKept(): { readonly box: React.RefObject<HTMLDivElement | null>; readonly onFocus: (event: React.FocusEvent) => void } {
  const box = useRef<HTMLDivElement>(null)
  const last = useRef<{ readonly element: Element; readonly of: string } | null>(null)
  useEffect(() => {
    if (!last.current || last.current.element.isConnected || document.activeElement !== document.body) return
    const { of } = last.current
    last.current = null
    const section = [...(box.current?.querySelectorAll('section') ?? [])].find((s) => s.getAttribute('aria-label') === of)
    const near = section?.querySelector<HTMLElement>('button:enabled') ?? box.current?.querySelector<HTMLElement>('.partition-undo button') ?? box.current?.querySelector<HTMLElement>('.partition-new')
    near?.focus()
  })
  const onFocus = ({ target }: React.FocusEvent): void => {
    last.current = { element: target, of: target.closest('section')?.getAttribute('aria-label') ?? '' }
  }
  return { box, onFocus }
}

export default function Machines() {
  const { box, onFocus } = useFocusKept()
  const view = useSession((s) => s.view)
  const root = (view?.partitions ?? none).find((p) => p.index === 1)
  const lines = vmLines(view)
  return (
    <div ref={box} className="machines" onFocus={onFocus}>
      <button type="button" className="partition-new" disabled={!view} onClick={() => act.show('wizard')}>New Virtual Machine…</button>
      <Undo />
      {root ? <Root partition={root} /> : <p className="empty">The machine is being brought up.</p>}
      {view && lines.length === 0 ? <p className="empty">There is no virtual machine. The wizard makes one in a few steps; then Start it, and watch VMMS, its worker process and the VID build a partition.</p> : null}
      {lines.map((line) => (
        <Machine key={line.vm.name} line={line} />
      ))}
      <p className="own-disks">
        <button type="button" disabled={!view} onClick={() => act.show('disks')}>Own disks…</button>
      </p>
    </div>
  )
}
