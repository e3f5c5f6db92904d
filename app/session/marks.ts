/** When file requests began and ended, and what to call them: for the scrub bar and the lists. */
import type { LabView, RequestView } from '../../engine/index.ts'
import type { RowsCache } from './rows-cache.ts'
import type { RequestMark } from './session-store.ts'
import type { Cast } from './telling.ts'

/** More file requests than this are not marked one by one. */
const most = 200

export async function marksOf(requests: readonly RequestView[], rows: RowsCache, cast: Cast, view: LabView | null): Promise<readonly RequestMark[]> {
  const files = requests.filter((request) => request.level === 'file').slice(-most)
  const ends = files.flatMap((request) => [request.id, ...(request.ended > 0 ? [request.ended] : [])])
  for (const n of ends) await rows.want(n, n)
  return files.map((request) => {
    const begin = rows.get(request.id)
    const end = request.ended > 0 ? rows.get(request.ended) : null
    const partition = view?.partitions.find((p) => p.index === request.partition)?.title ?? ''
    return {
      request: request.id,
      partition: request.partition,
      title: `${partition}: ${begin ? (cast.kinds[begin.kind]?.title ?? 'request') : 'request'}`,
      begun: begin?.time ?? 0,
      ended: end?.time ?? view?.status.tipTime ?? 0,
      over: end !== null,
    }
  })
}
