import { expect, it } from 'vitest'
import { startView } from './start-view.ts'

const open = { left: true, right: true, below: false }

it('shows what a scenario asks for, shuts panels it does not need, and opens none', () => {
  expect(startView({ depth: 'mechanism', opened: ['alpha'], pace: 'flow', rate: 5000, panels: ['right', 'below'] }, new URLSearchParams(), open)).toEqual({
    depth: 'mechanism', opened: ['alpha'], pace: 'flow', rate: 5000, panels: { left: false, right: true, below: false },
  })
  expect(startView({}, new URLSearchParams(), open)).toEqual({})
})

it('leaves to the address what the address says, and to the eyes what they asked for', () => {
  expect(startView({ depth: 'mechanism' }, new URLSearchParams('depth=architecture'), open)).toEqual({})
  expect(startView({ sight: 'picture' }, new URLSearchParams(), open)).toEqual({})
  expect(startView({ sight: 'table' }, new URLSearchParams(), open)).toEqual({ sight: 'table' })
})
