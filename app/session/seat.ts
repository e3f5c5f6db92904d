/** A seat of the bench in the Worker: one lab, and where the pieces of its disks come from. The page's own lab is seat 0; twins have two more. */
import { ChunkMissing, createLab, labOf, withSpares, type Lab, type LabConfig, type LabStatus, type Scenario } from '../../engine/index.ts'
import type { Images } from './images.ts'

/** A call that meets a missing piece this often does not end by itself. */
const piecesPerCall = 4096

export class Seat {
  readonly lab: Lab
  readonly #images: Images

  /** `planned` may ask for more than the scenario plans. */
  constructor(scenario: Scenario, images: Images, planned: (steps: NonNullable<LabConfig['steps']>) => NonNullable<LabConfig['steps']> = (steps) => steps) {
    const config = labOf(withSpares(scenario))
    this.lab = createLab({ ...config, steps: planned(config.steps ?? []) })
    this.#images = images
  }

  /** Runs the intents of the start; simulated time stands still while a piece is fetched. */
  async bringUp(): Promise<LabStatus> {
    for (let i = 0; i < piecesPerCall; i++) {
      const status = this.lab.bringUp()
      if (!status.need) return status
      await this.supply(status.need)
    }
    throw new Error('The machine asks for ever more pieces of its disk.')
  }

  /** Repeats a question until no piece of a disk image is missing. */
  async fetching<T>(ask: (lab: Lab) => T): Promise<T> {
    for (let i = 0; i < piecesPerCall; i++) {
      try {
        return ask(this.lab)
      } catch (error) {
        if (!(error instanceof ChunkMissing)) throw error
        await this.supply(error.need)
      }
    }
    throw new Error('The machine asks for ever more pieces of its disk.')
  }

  async supply(need: NonNullable<LabStatus['need']>): Promise<void> {
    this.lab.supply(need.image, need.chunk, await this.#images.piece(need.image, need.chunk))
  }

  /** Runs on by so many hops, or as far as it can, whatever pieces are missing on the way. */
  async ahead(hops: number): Promise<LabStatus> {
    const to = this.lab.status().n + hops
    for (;;) {
      const before = this.lab.status().n
      const { status } = await this.fetching((lab) => lab.advance({ hops: to - before }))
      if (status.need) await this.supply(status.need)
      else if (status.n >= to || status.n === before) return status
    }
  }
}
