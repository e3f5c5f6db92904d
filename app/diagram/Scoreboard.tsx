/** The ledgers side by side, for the back of the room. Only the projector theme shows it. */
import './score.css'
import { useSession } from '../session/session-store.ts'
import { ledgerFigures, ledgerUnit, shownOf, splitWords } from './project.ts'
import { laneOf } from '../ui/lane.ts'

const none: readonly never[] = []

export default function Scoreboard() {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  const ledgers = useSession((s) => s.view?.ledgers)
  const depth = useSession((s) => s.depth)
  const guests = partitions.filter((p) => p.index > 1).slice(0, 3)
  if (guests.length === 0) return null
  const unit = ledgerUnit(guests.map((guest) => ledgers?.[guest.index]))
  const columns = guests.map((guest) => ledgerFigures(ledgers?.[guest.index], unit))
  return (
    <div className="score" data-depth={depth}>
      <table className="scoreboard" aria-label="Ledgers of the guests">
        <thead>
          <tr>
            {guests.map((guest) => (
              <th key={guest.index} scope="col" className={`lane-${laneOf(guest.index - 1)}`}>{guest.title}</th>
            ))}
            <th scope="col">
              <span className="unseen">Figure</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {columns[0]!.map((first, row) => (
            <tr key={first.name}>
              {columns.map((figures, i) => (
                <td key={guests[i]!.index} className={`lane-${laneOf(guests[i]!.index - 1)}`} title={splitWords(figures[row]!) || undefined}>
                  {figures[row]!.value}
                  {figures[row]!.others ? <small> {figures[row]!.others}</small> : null}
                  {figures[row]!.unit ? <small> {figures[row]!.unit}</small> : null}
                </td>
              ))}
              <th scope="row">{first.head}</th>
            </tr>
          ))}
        </tbody>
      </table>
      <ScoreTexts />
    </div>
  )
}

/** The first lines of what stands in the guests, large. */
function ScoreTexts() {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  const files = useSession((s) => s.view?.guests ?? none)
  const filled = files.flatMap((file) => {
    const text = shownOf(file)
    return text ? [{ file, lines: text.split('\n').map((line) => line.trim()).filter((line) => /[\p{L}\d]/u.test(line)).slice(0, 2) }] : []
  })
  return filled.slice(0, 3).map(({ file, lines }) => (
    <div key={file.partition} className={`score-text lane-${laneOf(file.partition - 1)}`}>
      <b>{partitions.find((p) => p.index === file.partition)?.title} · {file.file}</b>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  ))
}
