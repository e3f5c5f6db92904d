import { describe, expect, it } from 'vitest'
import { allCheckers, type LabView, type Ledger, type PartitionView } from '../../engine/index.ts'
import { defaultGuests } from './layout/architecture.ts'
import { architecture } from './layout/architecture.ts'
import { checkers, guestShapes, ledgerFigures, ledgerUnit, partName, placeName, plannedGuests, processors, ringMarks, shapeKey, shapesFrom, sharesOf, shownOf, splitWords, titleOf, underWay } from './project.ts'

const per = (guest: number, root = 0, hypervisor = 0): Ledger['messages'] => ({ guest, root, hypervisor })

const ledger = {
  hops: 10,
  exits: { guest: { hypercall: 2, HLT: 1 }, root: { 'MSR write': 4 }, hypervisor: {} },
  hypercalls: { guest: { HvSignalEvent: 1 }, root: { HvSignalEvent: 1 }, hypervisor: {} },
  messages: per(0), events: per(1, 1), interrupts: per(0), ringWrites: per(1, 1), copies: per(0), bytesCopied: per(0),
  dmaBytes: 4096, diskCommands: 1, workerTrips: 0, modeSwitches: per(0), contextSwitches: per(0), vpSwitches: 0,
  cpuNs: { hardware: 0, hypervisor: 5000, 'root-kernel': 9120, 'root-user': 0, 'guest-kernel': 3000, 'guest-user': 1000, remote: 0 },
  elapsedNs: 11_234_567,
} as unknown as Ledger

describe('the ledger of a guest', () => {
  it('says six figures with two significant digits for times', () => {
    const own = { ...ledger, hypercalls: { guest: { HvSignalEvent: 1 }, root: {}, hypervisor: {} } }
    const said = ledgerFigures(own).map((f) => `${f.value}${f.unit} ${f.label}`)
    expect(said).toEqual(['3 guest exits', '1 guest hypercall', '0 worker trips', '0 copies', '0.018ms CPU', '11ms elapsed'])
  })

  it('[LEDGER-4] puts the exits and hypercalls of the guest itself first, and those of others beside them', () => {
    const [exits, hypercalls, ...rest] = ledgerFigures(ledger)
    expect([exits?.value, exits?.others, hypercalls?.value, hypercalls?.others]).toEqual(['3', '+4', '1', '+1'])
    expect(rest.map((f) => f.others)).toEqual(['', '', '', ''])
    expect(splitWords(exits!)).toBe('3 by the guest, 4 by the root, 0 by the hypervisor, all on behalf of the guest')
    const alone = { ...ledger, exits: { guest: { HLT: 2 }, root: {}, hypervisor: {} } }
    expect(ledgerFigures(alone)[0]).toMatchObject({ value: '2', others: '' })
    const busy = { ...ledger, exits: { guest: { HLT: 8142 }, root: { HLT: 20_962 }, hypervisor: {} } }
    expect(ledgerFigures(busy)[0]).toMatchObject({ value: '8\u2009142', others: '+21k' })
    expect(splitWords(ledgerFigures(busy)[0]!)).toContain('20\u2009962 by the root')
    // '1 +1' are more than one.
    expect(hypercalls?.label).toBe('guest hypercalls')
  })

  it('splits what can be split by who caused it, and the parts make the whole', () => {
    const [exits] = ledgerFigures(ledger)
    expect(exits?.name).toBe('exits')
    expect(exits?.split).toEqual([
      { by: 'guest', value: '3' },
      { by: 'root', value: '4' },
      { by: 'hypervisor', value: '0' },
    ])
  })

  it('has one unit for all times of a machine: CPU beside elapsed, one guest beside another', () => {
    const times = (cpuNs: number, elapsedNs: number, unit?: 'µs' | 'ms' | 's') =>
      ledgerFigures({ ...ledger, cpuNs: { ...ledger.cpuNs, hypervisor: 0, 'root-kernel': 0, 'guest-kernel': cpuNs, 'guest-user': 0 }, elapsedNs }, unit).slice(4).map((f) => `${f.value} ${f.unit}`)
    expect(times(13_000_000, 24_000_000)).toEqual(['13 ms', '24 ms'])
    expect(times(3200, 3200)).toEqual(['3.2 µs', '3.2 µs'])
    expect(times(620_000, 12_000_000)).toEqual(['0.62 ms', '12 ms'])
    expect(times(450, 12_000_000)).toEqual(['<0.001 ms', '12 ms'])
    expect(times(620_000, 0, ledgerUnit([{ ...ledger, elapsedNs: 2_000_000_000 }, undefined]))).toEqual(['<0.001 s', '0 s'])
    expect(ledgerFigures({ ...ledger, elapsedNs: 0 })[4]).toMatchObject({ unit: 'µs', split: [{ by: 'guest', value: '4' }, { by: 'root', value: '9.1' }, { by: 'hypervisor', value: '5' }] })
  })

  it('says nothing before anything was counted', () => {
    expect(ledgerFigures(undefined).every((f) => f.value === '–')).toBe(true)
  })
})

describe('the guests of a drawing', () => {
  it('are those of the first scenario until the Worker answers', () => {
    expect(guestShapes(null)).toBe(defaultGuests)
  })

  it('are those that a scenario speaks of, as planned, while none was created, and nobody when it speaks of none', () => {
    const empty = { components: [], partitions: [{ index: 1, path: 'root' }] } as unknown as LabView
    expect(guestShapes(empty)).toEqual([])
    const planned = plannedGuests([{ name: 'alpha', title: 'Alpha', path: 'dma' }] as never)
    expect(shapesFrom(shapeKey(guestShapes(empty, planned)))).toEqual([{ path: 'alpha', title: 'Alpha', way: 'emulated', devices: ['ide', 'pic'], ordinal: 1, planned: true }])
    const there = { vms: [], components: [{ path: 'alpha/storvsc' }], partitions: [{ index: 1, path: 'root' }, { index: 2, path: 'alpha', title: 'Alpha' }] } as unknown as LabView
    expect(shapesFrom(shapeKey(guestShapes(there, planned)))).toEqual([{ path: 'alpha', title: 'Alpha', way: 'synthetic', devices: [], ordinal: 1 }])
  })

  it('are what they will be from their first hop on: their drivers come last, VMMS knows before', () => {
    const partitions = [{ index: 1, path: 'root' }, { index: 2, path: 'alpha', title: 'Alpha' }]
    const made = (guest: string, path: string) => guestShapes({ components: [], partitions, vms: [{ name: 'alpha', title: 'Alpha', guest, path }] } as unknown as LabView)[0]!
    expect(made('enlightened', 'synthetic')).toMatchObject({ way: 'synthetic', guest: 'enlightened' })
    expect(made('legacy', 'pio')).toMatchObject({ way: 'emulated', guest: 'legacy' })
    const both = made('enlightened', 'dma')
    expect(both).toMatchObject({ way: 'emulated', guest: 'enlightened' })
    expect(architecture([both]).columns.at(-1)!.sub).toBe('enlightened guest')
    expect(shapeKey([both])).not.toBe(shapeKey([made('legacy', 'dma')]))
  })

  it('lend their names to what the root has for each of them', () => {
    const vms = [{ name: 'beta', title: 'Beta' }] as never
    expect(titleOf({ path: 'root/vmwp/beta/ide', title: 'IDE emulator' }, vms)).toBe('IDE emulator of Beta')
    expect(titleOf({ path: 'beta/ata', title: 'ATA driver' }, vms)).toBe('ATA driver')
  })

  it('make one key, so that the same guests never lay the drawing out anew', () => {
    const partitions = [{ index: 1, path: 'root' }, { index: 2, path: 'alpha', title: 'Alpha' }, { index: 3, path: 'beta', title: 'Beta' }]
    const components = ['alpha/storvsc', ...['alpha', 'beta'].flatMap((name) => [`root/vmwp/${name}/ide`, `root/vmwp/${name}/pic`])].map((path) => ({ path }))
    expect(shapeKey(guestShapes({ vms: [], components, partitions } as unknown as LabView))).toBe(shapeKey(defaultGuests))
    expect(shapesFrom(shapeKey(defaultGuests))).toEqual(defaultGuests.map((guest, i) => ({ ...guest, ordinal: i + 1 })))
  })

  it('have the figures, the colour and the pages of their own partition, also when another is gone or they were started again', () => {
    const left = (...indexes: readonly number[]) => {
      const partitions = [{ index: 1, path: 'root' }, ...indexes.map((index) => ({ index, path: `vm${index}`, title: `VM: ${index}` }))]
      return architecture(shapesFrom(shapeKey(guestShapes({ vms: [], components: [], partitions } as unknown as LabView))), { columns: 1 })
    }
    for (const indexes of [[3], [2, 4], [3, 5, 9]]) {
      const { columns, segments } = left(...indexes)
      expect(columns.map(({ ordinal, title }) => [ordinal, title]).slice(1)).toEqual(indexes.map((index) => [index - 1, `VM: ${index}`]))
      expect(segments.filter(({ ordinal }) => ordinal > 0).map(({ owner, ordinal }) => [owner, ordinal])).toEqual(indexes.map((index) => [`vm${index}`, index - 1]))
    }
  })

  it('keep what they are through the key: an enlightened guest that reads by emulated IDE is no planned one', () => {
    const both = { path: 'alpha', title: 'Alpha', way: 'emulated', guest: 'enlightened', devices: ['ide', 'pic'], ordinal: 1 } as const
    expect(shapesFrom(shapeKey([both]))).toEqual([both])
  })
})

describe('logical processors', () => {
  const vp = (vpIndex: number, lp: number, state: 'running' | 'waiting') =>
    ({ vp: vpIndex, partition: 1, index: vpIndex, state, lp, readySince: -1, guestNs: 0, hypervisorNs: 0 }) as const
  const root: PartitionView = { index: 1, path: 'root', title: 'Root', state: 'running', memoryMb: 2048, vps: [vp(0, 0, 'running'), vp(1, 1, 'waiting')] }

  it('say which VP they hold, and are idle when it waits', () => {
    expect(processors([root]).map((p) => p.holds)).toEqual(['Root VP 0', 'idle', 'idle', 'idle'])
  })
})

describe('unread packets in a ring', () => {
  it('stand where they are, the last one reaching to the writer, also past the end', () => {
    const marks = ringMarks({ size: 1000, write: 100, read: 800, mask: 0, packets: [{ offset: 800, request: 1 }, { offset: 900, request: 2 }] })
    expect(marks).toEqual([
      { at: 0.8, length: 0.1 },
      { at: 0.9, length: 0.2 },
    ])
  })
})

describe('what the page says', () => {
  it('names as many checkers as there are', () => {
    expect(checkers).toBe(allCheckers().length)
  })

  it('shows entries where a directory was listed, and the text of a file otherwise', () => {
    expect(shownOf({ text: 'words', listing: null })).toBe('words')
    expect(shownOf({ text: null, listing: null })).toBeNull()
    expect(shownOf({ text: 'words', listing: [{ name: 'LAB', size: 0, directory: true }, { name: 'A.TXT', size: 1200, directory: false }] })).toMatch(/^LAB {2}<DIR>\nA\.TXT {2}1.200$/)
  })
})

describe('requests under way', () => {
  const mark = (partition: number, begun: number, ended: number, over: boolean) => ({ request: begun, partition, title: '', begun, ended, over })
  const marks = [mark(2, 10, 20, true), mark(2, 15, 99, false), mark(3, 15, 99, false)]

  it('are counted for a guest at the time that is shown, past or present', () => {
    expect([5, 10, 15, 20, 98].map((time) => underWay(marks, 2, time))).toEqual([0, 1, 2, 1, 1])
    expect(underWay(marks, 3, 200)).toBe(1)
  })
})

describe('where a component is found', () => {
  it('says of a channel that it is shared memory, wherever the picture has room for it', () => {
    expect(placeName({ type: 'channel', place: 'hardware' })).toBe('memory shared with the root')
    expect(placeName({ type: 'disk', place: 'hardware' })).toBe('hardware')
    const pipes = architecture(defaultGuests.map((guest) => ({ ...guest, way: 'synthetic' as const }))).parts.filter((part) => part.look === 'pipe')
    expect(pipes.map((part) => partName(part, 'Alpha'))).toEqual(pipes.map(() => 'VMBus channel, Alpha, memory shared with the root'))
    expect(pipes.length).toBeGreaterThan(1)
  })
})

describe('bars of the ledgers', () => {
  const ledger = (exits: number, elapsedNs: number) => ({
    exits: { guest: { hlt: exits }, root: { hlt: 50 } }, hypercalls: {}, workerTrips: 0, copies: { guest: 0, root: 0, hypervisor: 0 },
    cpuNs: { 'guest-kernel': 0, 'guest-user': 0, 'root-kernel': 0, 'root-user': 0, hypervisor: 0 }, elapsedNs,
  })
  const viewOf = (...ledgers: ReturnType<typeof ledger>[]) => ({
    partitions: [{ index: 1 }, ...ledgers.map((_, i) => ({ index: i + 2 }))], ledgers: Object.fromEntries([[1, ledger(999, 9)] as const, ...ledgers.map((each, i) => [i + 2, each] as const)]),
  }) as unknown as LabView

  it('are as long as a figure is of the greatest among the guests; what nobody has, has none', () => {
    const view = viewOf(ledger(9, 100), ledger(49, 50))
    expect(sharesOf(view, 2)).toBe('18 0 0 0 0 100')
    expect(sharesOf(view, 3)).toBe('100 0 0 0 0 50')
  })

  it('are not there for a guest alone: nothing is compared', () => {
    expect(sharesOf(viewOf(ledger(9, 100)), 2)).toBe('')
    expect(sharesOf(null, 2)).toBe('')
  })
})
