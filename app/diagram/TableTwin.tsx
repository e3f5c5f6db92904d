/** The picture as a table: the same components and states for whoever cannot or will not look at a picture. */
import './twin.css'
import type { ComponentView, LabStatus } from '../../engine/index.ts'
import { useAnswer } from '../inspector/use-answer.ts'
import { labSession } from '../session/lab-session.ts'
import { seek } from '../session/commands.ts'
import { select, useSession, type KindCard } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import type { Thread } from './causal.ts'
import { placeName, titleOf } from './project.ts'
import { useThreads } from './use-threads.ts'

interface Last {
  readonly n: number
  readonly kind: number
}

/** The last hop of each component at the cursor; not asked for while everything moves. */
function useLasts(): readonly Last[] {
  const cursor = useSession((s) => s.cursor)
  const playing = useSession((s) => s.playing)
  const { value } = useAnswer(playing ? '' : `lasts at ${cursor}`, async (lab) => {
    const numbers = await lab.lasts(cursor)
    const { rows } = await labSession()
    for (const n of numbers) if (n > 0) await rows.want(n, n)
    return numbers.map((n) => ({ n, kind: rows.get(n)?.kind ?? -1 }))
  })
  return value ?? none
}

const none: readonly never[] = []

/** What a component has to do with the hop that is inspected, as the picture marks it: the nearest of its roles. */
function roleOf(index: number, threads: readonly Thread[], start: number): { readonly role: string; readonly says: string } {
  const numbers = (of: readonly Thread[]): string => of.map((t) => hopNumber(t.n, start)).join(', ')
  const causes = threads.filter((t) => t.role === 'cause' && t.from === index)
  if (causes.length > 0) return { role: 'cause', says: `its cause, hop ${numbers(causes)}, began here` }
  const effects = threads.filter((t) => t.role === 'effect' && t.to === index)
  return effects.length > 0 ? { role: 'effect', says: `its ${effects.length > 1 ? 'effects, hops' : 'effect, hop'} ${numbers(effects)}, ${effects.length > 1 ? 'end' : 'ends'} here` } : { role: '', says: '' }
}

/** Whether it has just acted or acts next. */
function stateOf(component: ComponentView, lit: readonly string[], next: LabStatus['next'], kinds: readonly KindCard[]): string {
  if (lit.includes(component.path)) return 'just acted'
  return next?.to === component.index ? `acts next: ${kinds[next.kind]?.title ?? ''}` : ''
}

export default function TableTwin() {
  const view = useSession((s) => s.view)
  const lit = useSession((s) => s.lit)
  const kinds = useSession((s) => s.kinds)
  const lasts = useLasts()
  const threads = useThreads()
  if (!view) return <p className="empty">The machine is being built.</p>
  const { next } = view.status
  return (
    <div className="twin" role="region" aria-label="Table of components" tabIndex={0}>
      <table>
        <caption>{`Components of the machine at hop ${hopNumber(view.status.n, view.status.start)}, and the last hop that each had a part in`}</caption>
        <thead>
          <tr>
            {['Component', 'Place', 'Partition', 'Last hop', 'State'].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.components.filter((component) => !component.gone).map((component) => {
            const partition = view.partitions.find((p) => p.index === component.partition)
            const { role, says } = roleOf(component.index, threads, view.status.start)
            const state = stateOf(component, lit, next, kinds)
            const last = lasts[component.index]
            return (
              <tr key={component.path} className={`${lit.includes(component.path) ? 'lit' : ''} ${role}`.trim() || undefined}>
                <th scope="row">
                  <button type="button" className="link" onClick={() => select({ kind: 'component', index: component.index })}>
                    {titleOf(component, view.vms)}
                  </button>
                </th>
                <td>{placeName(component)}</td>
                <td>{partition?.title ?? '–'}</td>
                <td>
                  {last && last.n > 0 ? (
                    <button type="button" className="link" onClick={() => seek(last.n)}>{`${hopNumber(last.n, view.status.start)} ${kinds[last.kind]?.title ?? ''}`}</button>
                  ) : (
                    '–'
                  )}
                </td>
                <td>{[state, says].filter(Boolean).join('; ') || 'still'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
