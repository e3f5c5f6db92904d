/** Puts a condition together: to run until it, or to keep it as a breakpoint. What is chosen in the page is offered first. */
import { useEffect, useRef, useState } from 'react'
import type { Condition } from '../../engine/index.ts'
import { session, useSession } from '../session/session-store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { guessOf, fieldsOf, kindsOf, type Fields } from './draft.ts'
import { ConditionFields } from './ConditionFields.tsx'
import { useNames } from './names.ts'
import * as act from './time-commands.ts'
import { useTime } from './time-store.ts'
import { conditionWords } from './words.ts'

export default function UntilDialog() {
  const draft = useTime((s) => s.draft)
  const names = useNames()
  const [fields, setFields] = useState<Fields>(() => fieldsOf(draft.condition ?? guessOf(session.getState(), draft.to), session.getState().view?.status.start ?? 0))
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const now = useSession((s) => s.time)
  const stuck = useSession((s) => (s.view?.status.next === null ? s.view.status.why : ''))
  const made = kindsOf(fields)
  const breaks = draft.to === 'break'
  const back = made.condition && !breaks ? act.passedWords(made.condition) : ''
  const form = useRef<HTMLFormElement>(null)
  // A dialog gives focus to its first button, which is the one that closes it.
  useEffect(() => form.current?.querySelector<HTMLElement>('input:checked')?.focus(), [])
  const done = (condition: Condition): void => {
    session.setState({ open: 'none' })
    if (breaks) act.addBreakpoint(condition)
    else act.runUntil(condition).catch(() => undefined)
  }
  return (
    <Dialog title={breaks ? 'New breakpoint' : 'Run until…'} className="until">
      <form
        ref={form} onSubmit={(event) => {
          event.preventDefault()
          if (made.condition) done(made.condition)
        }}
      >
        <ConditionFields fields={fields} change={setFields} breaks={breaks} now={Math.max(0, now - startTime)} />
        <p className="until-says" role="status">
          {back ? <>Go back to <b>{back}</b>.</> : made.condition ? (
            <>{breaks ? 'Stop whenever ' : 'Run on until '}<b>{conditionWords(made.condition, names)}</b>.{breaks ? ' What holds already is no reason to stop.' : ''}</>
          ) : made.fault}
        </p>
        {stuck && !breaks && !back ? <p className="until-stuck">{stuck} Running on changes nothing until somebody asks for something.</p> : null}
        <footer>
          {breaks || !made.condition ? null : <button type="button" onClick={() => { session.setState({ open: 'none' }); act.addBreakpoint(made.condition!) }}>Keep as a breakpoint</button>}
          <button type="submit" className="primary" disabled={!made.condition}>{breaks ? 'Add the breakpoint' : back ? 'Go back' : 'Run'}</button>
        </footer>
      </form>
    </Dialog>
  )
}
