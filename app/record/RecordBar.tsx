/** While something is recorded: how much, a stop for others to look at, and the end. */
import { useState } from 'react'
import './record.css'
import { session } from '../session/session-store.ts'
import { recorder, useRecorder } from './record-store.ts'
import { addStop, toggleRecord } from './recorder.ts'

/** It has ended without anybody's doing: why, and where it is. */
function Ended({ notice }: { readonly notice: string }) {
  const close = (): void => {
    recorder.setState({ notice: '' })
    document.querySelector<HTMLElement>('.transport-play')?.focus()
  }
  return (
    <aside className="record-bar" aria-label="Recording">
      <p role="status" className="record-notice">{notice}</p>
      <button type="button" className="main" onClick={() => { close(); session.setState({ open: 'record' }) }}>Show what was recorded</button>
      <button type="button" onClick={close}>Close</button>
    </aside>
  )
}

export default function RecordBar() {
  const notice = useRecorder((s) => s.notice)
  return notice === '' ? <Recording /> : <Ended notice={notice} />
}

function Recording() {
  const acts = useRecorder((s) => s.recording?.acts.length ?? 0)
  const [title, setTitle] = useState('')
  return (
    <aside className="record-bar" aria-label="Recording">
      <p role="status"><span className="record-dot" aria-hidden="true" /> Recording · {acts} {acts === 1 ? 'act' : 'acts'}</p>
      <form onSubmit={(event) => {
        event.preventDefault()
        addStop(title, '')
        setTitle('')
      }}>
        <input aria-label="Words of a stop here" placeholder="Look here: …" value={title} maxLength={60} onChange={(event) => setTitle(event.target.value)} />
        <button type="submit" disabled={title.trim() === ''}>Add a stop</button>
      </form>
      <button type="button" className="main" onClick={toggleRecord}>End the recording</button>
    </aside>
  )
}
