/** The ledger of a guest by who caused what. Comes when somebody asks for it. */
import type { LedgerFigure } from './project.ts'
import './split-ledger.css'

/** What can be split, as a small table with its key in the head: who caused it. */
export default function SplitLedger({ figures, title }: { readonly figures: readonly LedgerFigure[]; readonly title: string }) {
  const rows = figures.filter((figure) => figure.split.length > 0)
  return (
    <table className="split-ledger" aria-label={`Ledger of ${title} by who caused it`}>
      <thead>
        <tr>
          <th scope="col">by</th>
          <th scope="col">guest</th>
          <th scope="col">root</th>
          <th scope="col" aria-label="hypervisor">hyp.</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((figure) => (
          <tr key={figure.name}>
            <th scope="row">{figure.name}{figure.unit ? ` ${figure.unit}` : ''}</th>
            {figure.split.map((part) => (
              <td key={part.by}>{part.value}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
