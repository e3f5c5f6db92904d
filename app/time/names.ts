/** The names under which things are drawn, for sentences about what is asked and waited for. */
import { session, useSession, type Session } from '../session/session-store.ts'
import type { Names } from './words.ts'

export function namesOf({ view, kinds }: Pick<Session, 'view' | 'kinds'>): Names {
  const titles = view?.partitionTitles ?? []
  return {
    guest: (name) => view?.vms.find((vm) => vm.name === name)?.title ?? view?.partitions.find((p) => p.path === name)?.title ?? name.slice(0, 1).toUpperCase() + name.slice(1),
    kind: (name) => kinds.find((kind) => kind.name === name)?.title ?? name,
    component: (path) => {
      const found = view?.components.filter((c) => c.path === path).at(-1)
      if (!found) return path
      return found.partition > 1 ? `${found.title} of ${titles[found.partition] ?? path.split('/')[0]}` : found.title
    },
    start: view?.status.start ?? 0,
  }
}

export function namesNow(): Names {
  return namesOf(session.getState())
}

/** They change only where components or partitions come. */
export function useNames(): Names {
  useSession((s) => s.view?.components)
  useSession((s) => s.view?.partitionTitles)
  return namesNow()
}
