/** What lies over the page now and then: a notice about a link. Arrives after the first picture. */
import { Notice } from '../links/Notice.tsx'

export default function Extras() {
  return <Notice />
}
