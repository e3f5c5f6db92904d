/** What was asked on a branch as a scenario that does the same by itself, hop for hop. Pure. */
import { checkScenario, type Scenario, type ScenarioIntent } from '../../engine/index.ts'
import type { Act } from './recording.ts'

type Step = Scenario['steps'][number]

export interface Bound {
  readonly after: number
  readonly intent: unknown
  readonly planned: boolean
}

/** A scenario names the image of a new disk, the machine the file that is a copy of it. */
function scenarioIntent(intent: unknown, { guests }: Scenario): ScenarioIntent {
  const given = intent as { readonly do: string; readonly disk?: { readonly fileId: number } }
  if (given.do !== 'create-vm' || !given.disk) return intent as ScenarioIntent
  // Spare files are copies of the first guest's disk.
  return { ...given, disk: (guests[given.disk.fileId - 1] ?? guests[0]!).disk } as unknown as ScenarioIntent
}

/** `idle`: steps that wait for an idle machine go on waiting; else they are bound to the hops at which they came. */
function stepsOf(scenario: Scenario, asked: readonly Bound[], start: number, idle: boolean): readonly Step[] {
  const steps: Step[] = []
  let next = 0
  for (const { after, intent, planned } of asked) {
    const hop = { hop: after - start }
    if (!planned) {
      steps.push({ after: hop, intent: scenarioIntent(intent, scenario) })
      continue
    }
    const step = scenario.steps[next]
    // A start of a guest of the scenario is two things for the machine: it is created first.
    if (!step || (step.intent.do === 'start-vm' && (intent as { do?: unknown }).do === 'create-vm')) continue
    next++
    steps.push(idle || typeof step.after === 'number' ? step : { ...step, after: hop })
  }
  const rest = scenario.steps.slice(next)
  return [...steps, ...(idle ? rest : rest.filter((step) => step.after !== 'idle'))]
}

/** Throws a ScenarioError when what was done cannot be told as a scenario. */
export function scenarioOf(scenario: Scenario, asked: readonly Bound[], start: number, title: string, acts: readonly Act[]): Scenario {
  const stops = acts.flatMap((act) => (act.do === 'stop' ? [{ when: { time: act.time }, title: act.title.slice(0, 60), caption: (act.caption || act.says || act.title).replace(/[{}]/g, '').slice(0, 600) }] : []))
  const { expect: _expect, stops: _stops, view: _view, teaches: _teaches, theme: _theme, ...machine } = scenario
  const whole = (idle: boolean): Scenario => ({
    ...machine, name: 'recorded', title: title.slice(0, 200), about: `Recorded from "${scenario.title}". ${scenario.about}`.slice(0, 2000),
    steps: stepsOf(scenario, asked.filter(({ after, planned }) => after >= start || !planned), start, idle), ...(stops.length > 0 ? { stops } : {}),
  })
  try {
    return checkScenario(whole(true))
  } catch {
    return checkScenario(whole(false))
  }
}
