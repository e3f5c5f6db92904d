/** One ledger with both columns and the ratio: counts first, times second, two significant digits. */
import type { Since, TwinAt } from './twin-calls.ts'
import { furtherRows, headline, type Cell, type LedgerRow } from './project.ts'
import { countSince } from './twin-player.ts'
import { useTwin } from './twin-store.ts'

const confidence: Readonly<Record<string, string>> = {
  A: 'founded on a primary text', B: 'founded on a secondary text', C: 'computed from texts', D: 'our estimate', M: 'from memory, without a text',
}

export function Letter({ letter }: { readonly letter: string }) {
  if (letter === '') return null
  return <abbr className="twin-letter" title={`${letter}: ${confidence[letter] ?? ''}`}>{letter}</abbr>
}

export function Value({ cell }: { readonly cell: Cell }) {
  return (
    <>
      {cell.value}
      {cell.unit ? <small> {cell.unit}</small> : null}
      <Letter letter={cell.letter} />
    </>
  )
}

function Row({ row }: { readonly row: LedgerRow }) {
  return (
    <tr>
      <td className={`twin-left${row.more === 'left' ? ' more' : ''}`}><Value cell={row.left} /></td>
      <th scope="row">{row.label}</th>
      <td className={`twin-right${row.more === 'right' ? ' more' : ''}`}><Value cell={row.right} /></td>
      <td className="twin-ratio">{row.ratio}</td>
    </tr>
  )
}

const sinces: readonly (readonly [Since, string])[] = [['operation', 'this operation alone'], ['start', 'since the start'], ['power-on', 'since power-on']]

export function SinceChoice() {
  const since = useTwin((s) => s.since)
  return (
    <select aria-label="What is counted" value={since} onChange={(event) => countSince(event.target.value as Since)}>
      {sinces.map(([value, title]) => <option key={value} value={value}>{title}</option>)}
    </select>
  )
}

export function Ledger({ at }: { readonly at: TwinAt }) {
  const moving = useTwin((s) => s.moving)
  const further = furtherRows(at)
  return (
    <table className="twin-ledger" aria-label="Ledger of both machines">
      <thead className="unseen">
        <tr><th scope="col">Left</th><th scope="col">Figure</th><th scope="col">Right</th><th scope="col">Right to left</th></tr>
      </thead>
      <tbody className="twin-headline">{headline(at, moving).map((row) => <Row key={row.id} row={row} />)}</tbody>
      <tbody>{further.map((row) => <Row key={row.id} row={row} />)}</tbody>
    </table>
  )
}
