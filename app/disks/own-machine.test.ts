import { describe, expect, it } from 'vitest'
import { twoWays } from '../../engine/index.ts'
import type { DiskCard } from './disk-cards.ts'
import { guestName, intoAddress, ownInAddress } from './own-address.ts'
import { ownImages, withDisk } from './own-machine.ts'

const card: DiskCard = {
  id: 'ab'.repeat(32), name: 'mine.vhd', bytes: 2_100_224, sectors: 65_536, kind: 'Dynamic VHD', contents: 'MBR with 1 partition: FAT16 from sector 63.', identity: '', notice: '',
  wants: null, parent: null, unique: '', here: true, files: true, changed: 0,
}

describe('a scenario with an own disk', () => {
  it('gives it to a guest that is there, and asks that guest to list its files', () => {
    const scenario = withDisk(twoWays, { scenario: 'two-ways', disk: card.id, guest: 'beta' }, card)
    expect(scenario.guests.map((g) => g.disk)).toEqual(['sample', 'own-disk'])
    expect(scenario.images['own-disk']).toMatchObject({ sha256: card.id, bytes: card.bytes })
    expect(scenario.steps.map((step) => step.intent)).toEqual([{ do: 'list-files', guest: 'beta', path: '\\' }])
  })

  it('makes a guest for it, which reads sectors where nothing can be listed', () => {
    const own = { scenario: 'two-ways', disk: card.id, guest: 'gamma', title: 'Gamma', path: 'pio' } as const
    const scenario = withDisk(twoWays, own, { ...card, files: false })
    expect(scenario.guests.at(-1)).toMatchObject({ name: 'gamma', guest: 'legacy', path: 'pio', disk: 'own-disk' })
    expect(scenario.start.at(-1)).toEqual({ do: 'start-vm', name: 'gamma' })
    expect(scenario.steps[0]!.intent.do).toBe('read-sectors')
  })

  it('takes the disks with it that a differencing disk was made from, each a file of its own', () => {
    const own = { scenario: 'two-ways', disk: card.id, guest: 'alpha' }
    const middle: DiskCard = { ...card, id: 'cd'.repeat(32), name: 'middle.vhd', bytes: 70_656 }
    const base: DiskCard = { ...card, id: 'ef'.repeat(32), name: 'base.vhd' }
    const { images, guests } = withDisk(twoWays, own, card, [middle, base])
    expect(guests[0]!.disk).toBe('own-disk')
    expect(images['own-disk']).toMatchObject({ sha256: card.id, bytes: card.bytes, parent: 'own-disk-parent-1' })
    expect(images['own-disk-parent-1']).toEqual({ sha256: middle.id, bytes: middle.bytes, file: 'middle.vhd', parent: 'own-disk-parent-2' })
    expect(images['own-disk-parent-2']).toEqual({ sha256: base.id, bytes: base.bytes, file: 'base.vhd' })
  })

  it('uses its own disk, also one that comes with the page, and of the others none that comes with it', () => {
    const { sha256, bytes } = twoWays.images['sample']!
    expect(ownImages(twoWays)).toEqual([])
    const own = { scenario: 'two-ways', disk: card.id, guest: 'alpha' }
    expect(ownImages(withDisk(twoWays, own, card))).toEqual([card.id])
    expect(ownImages(withDisk(twoWays, own, { ...card, id: sha256, bytes }))).toEqual([sha256])
  })

  it('is refused with one sentence while a parent is missing', () => {
    const child = { ...card, name: 'child.vhd', wants: { name: 'base.vhd', id: '0011' } }
    expect(() => withDisk(twoWays, { scenario: 'two-ways', disk: card.id, guest: 'alpha' }, child)).toThrow('child.vhd is a differencing disk: its parent base.vhd (0011) is needed first. Choose that file too.')
  })
})

describe('an own disk in the address', () => {
  it('comes back as it went in, and another scenario takes it out', () => {
    const own = { scenario: 'two-ways', disk: card.id, guest: 'gamma', title: 'Gamma', path: 'pio' } as const
    const address = intoAddress(new URL('http://lab/?theme=dark&hop=7'), own)
    expect(address.searchParams.get('hop')).toBeNull()
    expect(ownInAddress(address.searchParams, 'two-ways')).toEqual(own)
    expect(ownInAddress(intoAddress(address, null).searchParams, 'two-ways')).toBeNull()
    expect(ownInAddress(new URLSearchParams('disk=zz&at=alpha'), 'two-ways')).toBeNull()
  })

  it('names guests as the machine can', () => {
    expect(guestName(' Gamma 2! ')).toBe('gamma-2')
    expect(guestName('42')).toBe('')
  })
})
