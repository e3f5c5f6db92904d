/** The milestones of one operation as rungs between both machines, each with the time at which it came there. */
import { seekTwin } from './twin-player.ts'
import { operationAt, operationChoices, rungs, type Rung } from './project.ts'
import { useTwin } from './twin-store.ts'

function Time({ side, rung }: { readonly side: 'left' | 'right'; readonly rung: Rung }) {
  const lack = side === 'left' ? rung.leftLack : rung.rightLack
  return <td className={`twin-${side}${lack ? ' lacks' : ''}`} title={lack || undefined}>{rung[side] || (rung.reached ? '' : '–')}</td>
}

export function Ladder() {
  const card = useTwin((s) => s.card)
  const route = useTwin((s) => s.route)
  const station = useTwin((s) => s.station)
  if (!card) return null
  const choices = operationChoices(card, route)
  const operation = operationAt(route, station)
  if (!operation) {
    return <p className="empty twin-nothing">Nobody asks for anything of a disk here, so there is no milestone at which the two could meet. Choose the whole machine, or a scenario that reads or writes.</p>
  }
  const at = choices.filter((choice) => choice.station <= Math.max(station, choices[0]!.station)).at(-1)
  const here = rungs(route, station)
  const lack = here.find((rung) => rung.here)
  const sentence = lack ? [lack.leftLack, lack.rightLack].filter(Boolean).join(' ') : ''
  return (
    <section className="twin-ladder" aria-label="Milestones">
      <table>
        <caption>
          <select aria-label="Operation" value={at?.station ?? 0} onChange={(event) => seekTwin(Number(event.target.value))}>
            {choices.map((choice) => <option key={choice.station} value={choice.station}>{choice.title}</option>)}
          </select>
        </caption>
        <thead className="unseen">
          <tr><th scope="col">Left, since it was asked</th><th scope="col">Milestone</th><th scope="col">Right, since it was asked</th></tr>
        </thead>
        <tbody>
          {here.map((rung) => (
            <tr key={rung.station} className={rung.reached ? 'reached' : undefined} aria-current={rung.here ? 'step' : undefined}>
              <Time side="left" rung={rung} />
              <th scope="row"><button type="button" onClick={() => seekTwin(rung.station)} title="Put both machines to this milestone">{rung.title}</button></th>
              <Time side="right" rung={rung} />
            </tr>
          ))}
        </tbody>
      </table>
      {sentence ? <p className="twin-lack">{sentence}</p> : null}
    </section>
  )
}
