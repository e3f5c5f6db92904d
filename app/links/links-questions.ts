/** What the page asks of its Worker about moments. */
import type { LabView } from '../../engine/index.ts'
import type { MomentTree } from './moment.ts'

export interface LinksApi {
  /** What is wrong with a file as a scenario or a moment, in one sentence; null for nothing that the engine could see. */
  fileFault(text: string): Promise<string | null>
  /** What somebody asked, branch by branch, with hops counted from the start; null while nobody has asked for anything. */
  momentTree(): Promise<MomentTree | null>
  /** Runs a tree again in a machine of which nothing has been asked yet. Fails where the machine does not go that way. */
  growTree(tree: MomentTree, hop: number): Promise<LabView>
}
