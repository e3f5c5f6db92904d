/** What a scenario wants shown at first, for whatever the address does not say itself. Kept small: the first picture has it. */
import type { StartView } from '../../engine/index.ts'
import type { Session } from '../session/session-store.ts'

/** `now`: panels that are open for whoever looks, or may be; a scenario shuts what it does not need, and opens none that may not be. */
export function startView({ depth, opened, pace, rate, sight, panels }: StartView, query: URLSearchParams, now: Session['panels']): Partial<Session> {
  return {
    ...(depth && !query.has('depth') ? { depth } : {}),
    ...(opened ? { opened } : {}),
    ...(pace ? { pace } : {}),
    ...(rate ? { rate } : {}),
    ...(sight && sight !== 'picture' && !query.has('twin') ? { sight } : {}),
    ...(panels ? { panels: { left: now.left && panels.includes('left'), right: now.right && panels.includes('right'), below: now.below && panels.includes('below') } } : {}),
  }
}
