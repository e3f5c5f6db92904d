/** On the scrub bar: bookmarks, and where breakpoints have stopped the run, as far as they lie on the present branch. */
import { useSession } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { shareOf, type Axis } from '../transport/axis.ts'
import * as act from './time-commands.ts'
import { useTime } from './time-store.ts'
import { isOn } from './tree.ts'

const none: readonly never[] = []

export default function ScrubMarks({ axis }: { readonly axis: Axis }) {
  const branches = useSession((s) => s.view?.branches ?? none)
  const branch = useSession((s) => s.view?.status.branch ?? 0)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const bookmarks = useTime((s) => s.bookmarks)
  const hits = useTime((s) => s.hits)
  const at = (time: number): React.CSSProperties => ({ left: `${shareOf(time, axis) * 100}%` })
  return (
    <>
      {hits.filter((hit) => isOn(hit.n, hit.branch, branch, branches)).map((hit) => (
        <button
          key={`${hit.branch} ${hit.n}`} type="button" className="scrub-hit" style={at(hit.time)} tabIndex={-1} onClick={() => act.goToBranch(branch, hit.n)}
          aria-label={`Breakpoint met at hop ${hopNumber(hit.n, start)}: ${hit.says}`} title={`Breakpoint met at hop ${hopNumber(hit.n, start)}: ${hit.says}`}
        />
      ))}
      {bookmarks.filter((b) => isOn(b.n, b.branch, branch, branches)).map((b) => (
        <button
          key={b.id} type="button" className="scrub-flag" style={at(b.time)} onClick={() => act.goToBookmark(b)} aria-label={`Bookmark at hop ${hopNumber(b.n, start)}: ${b.title}`} title={`${b.title}${b.note ? `: ${b.note}` : ''} (hop ${hopNumber(b.n, start)})`}
        />
      ))}
    </>
  )
}
