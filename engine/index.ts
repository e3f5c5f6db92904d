// The engine's only door: everything the page and the command line may see is exported here.
export const engineName = 'Viridian Lab'

export { crossings, places, type Crossing, type CrossingAct, type CrossingId, type Place } from './wire/borders.ts';
export type { DecodedBit, DecodedField } from './wire/layout.ts';
export { families, type Family, type HopKind, type Milestone, type Sentence, type Status } from './sim/hop-kinds.ts';
export {
  decodeRow, FLAG_BEGINS, FLAG_CONTEXT_SWITCH, FLAG_FORCED_EXIT, FLAG_MODE_SWITCH, FLAG_VP_SWITCH, LEVEL_MASK, ROW_BYTES, ROW_WORDS,
  W_ARGS, W_CAUSE, W_COST, W_FLAGS, W_KIND_FROM, W_LATENCY, W_ORIGIN, W_REQUEST, W_TO_VP, type Hop,
} from './sim/rows.ts';
export { ChunkMissing, createLab, type Lab, type LabConfig } from './lab/lab.ts';
export { glimpse, type Glimpse } from './lab/glimpse.ts';
export { KeptError, type KeptBranch, type KeptRun, type Regrown } from './lab/keep.ts';
export type { DiskFile, DiskFileEntry } from './lab/disk-file.ts';
export { holdModel, holdQueue, nextDraw, rowKeeper, runBare } from './lab/bare.ts';
export type { BranchComparison, CellDifference, ComparedSide, ComparePoint, StateDifference } from './lab/compare.ts';
export type { BlockDifference, FirstDifference, PageDifference } from './lab/compare-bytes.ts';
export { ConditionError, type Condition, type UntilCaps, type UntilReason } from './lab/conditions.ts';
export { counterNames, counterOf, type CounterName } from './lab/counters.ts';
export { operationsOf, twinLedger, twinMarks, twinPoints, type TwinLine, type TwinMark, type TwinPoint, type TwinScope } from './lab/twin.ts';
export { twinKinds, twinSums, weakestLetter, type TwinKind, type TwinPlace, type TwinSum, type TwinSums, type TwinWay } from './lab/twin-sums.ts';
export {
  MOVE_BYTES, MOVE_COPY, MOVE_EXIT, MOVE_HYPERCALL, MOVE_MEMORY, MOVE_TRIP, twinLack, twinMoves, twinStations, type TwinLack, type TwinMoves, type TwinStation,
} from './lab/twin-stations.ts';
export { failedUpTo, leftOut, type Failed } from './lab/failed.ts';
export { chromeTrace, flowEnds, flowsIn, traceWriter } from './lab/exports/chrome-trace.ts';
export { castAt } from './lab/cast.ts';
export { count } from './wire/count.ts';
export { siteOf, type Site } from './lab/sites.ts';
export { csvHead, csvLine, hopRecord, type HopRecord } from './lab/exports/hop-records.ts';
export { mermaidOf } from './lab/exports/mermaid.ts';
export { argsOf, fullSentence, goldenText, sayingOf, timeText, type CaptionLine } from './lab/narration.ts';
export { fileInHand, listingRead, pieceRead, type ReadPiece } from './lab/reader-bytes.ts';
export { nearest } from './wire/nearest.ts';
export type { ListedFile } from './wire/fs-listing.ts';
export { duration, durationText, twoDigits } from './lab/span.ts';
export { bibliography, type Source } from './lab/sources.ts';
export { intend, IntentError } from './sim/intend.ts';
export { checkVolume, type Finding, type VolumeCheck } from './wire/fat-check.ts';
export { openVolume } from './wire/fat-walk.ts';
export { openVhd, sectorReader, type SectorReader, type VhdDisk } from './wire/vhd-open.ts';
export { FOOTER_BYTES, putFooter, VHD_FIXED } from './wire/vhd.ts';
export { contentsOf, type DiskContents } from './wire/disk-contents.ts';
export { parentMissing, parentRefusal, parentWarning, vhdIdText, type ParentRefusalCode } from './wire/vhd-parent.ts';
export { fileFault } from './scenarios/file-fault.ts';
export { parseScenario, ScenarioError } from './scenarios/scenario.ts';
export { eraChanges, eraDifferences, eraTitles, type EraChange } from './lab/era-changes.ts';
export { eras, type Era } from './wire/eras.ts';
export { profileDifferences, profiles, type ProfileDifference, type ProfileSide } from './sim/profiles.ts';
export { costTitles, factTitles, type Cost, type CostKey, type Fact, type FactKey, type Letter, type Profile } from './sim/costs.ts';
export { scenarioSchema } from './scenarios/scenario-shape.ts';
export { checkScenario } from './scenarios/scenario.ts';
export { twinFirst, twinOf, twinPresets, twinText, twinWords, type Twin, type TwinPreset, type TwinWords } from './scenarios/twins.ts';
export { variantFields, type TwinDifference } from './scenarios/differences.ts';
export { variantFrom, variantOf, type Variant } from './scenarios/variant.ts';
export { allCheckers } from './lab/checks.ts';
export { labOf } from './scenarios/builder.ts';
export { createIntent } from './scenarios/copies.ts';
export { shipped } from './scenarios/shipped.ts';
export { withSpares } from './scenarios/spares.ts';
export { guestIntents, vmFields } from './remote-intents.ts';
export { twoWays } from './scenarios/two-ways.ts';
export type { Scenario, ScenarioIntent } from './scenarios/scenario.ts';
export type { LessonTheme, StartView } from './scenarios/lesson-shape.ts';
export { nextPart, type LogPart, type Sieve } from './lab/sieve.ts';
export type { StopView } from './lab/stops.ts';
export type {
  Advanced, AdvanceLimits, Beat, BranchView, BytesView, Causer, ChannelView, ComponentInspection, ComponentView, FileRequest, GuestFileView, HopInspection, JourneyLine, LabApi, LabStatus,
  LabView, Ledger, ListedEntry, NextHop, PartitionView, RequestView, RingView, VmView, SourceView, StateRow, StateTable, VpState, VpView, WayUse,
} from './lab/views.ts';
