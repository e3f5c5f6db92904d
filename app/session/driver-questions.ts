/** What the driver asks of the Worker beyond what the page does. */
import type { LabStatus, LabView, Scenario, UntilCaps, UntilReason } from '../../engine/index.ts'

/** `refused`: the condition means nothing here, and nothing has moved; `says` tells why. */
export interface UntilAnswer {
  readonly reason: UntilReason | 'refused'
  readonly says: string
  readonly status: LabStatus
}

export interface OpenScenario {
  /** With what was changed of it. */
  readonly scenario: Scenario
  /** As it was before anything of its machine was changed. */
  readonly unchanged: Scenario
  /** It is one of those the lab comes with. */
  readonly shipped: boolean
}

export interface DriverApi {
  until(condition: unknown, caps: UntilCaps): Promise<UntilAnswer>
  goTo(branch: number, n?: number): Promise<LabView>
  openScenario(): Promise<OpenScenario>
}
