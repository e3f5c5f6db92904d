/** The branches of a run as a tree of lanes: which are shown, in which order, from where to where. Pure. */
import type { BranchView } from '../../engine/index.ts'

export interface Lane {
  readonly id: number
  /** The branch it leaves in the picture: its parent, or the nearest one that is not put away; -1 for none. */
  readonly from: number
  /** Row, from the top. */
  readonly row: number
  readonly begins: number
  readonly ends: number
  readonly atHop: number
  readonly tip: number
  /** The machine stands in it. */
  readonly current: boolean
  /** The past of where the machine stands runs along it, up to this time; -1: it does not. */
  readonly pastTo: number
  readonly depth: number
}

export interface Tree {
  readonly lanes: readonly Lane[]
  /** How many are not shown for want of room. */
  readonly folded: number
}

interface Shown {
  readonly view: BranchView
  readonly from: number
  readonly children: Shown[]
}

/** The nearest ancestor that is not put away, and whether the branch leaves it at its own fork or earlier. */
function ancestorOf(branch: BranchView, all: ReadonlyMap<number, BranchView>, deleted: ReadonlySet<number>): number {
  let at = all.get(branch.parent)
  while (at && deleted.has(at.id)) at = all.get(at.parent)
  return at?.id ?? -1
}

/** The branch itself and those it came from. */
export function lineage(id: number, branches: readonly BranchView[]): readonly BranchView[] {
  const all = new Map(branches.map((b) => [b.id, b]))
  const out: BranchView[] = []
  for (let at = all.get(id); at; at = all.get(at.parent)) out.push(at)
  return out
}

/** Whether hop `n` of a branch is also one of another branch: they share what lies before their fork. */
export function isOn(n: number, of: number, branch: number, branches: readonly BranchView[]): boolean {
  const reach = reachOf(branch, branches)
  return n <= (reach.get(of) ?? reachOf(of, branches).get(branch) ?? commonHop(of, branch, branches))
}

/** Up to which hop each branch of a lineage is part of it. */
function reachOf(branch: number, branches: readonly BranchView[]): ReadonlyMap<number, number> {
  const out = new Map<number, number>()
  let to = Number.MAX_SAFE_INTEGER
  for (const view of lineage(branch, branches)) {
    out.set(view.id, to)
    to = Math.min(to, view.atHop)
  }
  return out
}

/** The last hop that two branches have in common. */
export function commonHop(a: number, b: number, branches: readonly BranchView[]): number {
  const one = reachOf(a, branches)
  for (const [id, to] of reachOf(b, branches)) {
    const other = one.get(id)
    if (other !== undefined) return Math.min(to, other)
  }
  return 0
}

/** Which branches are shown: the current one with its ancestors, then the newest ones. */
function chosen(branches: readonly BranchView[], current: number, most: number): ReadonlySet<number> {
  const out = new Set<number>()
  for (const { id } of lineage(current, branches)) if (branches.some((b) => b.id === id) && out.size < most) out.add(id)
  for (const { id } of [...branches].sort((a, b) => b.id - a.id)) if (out.size < most) out.add(id)
  return out
}

/** Lanes from top to bottom: a branch stands below the one it leaves, the one that leaves last nearest to it, so that no two lines cross. */
export function treeOf(branches: readonly BranchView[], current: number, deleted: readonly number[], startTime: number, most: number): Tree {
  const away = new Set(deleted.filter((id) => id !== current))
  const all = new Map(branches.map((b) => [b.id, b]))
  const there = branches.filter((b) => !away.has(b.id))
  const show = chosen(there, current, most)
  const hidden = new Set([...all.keys()].filter((id) => !show.has(id)))
  const nodes = new Map(there.filter((b) => show.has(b.id)).map((view): [number, Shown] => [view.id, { view, from: ancestorOf(view, all, hidden), children: [] }]))
  const roots: Shown[] = []
  for (const node of nodes.values()) (nodes.get(node.from)?.children ?? roots).push(node)
  const reach = new Map<number, number>()
  let to = Number.MAX_SAFE_INTEGER
  for (const view of lineage(current, branches)) {
    reach.set(view.id, to)
    to = Math.min(to, view.atTime)
  }
  const lanes: Lane[] = []
  const put = ({ view, from, children }: Shown, depth: number): void => {
    const past = reach.get(view.id)
    lanes.push({
      id: view.id, from, row: lanes.length, begins: from < 0 ? startTime : Math.max(startTime, view.atTime), ends: Math.max(view.tipTime, startTime), atHop: view.atHop, tip: view.tip,
      current: view.id === current, pastTo: past === undefined ? -1 : Math.min(past, Math.max(view.tipTime, startTime)), depth,
    })
    for (const child of [...children].sort((a, b) => b.view.atTime - a.view.atTime || b.view.id - a.view.id)) put(child, depth + 1)
  }
  for (const root of roots) put(root, 0)
  return { lanes, folded: there.length - lanes.length }
}
