import { beforeEach, describe, expect, it } from 'vitest'
import { witnesses } from '../session/witnesses.ts'
import { links, sayNothing } from './links-store.ts'

async function open(same: boolean, arrive: () => void = () => undefined): Promise<void> {
  for (const witness of witnesses) await witness.leaving()
  arrive()
  for (const witness of witnesses) witness.arrived(same)
}

const asks = { notice: 'This moment has a disk of its own.', pinned: '', wants: 'abc' }

describe('what is said of a moment', () => {
  beforeEach(sayNothing)

  it('goes with its machine, and so does the disk that it asks for', async () => {
    links.setState(asks)
    await open(false)
    expect(links.getState()).toEqual({ notice: '', pinned: '', wants: '' })
  })

  it('stays when its own machine is brought back, or another one could not be opened', async () => {
    links.setState(asks)
    await open(true)
    expect(links.getState()).toEqual(asks)
  })

  it('is said of the moment that has just arrived, also when it says the same', async () => {
    links.setState(asks)
    await open(false, () => {
      sayNothing()
      links.setState(asks)
    })
    expect(links.getState()).toEqual(asks)
  })
})
