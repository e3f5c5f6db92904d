/** What of the page stands in its address, so that a reload and a link find it again: the hop, the filters of the hop list. */

/** Words of the address that say where somebody is in a scenario; another scenario drops them. */
export const placeNames = ['hop', 'words', 'families', 'in', 'request', 'lens'] as const
export type PlaceName = (typeof placeNames)[number]

export function fromAddress(name: PlaceName): string {
  return new URLSearchParams(location.search).get(name) ?? ''
}

let left = false

/** The address is another entry's already; this page has not gone yet. */
export function hasLeft(): boolean {
  return left
}

/** Back and forward lead to another entry of the history, which the page opens anew: nothing of this one may be written into it. */
export function leave(): void {
  left = true
  location.reload()
}

/** An empty value takes the word out. The history of the browser gets no entry: back leaves the page, as one expects. */
export function intoAddress(values: Readonly<Partial<Record<PlaceName | keyof typeof gone, string>>>): void {
  if (left) return
  const address = new URL(location.href)
  for (const [name, value] of Object.entries(values)) {
    if (value) address.searchParams.set(name, value)
    else address.searchParams.delete(name)
  }
  if (address.href !== location.href) history.replaceState(history.state, '', address)
}

/** The machine is run to a hop of a link at once; not for longer than a person waits. */
export const farthest = 2_000_000

/** Words that only the link to a moment has; whoever has moved on is elsewhere than they say. */
export const gone = { v: '', f: '', sel: '', follow: '', view: '', panels: '', tab: '' } as const

/** The address is the link to a moment, which `app/links` follows: more than a scenario and a hop stands in it. */
export function isMoment(): boolean {
  const query = new URLSearchParams(location.search)
  return location.hash.startsWith('#m=') || Object.keys(gone).some((name) => query.has(name))
}

/** The hop that the address names, counted from the start as the page does; 0 when it names none. */
export function hopInAddress(start: number): number {
  const words = fromAddress('hop')
  return /^\d{1,7}$/.test(words) ? start + Math.min(farthest, Number(words)) : 0
}
