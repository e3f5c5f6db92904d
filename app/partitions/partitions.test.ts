import { describe, expect, it } from 'vitest'
import type { LabView } from '../../engine/index.ts'
import { createIntent, faultOf, firstDraft, structural, waysOf, type Surroundings } from './new-vm.ts'
import { faultsOf, firstInjection, goesOn, intentOf, sizes } from './injection.ts'
import { stateName, uptimeWords, vmLines } from './vms.ts'

const around: Surroundings = {
  names: ['alpha', 'beta'], titles: ['Alpha', 'Beta'], guests: 2, freeMb: 3000, ways: ['synthetic', 'pio', 'polled', 'dma'],
  disks: [{ fileId: 1, name: 'Alpha.vhd' }, { fileId: 3, name: 'Disk 3.vhd' }],
  attached: new Map([[1, 'Alpha']]),
}

describe('the New Virtual Machine wizard', () => {
  it('begins with answers that can be taken as they are', () => {
    const draft = firstDraft(around)
    expect(draft).toMatchObject({ name: 'Gamma', disk: 3 })
    for (const page of ['name', 'memory', 'vps', 'guest', 'disk', 'summary'] as const) expect(faultOf(page, draft, around)).toBe('')
    expect(createIntent(draft)).toEqual({ do: 'create-vm', name: 'gamma', title: 'Gamma', guest: 'enlightened', memoryMb: 128, vps: 1, path: 'synthetic', disk: { fileId: 3 } })
  })

  it('says at the field what is wrong, in one sentence', () => {
    const draft = firstDraft(around)
    expect(faultOf('name', { ...draft, name: ' ' }, around)).toBe('Type a name, for example Gamma.')
    expect(faultOf('name', { ...draft, name: 'ALPHA' }, around)).toContain('called Alpha already')
    expect(faultOf('name', { ...draft, name: 'Root' }, around)).toContain('part of the machine itself')
    expect(faultOf('memory', { ...draft, memory: '12.5' }, around)).toContain('whole number of megabytes')
    expect(faultOf('memory', { ...draft, memory: '4000' }, around)).toContain('about 3000 MB')
    expect(faultOf('vps', { ...draft, vps: '5' }, around)).toContain('from 1 to 4')
    expect(faultOf('guest', { ...draft, guest: 'legacy' }, around)).toContain('no VMBus drivers')
    expect(faultOf('disk', { ...draft, disk: 1 }, around)).toContain('attached to Alpha')
    expect(faultOf('summary', draft, { ...around, guests: 8 })).toContain('delete one first')
  })

  it('makes a structural name of what a person types, and knows polling as a way', () => {
    expect(structural('Web Server 2')).toBe('web-server-2')
    expect(structural('  9 Café ')).toBe('cafe')
    expect(waysOf('legacy', around.ways)).toEqual(['pio', 'polled', 'dma'])
    expect(createIntent({ ...firstDraft(around), guest: 'legacy', way: 'polled' })).toMatchObject({ path: 'pio', polled: true })
  })
})

describe('an injection', () => {
  const alpha = { ...firstInjection, guest: 'alpha' }

  it('becomes the intent of its operation', () => {
    expect(intentOf(alpha)).toEqual({ do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 8, count: 0, depth: 4, pattern: 'sequential' })
    expect(intentOf({ ...alpha, times: 'once', perSecond: '50' })).toMatchObject({ count: 1, perSecond: 50 })
    expect(intentOf({ ...alpha, operation: 'list', path: '' })).toEqual({ do: 'list-files', guest: 'alpha', path: '\\' })
    const often = { ...alpha, by: 'file', times: 'many', count: '20', perSecond: '50' } as const
    expect(intentOf(often)).toEqual({ do: 'read-file', guest: 'alpha', path: 'README.TXT', count: 20, perSecond: 50 })
    expect(intentOf({ ...often, operation: 'list', path: '', perSecond: '' })).toEqual({ do: 'list-files', guest: 'alpha', path: '\\', count: 20 })
    expect(goesOn(often)).toBe(true)
    expect(faultsOf({ ...often, count: '0', perSecond: 'x' })).toEqual({ count: 'Type how many, from 1 to 1000000.', perSecond: 'Type how many a second, from 1 to 1000000, or leave it empty.' })
    expect(intentOf({ ...alpha, operation: 'copy' })).toEqual({ do: 'copy-file', guest: 'alpha', from: 'README.TXT', to: 'COPY.TXT' })
    expect(intentOf({ ...alpha, operation: 'write', by: 'file', text: 'x' })).toEqual({ do: 'write-file', guest: 'alpha', path: 'README.TXT', text: 'x' })
    expect(goesOn(alpha)).toBe(true)
    expect(goesOn({ ...alpha, operation: 'list' })).toBe(false)
  })

  it('has sizes from 512 bytes to 64 kilobytes', () => {
    expect(sizes[0]).toEqual([1, '512 B'])
    expect(sizes.at(-1)).toEqual([128, '64 KB'])
  })

  it('says what is wrong at each field', () => {
    expect(faultsOf(alpha)).toEqual({})
    expect(Object.keys(faultsOf({ ...firstInjection, lba: 'x', depth: '33', perSecond: '0', times: 'many', count: '' }))).toEqual(['guest', 'lba', 'count', 'perSecond', 'depth'])
    expect(faultsOf({ ...alpha, operation: 'copy', to: 'readme.txt' }).to).toContain('name of its own')
    expect(faultsOf({ ...alpha, operation: 'read', by: 'file', path: '' }).path).toContain('README.TXT')
  })
})

describe('the list of virtual machines', () => {
  it('has the states and uptimes that Hyper-V Manager shows', () => {
    expect([2, 3, 32770, 32774].map(stateName)).toEqual(['Running', 'Off', 'Starting', 'Stopping'])
    const vm = { name: 'alpha', title: 'Alpha', state: 2, partition: 2, since: 1_000_000 }
    const view = { status: { now: 3_500_000 }, partitions: [{ index: 2 }], vms: [vm, { ...vm, state: 3, partition: 0 }] } as unknown as LabView
    expect(vmLines(view).map((line) => [line.state, line.uptime, line.lane])).toEqual([['Running', 2_500_000, 1], ['Off', -1, 0]])
    expect([2_500_000, 12_345_000_000, 3_725_000_000_000].map(uptimeWords)).toEqual(['2.5 ms', '12.35 s', '01:02:05'])
    expect(uptimeWords(-1)).toBe('')
  })
})
