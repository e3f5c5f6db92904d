/** The fields of a condition: which form, and what it needs. Lists are searched by typing; names are those of the picture. */
import { useId, useMemo, useState } from 'react'
import { counterNames, crossings, type ComponentView } from '../../engine/index.ts'
import { placeName } from '../diagram/project.ts'
import { useSession } from '../session/session-store.ts'
import { figureTitle } from '../twin/project.ts'
import { hopNumber } from '../ui/figures.ts'
import { forms, units, type Fields, type Form } from './draft.ts'
import { milestoneTitles } from './words.ts'

interface FieldsProps {
  readonly fields: Fields
  readonly change: (next: Fields) => void
  readonly breaks: boolean
  /** Simulated time since the start. */
  readonly now: number
}

const levelTitles = { file: 'a file request', disk: 'a disk request', command: 'a disk command', machine: 'something asked of the machine' } as const

export function ConditionFields({ fields, change, breaks, now }: FieldsProps) {
  const set = (next: Partial<Fields>): void => change({ ...fields, ...next })
  return (
    <div className="until-fields">
      <fieldset className="until-forms">
        <legend>What is waited for</legend>
        {forms.filter(([form]) => !breaks || form !== 'idle').map(([form, title]) => (
          <label key={form} className={fields.form === form ? 'chosen' : undefined}>
            <input type="radio" name="form" value={form} checked={fields.form === form} onChange={() => set({ form })} /> {title}
          </label>
        ))}
      </fieldset>
      <div className="until-more">
        <More fields={fields} set={set} now={now} />
      </div>
    </div>
  )
}

interface MoreProps {
  readonly fields: Fields
  readonly set: (next: Partial<Fields>) => void
  readonly now: number
}

function More({ fields, set, now }: MoreProps) {
  const form: Form = fields.form
  if (form === 'component') return <ComponentField value={fields.component} change={(component) => set({ component })} />
  if (form === 'kind') return <><KindField value={fields.kind} change={(kind) => set({ kind })} /><GuestField value={fields.guest} set={set} /></>
  if (form === 'crossing') {
    return (
      <>
        <label>Border
          <select value={fields.crossing} onChange={(event) => set({ crossing: event.target.value })}>
            {Object.entries(crossings).map(([id, { says }]) => <option key={id} value={id}>{says}</option>)}
          </select>
        </label>
        <GuestField value={fields.guest} set={set} />
      </>
    )
  }
  if (form === 'milestone') return <><Choice label="How far" value={fields.milestone} of={milestoneTitles} change={(milestone) => set({ milestone })} /><GuestField value={fields.guest} set={set} /></>
  if (form === 'ended') return <><Choice label="Which" value={fields.ended} of={levelTitles} change={(ended) => set({ ended })} /><GuestField value={fields.guest} set={set} /></>
  if (form === 'request') return <RequestField value={fields.request} change={(request) => set({ request })} />
  if (form === 'counter') return <CounterFields fields={fields} set={set} />
  if (form === 'ring') return <RingFields fields={fields} set={set} />
  if (form === 'time') return <TimeFields fields={fields} set={set} now={now} />
  if (form === 'hop') return <HopField fields={fields} set={set} />
  return <p className="empty">Until nothing is left to do and nothing is planned.</p>
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly of: Readonly<Record<T, string>>
  readonly change: (value: T) => void
}

function Choice<T extends string>({ label, value, of, change }: ChoiceProps<T>) {
  return (
    <label>{label}
      <select value={value} onChange={(event) => change(event.target.value as T)}>
        {Object.entries(of).map(([id, title]) => <option key={id} value={id}>{title as string}</option>)}
      </select>
    </label>
  )
}

const none: readonly never[] = []

function GuestField({ value, set, needed = false }: { readonly value: string; readonly set: MoreProps['set']; readonly needed?: boolean }) {
  const vms = useSession((s) => s.view?.vms ?? none)
  return (
    <label>Guest
      <select value={value} onChange={(event) => set({ guest: event.target.value })}>
        <option value="">{needed ? 'choose one' : 'any'}</option>
        {vms.map((vm) => <option key={vm.name} value={vm.name}>{vm.title}</option>)}
      </select>
    </label>
  )
}

interface Found {
  readonly id: string
  readonly title: string
  readonly group: string
}

/** A list that is narrowed by typing: every word must stand in the title, the group or the name. */
function Searched({ label, all, value, change }: { readonly label: string; readonly all: readonly Found[]; readonly value: string; readonly change: (id: string) => void }) {
  const [words, setWords] = useState('')
  const id = useId()
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const found = all.filter((f) => wanted.every((word) => `${f.title} ${f.group} ${f.id}`.toLowerCase().includes(word)))
  const groups = [...new Set(found.map((f) => f.group))]
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id} type="search" placeholder="type to search" value={words} onChange={(event) => {
          setWords(event.target.value)
          const typed = event.target.value.toLowerCase().split(/\s+/).filter(Boolean)
          const first = all.find((f) => typed.every((word) => `${f.title} ${f.group} ${f.id}`.toLowerCase().includes(word)))
          if (typed.length > 0 && first) change(first.id)
        }}
      />
      <select size={9} aria-label={`${label}, found`} value={value} onChange={(event) => change(event.target.value)}>
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {found.filter((f) => f.group === group).map((f) => <option key={f.id} value={f.id}>{f.title}</option>)}
          </optgroup>
        ))}
      </select>
      {found.length === 0 ? <p className="empty">Nothing has these words in its name.</p> : null}
    </>
  )
}

function ComponentField({ value, change }: { readonly value: string; readonly change: (path: string) => void }) {
  const components = useSession((s) => s.view?.components ?? (none as readonly ComponentView[]))
  const titles = useSession((s) => s.view?.partitionTitles ?? none)
  const all = useMemo(() => components.filter((c) => !c.gone).map((c): Found => ({ id: c.path, title: c.title, group: [titles[c.partition] && c.partition > 0 ? titles[c.partition] : '', placeName(c)].filter(Boolean).join(' · ') })), [components, titles])
  return <Searched label="Component" all={all} value={value} change={change} />
}

function KindField({ value, change }: { readonly value: string; readonly change: (name: string) => void }) {
  const kinds = useSession((s) => s.kinds)
  const all = useMemo(() => kinds.map((k): Found => ({ id: k.name, title: k.title, group: k.family })).sort((a, b) => (a.group === b.group ? (a.title < b.title ? -1 : 1) : a.group < b.group ? -1 : 1)), [kinds])
  return <Searched label="Kind of hop" all={all} value={value} change={change} />
}

function RequestField({ value, change }: { readonly value: number; readonly change: (request: number) => void }) {
  const marks = useSession((s) => s.marks)
  const cursor = useSession((s) => s.cursor)
  const time = useSession((s) => s.time)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const open = marks.filter((mark) => mark.request <= cursor && (!mark.over || mark.ended > time))
  if (open.length === 0) return <p className="empty">No file request is under way here.</p>
  return (
    <label>Request
      <select value={value} onChange={(event) => change(Number(event.target.value))}>
        <option value={0}>choose one</option>
        {open.map((mark) => <option key={mark.request} value={mark.request}>{mark.title} (hop {hopNumber(mark.request, start)})</option>)}
      </select>
    </label>
  )
}

function CounterFields({ fields, set }: Omit<MoreProps, 'now'>) {
  return (
    <>
      <Choice label="Counter" value={fields.counter} of={Object.fromEntries(counterNames.map((name) => [name, figureTitle(name)])) as Record<Fields['counter'], string>} change={(counter) => set({ counter })} />
      <label>Comes to
        <input inputMode="numeric" value={fields.atLeast} onChange={(event) => set({ atLeast: event.target.value })} />
      </label>
      <GuestField value={fields.guest} set={set} />
    </>
  )
}

const rings = { 'to-root': 'to the root: requests', 'to-guest': 'to the guest: answers' } as const

function RingFields({ fields, set }: Omit<MoreProps, 'now'>) {
  return (
    <>
      <Choice label="Ring" value={fields.ring} of={rings} change={(ring) => set({ ring })} />
      <GuestField value={fields.guest} set={set} needed />
      <label>Holds at least, in bytes
        <input inputMode="numeric" value={fields.holds} disabled={fields.empty} onChange={(event) => set({ holds: event.target.value })} />
      </label>
      <label className="until-check">
        <input type="checkbox" checked={fields.empty} onChange={(event) => set({ empty: event.target.checked })} /> becomes empty
      </label>
    </>
  )
}

function TimeFields({ fields, set, now }: MoreProps) {
  return (
    <>
      <label>Time since the start
        <span className="until-time">
          <input inputMode="decimal" value={fields.time} onChange={(event) => set({ time: event.target.value })} />
          <select aria-label="Unit of the time" value={fields.unit} onChange={(event) => set({ unit: event.target.value as Fields['unit'] })}>
            {Object.keys(units).map((unit) => <option key={unit} value={unit}>{unit}</option>)}
          </select>
        </span>
      </label>
      <p className="empty">The clock stands at {(now / units[fields.unit]).toFixed(3)} {fields.unit}.</p>
    </>
  )
}

function HopField({ fields, set }: Omit<MoreProps, 'now'>) {
  const here = useSession((s) => s.cursor - (s.view?.status.start ?? 0))
  return (
    <>
      <label>Number of the hop, from the start
        <input inputMode="numeric" value={fields.hop} onChange={(event) => set({ hop: event.target.value })} />
      </label>
      <p className="empty">The run stands at hop {here}.</p>
    </>
  )
}
