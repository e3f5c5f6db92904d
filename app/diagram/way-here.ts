/**
 * The way from who asked to where a hop sets out, along its causes. What went out of a part and came back to it is left out: what
 * remains is one line without a loop. Pure.
 */
import type { Hop } from '../../engine/index.ts'

/** The causes of a hop, the first one first, itself not among them. */
export interface Causes {
  readonly hops: readonly Hop[]
  /** The hop whose row is not at hand, beyond which nothing is known; 0 where it is the whole way. */
  readonly missing: number
}

/** More causes are not looked for: a way that long has come back to its parts many times. */
const causesMost = 1500

export function causesOf(hop: Pick<Hop, 'cause'>, least: number, hopAt: (n: number) => Hop | null): Causes {
  const hops: Hop[] = []
  let missing = 0
  for (let n = hop.cause; n > least && hops.length < causesMost; ) {
    const cause = hopAt(n)
    if (!cause) {
      missing = n
      break
    }
    hops.push(cause)
    n = cause.cause
  }
  return { hops: hops.reverse(), missing }
}

/**
 * Causes since another guest had a part in them: where a request waited for what another guest had asked, the cause leads to that
 * one, and its way is not the way of this request.
 */
export function ownIn(hops: readonly Hop[], guest: number): readonly Hop[] {
  let from = guest > 0 ? hops.length : 0
  while (from > 0 && (hops[from - 1]!.behalf === 0 || hops[from - 1]!.behalf === guest)) from--
  return hops.slice(from)
}

/**
 * Causes whose beginning is not known begin where their guest acted first: anywhere between, they might begin in the part where
 * they end, and nothing would be left of the way.
 */
export function begunIn(hops: readonly Hop[], least: number, inGuest: (hop: Hop) => boolean): readonly Hop[] {
  const [first] = hops
  return first && first.cause > least ? hops.slice(Math.max(0, hops.findIndex(inGuest))) : hops
}

/** A part on the way, and the hop that came to it; null for the first, and where what acted there had waited for something. */
export interface Station {
  readonly part: string
  readonly by: Hop | null
}

/**
 * The stations of a way that ends in a part. A hop that comes to a station again leads back to it: what lay between is left out.
 * So a request that has returned is seen as before it set out, and the stations are those that still wait for an answer.
 */
export function stationsOf(hops: readonly Hop[], until: string, partOf: (component: number) => string): readonly Station[] {
  const out: Station[] = []
  const go = (part: string, by: Hop | null): void => {
    const been = out.findIndex((station) => station.part === part)
    if (been >= 0) out.length = been + 1
    else out.push({ part, by })
  }
  for (const hop of hops) {
    go(partOf(hop.from), null)
    go(partOf(hop.to), hop)
  }
  go(until, null)
  return out
}
