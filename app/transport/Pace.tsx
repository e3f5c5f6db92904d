/** How Play tells, and how fast. */
import * as act from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { rateOf, rateWords, sliderOf } from './scale.ts'

const paces = [
  ['story', 'Story', 'What stays on one floor is one beat; repeated cycles are told once'],
  ['hops', 'Hops', 'Every hop is a beat; repeated cycles are told once'],
  ['flow', 'Flow', 'Proportional to simulated time'],
] as const

const tempos = [
  [0.5, 'Slow'],
  [1, 'Normal'],
  [2, 'Fast'],
  [5, 'Faster'],
] as const

export default function Pace() {
  const pace = useSession((s) => s.pace)
  const tempo = useSession((s) => s.tempo)
  const rate = useSession((s) => s.rate)
  return (
    <div className="pace">
      <div className="switch" role="group" aria-label="Pace">
        {paces.map(([value, name, title]) => (
          <button key={value} type="button" aria-pressed={pace === value} onClick={() => act.setPace(value)} title={title}>{name}</button>
        ))}
      </div>
      {pace !== 'flow' ? (
        <select aria-label="Tempo of the story" value={tempo} onChange={(event) => act.setTempo(Number(event.target.value))}>
          {tempos.map(([value, name]) => (
            <option key={value} value={value}>{`${name} ×${value}`}</option>
          ))}
        </select>
      ) : (
        <label className="rate">
          <input type="range" min={0} max={100} value={sliderOf(rate)} aria-label="Speed of the flow" aria-valuetext={rateWords(rate)} onChange={(event) => act.setRate(rateOf(Number(event.target.value)))} />
          <span>{rateWords(rate)}</span>
        </label>
      )}
    </div>
  )
}
