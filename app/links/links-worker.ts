/** The Worker's answers about moments: the tree of branches as a link carries it, and the way back to it. */
import { fileFault, labOf, withSpares, type KeptRun, type Lab } from '../../engine/index.ts'
import type { Bench } from '../session/driver-worker.ts'
import type { LinksApi } from './links-questions.ts'
import type { MomentBound, MomentBranch, MomentTree } from './moment.ts'

type Bound = KeptRun['branches'][number]['intents'][number]

/** Hops of one piece of the way back. */
const regrowHops = 100_000

interface Plan {
  /** What bring-up asked, which no link carries. */
  readonly start: number
  readonly steps: readonly { readonly intent: unknown }[]
}

function planOf(bench: Bench): Plan {
  const { start = [], steps = [] } = labOf(withSpares(bench.open().scenario))
  return { start: start.length, steps }
}

/** Times of the plan count from the start; 0 says that the machine was idle then. */
function sinceStart(at: number, lab: Lab): number {
  return at === 0 ? 0 : at - lab.status().startTime + 1
}

function treeOf(lab: Lab, plan: Plan): MomentTree | null {
  const kept = lab.history()
  const { branches, branch, start } = kept
  if (branches.length === 1 && branches[0]!.intents.every((bound) => bound.planned)) return null
  const out = branches.map((it, i): MomentBranch => {
    const skipped = i === 0 ? plan.start : 0
    if (i > 0 && (it.shared < plan.start || it.atHop < start)) throw new Error('Somebody asked for something while the machine was being brought up; no link carries that.')
    const asked = it.intents.slice(skipped).map((bound) => [bound.after - start, bound.planned ? sinceStart(bound.at, lab) : bound.intent] as MomentBound)
    return {
      parent: it.parent, atHop: i === 0 ? 0 : it.atHop - start, seen: Math.max(0, it.seen - start), shared: i === 0 ? 0 : it.shared - plan.start, asked,
      ...(it.failed ? { failed: true } : {}),
    }
  })
  return { branches: out, branch }
}

/** The tree as the engine keeps it: hops from power-on, planned intents from the scenario's own plan. */
function keptOf(lab: Lab, plan: Plan, tree: MomentTree, hop: number): KeptRun {
  const { start, branches: [root] } = lab.history()
  const before = root!.intents.slice(0, plan.start)
  const lists: Bound[][] = []
  const branches = tree.branches.map((it, i) => {
    const whole: Bound[] = i === 0 ? [...before] : (lists[it.parent] ?? []).slice(0, it.shared + plan.start)
    const shared = i === 0 ? 0 : whole.length
    for (const [after, what] of it.asked) {
      const planned = typeof what === 'number'
      const next = plan.steps[whole.filter((bound) => bound.planned).length - plan.start]
      if (planned && next === undefined) throw new Error('The link does more of the scenario than there is of it.')
      whole.push({ after: start + after, intent: planned ? next!.intent : what, at: planned && what > 0 ? lab.status().startTime + what - 1 : 0, planned })
    }
    lists.push(whole)
    return { parent: it.parent, atHop: i === 0 ? 0 : start + it.atHop, seen: start + it.seen, shared, intents: whole.slice(shared), ...(it.failed ? { failed: true as const } : {}) }
  })
  return { version: 1, start, branches, branch: tree.branch, n: start + hop }
}

/** What is refused on the way leaves a machine of which nothing was asked. */
async function grow(bench: Bench, tree: MomentTree, hop: number): Promise<unknown> {
  try {
    return await grown(bench, tree, hop)
  } catch (error) {
    await bench.again()
    throw error
  }
}

async function grown(bench: Bench, tree: MomentTree, hop: number): Promise<unknown> {
  const lab = bench.lab()
  lab.restore(keptOf(lab, planOf(bench), tree, Math.min(hop, tree.branches[tree.branch]!.seen)))
  for (;;) {
    const far = await bench.fetching((l) => l.regrow(regrowHops))
    if (far.done) break
    const { need } = lab.status()
    if (far.needs && need) await bench.supply(need)
  }
  return bench.fetching((l) => l.view())
}

type Handlers = { readonly [K in keyof LinksApi]: (words: readonly never[]) => unknown }

export function linksHandlers(bench: Bench): Handlers {
  return {
    fileFault: ([text]) => fileFault(text!),
    momentTree: () => treeOf(bench.lab(), planOf(bench)),
    growTree: ([tree, hop]) => grow(bench, tree!, hop!),
  }
}
