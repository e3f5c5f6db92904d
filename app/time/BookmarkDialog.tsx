/** A title and a note for a hop. */
import { useEffect, useRef } from 'react'
import { session, useSession } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { Dialog } from '../ui/Dialog.tsx'
import * as act from './time-commands.ts'
import { time, useTime } from './time-store.ts'

export default function BookmarkDialog() {
  const edited = useTime((s) => s.edited)
  const cursor = useSession((s) => s.cursor)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const says = useSession((s) => (s.caption && s.cursor > start ? s.caption.says : ''))
  const hop = hopNumber(edited?.n ?? cursor, start)
  const title = useRef<HTMLInputElement>(null)
  // A dialog gives focus to its first button, which is the one that closes it.
  useEffect(() => title.current?.select(), [])
  const close = (): void => {
    time.setState({ edited: null })
    session.setState({ open: 'none' })
  }
  return (
    <Dialog title={edited ? 'Change the bookmark' : `Bookmark hop ${hop}`} className="bookmark" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const words = new FormData(event.currentTarget)
          const text = (name: string): string => {
            const value = words.get(name)
            return typeof value === 'string' ? value.trim() : ''
          }
          act.keepBookmark(text('title'), text('note'))
          close()
        }}
      >
        <label>Title
          <input ref={title} name="title" maxLength={120} defaultValue={edited?.title ?? (says || `Hop ${hop}`)} />
        </label>
        <label>Note
          <textarea name="note" rows={4} maxLength={2000} defaultValue={edited?.note ?? ''} />
        </label>
        <footer><button type="submit" className="primary">Keep</button></footer>
      </form>
    </Dialog>
  )
}
