/** Below: every hop that acted, drawn only where the list is looked at; filters are answered by the Worker. */
import './hop-list.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Hop } from '../../engine/index.ts'
import { FamilyMark } from '../diagram/Legend.tsx'
import type { HopFilter } from '../session/lab-calls.ts'
import { fromAddress, intoAddress } from '../session/address.ts'
import { useAnswer } from '../inspector/use-answer.ts'
import { lensNow } from '../lenses/lens-now.ts'
import { useLens } from '../lenses/lens-store.ts'
import { labSession, openSession } from '../session/lab-session.ts'
import { seek } from '../session/commands.ts'
import { select, useSession, type KindCard } from '../session/session-store.ts'
import { absolute, delta, hopNumber, instant } from '../ui/figures.ts'
import { personOf } from '../ui/people.ts'
import { filterOf, isPlain, noFilter, wordsOf } from './filter.ts'
import { Filters } from './Filters.tsx'
import { useFound } from './use-found.ts'
import { rowHeight, scrollTo, spaceOf, visibleRange } from './window.ts'

interface Line {
  readonly hop: Hop
  readonly since: number
  readonly info: string
}

interface Numbers {
  readonly count: number
  readonly at: (i: number) => number
  /** Hops may be missing at the end: the log is still being looked through. */
  readonly seeking: boolean
}

/** Numbers of the hops to list: all after the start, or those found. */
function useNumbers(filter: HopFilter): Numbers {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const tip = useSession((s) => s.view?.status.tip ?? 0)
  const plain = filter === noFilter
  const found = useFound(filter, plain)
  return useMemo(() => {
    if (plain) return { count: Math.max(0, tip - start), at: (i) => start + 1 + i, seeking: false }
    return { count: found?.count ?? 0, at: (i) => found?.numbers[i] ?? 0, seeking: found?.of !== filter || !found.whole }
  }, [filter, found, plain, start, tip])
}

/** Rows and sentences of what is in view. */
function useLines(numbers: readonly number[]): ReadonlyMap<number, Line> {
  const [lines, setLines] = useState<ReadonlyMap<number, Line>>(new Map())
  const first = numbers[0] ?? 0
  const last = numbers.at(-1) ?? 0
  const key = `${first} ${last} ${numbers.length}`
  useEffect(() => {
    let current = true
    if (last === 0) return
    const load = async (): Promise<void> => {
      const { lab, rows } = await labSession()
      const near = last - first < 2048
      if (near) await rows.want(Math.max(1, first - 1), last)
      else await Promise.all(numbers.map((n) => rows.want(Math.max(1, n - 1), n)))
      const told = near ? await lab.captions(first, last - first + 1) : (await Promise.all(numbers.map((n) => lab.captions(n, 1)))).flat()
      const says = new Map(told.map((t) => [t.n, t.says]))
      if (!current) return
      const out = new Map<number, Line>()
      for (const n of numbers) {
        const hop = rows.get(n)
        if (hop) out.set(n, { hop, since: hop.time - (rows.get(n - 1)?.time ?? hop.time), info: says.get(n) ?? '' })
      }
      setLines(out)
    }
    load().catch(() => undefined)
    return () => {
      current = false
    }
    // oxlint-disable-next-line react/exhaustive-deps -- the key stands for the numbers
  }, [key])
  return lines
}

interface RowProps {
  readonly n: number
  readonly line: Line | undefined
  readonly kinds: readonly KindCard[]
  readonly here: boolean
  readonly top: number
  /** What it is to the hop at the cursor. */
  readonly role: '' | 'cause' | 'effect'
  /** It belongs to no request that is followed. */
  readonly aside: boolean
}

function Row({ n, line, kinds, here, top, role, aside }: RowProps) {
  const components = useSession((s) => s.view?.components)
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const kind = line ? kinds[line.hop.kind] : undefined
  useLens()
  const painted = line && kind ? lensNow.paint?.(kind.name, components?.[line.hop.to]?.path ?? '', line.hop.cost) : undefined
  const titles = useSession((s) => s.view?.partitionTitles)
  const end = (index: number | undefined): React.ReactNode => {
    const component = index === undefined ? undefined : components?.[index]
    if (!component) return null
    const partition = component.partition > 1 ? titles?.[component.partition] : ''
    return (
      <>
        {partition ? <i className={`lane-${component.partition - 1}`}>{partition}</i> : null} {kind?.family === 'person' && component.place === 'remote' ? personOf(kind.name) : component.title}
      </>
    )
  }
  return (
    <div
      role="row" aria-rowindex={n} aria-selected={here} className={`hop-row lane-${Math.max(0, (line?.hop.behalf ?? 1) - 1)}${here ? ' here' : ''}${role ? ` ${role}` : ''}${aside || painted?.dim ? ' aside' : ''}`} style={{ top }}
    >
      <span role="cell">
        <button
          type="button" className="hop-go" aria-label={`Hop ${hopNumber(n, start)}`} title={absolute(n)}
          onClick={() => {
            seek(n)
            select({ kind: 'hop', n })
          }}
        >
          {hopNumber(n, start)}
        </button>
      </span>
      <span role="cell">{line ? instant(line.hop.time - startTime) : ''}</span>
      <span role="cell">{line ? delta(line.since) : ''}</span>
      <span role="cell">{end(line?.hop.from)}</span>
      <span role="cell">{end(line?.hop.to)}</span>
      <span role="cell" className="hop-kind">
        {kind ? <FamilyMark family={kind.family} letter={painted?.letter ?? kind.letter} tint={painted?.tint ?? kind.family} /> : null} <span>{kind?.title}</span>
        {role ? <em>{role}</em> : null}
      </span>
      <span role="cell" className="hop-request" title={line && line.hop.request > 0 ? `The request that began with ${absolute(line.hop.request)}` : undefined}>
        {line && line.hop.request > 0 ? hopNumber(line.hop.request, start) : ''}
      </span>
      <span role="cell" className="hop-info">{line?.info}</span>
    </div>
  )
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
  const [scroll, setScroll] = useState({ top: 0, height: 200 })
  const numbers = useNumbers(filter)
  const cursor = useSession((s) => s.cursor)
  const kinds = useSession((s) => s.kinds)
  const box = useRef<HTMLDivElement>(null)
  const { from, to, top } = visibleRange(scroll.top, scroll.height, numbers.count)
  const shown = Array.from({ length: to - from }, (_, i) => numbers.at(from + i))
  const lines = useLines(shown)
  const roleOf = useRoles(cursor)
  const isAside = useAside()

  useEffect(() => {
    const element = box.current
    if (!element) return
    const measure = (): void => setScroll({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  // The list follows the cursor while nobody scrolls it away.
  useEffect(() => {
    const element = box.current
    if (!element || filter !== noFilter || numbers.count === 0) return
    const row = Math.max(0, cursor - numbers.at(0))
    const range = visibleRange(element.scrollTop, element.clientHeight, numbers.count)
    if (row < range.from + 6 || row >= range.to - 7) element.scrollTop = scrollTo(row, element.clientHeight, numbers.count)
  }, [cursor, filter, numbers])

  return (
    <div className="hops">
      <Filters filter={filter} change={change} count={numbers.count} seeking={numbers.seeking} />
      <div role="table" aria-label="Hops" aria-rowcount={numbers.count} className="hop-table">
        <div role="row" className="hop-row hop-head">
          {heads.map((head) => (
            <span key={head} role="columnheader">{head}</span>
          ))}
        </div>
        <div ref={box} role="rowgroup" className="hop-scroll" tabIndex={0} data-own-arrows="" aria-label="List of hops" onScroll={(event) => setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}>
          <div className="hop-space" style={{ height: spaceOf(numbers.count) }}>
            {shown.map((n, i) => (
              <Row key={n} n={n} line={lines.get(n)} kinds={kinds} here={n === cursor} top={top + i * rowHeight} role={roleOf(lines.get(n)?.hop)} aside={isAside(lines.get(n)?.hop)} />
            ))}
          </div>
          {numbers.count === 0 && !numbers.seeking ? <p className="empty">{filter === noFilter ? 'No hop has acted yet. Press Play, or → for the first one.' : 'No hop that was reached passes these filters.'}</p> : null}
        </div>
      </div>
    </div>
  )
}
