/** True where the page is one column that scrolls: the same condition as in page.css. */
import { useSyncExternalStore } from 'react'

const narrow = matchMedia('(max-width: 860px), (max-height: 560px)')

function listen(changed: () => void): () => void {
  narrow.addEventListener('change', changed)
  return () => narrow.removeEventListener('change', changed)
}

export function useStacked(): boolean {
  return useSyncExternalStore(listen, () => narrow.matches)
}
