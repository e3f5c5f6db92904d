/** What says the same stays the same object: whoever draws a part of a view sees at a glance that nothing is to be drawn anew. Pure. */

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value)
}

/** `after`, with every part of it that says what `before` says there replaced by that part of `before`. */
export function shared<T>(before: unknown, after: T): T {
  if (before === after) return after
  if (Array.isArray(before) && Array.isArray(after)) {
    const out = after.map((value: unknown, i) => shared(before[i], value))
    return out.length === before.length && out.every((value, i) => value === before[i]) ? (before as T) : (out as T)
  }
  if (!isPlain(before) || !isPlain(after)) return after
  const names = Object.keys(after)
  const out: Record<string, unknown> = {}
  let same = names.length === Object.keys(before).length
  for (const name of names) {
    out[name] = shared(before[name], after[name])
    same &&= name in before && out[name] === before[name]
  }
  return same ? (before as T) : (out as T)
}
