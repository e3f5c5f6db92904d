/** Sizes of the drawing in its own units: for each depth, and for a page that is higher than the drawing needs. */
import type { Depth } from './parts.ts'

export interface Measures {
  readonly depth: Depth
  /** Left of everything: the names of the floors. */
  readonly margin: number
  /** Width of a part, in root and in a guest, and what lies between two. */
  readonly part: number
  readonly guestPart: number
  readonly gutter: number
  /** Between root and the first guest, where the pipe lies. */
  readonly pipeGap: number
  readonly shaft: number
  /** What stands beside the shaft on the hypervisor's floor: why it is there. */
  readonly shaftText: number
  readonly user: number
  readonly kernel: number
  readonly hypervisor: number
  readonly hardware: number
  readonly rowTops: readonly number[]
  readonly rowHeights: readonly number[]
  /** Ledgers stand in the guests. */
  readonly ledgers: boolean
}

export const edge = 12
export const remoteHeight = 34
export const top = 46
export const head = 50
export const columnGap = 22
export const tileGap = 22
export const tileWidth = 134

/** The most that a high page adds. */
export const extraMost = 220

/** The most that a broad page adds to each part. */
export const broadMost: Readonly<Record<Depth, number>> = { architecture: 104, mechanism: 56 }

function narrow(depth: Depth, extra: number, ledgers: boolean): Measures {
  const more = Math.min(extraMost, Math.max(0, extra))
  return depth === 'mechanism' ? mechanism(more, ledgers) : architecture(more, ledgers)
}

/** `extra` units of height are spread over the floors; each part is `broad` units broader, and the ways between have their share. */
export function measuresOf(depth: Depth, extra: number, ledgers: boolean, broad = 0): Measures {
  const m = narrow(depth, extra, ledgers)
  const more = Math.min(broadMost[depth], Math.max(0, broad))
  return {
    ...m, part: m.part + more, guestPart: m.guestPart + more, gutter: m.gutter + Math.round(more * 0.1),
    pipeGap: m.pipeGap + Math.round(more * (depth === 'mechanism' ? 1.2 : 0.6)),
  }
}

function mechanism(more: number, ledgers: boolean): Measures {
  const part = Math.round(52 + more * 0.05)
  const gap = Math.round(26 + more * 0.09)
  const bar = Math.round(38 + more * 0.03)
  const first = Math.round(20 + more * 0.03)
  const second = first + bar + gap
  return {
    depth: 'mechanism', ...(ledgers ? { margin: 98, part: 116, guestPart: 116, shaftText: 96 } : { margin: 150, part: 154, guestPart: 154, shaftText: 116 }), gutter: 18, pipeGap: 84, shaft: 46,
    user: Math.round((ledgers ? 226 : 200) + more * 0.3),
    kernel: second + 2 * part + gap + Math.round(22 + more * 0.03),
    hypervisor: Math.round(96 + more * 0.1),
    hardware: Math.round((ledgers ? 120 : 136) + more * 0.12),
    rowTops: [first, second, second + part + gap],
    rowHeights: [bar, part, part],
    ledgers,
  }
}

function architecture(more: number, ledgers: boolean): Measures {
  // Without ledgers type is larger: two lines below a name need the room.
  const part = Math.round((ledgers ? 56 : 64) + more * 0.08)
  const gap = Math.round(28 + more * 0.1)
  const first = Math.round(16 + more * 0.05)
  return {
    depth: 'architecture', ...(ledgers ? { margin: 100, part: 177, guestPart: 208, shaftText: 88 } : { margin: 148, part: 218, guestPart: 222, shaftText: 140 }), gutter: 18, pipeGap: 84, shaft: 44,
    user: Math.round((ledgers ? 200 : 96) + more * 0.25),
    kernel: first + 2 * part + gap + Math.round((ledgers ? 16 : 24) + more * 0.05),
    hypervisor: Math.round(74 + more * 0.1),
    hardware: Math.round((ledgers ? 108 : 128) + more * 0.1),
    rowTops: [first, first + part + gap],
    rowHeights: [part, part],
    ledgers,
  }
}
