/**
 * Keys in the hop list. Of all its rows Tab reaches one, so that nobody goes through a million of them to get on; from it the
 * arrows go to its neighbours. Rows are taken for others where the list scrolls: focus stays with the hop, not with the element.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { session } from '../session/session-store.ts'
import type { Numbers, Shown } from './use-shown.ts'
import { rowHeight, scrollTo } from './window.ts'

/** The row a key leads to, or null when it means nothing to a list. `page`: rows that are seen at once. */
export function rowAfter(key: string, at: number, count: number, page: number): number | null {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }[key]
  return to === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, to))
}

/** Of the rows that are drawn the one Tab comes to: that which had focus, else that of the cursor, else the first in view. */
export function rowForTab(shown: readonly number[], focused: number, cursor: number, firstInView: number): number {
  return [focused, cursor].find((n) => shown.includes(n)) ?? shown[firstInView] ?? shown[0] ?? 0
}

/** The hop that an element goes to, or 0. */
function numberOf(target: EventTarget | null): number {
  return target instanceof HTMLElement ? Number(target.dataset['n'] ?? 0) : 0
}

function rowWithFocus(box: HTMLElement | null): number {
  return box?.contains(document.activeElement) ? numberOf(document.activeElement) : 0
}

function rowOf(box: HTMLElement | null, n: number): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-n="${n}"]`) ?? null
}

/** Answers the hop whose row Tab comes to. */
export function useRowKeys({ box, range, numbers: shown, firstInView }: Shown, { count, at }: Numbers, cursor: number): number {
  const [focused, setFocused] = useState(0)
  /** The row that has focus, or is to have it as soon as it is drawn: known before the list is drawn anew. */
  const wanted = useRef(0)
  const jump = useRef(false)
  const list = useRef({ shown, from: range.from, count, at })

  useLayoutEffect(() => {
    list.current = { shown, from: range.from, count, at }
    const now = rowWithFocus(box.current)
    const jumps = jump.current
    if (jumps ? box.current !== document.activeElement : now === 0 || now === wanted.current) return
    const row = rowOf(box.current, wanted.current)
    if (row) jump.current = false
    row?.focus({ preventScroll: !jumps })
  })

  useEffect(() => {
    const element = box.current
    if (!element) return
    const onFocus = ({ target }: FocusEvent): void => {
      const n = numberOf(target)
      if (n === 0) return
      wanted.current = n
      setFocused(n)
    }
    const onKey = (event: KeyboardEvent): void => {
      const { shown: drawn, from, count: rows, at: numberAt } = list.current
      const here = drawn.indexOf(numberOf(event.target))
      if (here < 0 || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
      // In a room the pages are the clicker's.
      if (event.key.startsWith('Page') && session.getState().theme === 'projector') return
      const to = rowAfter(event.key, from + here, rows, Math.max(1, Math.floor(element.clientHeight / rowHeight) - 1))
      if (to === null) return
      event.preventDefault()
      const row = rowOf(element, numberAt(to))
      if (row) return row.focus()
      // Its row is not drawn yet, and the one that has focus may go: the list has it meanwhile.
      wanted.current = numberAt(to)
      jump.current = true
      element.focus({ preventScroll: true })
      element.scrollTo(0, scrollTo(to, element.clientHeight, rows))
    }
    element.addEventListener('focusin', onFocus)
    element.addEventListener('keydown', onKey)
    return () => {
      element.removeEventListener('focusin', onFocus)
      element.removeEventListener('keydown', onKey)
    }
  }, [box])

  return rowForTab(shown, focused, cursor, firstInView)
}
