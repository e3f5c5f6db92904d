import { beforeEach, describe, expect, it } from 'vitest'
import { bringBreakpoints, clearTime, isNothing, onTimeData, setBreakpoints, setTimeData, time, timeData, type TimeData } from './time-store.ts'

const data: TimeData = {
  names: { 1: 'Second' },
  bookmarks: [{ id: 1, branch: 0, n: 1800, time: 5000, title: 'Here', note: 'Look.', chosen: 'alpha/fs' }],
  deleted: [2],
  breakpoints: [{ condition: { kind: 'fs.open' }, on: false }],
}

describe('what a person adds to the run', () => {
  beforeEach(clearTime)

  it('is taken whole as plain data and comes back the same', () => {
    expect(isNothing(timeData())).toBe(true)
    setTimeData(JSON.parse(JSON.stringify(data)))
    expect(timeData()).toEqual(data)
    expect(JSON.parse(JSON.stringify(timeData()))).toEqual(data)
    expect(isNothing(timeData())).toBe(false)
  })

  it('leaves out what cannot be understood, whatever it is', () => {
    for (const bad of [null, 7, 'x', [], { bookmarks: 3, names: null, deleted: 'x', breakpoints: [null, 5, {}] }]) {
      setTimeData(bad)
      expect(isNothing(timeData())).toBe(true)
    }
    setTimeData({ names: { x: 'a', 1: '', 2: 'b'.repeat(500) }, bookmarks: [{ branch: -1, n: 2, time: 0 }, { branch: 0, n: 2, time: 3 }], deleted: [1, -4, 0.5], breakpoints: [{ condition: { hop: 3 } }, 7] })
    expect(timeData()).toEqual({ names: { 2: 'b'.repeat(80) }, bookmarks: [{ id: 2, branch: 0, n: 2, time: 3, title: '', note: '', chosen: '' }], deleted: [1], breakpoints: [{ condition: { n: 3 }, on: true }] })
  })

  it('keeps from where a hop is counted; one kept before that was said counts from the very first', () => {
    setBreakpoints([{ condition: { hop: 40 }, on: true }, { condition: { kind: 'fs.open' }, on: false }])
    const kept = JSON.parse(JSON.stringify(timeData())) as { breakpoints: { condition: unknown; on: boolean }[] }
    setTimeData(kept)
    expect(time.getState().breakpoints).toEqual([{ condition: { hop: 40 }, on: true }, { condition: { kind: 'fs.open' }, on: false }])
    setTimeData({ ...kept, breakpoints: kept.breakpoints.map(({ condition, on }) => ({ condition, on })) })
    expect(time.getState().breakpoints[0]).toEqual({ condition: { n: 40 }, on: true })
  })

  it('leaves the breakpoints to the scenario until somebody has made others of them, be it none [KEEP-5]', () => {
    const own = [{ kind: 'fs.open' }]
    bringBreakpoints(own)
    expect(time.getState().breakpoints).toEqual([{ condition: own[0], on: true }])
    expect(isNothing(timeData())).toBe(true)
    // A bookmark that was kept says nothing of breakpoints: those of the scenario stay.
    setTimeData({ names: { 1: 'x' } })
    expect(time.getState().breakpoints).toHaveLength(1)
    setBreakpoints([])
    expect(timeData().breakpoints).toEqual([])
    expect(isNothing(timeData())).toBe(false)
    // As after a reload, whichever of the two comes first.
    const kept: unknown = JSON.parse(JSON.stringify(timeData()))
    for (const order of [[() => setTimeData(kept), () => bringBreakpoints(own)], [() => bringBreakpoints(own), () => setTimeData(kept)]]) {
      clearTime()
      for (const step of order) step()
      expect(time.getState().breakpoints).toEqual([])
    }
    clearTime()
    bringBreakpoints(own)
    expect(time.getState().breakpoints).toHaveLength(1)
  })

  it('calls back when the data are others, and only then', () => {
    let calls = 0
    const stop = onTimeData(() => (calls += 1))
    time.setState({ notice: { says: 'x' } })
    expect(calls).toBe(0)
    time.setState({ deleted: [1] })
    expect(calls).toBe(1)
    stop()
  })
})
