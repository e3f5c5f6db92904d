/** One set of controls for both machines: from milestone to milestone of either. */
import { Icon } from '../ui/icons.tsx'
import { setTempo } from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { stationWords } from './project.ts'
import { backTwin, endTwin, resetTwin, seekTwin, stepTwin, toggleTwin } from './twin-player.ts'
import { useTwin } from './twin-store.ts'

const tempos = [[0.5, 'Slow'], [1, 'Normal'], [2, 'Fast'], [5, 'Faster']] as const

export function TwinTransport() {
  const ready = useTwin((s) => s.phase === 'ready')
  const playing = useTwin((s) => s.playing)
  const station = useTwin((s) => s.station)
  const route = useTwin((s) => s.route)
  const more = useTwin((s) => s.more)
  const card = useTwin((s) => s.card)
  const tempo = useSession((s) => s.tempo)
  const last = Math.max(1, route.length - 1)
  const words = card ? stationWords(card, route, station) : ''
  return (
    <section className="transport twin-transport" aria-label="Transport">
      <div className="transport-buttons">
        <button type="button" onClick={resetTwin} disabled={!ready} aria-label="Reset both to the start" title="Reset (Home)"><Icon name="reset" /></button>
        <button type="button" onClick={backTwin} disabled={!ready || station === 0} aria-label="One milestone back" title="One milestone back (←)"><Icon name="back" /></button>
        <button type="button" className="transport-play" onClick={toggleTwin} disabled={!ready} aria-label={playing ? 'Pause' : 'Play'} title="Play, pause (Space)">
          <Icon name={playing ? 'pause' : 'play'} /> {playing ? 'Pause' : 'Play'}
        </button>
        <button type="button" onClick={stepTwin} disabled={!ready || station >= route.length - 1} aria-label="To the next milestone of either" title="Next milestone of either (→)"><Icon name="forward" /></button>
        <button type="button" onClick={endTwin} disabled={!ready} aria-label="To the end" title="To the end (End)"><Icon name="end" /></button>
      </div>
      <select aria-label="Tempo" value={tempo} onChange={(event) => setTempo(Number(event.target.value))}>
        {tempos.map(([value, name]) => <option key={value} value={value}>{`${name} ×${value}`}</option>)}
      </select>
      <input
        type="range" className="twin-scrub" min={0} max={last} step={1} value={Math.min(station, last)} disabled={!ready}
        aria-label="Milestone" aria-valuetext={words} onChange={(event) => seekTwin(Number(event.target.value))}
      />
      <p className="twin-where">{route.length > 0 ? <b>{station} of {route.length - 1}</b> : null} {words}{more > 0 ? ` (the first ${route.length - 1} milestones only)` : ''}</p>
    </section>
  )
}
