/** What is compared: presets one click away, the guest, another machine. */
import { session } from '../session/session-store.ts'
import { compareGuest, openTwin } from './twin-player.ts'
import { sideTitle } from './project.ts'
import { SinceChoice } from './Ledger.tsx'
import { useTwin } from './twin-store.ts'

export function Presets() {
  const offers = useTwin((s) => s.offers)
  const words = useTwin((s) => s.words)
  if (!offers) return null
  const own = offers.own !== '' && offers.own === offers.words && offers.presets.every((preset) => preset.words !== offers.own)
  return (
    <div className="switch twin-presets" role="group" aria-label="Compare">
      {own ? <button type="button" aria-pressed={offers.own === words} title="What this scenario is about" onClick={() => void openTwin(offers.own)}>Of this scenario</button> : null}
      {offers.presets.filter((preset) => preset.words !== '').map((preset) => (
        <button key={preset.id} type="button" aria-pressed={preset.words === words} onClick={() => void openTwin(preset.words)}>{preset.title}</button>
      ))}
    </div>
  )
}

/** Whoever compares something else than the scenario knows it. */
function AskedToo() {
  const asked = useTwin((s) => s.card?.asked ?? 0)
  return asked === 0 ? null : <p className="twin-asked">Both are asked your {asked === 1 ? 'request' : `${asked} requests`} too</p>
}

function GuestChoice() {
  const card = useTwin((s) => s.card)
  const guest = useTwin((s) => s.guest)
  const ready = useTwin((s) => s.phase === 'ready')
  if (!card) return null
  return (
    <label className="twin-guest">
      <span className="unseen">Compare what is done for</span>
      <select value={guest} disabled={!ready} onChange={(event) => compareGuest(event.target.value)}>
        {card.guests.map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
        <option value="">Whole machine</option>
      </select>
    </label>
  )
}

export function TwinTools() {
  return (
    <div className="twin-tools">
      <Presets />
      <button type="button" onClick={() => session.setState({ open: 'machine' })}>Another machine…</button>
      <AskedToo />
      <GuestChoice />
    </div>
  )
}

export function SideTitles() {
  const card = useTwin((s) => s.card)
  if (!card) return null
  return (
    <div className="twin-titles">
      <h2 className="twin-left">{sideTitle(card, 'left')}</h2>
      <SinceChoice />
      <h2 className="twin-right">{sideTitle(card, 'right')}</h2>
    </div>
  )
}
