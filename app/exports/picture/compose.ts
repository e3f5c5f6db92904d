/** The picture as it goes out: a title line, what stands on the screen, the legend, and where it comes from. */
import { coloursOf, drawnDots } from '../../diagram/DotsCanvas.tsx'
import { classes } from '../../lenses/lens.ts'
import { lensStore } from '../../lenses/lens-store.ts'
import { session } from '../../session/session-store.ts'
import { hopNumber, instant } from '../../ui/figures.ts'
import type { Drawing, Item, TextItem } from './items.ts'
import { readPage } from './read-page.ts'
import { Recorder } from './recorder.ts'

const edge = 16
const family = '"IBM Plex Sans", system-ui, sans-serif'

export interface Words {
  readonly title: string
  readonly says: string
  readonly source: string
}

/** What is said of a picture: scenario, hop and its sentence, and where it was taken. */
export function wordsNow(): Words {
  const { view, scenarios, scenario, own, cursor, caption, machineCard } = session.getState()
  const title = own?.title ?? scenarios.find((s) => s.name === scenario)?.title ?? scenario
  const start = view?.status.start ?? 0
  const time = instant((view?.status.now ?? 0) - (view?.status.startTime ?? 0))
  const says = caption ? `Hop ${hopNumber(cursor, start)}: ${caption.says}, because ${caption.because}.` : `Hop ${hopNumber(cursor, start)}.`
  const address = new URL(location.href)
  for (const name of ['fresh', 'pace', 'motion']) address.searchParams.delete(name)
  return { title, says, source: `Viridian Lab · scenario ${scenario} · hop ${hopNumber(cursor, start)} · ${time} · ${machineCard?.title ?? ''} · ${address.href}` }
}

const measuring = document.createElement('canvas').getContext('2d')

function line(text: string, x: number, y: number, size: number, weight: string, fill: string): TextItem {
  if (measuring) measuring.font = `${weight} ${size}px ${family}`
  return { kind: 'text', x, y, width: measuring?.measureText(text).width ?? 0, text, size, weight, family, fill, opacity: 1 }
}

/** Words in lines no longer than a width. */
function wrapped(text: string, size: number, weight: string, width: number): readonly string[] {
  const out: string[] = []
  for (const word of text.split(' ')) {
    const last = out.at(-1)
    if (last !== undefined && line(`${last} ${word}`, 0, 0, size, weight, '').width <= width) out[out.length - 1] = `${last} ${word}`
    else out.push(word)
  }
  return out
}

function moved(items: readonly Item[], dx: number, dy: number): Item[] {
  return items.map((item) => {
    if (item.kind === 'text') return { ...item, x: item.x + dx, y: item.y + dy }
    const [a, b, c, d, e, f] = item.matrix ?? [1, 0, 0, 1, 0, 0]
    return { ...item, matrix: [a, b, c, d, e + dx, f + dy] as const }
  })
}

/** The legend of the lens that is on, in as many rows as it needs. */
function legendItems(recorder: Recorder, colours: ReturnType<typeof coloursOf>, top: number, width: number): number {
  let x = edge
  let y = top
  const { by, only } = lensStore.getState()
  for (const { title, letter, tint, shape } of classes[by]) {
    const wide = line(title, 0, 0, 13, '400', '').width + 44
    if (x + wide > width - edge) {
      x = edge
      y += 24
    }
    recorder.globalAlpha = only.length > 0 && !only.some((id) => classes[by].find((c) => c.id === id)?.title === title) ? 0.35 : 1
    recorder.stamp(null, shape, letter, tint, x + 9, y, 8.5, colours)
    recorder.items.push({ ...line(title, x + 24, y + 4.500, 13, '400', colours.ink), opacity: recorder.globalAlpha })
    x += wide
  }
  return y
}

/** What stands in the middle of the page, as a drawing. Throws when the picture is not there. */
export function drawPicture(): Drawing {
  const picture = document.querySelector('.picture')
  const viewport = picture?.querySelector('.react-flow__viewport')
  if (!picture || !viewport) throw new Error('The picture is not on the screen: choose Architecture or Mechanism, and export again.')
  const zoom = new DOMMatrixReadOnly(getComputedStyle(viewport).transform).a
  const page = readPage(picture, zoom)
  const colours = coloursOf(picture)
  const dots = new Recorder()
  drawnDots.into?.(dots as unknown as CanvasRenderingContext2D, dots)
  const words = wordsNow()
  const width = Math.max(640, page.width)
  const says = wrapped(words.says, 15, '400', width - 2 * edge)
  const items: Item[] = [line(words.title, edge, edge + 20, 21, '600', colours.ink)]
  says.forEach((text, i) => items.push(line(text, edge, edge + 44 + i * 20, 15, '400', colours.ink)))
  const top = edge + 40 + says.length * 20
  // The canvas of the dots does not begin where the picture does.
  const [whole, layer] = [picture, picture.querySelector('canvas') ?? picture].map((element) => element.getBoundingClientRect()) as [DOMRect, DOMRect]
  items.push(...moved(page.items, 0, top), ...moved(dots.items, layer.x - whole.x, top + layer.y - whole.y))
  const legend = new Recorder()
  const low = legendItems(legend, colours, top + page.height + 16, width)
  items.push(...legend.items)
  const source = wrapped(words.source, 12, '400', width - 2 * edge)
  source.forEach((text, i) => items.push(line(text, edge, low + 32 + i * 16, 12, '400', colours.ink)))
  return { title: `${words.title}. ${words.says}`, width, height: low + 32 + source.length * 16 + 4, background: getComputedStyle(document.body).backgroundColor, items }
}
