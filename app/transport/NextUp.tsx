/** The clock, and what comes next; or why nothing moves. */
import { statusAt, useSession } from '../session/session-store.ts'
import { absolute, durationText, hopNumber, instant } from '../ui/figures.ts'
import { personOf } from '../ui/people.ts'

/** Longer than this until the next hop is worth saying. */
const longWait = 50_000

export default function NextUp() {
  const status = useSession(statusAt)
  const kinds = useSession((s) => s.kinds)
  const components = useSession((s) => s.view?.components)
  const time = useSession((s) => s.time)
  const cursor = useSession((s) => s.cursor)
  const waiting = useSession((s) => s.waiting)
  const partitions = useSession((s) => s.view?.partitions)
  const next = waiting ? null : status?.next
  const whose = (index: number): string => {
    const component = components?.[index]
    const guest = component && component.partition > 1 ? partitions?.find((p) => p.index === component.partition)?.title : undefined
    return guest ? `${component!.title} of ${guest}` : (component?.title ?? '')
  }
  const later = next && status && next.at - status.now > longWait ? `in ${durationText(next.at - status.now)}, ` : ''
  const kind = next ? kinds[next.kind] : undefined
  const ends = next && kind ? [kind.family === 'person' ? personOf(kind.name) : whose(next.from), whose(next.to)].filter(Boolean).join(' → ') : ''
  const says = !status
    ? 'The machine is being built …'
    : waiting
      ? waiting
      : next && kind && components
        ? `${later}${ends ? `${ends}: ` : ''}${kind.title}`
        : status.why
  return (
    <div className={next || waiting ? 'next' : 'next at-rest'}>
      <p className="next-clock" title={status ? `Simulated time since the machine was handed over, brought up; ${absolute(cursor)}` : undefined}>
        {status ? <>t = {instant(time - status.startTime)}<span className="next-since"> since the start</span> · hop {hopNumber(cursor, status.start)}</> : null}
      </p>
      <p id="next-says" className="next-says" title={says}>
        <span className="next-word">{waiting ? 'waiting' : next ? 'next' : 'still'}</span> {says}
      </p>
    </div>
  )
}
