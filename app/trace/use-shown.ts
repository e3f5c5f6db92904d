/**
 * The part of the hop list in view: where it is scrolled to, and what is known of the rows there. Where it goes by itself,
 * rows and sentences are there before it goes, so that it is drawn once.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { useCalm } from '../session/calm.ts'
import { inOwnFrame } from '../session/frame-turns.ts'
import { labSession } from '../session/lab-session.ts'
import { linesOf, noLines, type Lines } from './lines.ts'
import { useSession } from '../session/session-store.ts'
import { beyond, rowHeight, scrollTo, visibleRange, type Window } from './window.ts'

export interface Numbers {
  readonly count: number
  readonly at: (i: number) => number
  /** Hops may be missing at the end: the log is still being looked through. */
  readonly seeking: boolean
}

interface Held {
  readonly top: number
  readonly height: number
  readonly lines: Lines
}

export interface Shown {
  readonly box: RefObject<HTMLDivElement | null>
  readonly range: Window
  readonly numbers: readonly number[]
  /** Which of the numbers stands highest in view, whole. */
  readonly firstInView: number
  readonly lines: Lines
  readonly onScroll: () => void
}

function numbersIn({ at }: Numbers, { from, to }: Window): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => at(from + i))
}

/** In the flow the list jumps several times a second, and each row that nobody sees is drawn for nothing. */
const beyondInFlow = 1

/** The box that scrolls, and what to do when it has been scrolled or has become larger or smaller. */
function useBox(setHeld: (change: (before: Held) => Held) => void): Pick<Shown, 'box' | 'onScroll'> {
  const box = useRef<HTMLDivElement>(null)
  const onScroll = useCallback((): void => {
    if (!box.current) return
    const { scrollTop: top, clientHeight: height } = box.current
    setHeld((before) => (Math.abs(before.top - top) < 1 && before.height === height ? before : { ...before, top, height }))
  }, [setHeld])
  useEffect(() => {
    if (!box.current) return
    const observer = new ResizeObserver(onScroll)
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [onScroll])
  return { box, onScroll }
}

/** `follows`: the list goes where the cursor goes. */
export function useShown(numbers: Numbers, cursor: number, follows: boolean): Shown {
  const [held, setHeld] = useState<Held>({ top: 0, height: 0, lines: noLines })
  const { box, onScroll } = useBox(setHeld)
  const branch = useCalm((s) => s.view?.status.branch ?? 0)
  const more = useSession((s) => (s.playing && s.pace === 'flow' ? beyondInFlow : beyond))
  const measured = held.height > 0
  const range = visibleRange(held.top, held.height, numbers.count, more)
  const shown = numbersIn(numbers, range)
  const keyOf = (some: readonly number[]): string => `${branch} ${some[0] ?? 0} ${some.at(-1) ?? 0} ${some.length}`
  const key = keyOf(shown)
  /** What the lines at hand are of; where to scroll with the next drawing, or -1; questions asked, and the last one answered. */
  const state = useRef({ known: '', wished: -1, asked: 0, answered: 0 })

  /** Asks for lines; they are shown where the list stands, or, with `top`, where it then goes. */
  const ask = (some: readonly number[], top: number): void => {
    const here = state.current
    const turn = (here.asked += 1)
    const about = keyOf(some)
    const show = (lines: Lines): void => {
      // What was asked for later may have come before.
      if (turn < here.answered) return
      here.answered = turn
      here.known = about
      if (top >= 0) here.wished = top
      setHeld((before) => ({ top: top >= 0 ? top : before.top, height: before.height, lines }))
    }
    labSession().then((open) => linesOf(open, some)).then((lines) => (more === beyondInFlow ? inOwnFrame(() => show(lines)) : show(lines)), () => undefined)
  }

  useEffect(() => {
    if (measured && shown.length > 0 && state.current.known !== key) ask(shown, -1)
    // oxlint-disable-next-line react/exhaustive-deps -- the key stands for the numbers
  }, [key])

  useEffect(() => {
    if (!follows || numbers.count === 0 || !measured) return
    const row = Math.max(0, cursor - numbers.at(0))
    // It is in view already, and not the last row there, which may be cut.
    if (row >= range.from + more && row < range.to - more - 1) return
    const top = scrollTo(row, held.height, numbers.count)
    if (Math.abs(top - held.top) >= 1) ask(numbersIn(numbers, visibleRange(top, held.height, numbers.count, more)), top)
    // oxlint-disable-next-line react/exhaustive-deps -- the cursor moves the list, not the hand that scrolls it
  }, [cursor, numbers, follows, measured])

  useLayoutEffect(() => {
    const { wished } = state.current
    state.current.wished = -1
    if (wished < 0 || !box.current) return
    box.current.scrollTop = wished
    // The list may have become shorter meanwhile, and does not go so far.
    onScroll()
  }, [box, held, onScroll])

  return { box, range, numbers: shown, firstInView: Math.max(0, Math.ceil((held.top - range.top) / rowHeight)), lines: held.lines, onScroll }
}
