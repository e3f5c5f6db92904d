/** The inspector: a hop or a component, before and after, with sources and the status of what is claimed. */
import type { ComponentInspection, HopInspection } from '../../engine/index.ts'
import { placeName } from '../diagram/project.ts'
import { followCursor, historyBack, historyForward, seek } from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { absolute, hopNumber, count, duration } from '../ui/figures.ts'
import { Icon } from '../ui/icons.tsx'
import { Bytes } from './Bytes.tsx'
import { stateLines } from './hex.ts'
import { useAnswer } from './use-answer.ts'

const statusWords: Readonly<Record<string, string>> = {
  documented: 'documented: a public source says so',
  derived: 'derived: follows from public sources',
  inferred: 'inferred: the most likely reading; no public source settles it',
  simplified: 'simplified here',
}

function Sources({ sources }: { readonly sources: HopInspection['sources'] }) {
  return (
    <ul className="sources" aria-label="Sources">
      {sources.map((source) => (
        <li key={`${source.id}${source.locator}`}>
          <b>{source.id}</b> {source.locator} <span>{source.title}</span>
        </li>
      ))}
    </ul>
  )
}

function HopBody({ hop }: { readonly hop: HopInspection }) {
  const cursor = useSession((s) => s.cursor)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const cost = duration(hop.cost.ns)
  return (
    <>
      <p className="sentence">{hop.sentence}</p>
      {hop.n !== cursor ? (
        <button type="button" title={absolute(hop.n)} onClick={() => seek(hop.n)}>Go to hop {hopNumber(hop.n, start)}</button>
      ) : null}
      {hop.bytes.map((view) => (
        <Bytes key={`${view.label}${view.where}`} view={view} />
      ))}
      {hop.args.length > 0 ? (
        <dl className="args" aria-label="Words of the hop">
          {hop.args.map((arg) => (
            <div key={arg.name}>
              <dt>{arg.name}</dt>
              <dd>
                0x{arg.value.toString(16).toUpperCase()} <span>{arg.value}</span>
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      <p className={`status status-${hop.status}`}>{statusWords[hop.status] ?? hop.status}</p>
      {hop.simplified ? <p className="simplified">{hop.simplified}</p> : null}
      <p className="cost">
        Costs {cost.value} {cost.unit} of processor time (confidence {hop.cost.letter}): {hop.cost.because}
      </p>
      <Sources sources={hop.sources} />
    </>
  )
}

/** What a guest has read, whole: the first thing somebody wants to see of its reader. */
function GuestFile({ partition }: { readonly partition: number }) {
  const file = useSession((s) => s.view?.guests.find((g) => g.partition === partition))
  if (!file) return null
  if (file.listing !== null) {
    return (
      <section className="guest-file" aria-label={`Entries of ${file.file}`}>
        <h4>{file.file} <span>{file.listing.length === 1 ? '1 entry' : `${count(file.listing.length)} entries`}</span></h4>
        <ul className="guest-listing">
          {file.listing.map((entry) => (
            <li key={entry.name}>
              <span>{entry.name}</span> <span>{entry.directory ? 'folder' : `${count(entry.size)} bytes`}</span>
            </li>
          ))}
        </ul>
      </section>
    )
  }
  if (file.text === null) return null
  const size = file.read < file.size ? `${count(file.read)} of ${count(file.size)} bytes read` : `${count(file.size)} bytes`
  return (
    <section className="guest-file" aria-label={`What was read from ${file.file}`}>
      <h4>{file.file} <span>{size}</span></h4>
      <pre role="group" aria-label={`Text of ${file.file}`} tabIndex={0}>{file.text}</pre>
    </section>
  )
}

function ComponentBody({ inspected }: { readonly inspected: ComponentInspection }) {
  const { component } = inspected
  const lines = stateLines(inspected.before, inspected.after)
  return (
    <>
      {component.path.endsWith('/reader') ? <GuestFile partition={component.partition} /> : null}
      <p className="sentence">{component.about}</p>
      {inspected.bytes.map((view) => (
        <Bytes key={`${view.label}${view.where}`} view={view} />
      ))}
      <h4>State</h4>
      <dl className="args state" aria-label={`State of ${component.title}`}>
        {lines.map((line) => (
          <div key={line.path} className={line.changed ? 'changed' : undefined}>
            <dt>{line.path || 'state'}</dt>
            <dd title={line.changed ? `before: ${line.before}` : undefined}>{line.after}</dd>
          </div>
        ))}
      </dl>
      <ul className="sources" aria-label="Sources">
        {component.sources.map((source) => (
          <li key={source}>{source}</li>
        ))}
      </ul>
    </>
  )
}

function Head({ kind, title, where }: { readonly kind: string; readonly title: string; readonly where: string }) {
  const back = useSession((s) => s.selections.back.length)
  const forward = useSession((s) => s.selections.forward.length)
  return (
    <header className="inspector-head">
      <div>
        <p className="panel-title">{kind}</p>
        <h2>{title}</h2>
        <p className="where">{where}</p>
      </div>
      <div className="history">
        <button type="button" className="quiet" disabled={back === 0} onClick={historyBack} aria-label="Inspected before" title="Inspected before (Alt+←)">
          <Icon name="earlier" />
        </button>
        <button type="button" className="quiet" disabled={forward === 0} onClick={historyForward} aria-label="Inspected after" title="Inspected after (Alt+→)">
          <Icon name="later" />
        </button>
      </div>
    </header>
  )
}

function InspectHop({ n, here }: { readonly n: number; readonly here: boolean }) {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const number = hopNumber(n, start)
  const { value, failure } = useAnswer(here ? `here at ${n}` : `hop ${n}`, (lab) => lab.inspectHop(n))
  return (
    <>
      <Head kind={here ? `Hop at the cursor · ${number}` : `Hop ${number}`} title={value?.title ?? '…'} where="" />
      {failure ? <p role="alert">{failure}</p> : null}
      {value ? <HopBody hop={value} /> : null}
    </>
  )
}

function InspectComponent({ index }: { readonly index: number }) {
  const cursor = useSession((s) => s.cursor)
  const playing = useSession((s) => s.playing)
  const question = playing ? `component ${index}` : `component ${index} at ${cursor}`
  const { value, failure } = useAnswer(question, (lab) => lab.inspectComponent(index))
  const partition = useSession((s) => s.view?.partitions.find((p) => p.index === value?.component.partition)?.title ?? '')
  const where = value ? [partition, placeName(value.component.place)].filter(Boolean).join(' · ') : ''
  return (
    <>
      <Head kind="What is this" title={value?.component.title ?? '…'} where={where} />
      {failure ? <p role="alert">{failure}</p> : null}
      {value ? <ComponentBody inspected={value} /> : null}
    </>
  )
}

export function Inspector() {
  const selection = useSession((s) => s.selection)
  const cursor = useSession((s) => s.cursor)
  const playing = useSession((s) => s.playing)
  const start = useSession((s) => s.view?.status.start ?? 0)
  return (
    <section className="inspector" aria-label="Inspector" tabIndex={0}>
      {selection === null && cursor > start && !playing ? (
        <InspectHop n={cursor} here />
      ) : selection === null ? (
        <>
          <p className="panel-title">Inspector</p>
          <p className="empty">Choose a part of the machine to see its state and its bytes, or look into the hop that has just happened.</p>
        </>
      ) : selection.kind === 'hop' ? (
        <InspectHop n={selection.n} here={false} />
      ) : (
        <InspectComponent index={selection.index} />
      )}
      {selection !== null && cursor > start ? (
        <p>
          <button type="button" onClick={followCursor}>Follow the cursor again</button>
        </p>
      ) : null}
    </section>
  )
}
