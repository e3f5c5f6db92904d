/** On a phone, where a panel is a sheet over the page: the way back to the picture. Elsewhere it is not drawn. */
import { session } from '../session/session-store.ts'
import { Icon } from './icons.tsx'

export function SheetClose() {
  return (
    <button
      type="button" className="sheet-close"
      onClick={() => {
        session.setState({ panels: { left: false, right: false, below: false } })
        document.querySelector<HTMLElement>('.transport-play')?.focus()
      }}
    >
      <Icon name="close" /> Close the panel
    </button>
  )
}
