/** The followed request as an indented list with times; without one, the file requests there are. */
import { useEffect, useMemo, useRef } from 'react'
import type { JourneyLine } from '../../engine/index.ts'
import { useAnswer } from '../inspector/use-answer.ts'
import { follow, seek } from '../session/commands.ts'
import { openSession } from '../session/lab-session.ts'
import { useSession } from '../session/session-store.ts'
import { delta, duration, many } from '../ui/figures.ts'
import { requestWords } from './request-words.ts'
import { laneOf } from '../ui/lane.ts'

/** Lines drawn at most; a longer journey is read in the hop list. */
const linesShown = 400

/** Requests listed while simulated time flows. */
const listedInFlow = 24

interface Told {
  readonly line: JourneyLine
  readonly title: string
  readonly ends: string
  readonly time: number
  readonly since: number
}

function JourneyList({ request }: { readonly request: number }) {
  const kinds = useSession((s) => s.kinds)
  const components = useSession((s) => s.view?.components)
  const cursor = useSession((s) => s.cursor)
  const tip = useSession((s) => s.view?.status.tip ?? 0)
  const { value } = useAnswer(`journey ${request} at ${tip}`, async (lab) => {
    const lines = (await lab.journey(request)).slice(0, linesShown)
    const open = openSession()
    if (open && lines.length > 0) await open.rows.want(lines[0]!.n, lines[lines.length - 1]!.n)
    return lines
  })
  const told = useMemo((): readonly Told[] => {
    const rows = openSession()?.rows
    const timeOf = (line: JourneyLine | undefined): number => (line ? (rows?.get(line.n)?.time ?? 0) : 0)
    return (value ?? []).map((line, i, all) => {
      const hop = rows?.get(line.n) ?? null
      const time = timeOf(line)
      const since = i === 0 ? 0 : time - timeOf(all[i - 1])
      const ends = hop && components ? `${components[hop.from]?.title ?? ''} → ${components[hop.to]?.title ?? ''}` : ''
      return { line, title: hop ? (kinds[hop.kind]?.title ?? '') : '', ends, time, since }
    })
  }, [value, kinds, components])
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which is no clean-up.
    list.current?.querySelector('.here')?.scrollIntoView({ block: 'nearest' })
  }, [cursor, told])
  if (told.length === 0) return <p className="empty">Nothing has happened in it yet.</p>
  return (
    <ol ref={list} className="journey-lines" aria-label="Hops of the request">
      {told.map(({ line, title, ends, since }) => (
        <li key={line.n} className={line.n === cursor ? 'here' : line.n > cursor ? 'ahead' : undefined} style={{ paddingLeft: 6 + Math.min(line.depth, 12) * 7 }}>
          <button type="button" className="journey-line" onClick={() => seek(line.n)} title={ends} aria-current={line.n === cursor ? 'step' : undefined}>
            <span>{title}</span>
            {line.times > 1 ? <b> ×{line.times}</b> : null}
            <span className="journey-since">+{delta(since)}</span>
          </button>
        </li>
      ))}
    </ol>
  )
}

const none: readonly never[] = []

export function Journey() {
  const followed = useSession((s) => s.follow)
  const all = useSession((s) => s.marks)
  // While it flows, as many as are in view: of a hundred that come and go in a second nobody reads one.
  const flowing = useSession((s) => s.playing && s.pace === 'flow')
  const cursor = useSession((s) => s.cursor)
  const partitions = useSession((s) => s.view?.partitions) ?? none
  const time = useSession((s) => (flowing ? -1 : s.time))
  // Those that have begun where the machine stands; the others lie ahead, where the scrub bar shows them.
  const begun = all.filter((mark) => mark.request <= cursor || mark.request === followed)
  const marks = flowing ? all.slice(-listedInFlow) : begun
  const ahead = all.length - begun.length
  const over = all.find((mark) => mark.request === followed)?.over
  const ledger = useAnswer(followed ? `ledger ${followed} at ${all.at(-1)?.request ?? 0} ${over ? 'over' : ''}` : '', (lab) => lab.ledger(followed))
  const elapsed = ledger.value ? duration(ledger.value.elapsedNs) : null
  return (
    <section className="journey" aria-label="Followed request">
      <p className="panel-title">{followed ? 'Followed request' : 'Requests'}</p>
      <ul className="requests" aria-label="File requests">
        {marks.length > 0 || followed > 0 ? null : ahead > 0 ? (
          <li className="empty">None has begun yet where the machine stands; {ahead === 1 ? 'one lies' : `${ahead} lie`} ahead.</li>
        ) : (
          <li className="empty">None yet. One begins when a guest opens, lists, reads or writes a file, or reads sectors.</li>
        )}
        {marks.map((mark) => (
          <li key={mark.request} className={`lane-${laneOf(mark.partition - 1)}`}>
            <button type="button" className="request" aria-pressed={followed === mark.request} onClick={() => follow(mark.request)} title="Follow this request; the rest dims">
              <span className="request-dot" aria-hidden="true" /> {mark.title} <span className="where">{requestWords(mark, time, partitions)}</span>
            </button>
          </li>
        ))}
      </ul>
      {followed ? (
        <>
          {elapsed && ledger.value ? (
            <p className="where">
              {many(ledger.value.hops, 'hop')} · {elapsed.value} {elapsed.unit} elapsed
            </p>
          ) : null}
          <JourneyList request={followed} />
        </>
      ) : null}
    </section>
  )
}
