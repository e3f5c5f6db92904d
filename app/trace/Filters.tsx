/** Filters of the hop list: words of title, ends and sentence; families, partition, request. */
import { families, type Family } from '../../engine/index.ts'
import type { HopFilter } from '../session/lab-calls.ts'
import { useSession } from '../session/session-store.ts'
import { FamilyMark } from '../diagram/Legend.tsx'
import { count as printed, hopNumber } from '../ui/figures.ts'
import { noFilter } from './filter.ts'

const none: readonly never[] = []

interface FiltersProps {
  readonly filter: HopFilter
  readonly change: (filter: HopFilter) => void
  readonly count: number
  readonly seeking: boolean
}

function toggled(chosen: readonly string[], name: string): readonly string[] {
  return chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]
}

export function Filters({ filter, change, count, seeking }: FiltersProps) {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  const marks = useSession((s) => s.marks)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const names = Object.keys(families) as Family[]
  return (
    <div className="filters" role="search" aria-label="Filters of the hop list">
      <input type="search" placeholder="words of a hop" aria-label="Words in a hop" value={filter.text} onChange={(event) => change({ ...filter, text: event.target.value })} />
      <div className="family-switches" role="group" aria-label="Families">
        {names.map((name) => (
          <button
            key={name} type="button" aria-pressed={filter.families.includes(name)} aria-label={families[name].title} title={families[name].title}
            onClick={() => change({ ...filter, families: toggled(filter.families, name) })}
          >
            <FamilyMark family={name} letter={families[name].letter} />
          </button>
        ))}
      </div>
      <select aria-label="Partition" value={filter.partition} onChange={(event) => change({ ...filter, partition: Number(event.target.value) })}>
        <option value={-1}>all partitions</option>
        {partitions.map((p) => (
          <option key={p.index} value={p.index}>{p.title}</option>
        ))}
      </select>
      <select aria-label="Request" value={filter.request} onChange={(event) => change({ ...filter, request: Number(event.target.value) })}>
        <option value={0}>all requests</option>
        {marks.map((mark) => (
          <option key={mark.request} value={mark.request}>{`${mark.title} (hop ${hopNumber(mark.request, start)})`}</option>
        ))}
      </select>
      {filter === noFilter ? null : <button type="button" onClick={() => change(noFilter)}>Show all</button>}
      <span className="filters-count" role="status">{`${printed(count)} ${count === 1 ? 'hop' : 'hops'}${seeking ? ' …' : ''}`}</span>
    </div>
  )
}
