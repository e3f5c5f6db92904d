import { expect, it } from 'vitest'
import type { LabView } from '../../engine/index.ts'
import { askedIn, askedInAll, askedOn } from './asked.ts'

it('what somebody asked stands on its branch, without what the scenario plans', () => {
  const plan = { after: 10, intent: { do: 'boot-root' }, planned: true }
  const [read, list] = [{ after: 40, intent: { do: 'read-file' }, planned: false }, { after: 60, intent: { do: 'list-files' }, planned: false }]
  const view = { status: { branch: 3 }, branches: [{ id: 0, intents: [plan, read] }, { id: 3, intents: [plan, read, list] }] } as unknown as LabView
  expect([askedOn(view), askedOn(view, 0), askedOn(view, 7), askedOn(null), askedIn(undefined)]).toEqual([[read, list], [read], [], [], []])
  expect([askedInAll(view), askedInAll(null)]).toEqual([3, 0])
})
