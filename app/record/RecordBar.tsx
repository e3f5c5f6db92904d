/** While something is recorded: how much, a stop for others to look at, and the end. */
import { useState } from 'react'
import './record.css'
import { addStop, toggleRecord, useRecorder } from './recorder.ts'

export default function RecordBar() {
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
