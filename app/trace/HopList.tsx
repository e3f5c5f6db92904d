/** Below: every hop that acted, drawn only where the list is looked at; filters are answered by the Worker. */
import './hop-list.css'
import { useMemo, useState, useSyncExternalStore } from 'react'
import type { Hop } from '../../engine/index.ts'
import { useAnswer } from '../inspector/use-answer.ts'
import { lensNow, onLens } from '../lenses/lens-now.ts'
import { fromAddress, intoAddress } from '../session/address.ts'
import { useCalm } from '../session/calm.ts'
import type { HopFilter } from '../session/lab-calls.ts'
import { openSession } from '../session/lab-session.ts'
import { useSession } from '../session/session-store.ts'
import { filterOf, isPlain, noFilter, wordsOf } from './filter.ts'
import { Filters } from './Filters.tsx'
import { Row, type RowProps } from './HopRow.tsx'
import { useRowKeys } from './row-keys.ts'
import { useFound } from './use-found.ts'
import { useShown, type Numbers } from './use-shown.ts'
import { rowHeight, spaceOf } from './window.ts'

/** Numbers of the hops to list: all after the start, or those found. */
function useNumbers(filter: HopFilter): Numbers {
  const start = useCalm((s) => s.view?.status.start ?? 0)
  const tip = useCalm((s) => s.view?.status.tip ?? 0)
  const plain = filter === noFilter
  const found = useFound(filter, plain)
  return useMemo(() => {
    if (plain) return { count: Math.max(0, tip - start), at: (i) => start + 1 + i, seeking: false }
    return { count: found?.count ?? 0, at: (i) => found?.numbers[i] ?? 0, seeking: found?.of !== filter || !found.whole }
  }, [filter, found, plain, start, tip])
}

const heads = ['#', 't', 'Δt', 'from', 'to', 'kind', 'request', 'info'] as const

/** The filter, as it stands in the address. */
function useFilter(): readonly [HopFilter, (filter: HopFilter) => void] {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const [filter, setFilter] = useState<HopFilter>(() => {
    const words = { words: fromAddress('words'), families: fromAddress('families'), in: fromAddress('in'), request: fromAddress('request') }
    return filterOf(words, partitions, start)
  })
  const change = (next: HopFilter): void => {
    setFilter(isPlain(next) ? noFilter : next)
    intoAddress(wordsOf(next, partitions, start))
  }
  return [filter, change]
}

const none: readonly never[] = []

/** While the machine stands: which hop led to the one at the cursor, and which it led to. */
function useRoles(cursor: number): (hop: Hop | undefined) => RowProps['role'] {
  const playing = useSession((s) => s.playing)
  const cause = playing ? 0 : (openSession()?.rows.get(cursor)?.cause ?? 0)
  return (hop) => (playing || !hop ? '' : hop.n === cause ? 'cause' : hop.cause === cursor ? 'effect' : '')
}

/** Hops of no followed request step back. */
function useAside(): (hop: Hop | undefined) => boolean {
  const follow = useSession((s) => s.follow)
  const tip = useSession((s) => (s.follow > 0 ? (s.view?.status.tip ?? 0) : 0))
  const { value } = useAnswer(follow > 0 ? `inside ${follow} at ${tip}` : '', (lab) => lab.inside(follow, tip))
  const ids = useMemo(() => new Set(value ?? []), [value])
  return (hop) => follow > 0 && hop !== undefined && !ids.has(hop.request)
}

export default function HopList() {
  const known = useSession((s) => s.phase === 'ready')
  return known ? <Hops /> : null
}

function Hops() {
  const [filter, change] = useFilter()
  const numbers = useNumbers(filter)
  const cursor = useCalm((s) => s.cursor)
  const kinds = useSession((s) => s.kinds)
  const components = useSession((s) => s.view?.components) ?? none
  const titles = useSession((s) => s.view?.partitionTitles.join('\n') ?? '')
  const names = useMemo(() => titles.split('\n'), [titles])
  const start = useSession((s) => s.view?.status.start ?? 0)
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const paint = useSyncExternalStore(onLens, () => lensNow.paint)
  const list = useShown(numbers, cursor, filter === noFilter)
  const { box, range, numbers: shown, lines, onScroll } = list
  const tab = useRowKeys(list, numbers, cursor)
  const roleOf = useRoles(cursor)
  const isAside = useAside()

  return (
    <div className="hops">
      <Filters filter={filter} change={change} count={numbers.count} seeking={numbers.seeking} />
      <div role="table" aria-label="Hops" aria-rowcount={numbers.count} className="hop-table">
        <div role="row" className="hop-row hop-head">
          {heads.map((head) => (
            <span key={head} role="columnheader">{head}</span>
          ))}
        </div>
        <div ref={box} role="rowgroup" className="hop-scroll" tabIndex={0} data-own-arrows="" aria-label="List of hops" onScroll={onScroll}>
          <div className="hop-space" style={{ height: spaceOf(numbers.count) }}>
            {shown.map((n, i) => {
              const line = lines.get(n)
              return (
                // A row that leaves the view becomes one that enters it: where the list jumps, only words change.
                <Row
                  key={(range.from + i) % shown.length} n={n} line={line} kinds={kinds} components={components} titles={names} start={start} startTime={startTime} paint={paint}
                  here={n === cursor} tab={n === tab} top={range.top + i * rowHeight} role={roleOf(line?.hop)} aside={isAside(line?.hop)}
                />
              )
            })}
          </div>
          {numbers.count === 0 && !numbers.seeking ? <p className="empty">{filter === noFilter ? 'No hop has acted yet. Press Play, or → for the first one.' : 'No hop that was reached passes these filters.'}</p> : null}
        </div>
      </div>
    </div>
  )
}
