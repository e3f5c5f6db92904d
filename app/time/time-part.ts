/** What a person adds to the run, for whoever keeps the lab. */
import type { KeptPart } from '../keep/parts.ts'
import { isNothing, onTimeData, setTimeData, timeData } from './time-store.ts'

export const timePart: KeptPart = { name: 'time', take: () => (isNothing(timeData()) ? null : timeData()), give: setTimeData, watch: onTimeData }
