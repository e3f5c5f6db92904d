/** File requests as they are marked on the scrub bar and listed. Pure. */
import type { FileRequest, LabView } from '../../engine/index.ts'
import type { KindCard, RequestMark } from './session-store.ts'

/** More file requests than this, the last ones, are not marked one by one. */
export const marksMost = 100

export function marksOf(files: readonly FileRequest[], kinds: readonly KindCard[], view: LabView | null): readonly RequestMark[] {
  return files.map(({ request, partition, kind, begun, ended }) => {
    const who = view?.partitionTitles[partition] ?? ''
    return {
      request, partition, begun,
      title: `${who}: ${kinds[kind]?.title ?? 'request'}`,
      ended: ended >= 0 ? ended : (view?.status.tipTime ?? 0),
      over: ended >= 0,
    }
  })
}
