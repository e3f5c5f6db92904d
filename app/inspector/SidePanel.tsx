/** Right: what is chosen, with its bytes; below it the followed request as a list. Arrives after the first picture. */
import './panels.css'
import { Inspector } from './Inspector.tsx'
import { Journey } from '../journey/Journey.tsx'

export default function SidePanel() {
  return (
    <div className="side">
      <Inspector />
      <Journey />
    </div>
  )
}
