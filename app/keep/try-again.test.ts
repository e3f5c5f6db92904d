import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { firstWait, mostWait, TryAgain } from './try-again.ts'

class Seen extends EventTarget {
  visibilityState = 'visible'
  turn(to: string): void {
    this.visibilityState = to
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

let page: Seen
beforeEach(() => {
  vi.useFakeTimers()
  page = new Seen()
  vi.stubGlobal('document', page)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('what the store does not take is tried again ever more rarely, at least once a minute, and soon again after it was taken', () => {
  const at: number[] = []
  const began = Date.now()
  const again: TryAgain = new TryAgain(() => {
    at.push(Date.now() - began)
    again.later()
  })
  again.later()
  vi.advanceTimersByTime(302_000)
  expect(at).toEqual([2000, 6000, 14_000, 30_000, 62_000, 122_000, 182_000, 242_000, 302_000])
  again.over()
  vi.advanceTimersByTime(10 * mostWait)
  expect(at).toHaveLength(9)
  again.later()
  vi.advanceTimersByTime(firstWait)
  expect(at).toHaveLength(10)
})

it('nothing is tried while nobody sees the page; who looks again sets it going at once', () => {
  const work = vi.fn<() => void>()
  const again = new TryAgain(work)
  again.later()
  page.turn('hidden')
  vi.advanceTimersByTime(20 * mostWait)
  expect(work).not.toHaveBeenCalled()
  page.turn('visible')
  expect(work).toHaveBeenCalledTimes(1)
  page.turn('hidden')
  page.turn('visible')
  vi.advanceTimersByTime(mostWait)
  expect(work).toHaveBeenCalledTimes(1)
})
