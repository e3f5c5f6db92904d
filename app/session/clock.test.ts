import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from './session-store.ts'
import { Clock } from './clock.ts'

let frames: ((now: number) => void)[] = []
let now = 0

/** So many frames of 20 ms. */
async function pass(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    now += 20
    for (const tell of frames.splice(0)) tell(now)
    await Promise.resolve()
  }
}

function clock(): { readonly clock: Clock; readonly told: string[] } {
  const told: string[] = []
  const made = new Clock(false, { landed: () => told.push('landed'), rested: () => told.push('rested'), flows: () => told.push('flows') })
  return { clock: made, told }
}

describe('the clock of the page', () => {
  beforeEach(() => {
    frames = []
    now = 0
    vi.stubGlobal('requestAnimationFrame', (tell: (now: number) => void) => frames.push(tell))
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    session.setState({ playing: true, motion: true })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  it('moves, then rests, then lets the story go on', async () => {
    const { clock: it, told } = clock()
    it.move([], 100, { until: 0, least: 200 })
    await pass(5)
    expect([it.stage, told]).toEqual(['resting', ['landed']])
    await pass(10)
    expect([it.stage, told]).toEqual(['still', ['landed', 'rested']])
  })

  it('tells whoever waits that nothing moves, also when it is stopped on the way', async () => {
    const { clock: it } = clock()
    it.move([], 300)
    let ended = false
    void it.untilStill().then(() => (ended = true))
    session.setState({ playing: false })
    it.stop()
    await pass(3)
    expect([it.stage, ended, frames.length]).toEqual(['still', true, 0])
  })

  it('completed while it plays lets the story go on once, with the next frame', async () => {
    const { clock: it, told } = clock()
    it.move([], 300, { until: 9000, least: 900 })
    await pass(2)
    it.complete()
    expect(told).toEqual(['landed'])
    await pass(5)
    expect(told).toEqual(['landed', 'rested'])
  })
})
