/** The page's entry: settings, keys, the picture; then the Worker; then everything that can wait. */
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { leave } from './session/address.ts'
import { installDriver } from './session/driver.ts'
import { labSession } from './session/lab-session.ts'
import { readSettings } from './session/settings.ts'
import './ui/fonts.css'
import './ui/tokens.css'
import './ui/page.css'
import './diagram/diagram.css'

// Another machine is another address: back and forward open what it says, from what was kept; also while the page is still coming.
addEventListener('popstate', leave)
readSettings()
installDriver()
const place = document.getElementById('root')
if (place) createRoot(place).render(<App />)
// A failure is told by the page itself.
labSession().catch(() => undefined)
