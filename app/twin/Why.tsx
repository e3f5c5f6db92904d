/** Why do they differ: the hop kinds responsible, with counts on each side and the processor time they cost. */
import type { TwinAt } from './twin-calls.ts'
import { reasons, whySentence } from './project.ts'
import { Value } from './Ledger.tsx'
import { countSince } from './twin-player.ts'
import { useTwin } from './twin-store.ts'
import { count, many } from '../ui/figures.ts'

function Same({ at }: { readonly at: TwinAt }) {
  const since = useTwin((s) => s.since)
  const station = useTwin((s) => s.station)
  if (station === 0 && since !== 'power-on') return <p className="empty">Nothing has happened yet: play, or go to the next milestone.</p>
  return (
    <>
      <p className="twin-says">{whySentence(at)}</p>
      {since === 'power-on' ? null : (
        <p className="twin-says">
          Bringing them up took {many(at.left.before, 'hop')} on the left and {count(at.right.before)} on the right.{' '}
          <button type="button" className="link" onClick={() => countSince('power-on')}>Count since power-on</button>
        </p>
      )}
    </>
  )
}

export function Why({ at }: { readonly at: TwinAt }) {
  if (at.kinds.length === 0) return <Same at={at} />
  return (
    <>
      <p className="twin-says">{whySentence(at)}</p>
      <table className="twin-why" aria-label="Kinds of hops that make the difference">
        <thead>
          <tr><th scope="col">Kind of hop</th><th scope="col">Left: hops</th><th scope="col">CPU</th><th scope="col">Right: hops</th><th scope="col">CPU</th></tr>
        </thead>
        <tbody>
          {reasons(at).map((reason) => (
            <tr key={reason.kind}>
              <th scope="row">
                {reason.title} <small>{reason.place}</small>
                <i className={reason.share < 0 ? 'twin-left' : 'twin-right'} style={{ width: `${Math.abs(reason.share) * 100}%` }} aria-hidden="true" />
              </th>
              <td className="twin-left">{reason.leftHops}</td>
              <td className="twin-left"><Value cell={reason.left} /></td>
              <td className="twin-right more">{reason.rightHops}</td>
              <td className="twin-right"><Value cell={reason.right} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {at.moreKinds > 0 ? <p className="empty">{count(at.moreKinds)} more kinds differ by less.</p> : null}
    </>
  )
}
