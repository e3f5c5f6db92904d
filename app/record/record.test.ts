import { readFileSync } from 'node:fs'
import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { checkScenario, createLab, labOf, shipped, twoWays, withSpares, type Scenario } from '../../engine/index.ts'
import { withAct, type Act } from './recording.ts'
import { literal, specOf } from './spec.ts'
import { scenarioOf } from './to-scenario.ts'

type Lab = ReturnType<typeof createLab>

const disk = new Uint8Array(readFileSync(new URL('../../public/disks/viridian-sample.vhd', import.meta.url)))
const chunkBytes = 65_536

/** Runs a question until no piece of a disk is missing. */
function fed<T>(lab: Lab, ask: () => T): T {
  for (;;) {
    const value = ask()
    const { need } = lab.status()
    if (!need) return value
    lab.supply(need.image, need.chunk, disk.slice(need.chunk * chunkBytes, (need.chunk + 1) * chunkBytes))
  }
}

function labOfScenario(scenario: Scenario): Lab {
  const lab = createLab(labOf(withSpares(scenario)))
  fed(lab, () => lab.bringUp())
  return lab
}

function runOut(lab: Lab): void {
  for (let n = -1; n !== lab.status().n; ) {
    n = lab.status().n
    fed(lab, () => lab.advance({ hops: 5000 }))
  }
}

const oneRing = shipped.find((s) => s.name === 'one-ring')!

describe('a recording as a scenario', () => {
  for (const [scenario, at, intents] of [
    [twoWays, 311, [{ do: 'list-files', guest: 'beta', path: '\\' }]],
    [oneRing, 77, [{ do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 8, count: 3 }, { do: 'burn', where: 'root', ms: 1 }]],
  ] as const) {
    it(`does what somebody did in ${scenario.name}, hop for hop`, () => {
      const lab = labOfScenario(scenario)
      const { start } = lab.status()
      fed(lab, () => lab.advance({ hops: at }))
      // A piece of a disk may have come in between.
      const hop = lab.status().n - start
      for (const intent of intents) lab.intend(intent)
      runOut(lab)
      const recorded = scenarioOf(scenario, lab.branches()[0]!.intents, start, 'Mine', [])
      expect(checkScenario(JSON.parse(JSON.stringify(recorded)))).toEqual(recorded)
      expect(recorded.steps.filter((step) => typeof step.after === 'object').map((step) => step.after)).toEqual(intents.map(() => ({ hop })))
      const again = labOfScenario(recorded)
      runOut(again)
      expect(again.status().n).toBe(lab.status().n)
      expect(again.fingerprint()).toBe(lab.fingerprint())
    })
  }

  it('of a load that nobody stops binds what waited for an idle machine to its hop, and has the stops that were set', () => {
    const asked = [
      { after: 100, intent: twoWays.steps[0]!.intent, planned: true }, { after: 160, intent: twoWays.steps[1]!.intent, planned: true },
      { after: 180, intent: { do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 8, count: 0 }, planned: false },
    ]
    const stop: Act = { do: 'stop', hop: 90, time: 5000, title: 'Look', caption: '', says: 'Beta {waits}' }
    const recorded = scenarioOf(twoWays, asked, 100, 'Busy', [stop])
    expect(recorded.steps.map((step) => step.after)).toEqual([0, 'idle', { hop: 80 }])
    expect(recorded.stops).toEqual([{ when: { time: 5000 }, title: 'Look', caption: 'Beta waits' }])
    const before = [asked[0]!, { ...asked[2]!, after: 150 }, asked[1]!]
    expect(scenarioOf(twoWays, before, 100, 'Busy', []).steps.map((step) => step.after)).toEqual([0, { hop: 50 }, { hop: 60 }])
  })

  it('names the image of a disk that somebody gave to a new virtual machine', () => {
    const vm = { do: 'create-vm', name: 'gamma', title: 'Gamma', guest: 'legacy', memoryMb: 64, vps: 1, path: 'pio', disk: { fileId: 3 } }
    const { steps } = scenarioOf(twoWays, [{ after: 100, intent: twoWays.steps[0]!.intent, planned: true }, { after: 120, intent: vm, planned: false }], 100, 'New', [])
    expect(steps[1]).toEqual({ after: { hop: 20 }, intent: { ...vm, disk: 'sample' } })
  })
})

describe('a recording as a spec', () => {
  it('tells who goes from place to place once', () => {
    const acts = [{ do: 'go', hop: 3, idle: false }, { do: 'go', hop: 9, idle: false }, { do: 'undo' }, { do: 'go', hop: 2, idle: false }] as const
    expect(acts.reduce<readonly Act[]>(withAct, [])).toEqual(acts.slice(1))
  })

  it('writes plain data as a person does, whatever stands in it', () => {
    for (const value of ["it's", 'a "quoted" \\ word', 'line\nbreak\u2028', '${x} `y`', { a: [1, true, null], 'b-c': { d: '' } }, {}, []]) {
      expect(runInThisContext(`(${literal(value)})`) as unknown).toEqual(value)
    }
  })

  it('names the page only where it is used, and begins at the address of a moment when something had happened before', () => {
    const end = { idle: false, hop: 7, branches: 1, guests: [], print: 'ab' }
    const text = specOf("Bo's", { opens: { address: './?fresh&hop=3#m=jAA' }, acts: [{ do: 'go', hop: 7, idle: false }] }, end)
    expect(text).toContain("test('Bo\\'s', async ({ lab }) => {\n  await lab.goto('./?fresh&hop=3#m=jAA')\n  await lab.seek(7)\n")
    expect(text).toContain("expect(await lab.fingerprint()).toBe('ab')")
    expect(specOf('x', { opens: { scenario: 'two-ways', words: {} }, acts: [{ do: 'select', part: 'SynIC, hypervisor', path: 'hypervisor/synic' }] }, end)).toContain('async ({ lab, page })')
  })
})
