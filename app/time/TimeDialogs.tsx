/** The dialogs of branches, bookmarks and conditions. */
import './time.css'
import { useSession } from '../session/session-store.ts'
import BookmarkDialog from './BookmarkDialog.tsx'
import CompareDialog from './CompareDialog.tsx'
import UntilDialog from './UntilDialog.tsx'

export default function TimeDialogs() {
  const open = useSession((s) => s.open)
  if (open === 'until') return <UntilDialog />
  if (open === 'compare') return <CompareDialog />
  return open === 'bookmark' ? <BookmarkDialog /> : null
}
