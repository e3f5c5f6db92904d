import { afterEach, describe, expect, it } from 'vitest'
import { session } from '../session/session-store.ts'
import { noRecord, recorder, recordPart, type Ended } from './record-store.ts'

const act = { do: 'go', hop: 3, idle: false } as const
const recording = { opens: { scenario: 'one-ring', words: {} }, acts: [act] }
const ended: Ended = { end: { idle: false, hop: 3, branches: 1, guests: [], print: '' }, scenario: null, asked: [], start: 0 }

afterEach(() => {
  recorder.setState(noRecord, true)
  session.setState({ machine: 0 })
})

describe('a recording that is kept with its lab', () => {
  it('would be missed when something was recorded, and on no machine but its own', () => {
    expect(recordPart.worth!()).toBe(false)
    recorder.setState({ on: true, recording: { ...recording, acts: [] } })
    expect(recordPart.worth!()).toBe(false)
    recorder.setState({ recording })
    expect(recordPart.worth!()).toBe(true)
    session.setState({ machine: 1 })
    expect(recordPart.worth!()).toBe(false)
    recorder.setState({ machine: 1, ended })
    expect(recordPart.worth!()).toBe(false)
  })

  it('is kept without the count of its machine, which is that of this page alone', () => {
    recorder.setState({ recording, machine: 4 })
    expect(recordPart.take()).toMatchObject({ recording })
    expect(recordPart.take()).not.toHaveProperty('machine')
  })

  it('gives way to there being none, unless it is that of a machine that has gone', () => {
    recorder.setState({ recording })
    recordPart.give(null)
    expect(recorder.getState().recording).toBeNull()
    recorder.setState({ recording, ended })
    recordPart.give(null)
    expect(recorder.getState().recording).toBe(recording)
    // The next machine is there, and how the old one stood is not told yet.
    recorder.setState({ ended: null })
    session.setState({ machine: 1 })
    recordPart.give(null)
    expect(recorder.getState().recording).toBe(recording)
  })
})
