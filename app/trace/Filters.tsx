/** Filters of the hop list: words, family, partition, request. */
import { families, type Family } from '../../engine/index.ts'
import type { HopFilter } from '../session/lab-calls.ts'
import { useSession } from '../session/session-store.ts'
import { count as printed } from '../ui/figures.ts'

const none: readonly never[] = []

interface FiltersProps {
  readonly filter: HopFilter
  readonly change: (filter: HopFilter) => void
  readonly count: number
}

export function Filters({ filter, change, count }: FiltersProps) {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  const marks = useSession((s) => s.marks)
  const names = Object.keys(families) as Family[]
  return (
    <div className="filters" role="search" aria-label="Filters of the hop list">
      <input type="search" placeholder="words" aria-label="Words in a hop" value={filter.text} onChange={(event) => change({ ...filter, text: event.target.value })} />
      <select aria-label="Family" value={filter.families[0] ?? ''} onChange={(event) => change({ ...filter, families: event.target.value ? [event.target.value] : [] })}>
        <option value="">all families</option>
        {names.map((name) => (
          <option key={name} value={name}>{families[name].title}</option>
        ))}
      </select>
      <select aria-label="Partition" value={filter.partition} onChange={(event) => change({ ...filter, partition: Number(event.target.value) })}>
        <option value={-1}>all partitions</option>
        {partitions.map((p) => (
          <option key={p.index} value={p.index}>{p.title}</option>
        ))}
      </select>
      <select aria-label="Request" value={filter.request} onChange={(event) => change({ ...filter, request: Number(event.target.value) })}>
        <option value={0}>all requests</option>
        {marks.map((mark) => (
          <option key={mark.request} value={mark.request}>{`${mark.title} (${mark.request})`}</option>
        ))}
      </select>
      <span className="filters-count" role="status">{printed(count)} hops</span>
    </div>
  )
}
