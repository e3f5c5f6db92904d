import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ChunkMissing, createLab, glimpse, labOf, twoWays, type Lab, type LabView } from '../../engine/index.ts'
import { Ahead, type Stepped } from './ahead.ts'
import { movesSent, noteSent } from './ahead-calls.ts'
import type { Operation, WorkerApi } from './lab-calls.ts'
import { session } from './session-store.ts'

const pieceBytes = 64 * 1024
const image = readFileSync(fileURLToPath(new URL(`../../public/${twoWays.images['sample']!.file}`, import.meta.url)))

function fed<T>(lab: Lab, ask: () => T): T {
  const supply = (need: { image: string; chunk: number }): void => {
    const piece = new Uint8Array(pieceBytes)
    piece.set(image.subarray(need.chunk * pieceBytes, (need.chunk + 1) * pieceBytes))
    lab.supply(need.image, need.chunk, piece)
  }
  for (;;) {
    try {
      const value = ask()
      const { need } = lab.status()
      if (!need) return value
      supply(need)
    } catch (error) {
      if (!(error instanceof ChunkMissing)) throw error
      supply(error.need)
    }
  }
}

function realLab(): Lab {
  const lab = createLab(labOf(twoWays))
  fed(lab, () => lab.bringUp())
  fed(lab, () => lab.advance({ hops: 300 }))
  return lab
}

/** The Worker as the page sees it, around a real lab: calls are answered in order, a little later. */
function worker(lab: Lab): { readonly api: WorkerApi; readonly asked: string[] } {
  const asked: string[] = []
  let queue: Promise<unknown> = Promise.resolve()
  const handlers = {
    advance: (limits: never) => fed(lab, () => lab.advance(limits)),
    view: () => lab.view(),
    captions: (from: number, count: number) => lab.captions(from, count),
    glimpse: (by: 1 | -1, say: boolean) => glimpse(lab, by, say),
    stand: (n: number) => fed(lab, () => lab.seek(n)).status,
    seek: (n: number) => fed(lab, () => lab.seek(n)),
    intend: (intent: unknown) => lab.intend(intent),
  } as unknown as Record<string, (...words: readonly unknown[]) => unknown>
  const api = new Proxy({}, {
    get: (_, name) => (...words: readonly unknown[]) => {
      noteSent(name as Operation)
      asked.push(String(name))
      const answer = queue.then(() => structuredClone(handlers[String(name)]!(...words)))
      queue = answer.catch(() => undefined)
      return answer
    },
  }) as WorkerApi
  return { api, asked }
}

/** As the page does with what it is answered. */
const show = (view: LabView): void => session.setState({ view, cursor: view.status.n, playing: false })
const plain = ({ view, rows, captions }: Stepped): unknown => [view, [...new Int32Array(rows)], captions]

describe('what is known ahead of a key', () => {
  const others: number[] = []
  const failed: unknown[] = []
  const made: Ahead[] = []
  const opened = () => {
    const lab = realLab()
    const { api, asked } = worker(lab)
    const ahead = new Ahead(api, { other: (n) => others.push(n), failed: (error) => failed.push(error) })
    made.push(ahead)
    show(lab.view())
    return { lab, api, asked, ahead }
  }
  const settled = () => vi.advanceTimersByTimeAsync(500)

  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    expect([others.splice(0), failed.splice(0)]).toEqual([[], []])
  })

  it('is what the machine answers, whatever keys are pressed and whatever is asked in between', async () => {
    const { lab, api, ahead } = opened()
    const twin = realLab()
    const keys = 'ssssbbsbbbsss.isss.bbb.sssigss.bg.s'
    for (const key of keys) {
      const { n } = twin.status()
      if (key === 's') {
        const stepped = await ahead.step(n + 1)
        const { rows } = fed(twin, () => twin.advance({ hops: 1 }))
        expect(plain(stepped), `a step to hop ${n + 1}`).toEqual(plain({ rows, view: twin.view(), captions: twin.captions(n + 1, 1), said: null }))
        show(stepped.view)
      } else if (key === 'b') {
        const known = await ahead.back(n - 1)
        const view = fed(twin, () => twin.seek(n - 1))
        if (known) expect([known.view, known.captions, known.ways]).toEqual([view, twin.captions(n - 1, 1), twin.ways(n - 1)])
        show(known ? known.view : await api.seek(n - 1))
        if (!known) ahead.ask(-1)
      } else if (key === 'i') {
        const intent = { do: 'inject', guest: 'alpha', op: 'read', lba: 0, sectors: 8, count: 4, depth: 1 }
        show(await api.intend(intent))
        twin.intend(intent)
      } else if (key === 'g') {
        show(await api.seek(n - 40))
        fed(twin, () => twin.seek(n - 40))
      } else {
        ahead.rest()
        await settled()
      }
    }
    await settled()
    expect([lab.status(), lab.fingerprint(), lab.history()]).toEqual([twin.status(), twin.fingerprint(), twin.history()])
  })

  it('is drawn without a trip to the Worker; the machine goes there, and the next one is asked for', async () => {
    const { lab, asked, ahead } = opened()
    const { n } = lab.status()
    ahead.rest()
    await settled()
    expect(asked.splice(0)).toEqual(['glimpse', 'glimpse'])
    const stepped = await ahead.step(n + 1)
    expect(stepped.view.status.n).toBe(n + 1)
    expect(asked.splice(0)).toEqual(['advance', 'glimpse'])
    show(stepped.view)
    await settled()
    expect(lab.status().n).toBe(n + 1)
    show((await ahead.step(n + 2)).view)
    expect(asked.splice(0)).toEqual(['advance', 'glimpse'])
    // The other way is not known at once; when there is quiet, both are.
    expect(await ahead.back(n + 1)).toBeNull()
    ahead.rest()
    await settled()
    expect(asked.splice(0)).toEqual(['glimpse'])
    expect((await ahead.back(n + 1))?.view.status.n).toBe(n + 1)
    expect(asked.splice(0)).toEqual(['stand', 'glimpse'])
    await settled()
  })

  it('is not used once the machine may have been moved, nor on another branch', async () => {
    const { lab, api, asked, ahead } = opened()
    const { n } = lab.status()
    for (const move of [() => api.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 0, sectors: 8, count: 4, depth: 1 }), () => api.seek(n - 3).then(() => api.seek(n))]) {
      ahead.ask(1)
      await settled()
      await move()
      asked.splice(0)
      const { view } = await ahead.step(n + 1)
      expect(asked).toEqual(['advance', 'view', 'captions', 'glimpse'])
      expect(view).toEqual(lab.view())
      show(await api.seek(n))
    }
    ahead.ask(1)
    await settled()
    session.setState({ view: { ...lab.view(), status: { ...lab.status(), branch: 7 } } })
    asked.splice(0)
    await ahead.step(n + 1)
    expect(asked[1]).toBe('view')
    await settled()
  })

  it('tells when the machine stands elsewhere than was drawn, and when it cannot go there', async () => {
    const { lab, ahead } = opened()
    const { n } = lab.status()
    ahead.ask(1)
    await settled()
    // Behind the page's back.
    lab.seek(n - 10)
    await ahead.step(n + 1)
    await settled()
    expect(others.splice(0)).toEqual([n - 9])
    show(lab.view())
    ahead.ask(1)
    await settled()
    lab.advance = () => {
      throw new Error('it has ended')
    }
    await ahead.step(n - 8)
    await settled()
    expect(failed.splice(0)).toEqual([new Error('it has ended')])
  })

  it('counts every call that may move the machine, and those that only look not', () => {
    const before = movesSent()
    for (const operation of ['view', 'glimpse', 'captions', 'kept', 'timeline'] as const) noteSent(operation)
    expect(movesSent()).toBe(before)
    for (const operation of ['advance', 'stand', 'seek', 'intend', 'undo', 'goTo', 'until', 'open', 'restore', 'regrow', 'setChecks', 'lighten', 'growTree'] as const) noteSent(operation)
    expect(movesSent()).toBe(before + 13)
  })
})
