/** Which rows of a long list are in view. A list longer than browsers can be high is scrolled through in proportion. Pure. */
export const rowHeight = 24
/** Rows drawn beyond either edge of the view: a hand that scrolls finds them there. */
export const beyond = 6
/** Firefox lays nothing out beyond 17 million pixels. */
export const tallest = 8_000_000

export function spaceOf(count: number): number {
  return Math.min(tallest, count * rowHeight)
}

/** Rows that scrolling has left above the view, a fraction included. */
function above(top: number, height: number, count: number): number {
  const whole = count * rowHeight
  if (whole <= tallest) return top / rowHeight
  return (Math.min(1, Math.max(0, top / (tallest - height))) * (whole - height)) / rowHeight
}

export interface Window {
  readonly from: number
  readonly to: number
  /** Where row `from` stands, in pixels of the space. */
  readonly top: number
}

export function visibleRange(top: number, height: number, count: number, more = beyond): Window {
  const first = above(top, height, count)
  const from = Math.max(0, Math.min(count, Math.floor(first) - more))
  const to = Math.max(from, Math.min(count, Math.ceil(first + height / rowHeight) + more))
  return { from, to, top: count * rowHeight <= tallest ? from * rowHeight : top + (from - first) * rowHeight }
}

/** Where to scroll so that a row stands in the middle of the view. */
export function scrollTo(row: number, height: number, count: number): number {
  const top = Math.max(0, row * rowHeight - height / 2)
  const whole = count * rowHeight
  return whole <= tallest ? top : (Math.min(top, whole - height) / (whole - height)) * (tallest - height)
}
