import { describe, expect, it } from 'vitest'
import { oneQuestion } from './one-question.ts'

function rig() {
  const open: { wish: number; answer: (reply: string) => void; fail: () => void }[] = []
  const told: string[] = []
  const asker = oneQuestion<number, string>(
    (wish) => new Promise((resolve, reject) => open.push({ wish, answer: resolve, fail: () => reject(new Error('gone')) })),
    (wish, reply) => told.push(`${wish} ${reply}`),
  )
  const rest = () => new Promise((resolve) => setTimeout(resolve))
  return { open, told, asker, rest }
}

describe('what the pointer asks of the run', () => {
  it('is one question at a time, and the last of those that came meanwhile', async () => {
    const { open, told, asker, rest } = rig()
    for (const wish of [1, 2, 3]) asker.ask(wish)
    expect(open.map(({ wish }) => wish)).toEqual([1])
    open[0]!.answer('a')
    await rest()
    expect(open.map(({ wish }) => wish)).toEqual([1, 3])
    open[1]!.answer('b')
    await rest()
    expect(told).toEqual(['3 b'])
  })

  it('goes on behind a question that failed', async () => {
    const { open, told, asker, rest } = rig()
    asker.ask(1)
    open[0]!.fail()
    await rest()
    asker.ask(2)
    open[1]!.answer('b')
    await rest()
    expect(told).toEqual(['2 b'])
  })

  it('tells nothing when the pointer has gone', async () => {
    const { open, told, asker, rest } = rig()
    asker.ask(1)
    asker.drop()
    open[0]!.answer('a')
    await rest()
    expect(told).toEqual([])
  })
})
