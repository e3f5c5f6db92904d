import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Hop, LabView } from '../../engine/index.ts'
import type { WorkerApi } from './lab-calls.ts'
import { motion, onMotion, setMotion, type Dot } from './motion.ts'
import { Playback } from './playback.ts'
import { createRowsCache } from './rows-cache.ts'
import { session, statusAt, type KindCard, type Pace } from './session-store.ts'

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

/** A Worker of which the machine makes hop after hop, each a beat; it answers a little later. */
function running(): { readonly lab: WorkerApi; readonly made: readonly number[]; readonly view: () => LabView } {
  let n = 900
  const made: number[] = []
  const view = () => ({
    status: { branch: 0, n, tip: n, now: n * 1000, tipTime: n * 1000, start: 100, startTime: 0, state: 'ready', next: { kind: 0, from: 0, to: 0, at: n * 1000 + 10, request: 0 }, why: '', failure: null, need: null, checksOn: false, checkFailures: [] },
    components: [], partitions: [], branches: [], ledgers: [], guests: [], vms: [], channels: [],
  }) as unknown as LabView
  const answers: Record<string, (...words: never[]) => unknown> = {
    view, captions: (n: number) => [{ n, says: 'it is told', because: 'so' }], worn: () => [], files: () => [], rows: (from: number) => ({ rows: new ArrayBuffer(0), from }),
    story: (from: number) => Array.from({ length: 48 }, (_, i) => ({ from: from + i, to: from + i, kind: 'hop', times: 1, cycle: 1, tells: from + i })),
    advance: ({ hops }: { readonly hops: number }) => {
      made.push(hops)
      n += hops
      return { rows: new ArrayBuffer(64 * hops), from: n - hops + 1, status: view().status, hit: -1 }
    },
  }
  const lab = new Proxy({}, {
    get: (_, name) => (name === 'then' ? undefined : async (...words: never[]) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return answers[String(name)]!(...words)
    }),
  }) as WorkerApi
  return { lab, made, view }
}

describe('another pace while it plays', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('requestAnimationFrame', (told: (now: number) => void) => setTimeout(() => told(performance.now()), 16))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const opened = (pace: Pace) => {
    const { lab, made, view } = running()
    session.setState({ phase: 'ready', view: view(), cursor: 900, time: 900_000, pace, playing: false, failure: '', waiting: '', motion: true, tempo: 1 })
    return { made, playback: new Playback(lab, createRowsCache((from, count) => lab.rows(from, count)), false) }
  }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('lets one beat follow, not two, in the middle of another and while one is being fetched', async () => {
    for (const wait of [150, 2]) {
      const { made, playback } = opened('story')
      await playback.play()
      await pass(wait)
      playback.setPace('hops')
      await pass(wait === 2 ? 100 : 60)
      expect(made, `after ${wait} ms`).toEqual(wait === 2 ? [1] : [1, 1])
      const still = playback.pause()
      await pass(50)
      await still
    }
  })

  it('names the hop behind the beat that moves, not the one that moves', async () => {
    const { playback } = opened('story')
    await playback.play()
    const stages = new Set<boolean>()
    for (let ms = 0; ms < 2000; ms += 20) {
      await pass(20)
      const now = session.getState()
      stages.add(now.cursor === now.view!.status.n)
      expect(statusAt(now)).toMatchObject({ n: now.cursor, next: { at: now.time + 10 } })
    }
    expect(stages).toEqual(new Set([true, false]))
    const still = playback.pause()
    await pass(50)
    await still
  })

  it('flows once the beat that was being fetched has come', async () => {
    const { made, playback } = opened('story')
    await playback.play()
    await pass(2)
    playback.setPace('flow')
    await pass(3000)
    expect(made.length).toBeGreaterThan(20)
    expect(session.getState()).toMatchObject({ playing: true, pace: 'flow', failure: '' })
    const still = playback.pause()
    await pass(50)
    await still
    const flowed = made.length
    await pass(1000)
    expect(made.length).toBe(flowed)
  })
})

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

describe('a way back', () => {
  beforeEach(() => vi.stubGlobal('requestAnimationFrame', (told: (now: number) => void) => setTimeout(() => told(performance.now()), 2)))
  afterEach(() => {
    vi.unstubAllGlobals()
    setMotion([], [])
  })

  /** A run that was told as far as hop 905: from part to part, and round again. */
  const opened = (): Playback => {
    const components = ['a', 'b', 'c'].map((path) => ({ path }))
    const view = (n: number) => ({ ...failing().view(), components, status: { ...failing().view().status, n, tip: 905 } }) as unknown as LabView
    const answers: Record<string, (...words: never[]) => unknown> = {
      view: () => view(905), seek: (n: number) => view(n), captions: (n: number) => [{ n, says: `hop ${n}`, because: '' }], worn: () => [], files: () => [],
      story: (from: number) => [{ from, to: from, kind: 'hop', times: 1, cycle: 1, tells: from }],
      strokeBefore: (n: number) => ({ from: n - 3, to: n - 1, kind: 'hop', times: 1, cycle: 1, tells: n - 2 }),
    }
    const lab = new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : async (...words: never[]) => answers[String(name)]!(...words)) }) as WorkerApi
    const rows = {
      get: (n: number) => ({ n, kind: 0, from: n % 3, to: (n + 1) % 3, behalf: 1, cost: 0, request: 0, origin: 0, flags: 0, time: n }) as unknown as Hop,
      want: async () => {}, timeOf: () => 0, put: () => {}, forgetAfter: () => {},
    }
    session.setState({
      phase: 'ready', view: view(905), cursor: 905, time: 905_000, pace: 'story', playing: false, failure: '', waiting: '', motion: true, follow: 0,
      kinds: [{ name: 'go', family: 'call', letter: 'g' }] as unknown as KindCard[],
    })
    return new Playback(lab, rows, true)
  }

  it('undoes a hop, and then the one before it stands where the caption speaks of it', async () => {
    const playback = opened()
    const seen: Dot[] = []
    const stop = onMotion(() => seen.push(...motion.landed))
    await playback.back()
    await playback.still()
    stop()
    expect(session.getState()).toMatchObject({ cursor: 904, caption: { n: 904, says: 'hop 904' } })
    expect(seen.find((dot) => dot.n === 905)).toMatchObject({ from: 'a', to: 'c', undone: true })
    expect(motion.landed).toMatchObject([{ n: 904, from: 'b', to: 'c', share: 1 }])
    expect(motion.landed[0]!.undone).toBeUndefined()
  })

  it('by a beat shows the dots of the beat of which the caption speaks', async () => {
    const playback = opened()
    await playback.beatBack()
    await playback.still()
    expect(session.getState()).toMatchObject({ cursor: 904, caption: { n: 904, of: 903 } })
    expect(motion.landed.map(({ n, share }) => [n, share])).toEqual([[902, 1], [903, 1], [904, 1]])
  })
})
