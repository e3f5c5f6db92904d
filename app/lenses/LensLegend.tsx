/** The legend as a control: it says what marks mean, and a mark that is chosen stays bright while the rest dims. */
import './lenses.css'
import { FamilyMark } from '../diagram/Legend.tsx'
import { classes, noLens, sorts, sortTitles, toggled, type Sort } from './lens.ts'
import { setLens, useLens } from './lens-store.ts'

export default function LensLegend() {
  const lens = useLens()
  return (
    <div className="legend lens" role="toolbar" aria-label="Legend">
      <select className="lens-by" aria-label="Hops told apart" value={lens.by} onChange={(event) => setLens({ by: event.target.value as Sort, only: [] })}>
        {sorts.map((by) => (
          <option key={by} value={by}>{sortTitles[by]}</option>
        ))}
      </select>
      {classes[lens.by].map(({ id, title, letter, tint, shape, about }) => (
        <button
          key={id} type="button" aria-pressed={lens.only.includes(id)} title={`${about}; a click shows it alone, Shift adds to it`} className={lens.only.length > 0 && !lens.only.includes(id) ? 'faint' : undefined}
          onClick={(event) => setLens(toggled(lens, id, event.shiftKey || event.ctrlKey || event.metaKey))}
        >
          <FamilyMark family={shape} letter={letter} tint={tint} /> {title}
        </button>
      ))}
      {lens.only.length > 0 ? (
        <button
          type="button" className="lens-off"
          onClick={(event) => {
            event.currentTarget.parentElement?.querySelector('select')?.focus()
            setLens(lens.by === 'kind' ? noLens : { by: lens.by, only: [] })
          }}
        >
          Show all
        </button>
      ) : null}
    </div>
  )
}
