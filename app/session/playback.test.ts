import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabView } from '../../engine/index.ts'
import type { WorkerApi } from './lab-calls.ts'
import { Playback } from './playback.ts'
import { createRowsCache } from './rows-cache.ts'
import { session, type Pace } from './session-store.ts'

const gone = 'mine.vhd can no longer be read: choose it once more, and go on.'

/** A Worker of which the machine makes twenty hops and then cannot go on. */
function failing(): { readonly lab: WorkerApi; readonly view: () => LabView } {
  let n = 900
  const view = () => ({
    status: { branch: 0, n, tip: n, now: n * 1000, tipTime: n * 1000, start: 100, startTime: 0, state: 'ready', next: { kind: 0, from: 0, to: 0, at: n * 1000 + 10, request: 0 }, why: '', failure: null, need: null, checksOn: false, checkFailures: [] },
    components: [], partitions: [], branches: [], ledgers: [], guests: [], vms: [], channels: [],
  }) as unknown as LabView
  const answers: Record<string, (...words: never[]) => unknown> = {
    view, captions: () => [], worn: () => [], files: () => [], seek: () => view(), rows: (from: number) => ({ rows: new ArrayBuffer(0), from }),
    story: () => [], strokeBefore: () => null, timeline: () => [], knownAt: () => 0,
    advance: () => {
      n += 20
      throw new Error(gone)
    },
  }
  const lab = new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : async (...words: never[]) => answers[String(name)]!(...words)) }) as WorkerApi
  return { lab, view }
}

describe('a run that fails', () => {
  let frames = 0
  beforeEach(() => {
    frames = 0
    vi.stubGlobal('requestAnimationFrame', (told: (now: number) => void) => {
      frames += 1
      return setTimeout(() => told(performance.now()), 2)
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  const opened = (pace: Pace): Playback => {
    const { lab, view } = failing()
    session.setState({ phase: 'ready', view: view(), cursor: 900, time: 900_000, pace, playing: false, failure: '', waiting: '' })
    return new Playback(lab, createRowsCache((from, count) => lab.rows(from, count)), false)
  }

  it('says why, and leaves the page where the machine stands', async () => {
    const playback = opened('story')
    await expect(playback.runToEnd()).rejects.toThrow(gone)
    await playback.still()
    expect(session.getState()).toMatchObject({ failure: gone, waiting: '', playing: false, cursor: 920 })
  })

  it('ends the flow: whoever waits for it is told, and no frame is drawn any more', async () => {
    const playback = opened('flow')
    await playback.play()
    await playback.still()
    expect(session.getState()).toMatchObject({ failure: gone, waiting: '', playing: false, cursor: 920 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    const drawn = frames
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(frames).toBe(drawn)
  })
})
