/** What the first picture can do without: fonts, files that are dropped, keys, stops, paper. */
import './fonts-later.css'
import './layouts.css'
import './forced-colors.css'
import '../disks/drop.ts'
import '../diagram/present-hop.ts'
import { followStops } from '../gallery/stops.ts'
import { startLenses } from '../lenses/lens-store.ts'
import '../time/follow.ts'
import { listenToKeys } from '../actions/keyboard.ts'
import { keepFocus } from './keep-focus.ts'
import { watchPaper } from './paper.ts'
import { watchLayout } from './watch-layout.ts'

listenToKeys()
keepFocus()
startLenses()
followStops()
watchLayout()
watchPaper()

// In somebody's page: whoever holds the frame may speak to the lab.
const embed = new URLSearchParams(location.search).get('embed')
if (embed) void import('../present/frame.ts').then(({ listenToParent }) => listenToParent(embed))
