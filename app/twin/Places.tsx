/** Hops and processor time by place as bars, both sides one below the other. */
import type { Side, TwinAt } from './twin-calls.ts'
import { placeBars, type Bar } from './project.ts'
import { Letter } from './Ledger.tsx'

function BarCell({ bar, side }: { readonly bar: Bar; readonly side: Side }) {
  return (
    <div className={`twin-bar twin-${side}`}>
      <span className="unseen">{side}: </span>
      <i style={{ width: `${Math.max(bar.share > 0 ? 1.2 : 0, bar.share * 52)}%` }} aria-hidden="true" />
      <b>{bar.value}</b>{bar.unit ? <small> {bar.unit}</small> : null}<Letter letter={bar.letter} />
    </div>
  )
}

export function Places({ at }: { readonly at: TwinAt }) {
  const bars = placeBars(at)
  if (bars.length === 0) return <p className="empty">Nothing has hopped yet: play, or go to the next milestone.</p>
  return (
    <table className="twin-places" aria-label="Hops and processor time by place">
      <thead>
        <tr><th scope="col"><span className="unseen">Place</span></th><th scope="col">Hops that arrive</th><th scope="col">CPU time</th></tr>
      </thead>
      <tbody>
        {bars.map((place) => (
          <tr key={place.spot}>
            <th scope="row">{place.title}</th>
            <td><BarCell bar={place.hops.left} side="left" /><BarCell bar={place.hops.right} side="right" /></td>
            <td>{place.cpu.left.share + place.cpu.right.share > 0 ? <><BarCell bar={place.cpu.left} side="left" /><BarCell bar={place.cpu.right} side="right" /></> : <span className="empty">elapsed time only</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
