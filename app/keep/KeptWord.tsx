/** The quiet word in the head: whether what one sees would come back. */
import { useStore } from 'zustand'
import { useSession } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { keepStatus } from './keep-status.ts'
import './keep.css'

export default function KeptWord() {
  const { word, kept } = useStore(keepStatus)
  const start = useSession((s) => s.view?.status.start ?? 0)
  if (word === 'off' || word === 'idle') return null
  const place = kept ? `: hop ${hopNumber(kept.n, start)}, generation ${kept.generation}` : ''
  const title = word === 'not kept' ? `The browser takes nothing. Kept last${place || ': nothing'}` : `Kept in this browser${place}`
  return (
    <span className={`kept-word ${word === 'not kept' ? 'kept-not' : ''}`} title={title} data-word={word} data-kept={kept ? JSON.stringify(kept) : ''}>
      {word}
    </span>
  )
}
