/** How each guest reaches its disk: the way, and how many register accesses emulation costs it. */
import type { MachineCard } from '../session/lab-calls.ts'

type Guest = MachineCard['own']['guests'][number]
type Words = Readonly<Record<string, string>>

/** A way is a path and, for PIO, how many sectors a command moves at a time. */
const ways = [
  ['synthetic', 'VMBus (synthetic storage)'],
  ['pio', 'Emulated IDE, PIO, a sector at a time'],
  ['pio multiple', 'Emulated IDE, PIO, MULTIPLE commands'],
  ['pio polled', 'Emulated IDE, PIO, polled without interrupts'],
  ['dma', 'Emulated IDE, bus-master DMA'],
] as const

function wordsOfWay(name: string, way: string): Words {
  const [path, mode] = way.split(' ')
  return { [`${name}.path`]: path!, [`${name}.pioMode`]: mode === 'multiple' ? 'multiple' : 'single', [`${name}.polled`]: String(mode === 'polled') }
}

function wayOf(guest: Guest, words: Words): string {
  const said = (field: 'path' | 'pioMode' | 'polled'): string => words[`${guest.name}.${field}`] ?? String(guest[field] ?? '')
  if (said('path') !== 'pio') return said('path')
  if (said('polled') === 'true') return 'pio polled'
  return said('pioMode') === 'multiple' ? 'pio multiple' : 'pio'
}

function GuestRow({ guest, words, set }: { readonly guest: Guest; readonly words: Words; readonly set: (word: string, value: string) => void }) {
  const way = wayOf(guest, words)
  const emulated = way !== 'synthetic'
  const said = (field: 'extraAccesses' | 'queueDepth' | 'lean'): string => words[`${guest.name}.${field}`] ?? String(guest[field] ?? '')
  return (
    <tr>
      <th scope="row">{guest.title} <small>{guest.guest} guest</small></th>
      <td>
        <select aria-label={`Way of ${guest.title} to its disk`} value={way} onChange={(event) => Object.entries(wordsOfWay(guest.name, event.target.value)).forEach(([word, value]) => set(word, value))}>
          {ways.filter(([id]) => id !== 'synthetic' || guest.guest === 'enlightened').map(([id, title]) => <option key={id} value={id}>{title}</option>)}
        </select>
      </td>
      <td>
        <input
          type="number" min={0} max={1000} step={1} aria-label={`Extra register accesses of ${guest.title} for each command`} disabled={!emulated}
          value={said('extraAccesses') || '0'} onChange={(event) => set(`${guest.name}.extraAccesses`, event.target.value || '0')}
        />
      </td>
      <td>
        <input
          type="checkbox" aria-label={`${guest.title} leaves out register accesses whose value it knows`} disabled={!emulated}
          checked={said('lean') === 'true'} onChange={(event) => set(`${guest.name}.lean`, String(event.target.checked))}
        />
      </td>
    </tr>
  )
}

export function Guests({ guests, words, set }: { readonly guests: readonly Guest[]; readonly words: Words; readonly set: (word: string, value: string) => void }) {
  if (guests.length === 0) return null
  return (
    <table className="machine-guests">
      <caption>Guests. More register accesses for a command show where emulation begins to matter, and where it stops.</caption>
      <thead>
        <tr><th scope="col">Guest</th><th scope="col">Way to its disk</th><th scope="col">Extra accesses</th><th scope="col">Lean driver</th></tr>
      </thead>
      <tbody>{guests.map((guest) => <GuestRow key={guest.name} guest={guest} words={words} set={set} />)}</tbody>
    </table>
  )
}
