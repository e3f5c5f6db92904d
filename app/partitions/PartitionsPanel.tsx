/** Left: the virtual machines, or the form that injects into one; the checkers; how to read the picture. */
import './partitions.css'
import { lazy } from 'react'
import { checkers } from '../diagram/project.ts'
import { toggleChecks } from '../session/commands.ts'
import { session, useSession } from '../session/session-store.ts'
import { Coming } from '../ui/Coming.tsx'
import Machines from './Machines.tsx'

const Inject = lazy(() => import('./Inject.tsx'))

const none: readonly never[] = []

const faces = [
  ['machines', 'Machines'],
  ['inject', 'Inject'],
] as const

export default function PartitionsPanel() {
  const left = useSession((s) => s.left)
  return (
    <nav className={`left left-${left}`} aria-label="Partitions">
      <h2>Partitions</h2>
      <div className="switch left-faces" role="group" aria-label="What the panel shows">
        {faces.map(([face, name]) => (
          <button key={face} type="button" aria-pressed={left === face} onClick={() => session.setState({ left: face })}>{name}</button>
        ))}
      </div>
      {left === 'inject' ? (
        <Coming>
          <Inject />
        </Coming>
      ) : (
        <>
          <Machines />
          <Checkers />
          <Legendary />
        </>
      )}
    </nav>
  )
}

/** Independent checkers look at every hop from when they are switched on. */
function Checkers() {
  const ready = useSession((s) => s.phase === 'ready')
  const on = useSession((s) => s.view?.status.checksOn ?? false)
  const failures = useSession((s) => s.view?.status.checkFailures ?? none)
  return (
    <section className="checkers" aria-label="Checkers">
      <button type="button" role="switch" aria-checked={on} disabled={!ready} onClick={toggleChecks} aria-label="Checkers">
        Checkers <b aria-hidden="true">{on ? 'on' : 'off'}</b>
      </button>
      <p role="status">{on ? `${checkers} checkers watch every hop${failures.length === 0 ? '' : `; ${failures.length} found something`}.` : 'Nobody checks the hops.'}</p>
      {failures.length > 0 ? (
        <ul className="check-failures" role="alert">
          {[...new Set(failures)].map((failure) => (
            <li key={failure}>{failure}</li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

/** How to read the picture: three lines, for whoever has never seen it. */
function Legendary() {
  return (
    <dl className="reading">
      <dt>Line</dt>
      <dd>a way that hops have used; broader means more often; its colour is the partition it was for</dd>
      <dt>Dot</dt>
      <dd>one hop: control or data that moves now</dd>
      <dt>Bar in a guest</dt>
      <dd>how much of a figure it has, compared with the guest that has most</dd>
    </dl>
  )
}
