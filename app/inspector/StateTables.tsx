/** The state of a component as its engine tells it: named tables; what the last hop changed is marked and says what it was. */
import { useId } from 'react'
import type { StateRow, StateTable } from '../../engine/index.ts'
import { stateLines } from './hex.ts'

/** More columns than this do not fit beside the picture: each row becomes a card. */
const columnsMost = 4

function Cell({ row, i }: { readonly row: StateRow; readonly i: number }) {
  const was = row.was?.[i] ?? null
  return (
    <>
      {was !== null ? <span className="was">{was === '' ? 'none' : was} → </span> : null}
      {row.cells[i] === '' ? '–' : row.cells[i]}
    </>
  )
}

function changedClass(row: StateRow, i: number): string | undefined {
  return row.isNew || (row.was?.[i] ?? null) !== null ? 'changed' : undefined
}

/** A list of names and values. */
function Pairs({ table }: { readonly table: StateTable }) {
  return (
    <dl className="args">
      {table.rows.map((row) => (
        <div key={row.cells[0]} className={changedClass(row, 1)}>
          <dt>{row.cells[0]}</dt>
          <dd><Cell row={row} i={1} /></dd>
        </div>
      ))}
    </dl>
  )
}

function Cards({ table }: { readonly table: StateTable }) {
  return (
    <ul className="state-cards">
      {table.rows.map((row) => (
        <li key={row.cells[0]} className={row.isNew ? 'changed' : undefined}>
          <b>{row.cells[0]}</b>
          <dl className="args">
            {table.head.slice(1).map((name, i) => (
              <div key={name} className={changedClass(row, i + 1)}>
                <dt>{name}</dt>
                <dd><Cell row={row} i={i + 1} /></dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  )
}

function Grid({ table, label }: { readonly table: StateTable; readonly label: string }) {
  return (
    <table className="state-table" aria-labelledby={label}>
      <thead>
        <tr>
          {table.head.map((name) => (
            <th key={name} scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={row.cells.join('|')}>
            {row.cells.map((_, i) => (
              // oxlint-disable-next-line react/no-array-index-key -- a cell is its column
              <td key={i} className={changedClass(row, i)}><Cell row={row} i={i} /></td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function One({ table }: { readonly table: StateTable }) {
  const label = useId()
  return (
    <section className="state-section" aria-labelledby={label}>
      <h3 id={label}>{table.title}</h3>
      {table.rows.length === 0 ? (
        <p className="empty">{table.empty}</p>
      ) : table.head.length === 0 ? (
        <Pairs table={table} />
      ) : table.head.length > columnsMost ? (
        <Cards table={table} />
      ) : (
        <Grid table={table} label={label} />
      )}
    </section>
  )
}

export function Tables({ tables, of }: { readonly tables: readonly StateTable[]; readonly of: string }) {
  if (tables.length === 0) return null
  return (
    <div role="group" aria-label={`State of ${of}`}>
      {tables.map((table) => (
        <One key={table.title} table={table} />
      ))}
    </div>
  )
}

interface RawProps {
  readonly title: string
  readonly before: unknown
  readonly after: unknown
  readonly open: boolean
}

/** The state in the engine's own words: for whoever works on the lab. */
export function RawState({ title, before, after, open }: RawProps) {
  return (
    <details className="raw" open={open}>
      <summary>State in the engine’s own words</summary>
      <dl className="args state" aria-label={`Raw state of ${title}`}>
        {stateLines(before, after).map((line) => (
          <div key={line.path} className={line.changed ? 'changed' : undefined}>
            <dt>{line.path || 'state'}</dt>
            <dd title={line.changed ? `before: ${line.before}` : undefined}>{line.after}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
