/** The form that injects reads and writes into a running guest: by file or by sector, once or at a rate; its effect is seen at once. */
import { useState } from 'react'
import * as act from '../session/commands.ts'
import { session, useSession } from '../session/session-store.ts'
import { Field } from './Field.tsx'
import { faultsOf, firstInjection, goesOn, intentOf, measureOf, sizes, type Faults, type Injection, type Operation } from './injection.ts'
import { useIntents } from './use-intents.ts'
import { runningGuests } from './vms.ts'

interface PartProps {
  readonly injection: Injection
  readonly change: (part: Partial<Injection>) => void
  readonly faults: Faults
}

function FileFields({ injection, change, faults }: PartProps) {
  const { operation } = injection
  return (
    <>
      <Field label={operation === 'list' ? 'Directory (empty: the root directory)' : operation === 'copy' ? 'Copy from' : 'File'} fault={faults.path}>
        {(tied) => <input {...tied} type="text" autoComplete="off" value={injection.path} onChange={(event) => change({ path: event.target.value })} />}
      </Field>
      {operation === 'copy' ? (
        <Field label="Copy to" fault={faults.to}>{(tied) => <input {...tied} type="text" autoComplete="off" value={injection.to} onChange={(event) => change({ to: event.target.value })} />}</Field>
      ) : null}
      {operation === 'write' ? (
        <Field label="Text">{(tied) => <textarea {...tied} rows={3} value={injection.text} onChange={(event) => change({ text: event.target.value })} />}</Field>
      ) : null}
      <Field label="How often">
        {(tied) => (
          <select {...tied} value={injection.times === 'many' ? 'many' : 'once'} onChange={(event) => change({ times: event.target.value as Injection['times'] })}>
            <option value="once">once</option>
            <option value="many">a number of times</option>
          </select>
        )}
      </Field>
      {injection.times === 'many' ? (
        <>
          <NumberField name="count" label="Number of times" injection={injection} change={change} faults={faults} />
          <NumberField name="perSecond" label="Times a second" note="Empty: one after the other." injection={injection} change={change} faults={faults} />
        </>
      ) : null}
    </>
  )
}

function NumberField({ name, label, note = '', injection, change, faults }: PartProps & { readonly name: 'lba' | 'count' | 'perSecond' | 'depth'; readonly label: string; readonly note?: string }) {
  return (
    <Field label={label} fault={faults[name]} note={note}>
      {(tied) => <input {...tied} type="text" inputMode="numeric" autoComplete="off" value={injection[name]} onChange={(event) => change({ [name]: event.target.value })} />}
    </Field>
  )
}

function SectorFields({ injection, change, faults }: PartProps) {
  const words = (name: 'lba' | 'count' | 'perSecond' | 'depth', label: string, note = ''): React.ReactNode => (
    <NumberField name={name} label={label} note={note} injection={injection} change={change} faults={faults} />
  )
  return (
    <>
      {words('lba', 'First sector')}
      <Field label="Size of a request">
        {(tied) => (
          <select {...tied} value={injection.sectors} onChange={(event) => change({ sectors: Number(event.target.value) })}>
            {sizes.map(([sectors, name]) => (
              <option key={sectors} value={sectors}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="How often">
        {(tied) => (
          <select {...tied} value={injection.times} onChange={(event) => change({ times: event.target.value as Injection['times'] })}>
            <option value="once">once</option>
            <option value="many">a number of times</option>
            <option value="endless">until stopped</option>
          </select>
        )}
      </Field>
      {injection.times === 'many' ? words('count', 'Number of requests') : null}
      {injection.times === 'once' ? null : (
        <>
          {words('perSecond', 'Requests a second', 'Empty: as fast as they come back.')}
          {words('depth', 'Under way at once, 1 to 32')}
          <Field label="Where the next one lies">
            {(tied) => (
              <select {...tied} value={injection.pattern} onChange={(event) => change({ pattern: event.target.value as Injection['pattern'] })}>
                <option value="sequential">behind the last one</option>
                <option value="same">the same sectors</option>
                <option value="random">anywhere</option>
              </select>
            )}
          </Field>
        </>
      )}
    </>
  )
}

const operations: readonly (readonly [Operation, string, string])[] = [
  ['read', 'Read', 'read-file'],
  ['write', 'Write', 'write-file'],
  ['copy', 'Copy', 'copy-file'],
  ['list', 'List', 'list-files'],
]

function WhatFields({ injection, change, faults, able }: PartProps & { readonly able: readonly string[] }) {
  const measure = measureOf(injection)
  const byFile = able.includes(injection.operation === 'write' ? 'write-file' : 'read-file')
  return (
    <>
      <div className="switch" role="group" aria-label="What to do">
        {operations.filter(([operation, , intent]) => operation === 'write' || able.includes(intent)).map(([operation, name]) => (
          <button key={operation} type="button" aria-pressed={injection.operation === operation} onClick={() => change({ operation })}>{name}</button>
        ))}
      </div>
      {injection.operation === 'read' || injection.operation === 'write' ? (
        <div className="switch" role="group" aria-label="By file or by sector">
          <button type="button" aria-pressed={measure === 'file'} disabled={!byFile} onClick={() => change({ by: 'file' })}>by file</button>
          <button type="button" aria-pressed={measure === 'sector'} onClick={() => change({ by: 'sector' })}>by sector</button>
        </div>
      ) : null}
      {measure === 'file' ? <FileFields injection={injection} change={change} faults={faults} /> : <SectorFields injection={injection} change={change} faults={faults} />}
    </>
  )
}

/** Kept while the panel shows something else. */
let last = firstInjection

export default function Inject() {
  const view = useSession((s) => s.view)
  const chosen = useSession((s) => s.injectInto)
  const guests = runningGuests(view)
  const able = useIntents()
  const [kept, setKept] = useState(last)
  const [tried, setTried] = useState(false)
  const [says, setSays] = useState('')
  const guest = guests.some((g) => g.name === chosen) ? chosen : (guests[0]?.name ?? '')
  const injection: Injection = { ...kept, guest, by: kept.by === 'file' && kept.operation === 'write' && !able.includes('write-file') ? 'sector' : kept.by }
  const title = guests.find((g) => g.name === guest)?.title ?? ''
  const change = (part: Partial<Injection>): void => {
    last = { ...kept, ...part }
    setKept(last)
    setSays('')
  }
  const all = faultsOf(injection)
  const start = async (): Promise<void> => {
    setTried(true)
    if (Object.keys(all).length > 0) return
    setTried(false)
    setSays(await act.attempt(intentOf(injection), goesOn(injection) ? 'flow' : 'play'))
  }
  if (guests.length === 0) return <p className="empty">No guest runs. Start one under Machines; then reads and writes can be injected into it, and rings, processors and ledgers show what they cost.</p>
  return (
    <form
      className="inject" aria-label="Inject into a guest" noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <Field label="Guest" fault={tried ? all.guest : ''}>
        {(tied) => (
          <select {...tied} value={guest} onChange={(event) => session.setState({ injectInto: event.target.value })}>
            {guests.map((g) => (
              <option key={g.name} value={g.name}>{g.title}</option>
            ))}
          </select>
        )}
      </Field>
      <WhatFields injection={injection} change={change} faults={tried ? all : {}} able={able} />
      <div className="partition-acts">
        <button type="submit" className="inject-start">Start</button>
        <button type="button" onClick={() => void act.attempt({ do: 'stop-load', guest }, 'play').then(setSays)} aria-label={`Stop what was injected into ${title}`}>Stop</button>
      </div>
      {says ? <p className="partition-fault" role="alert">{says}</p> : null}
      <p className="inject-note">What goes on is looked at in Flow: watch the ring fill, the processors, and the ledger of {title}.</p>
    </form>
  )
}
