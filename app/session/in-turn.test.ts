import { describe, expect, it } from 'vitest'
import { inTurn } from './in-turn.ts'
import type { Answer, Call } from './lab-calls.ts'

const call = (id: number, ...words: readonly unknown[]): Call => ({ id, operation: 'view', words }) as unknown as Call

describe('the calls of the Worker', () => {
  it('are answered in turn, refusals too', async () => {
    const said: Answer[] = []
    const waits = new Map<number, () => void>()
    const take = inTurn(async ({ id }) => {
      if (id === 1) await new Promise<void>((resolve) => waits.set(id, resolve))
      if (id === 2) throw new Error('No.')
      return id
    }, (answer) => said.push(answer))
    for (const id of [1, 2, 3]) take(call(id))
    await new Promise((resolve) => setTimeout(resolve))
    expect(said).toEqual([])
    waits.get(1)!()
    await expect.poll(() => said.length).toBe(3)
    expect(said).toEqual([{ id: 1, ok: true, value: 1 }, { id: 2, ok: false, failure: 'No.' }, { id: 3, ok: true, value: 3 }])
  })

  it('go on behind an answer that cannot be sent: it becomes a failure', async () => {
    const said: Answer[] = []
    const values: readonly unknown[] = [() => 'no data', { text: 'data' }]
    const take = inTurn(({ id }) => values[id], (answer) => said.push(structuredClone(answer)))
    take(call(0))
    take(call(1))
    await expect.poll(() => said.length).toBe(2)
    expect(said[0]).toMatchObject({ id: 0, ok: false })
    expect(said[0]).toHaveProperty('failure', expect.stringMatching(/could not be cloned/))
    expect(said[1]).toEqual({ id: 1, ok: true, value: { text: 'data' } })
  })
})
