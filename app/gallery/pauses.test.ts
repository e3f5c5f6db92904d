import { afterEach, describe, expect, it } from 'vitest'
import { pauseAfter, pauseAt, untilPause } from './pauses.ts'

const beat = { from: 10, to: 20, tells: 12, kind: 'hop', times: 1, cycle: 1 } as const

describe('pauses', () => {
  afterEach(() => pauseAt([]))

  it('are found behind the cursor, never at it', () => {
    pauseAt([4, 15, 30])
    expect([0, 4, 14, 15, 30].map(pauseAfter)).toEqual([4, 15, 15, 30, 0])
  })

  it('cut a beat that passes one, and tell the hop with which Play pauses', () => {
    pauseAt([15])
    expect(untilPause(beat, 9)).toEqual({ ...beat, to: 15, tells: 15 })
    expect(untilPause(beat, 15)).toBe(beat)
    pauseAt([20])
    expect(untilPause(beat, 9)).toBe(beat)
    pauseAt([])
    expect(untilPause(beat, 9)).toBe(beat)
  })
})
