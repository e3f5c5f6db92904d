/** The picture as a table: the same components and states for whoever cannot or will not look at a picture. */
import { useSession, select } from '../session/session-store.ts'
import { placeName } from './project.ts'

export default function TableTwin() {
  const view = useSession((s) => s.view)
  const lit = useSession((s) => s.lit)
  const told = useSession((s) => s.caption)
  const kinds = useSession((s) => s.kinds)
  if (!view) return <p className="empty">The machine is being built.</p>
  const { next } = view.status
  return (
    <div className="twin" role="region" aria-label="Table of components" tabIndex={0}>
      <table>
        <caption>{told ? `${told.says}, because ${told.because}.` : 'Components of the machine'}</caption>
        <thead>
          <tr>
            <th scope="col">Component</th>
            <th scope="col">Place</th>
            <th scope="col">Partition</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {view.components.map((component) => {
            const partition = view.partitions.find((p) => p.index === component.partition)
            const acts = next?.to === component.index ? `acts next: ${kinds[next.kind]?.title ?? ''}` : ''
            return (
              <tr key={component.path} className={lit.includes(component.path) ? 'lit' : undefined}>
                <th scope="row">
                  <button type="button" className="link" onClick={() => select({ kind: 'component', index: component.index })}>
                    {component.title}
                  </button>
                </th>
                <td>{placeName(component.place)}</td>
                <td>{partition?.title ?? '–'}</td>
                <td>{lit.includes(component.path) ? 'just acted' : acts || 'still'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
