/** What this build of the machine can be asked; the rest is not offered. */
import { useAnswer } from '../inspector/use-answer.ts'
import { useSession } from '../session/session-store.ts'

const none: readonly string[] = []

export function useIntents(): readonly string[] {
  const ready = useSession((s) => s.phase === 'ready')
  const { value } = useAnswer(ready ? 'abilities' : '', (lab) => lab.abilities())
  return value?.intents ?? none
}
