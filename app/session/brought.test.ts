import { describe, expect, it } from 'vitest'
import type { HopInspection } from '../../engine/index.ts'
import { aboutHere, bring, broughtFor, forgetBrought, inspected, showHopHere } from './brought.ts'
import { eraOf } from './era.ts'
import type { WorkerApi } from './lab-calls.ts'
import type { Session } from './session-store.ts'

const view = { status: { branch: 0 }, branches: [{ id: 0, intents: [] }] } as unknown as NonNullable<Session['view']>
const later = { status: { branch: 0 }, branches: [{ id: 0, intents: [{}] }] } as unknown as NonNullable<Session['view']>
const said = { n: 7, title: 'exit' } as HopInspection
const asked = (n: number, of = view): string => `${aboutHere(n)} at ${eraOf(of)}`

describe('what comes along with a hop', () => {
  it('is asked for only while somebody shows the hop at the cursor', async () => {
    const lab = { inspectHop: () => Promise.resolve(said) } as unknown as WorkerApi
    expect(inspected(lab, 7)).toBeNull()
    const stop = showHopHere()
    expect(await inspected(lab, 7)).toBe(said)
    expect(inspected(lab, 0)).toBeNull()
    stop()
    expect(inspected(lab, 7)).toBeNull()
  })

  it('is nothing where there is no such hop', async () => {
    const stop = showHopHere()
    expect(await inspected({ inspectHop: () => Promise.reject(new Error('There is no hop 8.')) } as unknown as WorkerApi, 8)).toBeNull()
    stop()
  })

  it('answers the question about that hop in that log, and no other', () => {
    bring(7, view, said)
    expect(broughtFor(asked(7))).toBe(said)
    expect(broughtFor(asked(8))).toBeNull()
    expect(broughtFor(asked(7, later))).toBeNull()
    expect(broughtFor('')).toBeNull()
    bring(8, view, null)
    expect(broughtFor(asked(7))).toBeNull()
    bring(7, view, said)
    forgetBrought()
    expect(broughtFor(asked(7))).toBeNull()
  })
})
