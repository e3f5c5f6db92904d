/** Which rows of a long list are in view. Pure. */
export const rowHeight = 22
const beyond = 6

export function visibleRange(top: number, height: number, count: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - beyond))
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + beyond)
  return { from, to: Math.max(from, to) }
}
