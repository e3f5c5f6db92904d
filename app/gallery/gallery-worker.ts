/** Answers about lessons, where the scenarios and the machine are. */
import { eraTitles, shipped, type Lab, type Scenario } from '../../engine/index.ts'
import type { GalleryApi, GalleryCard, StopCard } from './gallery-calls.ts'

interface Desk {
  readonly fetching: <T>(ask: (lab: Lab) => T) => Promise<T>
  /** The scenario that is open. */
  readonly open: () => Scenario
}

function cardOf({ name, title, about, teaches, theme, stops, guests, steps, era, profile }: Scenario): GalleryCard {
  const [first] = shipped
  // A guest that is only there is not what the scenario is about.
  const asked = new Set(steps.flatMap(({ intent }) => ('guest' in intent ? [intent.guest] : 'name' in intent ? [intent.name] : [])))
  const acting = guests.filter((guest) => asked.size === 0 || asked.has(guest.name))
  return {
    name, title, teaches: teaches ?? about, theme: theme ?? null, stops: stops?.length ?? 0,
    guests: acting.map((guest) => ({ title: guest.title, lane: guests.indexOf(guest) + 1, ways: (guest.boot?.length ?? 0) > 0 && guest.path === 'synthetic' ? ['pio', 'synthetic'] : [guest.path] })),
    apart: [era === first!.era ? '' : eraTitles[era], profile === first!.profile ? '' : `hardware of ${profile.slice(-4)}`].filter((words) => words !== '').join(', '),
  }
}

async function stopsOf({ fetching, open }: Desk, most: number): Promise<readonly StopCard[]> {
  const given = open().stops ?? []
  if (given.length === 0) return []
  const views = await fetching((lab) => lab.stops(most, most))
  return views.map((view, i) => ({ ...view, title: given[i]!.title, select: given[i]!.select ?? '' }))
}

export function galleryHandlers(desk: Desk): { readonly [K in keyof GalleryApi]: (words: readonly never[]) => unknown } {
  return {
    gallery: () => shipped.map(cardOf),
    stops: ([most]) => stopsOf(desk, most!),
  }
}
