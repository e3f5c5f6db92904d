/**
 * The machine that a scenario runs on: era, hardware and the guests' ways to their disks can be changed, and what a change
 * means is listed with its sources before it is made. The changed machine is another address.
 */
import { useMemo, useState } from 'react'
import { eraDifferences, eras, eraTitles, profileDifferences, profiles, type Era } from '../../engine/index.ts'
import { openVariant } from '../session/commands.ts'
import type { MachineCard } from '../session/lab-calls.ts'
import { session, useSession } from '../session/session-store.ts'
import { variantInAddress } from '../session/variant-address.ts'
import { openTwin } from '../twin/twin-player.ts'
import { twin } from '../twin/twin-store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Guests } from './Guests.tsx'
import './machine.css'
import { twinAgainst, wordsOfTwin } from './twin-words.ts'

type Words = Readonly<Record<string, string>>

function Choices({ name, legend, own, value, options, choose }: {
  readonly name: string
  readonly legend: string
  readonly own: string
  readonly value: string
  readonly options: readonly (readonly [string, string])[]
  readonly choose: (value: string) => void
}) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {options.map(([id, title]) => (
        <label key={id}>
          <input type="radio" name={name} value={id} checked={value === id} onChange={() => choose(id)} />
          <span>{title}{id === own ? <small>as the scenario has it</small> : null}</span>
        </label>
      ))}
    </fieldset>
  )
}

function EraTable({ from, to }: { readonly from: Era; readonly to: Era }) {
  if (from === to) return null
  return (
    <table>
      <caption>What another era changes</caption>
      <thead>
        <tr><th scope="col">What</th><th scope="col">{eraTitles[from]}</th><th scope="col">{eraTitles[to]}</th><th scope="col">Because</th><th scope="col">Sources</th></tr>
      </thead>
      <tbody>
        {eraDifferences(from, to).map((change) => (
          <tr key={change.id}>
            <th scope="row">{change.what}</th><td>{change.holds[from]}</td><td>{change.holds[to]}</td><td>{change.because}</td>
            <td>{change.sources.join('; ')} <small>{change.status}</small></td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function ProfileTable({ from, to }: { readonly from: string; readonly to: string }) {
  const a = profiles[from]
  const b = profiles[to]
  if (!a || !b || from === to) return null
  return (
    <table>
      <caption>What other hardware changes. Letters say how well a figure is founded: A text of the maker or measurement, B second hand, C computed from those, D our estimate, M from memory.</caption>
      <thead>
        <tr><th scope="col">What</th><th scope="col">{from}</th><th scope="col">{to}</th><th scope="col">Because</th></tr>
      </thead>
      <tbody>
        {profileDifferences(a, b).map((difference) => (
          <tr key={difference.id}>
            <th scope="row">{difference.title}</th>
            <td>{difference.a.value} <small title={difference.a.because}>{difference.a.letter}</small></td>
            <td>{difference.b.value} <small>{difference.b.letter}</small></td>
            <td>{difference.b.because}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Words that only say what the scenario says anyway are left out of the address. */
function needed(card: MachineCard, words: Words): Words {
  const own: Record<string, string> = { era: card.own.era, profile: card.own.profile }
  for (const guest of card.own.guests) for (const [field, value] of Object.entries(guest)) own[`${guest.name}.${field}`] = typeof value === 'object' ? '' : String(value)
  return Object.fromEntries(Object.entries(words).filter(([word, value]) => own[word] !== value))
}

function Form({ card, close }: { readonly card: MachineCard; readonly close: () => void }) {
  // Whoever comes from two machines side by side changes the right one.
  const [words, setWords] = useState<Words>(() => (session.getState().sight === 'twin' ? wordsOfTwin(twin.getState().words, variantInAddress()) : variantInAddress()))
  const set = (word: string, value: string): void => setWords((before) => ({ ...before, [word]: value }))
  const era = (words['era'] ?? card.own.era) as Era
  const profile = words['profile'] ?? card.own.profile
  const wanted = useMemo(() => needed(card, words), [card, words])
  const changed = JSON.stringify(wanted) !== JSON.stringify(needed(card, variantInAddress()))
  const twinned = twinAgainst(card, needed(card, variantInAddress()), wanted)
  return (
    <form method="dialog" onSubmit={(event) => { event.preventDefault(); openVariant(wanted) }}>
      <div className="machine-choices">
        <Choices name="era" legend="Era" own={card.own.era} value={era} options={eras.map((id) => [id, eraTitles[id]] as const)} choose={(id) => set('era', id)} />
        <Choices name="profile" legend="Hardware" own={card.own.profile} value={profile} options={Object.values(profiles).map((p) => [p.name, p.title] as const)} choose={(id) => set('profile', id)} />
      </div>
      <Guests guests={card.own.guests} words={words} set={set} />
      <EraTable from={card.own.era} to={era} />
      <ProfileTable from={card.own.profile} to={profile} />
      <footer>
        <button type="submit" className="main" disabled={!changed}>Start this machine</button>
        <button type="button" disabled={twinned === ''} onClick={() => void openTwin(twinned)}>Compare with this machine</button>
        <button type="button" disabled={Object.keys(wanted).length === 0} onClick={() => setWords({})}>As the scenario has it</button>
        <button type="button" onClick={close}>Cancel</button>
        <p>The scenario begins anew; the address keeps what is changed.</p>
      </footer>
    </form>
  )
}

export default function MachineDialog() {
  const card = useSession((s) => s.machineCard)
  const close = (): void => session.setState({ open: 'none' })
  return (
    <Dialog title="The machine" className="machine">
      {card ? <Form card={card} close={close} /> : <p>The lab is not open yet.</p>}
    </Dialog>
  )
}
