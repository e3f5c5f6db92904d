// The engine's only door: everything the page and the command line may see is exported here.
export const engineName = 'Viridian Lab'

export { crossings, places, type Crossing, type CrossingAct, type CrossingId, type Place } from './wire/borders.ts';
export type { DecodedBit, DecodedField } from './wire/layout.ts';
export { families, type Family, type HopKind, type Milestone, type Sentence, type Status } from './sim/hop-kinds.ts';
export * from './sim/rows.ts';
export type * from './lab/views.ts';
