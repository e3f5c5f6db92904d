/** The inspector: a hop or a component, before and after, with sources and the status of what is claimed. */
import { useEffect } from 'react'
import type { ComponentInspection, HopInspection } from '../../engine/index.ts'
import { openSession } from '../session/lab-session.ts'
import { membersWith } from '../diagram/layout/members.ts'
import { placeName, titleOf } from '../diagram/project.ts'
import { aboutHere, showHopHere } from '../session/brought.ts'
import { followCursor, historyBack, historyForward, seek } from '../session/commands.ts'
import { select, useSession } from '../session/session-store.ts'
import { absolute, hopNumber, duration } from '../ui/figures.ts'
import { Icon } from '../ui/icons.tsx'
import { UntilItActs, UntilSuchHop } from '../time/UntilHere.tsx'
import { Bytes } from './Bytes.tsx'
import { GuestFile } from './GuestFile.tsx'
import { Sources, Status } from './Sources.tsx'
import { wordOf } from './hex.ts'
import { RawState, Tables } from './StateTables.tsx'
import { useAnswer } from './use-answer.ts'

/** How well a figure of the cost table is founded. */
const confidence: Readonly<Record<string, string>> = {
  A: 'Founded on a primary text (A).', B: 'Founded on a secondary text (B).', C: 'Computed from texts (C).', D: 'An estimate (D).', M: 'From memory, without a text (M).',
}

function HopBody({ hop }: { readonly hop: HopInspection }) {
  const cursor = useSession((s) => s.cursor)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const cost = duration(hop.cost.ns)
  return (
    <>
      {hop.n !== cursor ? (
        <button type="button" title={absolute(hop.n)} onClick={() => seek(hop.n)}>Go to hop {hopNumber(hop.n, start)}</button>
      ) : null}
      {hop.bytes.map((view) => (
        <Bytes key={`${view.label}${view.where}`} view={view} />
      ))}
      {hop.args.length > 0 ? (
        <dl className="args" aria-label="Words of the hop">
          {hop.args.map(({ name, value }) => {
            const [hex, plain] = wordOf(name, value)
            return (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{hex} <span>{plain}</span></dd>
              </div>
            )
          })}
        </dl>
      ) : null}
      <Status status={hop.status} simplified={hop.simplified} />
      <p className="cost">
        Costs {cost.value} {cost.unit} of processor time: {hop.cost.because} <span className="cost-letter">{confidence[hop.cost.letter] ?? hop.cost.letter}</span>
      </p>
      <UntilSuchHop n={hop.n} />
      <Sources sources={hop.sources} />
    </>
  )
}

/** Other components that the same part of the overview stands for. */
function Neighbours({ path }: { readonly path: string }) {
  const overview = useSession((s) => s.depth === 'architecture' && s.sight === 'picture')
  const components = useSession((s) => s.view?.components)
  if (!overview || !components) return null
  const members = membersWith(path)
  const others = components.filter((c) => !c.later && members.includes(c.path))
  if (others.length < 2) return null
  return (
    <div className="together" role="group" aria-label="Components of this part">
      {others.map((c) => (
        <button key={c.path} type="button" aria-pressed={c.path === path} onClick={() => select({ kind: 'component', index: c.index })}>{c.title}</button>
      ))}
    </div>
  )
}

function ComponentBody({ inspected }: { readonly inspected: ComponentInspection }) {
  const { component } = inspected
  return (
    <>
      <Neighbours path={component.path} />
      {component.path.endsWith('/reader') ? <GuestFile partition={component.partition} /> : null}
      <p className="sentence">{component.about}</p>
      {component.gone ? <p role="status">{component.path} has ended: its virtual machine was turned off. Step back, and it is there again.</p> : null}
      {component.gone ? null : <UntilItActs path={component.path} />}
      <Tables tables={inspected.tables} of={component.title} />
      {inspected.bytes.map((view) => (
        <Bytes key={`${view.label}${view.where}`} view={view} />
      ))}
      <RawState title={component.title} before={inspected.before} after={inspected.after} open={inspected.tables.length === 0} />
      <Sources sources={inspected.sources} />
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

/** The place of what is on its way. */
function Awaited({ sentence = '' }: { readonly sentence?: string }) {
  return (
    <div className="awaited" aria-busy="true">
      {sentence ? <p className="sentence">{sentence}</p> : null}
      <span /><span /><span />
    </div>
  )
}

function InspectHop({ n, here }: { readonly n: number; readonly here: boolean }) {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const number = hopNumber(n, start)
  // In another branch a hop may not have acted yet: it is asked for again once it has.
  const known = useSession((s) => n <= (s.view?.status.tip ?? 0))
  useEffect(() => (here ? showHopHere() : undefined), [here])
  const { value, failure } = useAnswer(here ? aboutHere(n) : `hop ${n} at ${known ? 'hand' : 'none'}`, (lab) => lab.inspectHop(n))
  // Until the answer is there, what the page knows of the hop anyway.
  const title = useSession((s) => value?.title ?? s.kinds[openSession()?.rows.get(n)?.kind ?? -1]?.title ?? 'Hop')
  const told = useSession((s) => (s.caption && (s.caption.of ?? s.caption.n) === n ? `${s.caption.says}, because ${s.caption.because}.` : ''))
  return (
    <>
      <Head kind={here ? `Hop at the cursor · ${number}` : `Hop ${number}`} title={title} where="" />
      {failure ? <p role="alert">{failure}</p> : null}
      {/* Where the caption over the picture says it already it is not seen twice. */}
      {value?.sentence || told ? <p className={told ? 'sentence unseen' : 'sentence'}>{value?.sentence ?? told}</p> : null}
      {value ? <HopBody hop={value} /> : failure ? null : <Awaited />}
    </>
  )
}

function InspectComponent({ index }: { readonly index: number }) {
  const cursor = useSession((s) => s.cursor)
  const playing = useSession((s) => s.playing)
  const question = playing ? `component ${index}` : `component ${index} at ${cursor}`
  const { value, failure } = useAnswer(question, (lab) => lab.inspectComponent(index))
  const partition = useSession((s) => s.view?.partitions.find((p) => p.index === value?.component.partition)?.title ?? '')
  const known = useSession((s) => s.view?.components[index])
  const title = useSession((s) => titleOf(value?.component ?? known ?? { path: '', title: 'Component' }, s.view?.vms))
  const where = value ? [partition, placeName(value.component)].filter(Boolean).join(' · ') : ''
  return (
    <>
      <Head kind="What is this" title={title} where={where} />
      {failure ? <p role="alert">{failure}</p> : null}
      {value ? <ComponentBody inspected={value} /> : failure ? null : <Awaited sentence={known?.about ?? ''} />}
    </>
  )
}

export function Inspector() {
  // The hop of which the caption speaks, while that is one of the beat that ends at the cursor.
  const told = useSession((s) => (s.caption?.n === s.cursor ? (s.caption.of ?? s.cursor) : s.cursor))
  const selection = useSession((s) => s.selection)
  const cursor = useSession((s) => s.cursor)
  const playing = useSession((s) => s.playing)
  const start = useSession((s) => s.view?.status.start ?? 0)
  return (
    <section className="inspector" aria-label="Inspector" tabIndex={0}>
      {selection === null && cursor > start && !playing ? (
        <InspectHop n={told} here />
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
