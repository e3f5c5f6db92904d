/** Which machine the address names: the scenario, an own disk in it, what of it is changed (`era=ws2012`, `beta.path=dma`). Pure but for the defaults. */
import type { OwnMachine } from '../disks/disk-cards.ts'
import { intoAddress } from '../disks/own-address.ts'
import { gone, placeNames } from './address.ts'

/** The words of the address that change the machine. */
export function variantInAddress(search = location.search): Record<string, string> {
  const words: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === 'era' || name === 'profile' || name.includes('.')) words[name] = value
  }
  return words
}

/** A machine as an address names it. */
export interface Addressed {
  readonly scenario: string
  readonly words: Readonly<Record<string, string>>
  readonly own: OwnMachine | null
}

/** Where a machine is found: of the address as it stands, what belongs to another run is left behind. */
export function addressOfMachine({ scenario, words, own }: Addressed, page = location.href): URL {
  const address = intoAddress(new URL(page), own)
  const { searchParams: query } = address
  address.hash = ''
  for (const name of [...placeNames, ...Object.keys(gone), ...Object.keys(variantInAddress(address.search))]) query.delete(name)
  query.set('scenario', scenario)
  for (const [name, value] of Object.entries(words)) query.set(name, value)
  // Whoever compares two machines goes on comparing: the new one with what it is compared with first.
  if (query.has('twin')) query.set('twin', '')
  return address
}
