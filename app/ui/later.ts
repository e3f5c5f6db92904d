/** What the first picture can do without: fonts, files that are dropped, keys, stops. */
import './fonts-later.css'
import '../disks/drop.ts'
import { followStops } from '../gallery/stops.ts'
import { startLenses } from '../lenses/lens-store.ts'
import { listenToKeys } from '../actions/keyboard.ts'

listenToKeys()
startLenses()
followStops()
