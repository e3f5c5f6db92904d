/** How a lens paints hops. Pure. */
import type { KindCard } from '../session/session-store.ts'
import { classes, classOf, type Lens, type LensClass } from './lens.ts'
import type { Paint, Painted } from './lens-now.ts'

/** How a class is painted under a lens. */
function paintedAs(lens: Lens, found: LensClass, letter: string): Painted {
  return { tint: found.tint, letter, dim: lens.only.length > 0 && !lens.only.includes(found.id) }
}

/** How a hop is painted; the places of components are looked up once in the life of their list. */
export function paintWith(lens: Lens, kinds: readonly KindCard[], placeOf: (path: string) => string): Paint {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]))
  const looks = new Map(classes[lens.by].map((c) => [c.id, { bright: paintedAs(lens, c, c.letter), own: c }]))
  return (name, to, cost) => {
    const kind = byName.get(name)
    const found = looks.get(classOf(lens.by, { family: kind?.family ?? 'call', status: kind?.status ?? '', place: lens.by === 'place' ? placeOf(to) : '', cost }))
    if (!found) return { tint: 'call', letter: kind?.letter ?? '', dim: lens.only.length > 0 }
    // By kind the letter is that of the hop, which may be its own.
    return lens.by === 'kind' ? { ...found.bright, letter: kind?.letter ?? found.own.letter } : found.bright
  }
}
