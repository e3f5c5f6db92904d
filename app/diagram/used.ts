/** Which components have taken part in anything since the start: what has not stays pale in the overview. */
import { wayOf, worn, wornVersion } from '../session/worn.ts'

let known = -1
const used = new Set<number>()

function refresh(): void {
  if (known === wornVersion()) return
  known = wornVersion()
  used.clear()
  for (const key of worn().keys()) {
    const { from, to } = wayOf(key)
    used.add(from)
    used.add(to)
  }
}

/** True when one of these components, given by index, has sent or taken a hop. */
export function anyUsed(components: readonly number[]): boolean {
  refresh()
  return components.some((index) => used.has(index))
}
