/** Another theme or another width is another layout, with sizes of its own. */
import { session } from '../session/session-store.ts'
import { readSizes, wide } from './sizes.ts'

export function watchLayout(): void {
  wide?.addEventListener('change', readSizes)
  session.subscribe(({ theme }, before) => {
    if (theme !== before.theme) readSizes()
  })
}
