/** The twin in the address: one word with one plain string, as in `twin=alpha.path:pio`. */
import { hasLeft } from '../session/address.ts'

/** Null: the address names no twin. */
export function twinInAddress(search = location.search): string | null {
  return new URLSearchParams(search).get('twin')
}

/** The same address with this twin; null takes it out. Colons, commas and tildes stay readable. */
export function addressOfTwin(address: string, words: string | null): URL {
  const url = new URL(address)
  url.searchParams.delete('twin')
  if (words === null) return url
  const plain = encodeURIComponent(words).replace(/%3A/gi, ':').replace(/%2C/gi, ',')
  url.search = `${url.search}${url.search === '' ? '?' : '&'}twin=${plain}`
  return url
}

export function keepTwinInAddress(words: string | null): void {
  const url = addressOfTwin(location.href, words)
  if (!hasLeft() && url.href !== location.href) history.replaceState(history.state, '', url)
}
