/** The New Virtual Machine Wizard, page by page as in Hyper-V Manager; Finish asks VMMS for the machine. */
import './wizard.css'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useAnswer } from '../inspector/use-answer.ts'
import * as act from '../session/commands.ts'
import { session, useSession } from '../session/session-store.ts'
import { Field } from './Field.tsx'
import { createIntent, faultOf, firstDraft, pages, structural, summaryOf, wayName, waysOf, type Draft, type PageName, type Surroundings, type Way } from './new-vm.ts'
import { off, vmsOf } from './vms.ts'

/** What the root itself and its devices need of the machine's memory. */
const rootNeedsMb = 512

function useSurroundings(): Surroundings | null {
  const view = useSession((s) => s.view)
  const { value } = useAnswer(view ? 'abilities' : '', (lab) => lab.abilities())
  if (!view) return null
  // The name can be typed before the Worker has said which disks there are.
  const { disks, paths } = value ?? { disks: [], paths: ['synthetic', 'pio', 'dma'] }
  const vms = vmsOf(view)
  const rootMb = view.partitions.find((p) => p.index === 1)?.memoryMb ?? 0
  const given = view.partitions.reduce((sum, p) => (p.index > 1 ? sum + p.memoryMb : sum), 0)
  const ways: Way[] = paths.flatMap((path): Way[] => (path === 'pio' ? ['pio', 'polled'] : [path as Way]))
  return {
    names: vms.map((vm) => vm.name), titles: vms.map((vm) => vm.title), disks, guests: vms.length, ways,
    attached: new Map(vms.filter((vm) => vm.state !== off).map((vm) => [vm.fileId, vm.title])),
    freeMb: Math.max(0, rootMb - given - rootNeedsMb),
  }
}

interface PageProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
  readonly around: Surroundings
  readonly fault: string
}

function NamePage({ draft, change, fault }: PageProps) {
  const path = structural(draft.name)
  return (
    <Field label="Name" fault={fault} note={path ? `Its parts are called ${path}/kernel, ${path}/fs …` : ''}>
      {(tied) => <input {...tied} type="text" autoComplete="off" maxLength={80} value={draft.name} onChange={(event) => change({ name: event.target.value })} />}
    </Field>
  )
}

function MemoryPage({ draft, change, around, fault }: PageProps) {
  return (
    <Field label="Memory in MB" fault={fault} note={`About ${around.freeMb} MB are free. A guest has all its memory from its start to its end; none is added or taken back while it runs.`}>
      {(tied) => <input {...tied} type="text" inputMode="numeric" value={draft.memory} onChange={(event) => change({ memory: event.target.value })} />}
    </Field>
  )
}

function VpsPage({ draft, change, fault }: PageProps) {
  return (
    <Field label="Number of virtual processors" fault={fault} note="The scheduler gives each of them a logical processor when it has work. Programs of a guest run on its first one here.">
      {(tied) => <input {...tied} type="text" inputMode="numeric" value={draft.vps} onChange={(event) => change({ vps: event.target.value })} />}
    </Field>
  )
}

const kinds = [
  ['enlightened', 'Enlightened', 'knows that it runs on Hyper-V: hypercalls, SynIC, VMBus'],
  ['legacy', 'Legacy', 'believes in real hardware: every port access is intercepted'],
] as const

function GuestPage({ draft, change, around, fault }: PageProps) {
  const ways = waysOf(draft.guest, around.ways)
  const choose = (guest: Draft['guest']): void => {
    const able = waysOf(guest, around.ways)
    change({ guest, way: able.includes(draft.way) ? draft.way : able[0]! })
  }
  return (
    <>
      <fieldset className="form-choice">
        <legend>Guest operating system</legend>
        {kinds.map(([value, name, about]) => (
          <label key={value}>
            <input type="radio" name="guest" checked={draft.guest === value} onChange={() => choose(value)} /> <b>{name}</b> <span>{about}</span>
          </label>
        ))}
      </fieldset>
      <Field label="Path to its disk" fault={fault}>
        {(tied) => (
          <select {...tied} onKeyDown={nextOnEnter} value={draft.way} onChange={(event) => change({ way: event.target.value as Way })}>
            {ways.map((way) => (
              <option key={way} value={way}>{wayName(way)}</option>
            ))}
          </select>
        )}
      </Field>
    </>
  )
}

/** In a list, too, Enter means Next. */
function nextOnEnter(event: React.KeyboardEvent<HTMLSelectElement>): void {
  if (event.key !== 'Enter') return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}

function DiskPage({ draft, change, around, fault }: PageProps) {
  return (
    <Field label="Use an existing virtual hard disk" fault={fault} note="The spare disks are copies of the sample disk: a FAT16 volume with README.TXT on it.">
      {(tied) => (
        <select {...tied} onKeyDown={nextOnEnter} value={draft.disk} onChange={(event) => change({ disk: Number(event.target.value) })}>
          {around.disks.map((disk) => (
            <option key={disk.fileId} value={disk.fileId}>{`${disk.name}${around.attached.has(disk.fileId) ? ` (attached to ${around.attached.get(disk.fileId) ?? ''})` : ''}`}</option>
          ))}
        </select>
      )}
    </Field>
  )
}

function SummaryPage({ draft, change, around, fault }: PageProps) {
  return (
    <>
      <p>You have successfully given what a virtual machine needs. VMMS will be asked for this one:</p>
      <dl className="wizard-summary">
        {summaryOf(draft, around).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input type="checkbox" checked={draft.start} onChange={(event) => change({ start: event.target.checked })} /> Start the virtual machine after it is created
      </label>
      {fault ? <p className="wizard-fault" role="alert">{fault}</p> : null}
    </>
  )
}

const bodies: Readonly<Record<PageName, (props: PageProps) => React.ReactNode>> = {
  name: NamePage, memory: MemoryPage, vps: VpsPage, guest: GuestPage, disk: DiskPage, summary: SummaryPage,
}

/** VMMS keeps it, or nothing is left to do that would tell it. */
function known(name: string): boolean {
  const { view } = session.getState()
  return view === null || view.status.next === null || vmsOf(view).some((vm) => vm.name === name)
}

/** Creates the machine, and starts it when that is wished; answers why it could not be done. */
async function finish(draft: Draft): Promise<string> {
  const intent = createIntent(draft)
  const failure = await act.attempt(intent, draft.start ? 'stay' : 'play')
  if (failure !== '' || !draft.start) return failure
  // VMMS hears of it in a few hops, or, where much is going on, in some more.
  for (let i = 0; i < 20 && !known(intent.name); i++) await act.runHops(50)
  return act.attempt({ do: 'start-vm', name: intent.name })
}

function Pages({ around, close }: { readonly around: Surroundings; readonly close: () => void }) {
  const [typed, setDraft] = useState(() => firstDraft(around))
  const draft = typed.disk === 0 ? { ...typed, disk: firstDraft(around).disk } : typed
  const [at, setAt] = useState(0)
  /** Faults are told once a page was left, or when the machine has refused. */
  const [tried, setTried] = useState(false)
  const [refusal, setRefusal] = useState('')
  const body = useRef<HTMLDivElement>(null)
  const [page, title] = pages[at]!
  const fault = tried ? faultOf(page, draft, around) || refusal : ''
  const Body = bodies[page]
  useEffect(() => {
    const field = body.current?.querySelector<HTMLElement>('input, select')
    field?.focus()
    // What is proposed gives way to what is typed.
    if (field instanceof HTMLInputElement && field.type === 'text') field.select()
  }, [at])
  const go = (to: number): void => {
    // One cannot pass a page that is wrong; going back is always possible.
    const wrong = pages.findIndex(([name], i) => i >= at && i < to && faultOf(name, draft, around) !== '')
    setTried(wrong >= 0)
    setRefusal('')
    setAt(wrong >= 0 ? wrong : to)
  }
  const submit = async (): Promise<void> => {
    if (at < pages.length - 1) return go(at + 1)
    const wrong = pages.findIndex(([name]) => faultOf(name, draft, around) !== '')
    setTried(true)
    if (wrong >= 0) return setAt(wrong)
    const failure = await finish(draft)
    setRefusal(failure)
    if (failure === '') close()
  }
  return (
    <form
      className="wizard-form" noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <ol className="wizard-steps" aria-label="Pages">
        {pages.map(([name, words], i) => (
          <li key={name}>
            <button type="button" aria-current={i === at ? 'step' : undefined} onClick={() => go(i)}>{name === 'summary' ? 'Summary' : words}</button>
          </li>
        ))}
      </ol>
      <div ref={body} className="wizard-page">
        <h3>{title}</h3>
        <Body draft={draft} around={around} fault={fault} change={(part) => setDraft({ ...draft, ...part })} />
      </div>
      <footer className="wizard-buttons">
        <button type="button" disabled={at === 0} onClick={() => go(at - 1)}>&lt; Previous</button>
        <button type="submit" className="wizard-next">{at === pages.length - 1 ? 'Finish' : 'Next >'}</button>
        <button type="button" onClick={close}>Cancel</button>
      </footer>
    </form>
  )
}

export default function Wizard() {
  const dialog = useRef<HTMLDialogElement>(null)
  const around = useSurroundings()
  // Before the pages look for their field: opening moves the focus. However it closes, whoever opened it gets the focus back.
  const [before] = useState(() => document.activeElement)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  useEffect(() => () => (before instanceof HTMLElement && before.isConnected ? before.focus() : undefined), [before])
  const close = (): void => session.setState({ open: 'none' })
  return (
    <dialog ref={dialog} className="wizard" aria-labelledby="wizard-title" onClose={close}>
      <h2 id="wizard-title">New Virtual Machine Wizard</h2>
      {around ? <Pages around={around} close={() => dialog.current?.close()} /> : <p className="empty">The machine is being brought up.</p>}
    </dialog>
  )
}
