/** Ways in which a moment leaves the page: copied, shared, saved. Each answers in words what has become of it. */
import { saveAs } from '../disks/save.ts'
import { links } from './links-store.ts'
import { fileOf, type Moment } from './moment.ts'
import { linkOf, momentNow } from './moment-now.ts'

/** Longer than this, a link breaks on its way; then a file carries the moment. */
export const linkMost = 8000
/** Longer than this, a QR code is too fine to be read from a screen. */
export const qrMost = 1500

export async function copyText(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'The link is in the clipboard.'
  } catch {
    return 'The browser does not let the page copy; select the link and copy it yourself.'
  }
}

export async function copyLink(): Promise<void> {
  const { href } = await linkOf(await momentNow())
  links.setState({ notice: href.length > linkMost ? 'This moment is too long for a link; save it as a file.' : await copyText(href) })
}

export function canShare(): boolean {
  return typeof navigator.share === 'function'
}

export async function shareLink(url: string, title: string): Promise<string> {
  try {
    await navigator.share({ title, url })
    return 'Shared.'
  } catch (error) {
    // Whoever closes the system's own dialog has changed their mind.
    return error instanceof DOMException && error.name === 'AbortError' ? '' : 'The system could not share the link; copy it instead.'
  }
}

export async function saveMoment(given?: Moment): Promise<void> {
  const moment = given ?? (await momentNow())
  saveAs(`${moment.scenario}-hop-${moment.hop}.viridian.json`, [fileOf(moment)])
}
