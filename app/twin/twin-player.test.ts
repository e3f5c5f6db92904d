import { beforeEach, describe, expect, it, vi } from 'vitest'
import { session } from '../session/session-store.ts'
import { twin } from './twin-store.ts'

vi.hoisted(() => {
  vi.stubGlobal('location', new URL('https://lab.example/?fresh'))
})
const asked: string[] = []
let answer: () => void = () => undefined
const side = { hops: 100, rows: [] }
const lab = {
  twinMoves: (station: number) => new Promise((resolve) => {
    asked.push(`moves to ${station}`)
    answer = () => resolve({ left: side, right: side })
  }),
  twinAt: (station: number) => {
    asked.push(`at ${station}`)
    return Promise.resolve({ station })
  },
}
vi.mock('../session/lab-session.ts', () => ({ labSession: () => Promise.resolve({ lab }) }))

const { pauseTwin, playTwin } = await import('./twin-player.ts')

describe('the controls of a twin run', () => {
  beforeEach(() => {
    asked.length = 0
    session.setState({ motion: true })
    twin.setState({ phase: 'ready', guest: 'alpha', route: [0, 1, 2].map(() => ({})) as never, station: 0, playing: false, moving: null })
  })

  it('begin nothing more when Pause comes while a way is being fetched', async () => {
    let frames = 0
    vi.stubGlobal('requestAnimationFrame', (tell: (now: number) => void) => setTimeout(() => tell((frames += 1) * 10_000), 0))
    playTwin()
    await vi.waitFor(() => expect(asked).toEqual(['moves to 1']))
    const still = pauseTwin()
    answer()
    await still
    expect(frames).toBe(0)
    expect(asked).toEqual(['moves to 1'])
    expect(twin.getState()).toMatchObject({ station: 0, playing: false, moving: null })
  })
})
