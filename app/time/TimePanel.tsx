/** Below the picture: branches as a tree with what can be done with each, bookmarks, breakpoints. */
import './time.css'
import { useState } from 'react'
import { useSession } from '../session/session-store.ts'
import { absolute, hopNumber, instant } from '../ui/figures.ts'
import { useTree } from './Lanes.tsx'
import { useNames } from './names.ts'
import * as act from './time-commands.ts'
import { useTime } from './time-store.ts'
import type { Lane } from './tree.ts'
import { conditionWords } from './words.ts'

export default function TimePanel() {
  const known = useSession((s) => s.phase === 'ready')
  if (!known) return null
  return (
    <div className="time-panel">
      <Branches />
      <Bookmarks />
      <Breakpoints />
    </div>
  )
}

/** After something was deleted, focus goes to the heading of its list. */
function deleting(run: () => void) {
  return (event: React.MouseEvent<HTMLElement>): void => {
    const heading = event.currentTarget.closest('section')?.querySelector<HTMLElement>('h2')
    run()
    heading?.focus()
  }
}

function Branches() {
  const tree = useTree(Number.MAX_SAFE_INTEGER)
  const deleted = useTime((s) => s.deleted)
  useTime((s) => s.names)
  const branches = useSession((s) => s.view?.branches.length ?? 0)
  const gone = deleted.filter((id) => id < branches)
  return (
    <section aria-label="Branches">
      <h2 tabIndex={-1}>Branches</h2>
      <ul className="time-list">
        {tree.lanes.map((lane) => (
          <BranchLine key={lane.id} lane={lane} alone={tree.lanes.length === 1} />
        ))}
      </ul>
      {tree.lanes.length === 1 ? <p className="empty">Go back to an earlier hop and ask the machine for something else: that begins another branch, and this one stays.</p> : null}
      {gone.length > 0 ? (
        <p className="time-gone">
          Deleted: {gone.map((id) => (
            <button key={id} type="button" className="link" aria-label={`Bring back ${act.nameOf(id)}`} title="Bring it back" onClick={deleting(() => act.bringBack(id))}>{act.nameOf(id)}</button>
          ))}
        </p>
      ) : null}
    </section>
  )
}

function BranchLine({ lane, alone }: { readonly lane: Lane; readonly alone: boolean }) {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const [naming, setNaming] = useState(false)
  const name = act.nameOf(lane.id)
  if (naming) return <li><Naming id={lane.id} name={name} done={() => setNaming(false)} /></li>
  return (
    <li className={lane.current ? 'time-here' : undefined} style={{ paddingLeft: 4 + Math.min(lane.depth, 6) * 12 }}>
      <button type="button" className="time-name" aria-current={lane.current ? 'true' : undefined} title={lane.current ? 'The machine stands in it' : 'Go to it, where you were last'} onClick={() => act.goToBranch(lane.id)}>
        {lane.depth > 0 ? <span aria-hidden="true">└ </span> : null}{name}
      </button>
      <span className="time-where" title={absolute(lane.tip)}>{lane.from >= 0 ? `hop ${hopNumber(lane.atHop, start)} – ` : 'to '}{hopNumber(lane.tip, start)}</span>
      <span className="time-acts">
        <button type="button" className="quiet" aria-label={`Name ${name}`} onClick={() => setNaming(true)}>Name</button>
        {alone ? null : <button type="button" className="quiet" aria-label={`Compare ${name}`} title={lane.current ? 'With another branch' : 'With the branch one stands in'} onClick={() => act.compareWith(lane.id)}>Compare</button>}
        {alone ? null : <button type="button" className="quiet" aria-label={`Delete ${name}`} onClick={deleting(() => act.deleteBranch(lane.id))}>Delete</button>}
      </span>
    </li>
  )
}

function Naming({ id, name, done }: { readonly id: number; readonly name: string; readonly done: () => void }) {
  return (
    <form
      className="time-naming" onSubmit={(event) => {
        event.preventDefault()
        const words = new FormData(event.currentTarget).get('name')
        act.renameBranch(id, typeof words === 'string' ? words : '')
        const section = event.currentTarget.closest('section')
        done()
        section?.querySelector<HTMLElement>('h2')?.focus()
      }}
    >
      <input
        name="name" defaultValue={name} maxLength={80} aria-label="Name of the branch" ref={(field) => field?.select()} onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          event.currentTarget.closest('section')?.querySelector<HTMLElement>('h2')?.focus()
          done()
        }}
      />
      <button type="submit">Keep</button>
    </form>
  )
}

function Bookmarks() {
  const bookmarks = useTime((s) => s.bookmarks)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const several = useSession((s) => (s.view?.branches.length ?? 1) > 1)
  return (
    <section aria-label="Bookmarks">
      <h2 tabIndex={-1}>Bookmarks</h2>
      <ul className="time-list">
        {[...bookmarks].sort((a, b) => a.n - b.n || a.id - b.id).map((b) => (
          <li key={b.id}>
            <button type="button" className="time-name" onClick={() => act.goToBookmark(b)} title={`Go to ${absolute(b.n)}`}>{b.title}</button>
            <span className="time-where" title={`t = ${instant(Math.max(0, b.time - startTime))}${several ? `, in ${act.nameOf(b.branch)}` : ''}`}>hop {hopNumber(b.n, start)}</span>
            <span className="time-acts">
              <button type="button" className="quiet" aria-label={`Change the bookmark ${b.title}`} onClick={() => act.editBookmark(b)}>Change</button>
              <button type="button" className="quiet" aria-label={`Delete the bookmark ${b.title}`} onClick={deleting(() => act.deleteBookmark(b))}>Delete</button>
            </span>
            {b.note ? <p>{b.note}</p> : null}
          </li>
        ))}
      </ul>
      {bookmarks.length === 0 ? <p className="empty">None yet: a hop that is worth finding again gets a title and a note.</p> : null}
      <button type="button" onClick={() => act.editBookmark(null)}>Bookmark this hop…</button>
    </section>
  )
}

function Breakpoints() {
  const breakpoints = useTime((s) => s.breakpoints)
  const faults = useTime((s) => s.faults)
  const hits = useTime((s) => s.hits)
  const names = useNames()
  return (
    <section aria-label="Breakpoints">
      <h2 tabIndex={-1}>Breakpoints</h2>
      <ul className="time-list">
        {breakpoints.map((b, i) => {
          const says = conditionWords(b.condition, names)
          const met = hits.filter((hit) => hit.says === says).length
          return (
            <li key={JSON.stringify(b.condition)}>
              <label className="time-switch">
                <input type="checkbox" checked={b.on} onChange={(event) => act.switchBreakpoint(i, event.target.checked)} /> {says.slice(0, 1).toUpperCase() + says.slice(1)}
              </label>
              <span className="time-where">{met > 0 ? `met at ${met} ${met === 1 ? 'hop' : 'hops'}` : b.on ? '' : 'off'}</span>
              <span className="time-acts">
                <button type="button" className="quiet" aria-label={`Delete the breakpoint: ${says}`} onClick={deleting(() => act.deleteBreakpoint(i))}>Delete</button>
              </span>
              {faults[i] ? <p role="alert">{faults[i]} It is not waited for.</p> : null}
            </li>
          )
        })}
      </ul>
      {breakpoints.length === 0 ? <p className="empty">None: Play and Run to the end stop only when nothing is left to do.</p> : null}
      <button type="button" onClick={() => act.draft('break')}>New breakpoint…</button>
    </section>
  )
}
