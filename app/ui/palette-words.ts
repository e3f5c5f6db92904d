/** What the words in the palette mean: how close a name comes to them, and the hop that a number names. Pure. */
import { defaultFilter } from 'cmdk'

/** Words as they were typed come before letters found here and there. */
export function closeness(value: string, search: string): number {
  const at = value.toLowerCase().indexOf(search.trim().toLowerCase())
  if (at === 0) return 1
  if (at > 0) return /[\p{L}\d]/u.test(value[at - 1]!) ? 0.6 : 0.8
  return (defaultFilter?.(value, search) ?? 0) / 2
}

/** Whether the best of some names comes closer to what is typed than the best of others. */
export function closer(some: readonly string[], others: readonly string[], search: string): boolean {
  if (search.trim() === '') return false
  const best = (names: readonly string[]): number => Math.max(0, ...names.map((name) => closeness(name, search)))
  return best(some) > best(others)
}

/** Further nobody goes at once: as far as 'run until' goes. */
const FURTHEST = 1_000_000

/** The hop that a number names, counted from the start as on the page, or null: `120`, `hop 120`, `-3` in the bring-up. */
export function hopNamed(search: string, start: number): number | null {
  const number = /^(?:hop\s+)?(?<sign>[-\u2212]?)(?<digits>\d{1,7})$/i.exec(search.trim())?.groups
  if (!number) return null
  const hop = number['sign'] === '' ? Number(number['digits']) : -Number(number['digits'])
  return start + hop > 0 && hop <= FURTHEST ? hop : null
}
