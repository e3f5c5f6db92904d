/** What was recorded: act by act, as a scenario and as a spec for Playwright. */
import { useEffect, useState } from 'react'
import './record.css'
import { saveAs } from '../disks/save.ts'
import { labSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { recorder, useRecorder } from './record-store.ts'
import { discard, endOf } from './recorder.ts'
import { inWords, type End, type Recording } from './recording.ts'
import { specOf } from './spec.ts'
import { scenarioOf } from './to-scenario.ts'

/** A name of a file from a title. */
function fileName(title: string): string {
  return title.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'recorded'
}

/** Where it ended: with the machine that has gone, else where the one that is open stands. */
function useEnd(): End | null {
  const here = useSession((s) => s.view)
  const ended = useRecorder((s) => s.ended)
  const [print, setPrint] = useState('')
  useEffect(() => {
    if (!ended) labSession().then(({ lab }) => lab.fingerprint()).then(setPrint, () => undefined)
  }, [here, ended])
  return ended ? ended.end : endOf(session.getState(), print)
}

async function scenarioText(title: string, { acts }: Recording): Promise<string> {
  const { ended } = recorder.getState()
  if (ended) {
    if (!ended.scenario) throw new Error('the machine that it was recorded on could not say any more what it is.')
    return `${JSON.stringify(scenarioOf(ended.scenario, ended.asked, ended.start, title, acts), null, 2)}\n`
  }
  const { lab } = await labSession()
  const { scenario } = await lab.openScenario()
  const { status, branches } = await lab.view()
  return `${JSON.stringify(scenarioOf(scenario, branches[status.branch]!.intents, status.start, title, acts), null, 2)}\n`
}

function Body({ recording }: { readonly recording: Recording }) {
  const [title, setTitle] = useState('What was recorded')
  const [exact, setExact] = useState(false)
  const [failure, setFailure] = useState('')
  const end = useEnd()
  if (!end) return null
  const spec = specOf(title, recording, { ...end, print: exact ? end.print : '' })
  const saveScenario = (): void => {
    scenarioText(title, recording).then((text) => saveAs(`${fileName(title)}.json`, [text]), (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)))
  }
  return (
    <>
      <label className="record-title">
        Title <input value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />
      </label>
      {recording.acts.length === 0 ? <p className="empty">Nothing was done while it recorded.</p> : null}
      <ol className="record-acts" aria-label="What was done">
        {recording.acts.map((act, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- acts are a list that does not change here
          <li key={i}>{inWords(act)}</li>
        ))}
      </ol>
      {failure === '' ? null : <p role="alert">This cannot be told as a scenario: {failure}</p>}
      <div className="record-buttons">
        <button type="button" className="main" onClick={saveScenario}>Save the scenario</button>
        <button type="button" onClick={() => saveAs(`${fileName(title)}.spec.ts`, [spec])}>Save the Playwright spec</button>
        <button type="button" onClick={() => { discard(); session.setState({ open: 'none' }) }}>Discard</button>
      </div>
      <label className="record-exact">
        <input type="checkbox" checked={exact} onChange={(event) => setExact(event.target.checked)} /> The spec holds the end against the fingerprint: it fails as soon as the machine differs in one bit
      </label>
      <pre className="record-spec" tabIndex={0} aria-label="The Playwright spec">{spec}</pre>
    </>
  )
}

export default function RecordDialog() {
  const recording = useRecorder((s) => s.recording)
  return (
    <Dialog title="What was recorded" className="record">
      {recording ? <Body recording={recording} /> : <p>Nothing has been recorded yet: choose “Record what I do” among the commands.</p>}
    </Dialog>
  )
}
