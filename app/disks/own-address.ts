/** An own disk in the address of the page: a reload finds the same machine. Pure. */
import type { OwnMachine } from './disk-cards.ts'

/** A structural name from what a person typed: 'Gamma 2' as 'gamma-2'. */
export function guestName(title: string): string {
  return title.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 30)
}

const words = ['disk', 'at', 'title', 'path', 'named'] as const

/** What the address says of an own disk, so that a reload finds the same machine; null when it says nothing. */
export function ownInAddress(query: URLSearchParams, scenario: string): OwnMachine | null {
  const disk = query.get('disk') ?? ''
  const guest = query.get('at') ?? ''
  if (!/^[0-9a-f]{64}$/.test(disk) || guest === '') return null
  const title = query.get('title')
  const path = query.get('path')
  return { scenario, disk, guest, ...(title ? { title } : {}), ...(path === 'pio' || path === 'synthetic' ? { path } : {}) }
}

export function intoAddress(address: URL, own: OwnMachine | null): URL {
  for (const name of words) address.searchParams.delete(name)
  address.searchParams.delete('hop')
  if (own) {
    address.searchParams.set('scenario', own.scenario)
    address.searchParams.set('disk', own.disk)
    address.searchParams.set('at', own.guest)
    if (own.title) address.searchParams.set('title', own.title)
    if (own.path) address.searchParams.set('path', own.path)
  }
  return address
}
