/** What a scenario wants shown at first, for whatever the address does not say itself. Kept small: the first picture has it. */
import type { StartView } from '../../engine/index.ts'
import type { Session } from '../session/session-store.ts'

export function startView({ depth, opened, pace, rate, sight, panels }: StartView, query: URLSearchParams): Partial<Session> {
  return {
    ...(depth && !query.has('depth') ? { depth } : {}),
    ...(opened ? { opened } : {}),
    ...(pace ? { pace } : {}),
    ...(rate ? { rate } : {}),
    ...(sight && sight !== 'picture' && !query.has('twin') ? { sight } : {}),
    ...(panels ? { panels: { left: panels.includes('left'), right: panels.includes('right'), below: panels.includes('below') } } : {}),
  }
}
