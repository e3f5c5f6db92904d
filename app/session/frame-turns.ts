/**
 * What is dear to draw has a frame of its own: while the run flows, the view, the chart and the list take turns, so that no frame
 * draws two of them anew. Dots move in every frame.
 */
const waiting: (() => void)[] = []
let asked = false
let taken = false
/** The frame before was given away already: where every frame is taken, those that wait have every second one. */
let gave = false

function next(): void {
  asked = false
  // What has come since the last frame is drawn in this one.
  gave = taken && !gave
  if (!gave) waiting.shift()?.()
  taken = false
  if (waiting.length > 0) soon()
}

function soon(): void {
  if (asked) return
  asked = true
  requestAnimationFrame(next)
}

/** Does something dear in a frame in which nothing else dear is drawn; who asks first is first. */
export function inOwnFrame(work: () => void): void {
  waiting.push(work)
  soon()
}

/** Something dear is drawn with the next frame: whoever waits has one after it. */
export function frameTaken(): void {
  if (typeof requestAnimationFrame === 'undefined') return
  taken = true
  soon()
}
