/** A scenario with an own disk in it. Pure. */
import { checkScenario, shipped, type Scenario } from '../../engine/index.ts'
import type { DiskCard, OwnMachine } from './disk-cards.ts'

/** What the image is called in the scenario; its parents are numbered. */
const imageKey = 'own-disk'
const keyOf = (generation: number): string => (generation === 0 ? imageKey : `${imageKey}-parent-${generation}`)

/** The scenario with the disk at a guest, and the disks it was made from, the nearest first; throws one sentence when the machine has no place for it. */
export function withDisk(scenario: Scenario, own: OwnMachine, card: DiskCard, parents: readonly DiskCard[] = []): Scenario {
  if (card.wants) throw new Error(`${card.name} is a differencing disk: its parent ${card.wants.name} (${card.wants.id}) is needed first. Choose that file too.`)
  const there = scenario.guests.find((guest) => guest.name === own.guest)
  const guest = there ? { ...there, disk: imageKey } : created(scenario, own)
  const guests = there ? scenario.guests.map((g) => (g === there ? guest : g)) : [...scenario.guests, guest]
  // What it teaches it teaches of its own disks.
  const { teaches: _teaches, theme: _theme, view: _view, stops: _stops, expect: _expect, ...machine } = scenario
  const first = card.files ? ({ do: 'list-files', guest: guest.name, path: '\\' } as const) : ({ do: 'read-sectors', guest: guest.name, lba: 0, sectors: 8, count: 1, depth: 1 } as const)
  return checkScenario({
    ...machine,
    name: 'own-disk',
    title: card.name.slice(0, 80),
    about: `${card.name} is the disk of ${guest.title}: ${card.kind}. ${card.contents}`.slice(0, 1900),
    images: { ...scenario.images, ...imagesOf([card, ...parents]) },
    guests,
    start: there ? scenario.start : [...scenario.start, { do: 'start-vm', name: guest.name }],
    steps: [{ after: 0, intent: first }],
  })
}

/** The images that come with the page, by their hashes: whoever has such a file does not need it, whatever it is called. */
export const shippedImages: Scenario['images'] = Object.fromEntries(shipped.flatMap(({ images }) => Object.values(images).map((image) => [image.sha256, image])))

/** The disks of a machine that lie on the shelf of own disks, if anywhere. */
export function ownImages({ images }: Scenario): readonly string[] {
  return Object.entries(images).flatMap(([key, { sha256 }]) => (key.startsWith(imageKey) || !(sha256 in shippedImages) ? [sha256] : []))
}

function imagesOf(chain: readonly DiskCard[]): Scenario['images'] {
  return Object.fromEntries(chain.map(({ id, bytes, name }, i) => {
    const parent = i + 1 < chain.length ? { parent: keyOf(i + 1) } : {}
    return [keyOf(i), { sha256: id, bytes, file: name.slice(-200), ...parent }]
  }))
}

function created(scenario: Scenario, { guest, title = guest, path = 'synthetic' }: OwnMachine): Scenario['guests'][number] {
  const model = scenario.guests[0]!
  return { name: guest, title, guest: path === 'synthetic' ? 'enlightened' : 'legacy', memoryMb: model.memoryMb, vps: 1, path, disk: imageKey }
}
