/** Settings at the start: from the address, from the last visit, from the system. In that order. */
import { kept, setTheme } from './commands.ts'
import { readSizes } from '../ui/sizes.ts'
import { session, type Theme } from './session-store.ts'

const themes: readonly string[] = ['light', 'dark', 'projector']

interface Panels {
  readonly left: boolean
  readonly right: boolean
  readonly below: boolean
}

function panelsAtFirst(words: string | null): Panels {
  // The drawing has the page. The inspector opens with what is chosen, the hop list when it is asked for.
  const room: Panels = { left: innerWidth >= 1200, right: false, below: false }
  if (!words) return room
  try {
    const read = JSON.parse(words) as Partial<Panels> | null
    const pick = (name: keyof Panels): boolean => (typeof read?.[name] === 'boolean' ? read[name] : room[name])
    return { left: pick('left'), right: pick('right'), below: pick('below') }
  } catch {
    return room
  }
}

export function readSettings(): void {
  const query = new URLSearchParams(location.search)
  // An embedded page and one before a room show the machine alone.
  const shown = query.has('embed') ? 'embed' : query.has('present') ? 'present' : ''
  if (shown) document.documentElement.dataset['shown'] = shown
  const wished = query.get('theme') ?? (shown === 'present' ? 'projector' : kept('theme'))
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const theme = (wished && themes.includes(wished) ? wished : dark ? 'dark' : 'light') as Theme
  const quiet = matchMedia('(prefers-reduced-motion: reduce)')
  const motion = query.get('motion')
  const panels = kept('panels')
  session.setState({
    panels: shown ? { left: false, right: false, below: false } : panelsAtFirst(panels),
    panelsFree: !shown && panels === null && innerWidth >= 1200,
    depth: query.get('depth') === 'mechanism' ? 'mechanism' : 'architecture',
    motion: motion === null ? !quiet.matches : motion !== 'off',
    // Whoever wants no motion reads the story; the picture is one key away.
    sight: query.has('twin') ? 'twin' : motion === null && quiet.matches ? 'storyboard' : 'picture',
  })
  quiet.addEventListener('change', () => session.setState({ motion: !quiet.matches }))
  setTheme(theme)
  readSizes()
}
