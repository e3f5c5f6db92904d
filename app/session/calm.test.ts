import { afterEach, describe, expect, it } from 'vitest'
import type { LabView } from '../../engine/index.ts'
import { listenInTurn } from './calm.ts'
import { session } from './session-store.ts'

const guests = 128

/** Another view, with nothing in it that is read here. */
function showNext(): void {
  session.setState({ view: {} as LabView })
}

describe('128 guests drawn small', () => {
  const looked: number[] = []
  const stops: (() => void)[] = []

  function listen(): void {
    looked.length = 0
    for (let i = 0; i < guests; i++) stops.push(listenInTurn(i, () => looked.push(i)))
  }

  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
    session.setState({ view: null, playing: false, pace: 'story' })
  })

  it('look at the run in turn while it flows: a fifth of them at each view, and all of them within five', () => {
    session.setState({ playing: true, pace: 'flow' })
    listen()
    showNext()
    expect(looked.length).toBeLessThanOrEqual(26)
    expect(looked.length).toBeGreaterThan(0)
    for (let i = 0; i < 4; i++) showNext()
    expect([...looked].sort((a, b) => a - b)).toEqual(Array.from({ length: guests }, (_, i) => i))
  })

  it('all look when the run stops, and at rest', () => {
    session.setState({ playing: true, pace: 'flow' })
    listen()
    session.setState({ playing: false })
    expect(new Set(looked).size).toBe(guests)
    looked.length = 0
    showNext()
    expect(new Set(looked).size).toBe(guests)
  })
})
