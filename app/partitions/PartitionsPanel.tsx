/** Left: the partitions with state, virtual processors and memory, and what can be asked of a guest. */
import type { PartitionView } from '../../engine/index.ts'
import { checkers, vpSentence } from '../diagram/project.ts'
import { intend, show, toggleChecks } from '../session/commands.ts'
import { select, session, useSession } from '../session/session-store.ts'

const none: readonly never[] = []

const stateWords = { running: 'runs', hypervisor: 'hypervisor', ready: 'ready', waiting: 'waits', suspended: 'suspended' } as const

/** Lists a folder by the guest itself, where its entries can be chosen: in the inspector of its reader. */
function browse(guest: string, path: string): void {
  const reader = session.getState().view?.components.find((c) => c.path === `${guest}/reader`)
  if (reader) select({ kind: 'component', index: reader.index })
  intend({ do: 'list-files', guest, path }, true)
}

function Partition({ partition }: { readonly partition: PartitionView }) {
  const ready = useSession((s) => s.phase === 'ready')
  const file = useSession((s) => s.view?.guests.find((g) => g.partition === partition.index && g.listing === null)?.file ?? '')
  const isRoot = partition.index === 1
  return (
    <section className={`partition lane-${partition.index - 1}`} aria-label={`State of ${partition.title}`}>
      <h3>{isRoot ? 'Root (parent) partition' : partition.title}</h3>
      <p className="partition-state">
        {partition.state} · {partition.memoryMb} MB
      </p>
      <ul className="vp-list">
        {partition.vps.map((vp) => (
          <li key={vp.vp} title={vpSentence(vp)}>
            <span className={`vp vp-${vp.state}`} aria-hidden="true">{vp.index}</span>
            <span>VP {vp.index} {stateWords[vp.state]}{vp.lp >= 0 ? ` · LP ${vp.lp}` : ''}</span>
          </li>
        ))}
      </ul>
      {isRoot ? null : (
        <div className="partition-acts">
          <button type="button" disabled={!ready} onClick={() => intend({ do: 'read-file', guest: partition.path, path: file || 'README.TXT' }, true)} aria-label={`Read the file again in ${partition.title}`}>
            Read again
          </button>
          <button type="button" disabled={!ready} onClick={() => browse(partition.path, '\\')} aria-label={`List files in ${partition.title}`}>
            List files
          </button>
        </div>
      )}
    </section>
  )
}

export default function PartitionsPanel() {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  const ready = useSession((s) => s.phase === 'ready')
  return (
    <nav className="left" aria-label="Partitions">
      <h2>Partitions</h2>
      {partitions.length === 0 ? <p className="empty">Root, Alpha and Beta are being brought up.</p> : null}
      {partitions.map((partition) => (
        <Partition key={partition.index} partition={partition} />
      ))}
      <p className="own-disks">
        <button type="button" disabled={!ready} onClick={() => show('disks')}>Own disks…</button>
      </p>
      <Checkers />
      <Legendary />
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

/** How to read the picture: two lines, for whoever has never seen it. */
function Legendary() {
  return (
    <dl className="reading">
      <dt>Line</dt>
      <dd>a way that hops have used; broader means more often; its colour is the partition it was for</dd>
      <dt>Dot</dt>
      <dd>one hop: control or data that moves now</dd>
    </dl>
  )
}
