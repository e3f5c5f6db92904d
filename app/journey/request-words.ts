/** What the list says of a request besides its name: how long it took, that it goes on or lies ahead, or that nobody can end it any more. Pure. */
import type { PartitionView } from '../../engine/index.ts'
import type { RequestMark } from '../session/session-store.ts'
import { durationText } from '../ui/figures.ts'

/** `time`: where the machine stands, or less than 0 while it flows, when a request that has ended is told as it ended. */
export function requestWords(mark: RequestMark, time: number, partitions: readonly Pick<PartitionView, 'index'>[]): string {
  if (mark.over && (time < 0 || mark.ended <= time)) return durationText(mark.ended - mark.begun)
  if (time >= 0 && mark.begun > time) return 'lies ahead'
  // What was turned off, asleep in a read, is not answered any more; a VM that is started again is another partition.
  return mark.over || partitions.some(({ index }) => index === mark.partition) ? 'under way' : 'broken off: turned off'
}
