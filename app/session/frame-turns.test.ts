import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

describe('what is dear to draw', () => {
  let asked: (() => void)[] = []
  const frame = (): void => {
    for (const run of asked.splice(0)) run()
  }

  beforeEach(() => {
    asked = []
    vi.resetModules()
    vi.stubGlobal('requestAnimationFrame', (run: () => void) => asked.push(run))
  })
  afterEach(() => vi.unstubAllGlobals())

  it('is drawn one thing a frame, in the order in which it was asked for', async () => {
    const { inOwnFrame } = await import('./frame-turns.ts')
    const done: string[] = []
    inOwnFrame(() => done.push('chart'))
    inOwnFrame(() => done.push('list'))
    expect(done).toEqual([])
    frame()
    expect(done).toEqual(['chart'])
    frame()
    expect(done).toEqual(['chart', 'list'])
    frame()
    expect(asked).toHaveLength(0)
  })

  it('leaves the frame to a view that has just come, and has the next one', async () => {
    const { frameTaken, inOwnFrame } = await import('./frame-turns.ts')
    const done: string[] = []
    inOwnFrame(() => done.push('chart'))
    frameTaken()
    frame()
    expect(done).toEqual([])
    frame()
    expect(done).toEqual(['chart'])
    frameTaken()
    frame()
    inOwnFrame(() => done.push('list'))
    frame()
    expect(done).toEqual(['chart', 'list'])
  })

  it('has every second frame where a view comes with each of them', async () => {
    const { frameTaken, inOwnFrame } = await import('./frame-turns.ts')
    let done = 0
    for (let i = 0; i < 10; i++) {
      inOwnFrame(() => done++)
      frameTaken()
      frame()
    }
    expect(done).toBe(5)
  })

  it('asks for no frame when nothing waits', async () => {
    const { frameTaken } = await import('./frame-turns.ts')
    frameTaken()
    frame()
    expect(asked).toHaveLength(0)
  })
})
