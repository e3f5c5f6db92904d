/** In the inspector: on to where what is shown acts next, or a breakpoint there. */
import type { Condition } from '../../engine/index.ts'
import { openSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import * as act from './time-commands.ts'

function Buttons({ condition, next, again }: { readonly condition: () => Condition | null; readonly next: string; readonly again: string }) {
  const stuck = useSession((s) => s.view?.status.next === null || s.playing)
  const withIt = (run: (c: Condition) => void) => (): void => {
    const c = condition()
    if (c) run(c)
  }
  return (
    <p className="until-here">
      <button type="button" disabled={stuck} onClick={withIt((c) => void act.runUntil(c).catch(() => undefined))}>{next}</button>
      <button type="button" onClick={withIt(act.addBreakpoint)}>{again}</button>
    </p>
  )
}

export function UntilItActs({ path }: { readonly path: string }) {
  return <Buttons condition={() => ({ component: path })} next="Run until it acts next" again="Stop whenever it acts" />
}

/** The kind of hop `n`. */
export function UntilSuchHop({ n }: { readonly n: number }) {
  const condition = (): Condition | null => {
    const hop = openSession()?.rows.get(n)
    const kind = hop ? session.getState().kinds[hop.kind] : undefined
    return kind ? { kind: kind.name } : null
  }
  return <Buttons condition={condition} next="Run until the next such hop" again="Stop at every such hop" />
}
