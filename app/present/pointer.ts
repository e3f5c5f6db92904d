/** The laser and the spotlight follow the pointer; with the keyboard alone, what has focus. */

function to(x: number, y: number): void {
  const { style } = document.documentElement
  style.setProperty('--pointer-x', `${x}px`)
  style.setProperty('--pointer-y', `${y}px`)
}

/** From now on until the answer is called. */
export function followPointer(): () => void {
  const move = (event: PointerEvent): void => to(event.clientX, event.clientY)
  const focus = (event: FocusEvent): void => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(':focus-visible')) return
    const box = event.target.getBoundingClientRect()
    to(box.x + box.width / 2, box.y + box.height / 2)
  }
  addEventListener('pointermove', move, { passive: true })
  document.addEventListener('focusin', focus)
  return () => {
    removeEventListener('pointermove', move)
    document.removeEventListener('focusin', focus)
  }
}
