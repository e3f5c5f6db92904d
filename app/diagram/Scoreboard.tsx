/** The ledgers side by side, for the back of the room. Only the projector theme shows it. */
import { useSession } from '../session/session-store.ts'
import { ledgerFigures } from './project.ts'

const none: readonly never[] = []

export function Scoreboard() {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  const ledgers = useSession((s) => s.view?.ledgers)
  const guests = partitions.filter((p) => p.index > 1).slice(0, 3)
  if (guests.length === 0) return null
  const columns = guests.map((guest) => ledgerFigures(ledgers?.[guest.index]))
  return (
    <table className="scoreboard" aria-label="Ledgers of the guests">
      <thead>
        <tr>
          {guests.map((guest) => (
            <th key={guest.index} scope="col" className={`lane-${guest.index - 1}`}>{guest.title}</th>
          ))}
          <th scope="col">
            <span className="unseen">Figure</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {columns[0]!.map((first, row) => (
          <tr key={first.label}>
            {columns.map((figures, i) => (
              <td key={guests[i]!.index} className={`lane-${guests[i]!.index - 1}`}>
                {figures[row]!.value}
                {figures[row]!.unit ? <small> {figures[row]!.unit}</small> : null}
              </td>
            ))}
            <th scope="row">{first.label}</th>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
