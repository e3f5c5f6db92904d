/**
 * On paper (the browser's own print): what is seen, under a heading that says which machine it is and where its run stands, with
 * the address that leads there. The picture and the twins are laid out for a screen: they are made smaller as they are. Whatever
 * the theme, paper is white.
 */
import './paper.css'
import { printing } from '../journey/printing.ts'
import { session } from '../session/session-store.ts'
import { twin } from '../twin/twin-store.ts'
import { hopNumber, instant } from './figures.ts'

/** CSS pixels that A4 and Letter both have within their margins, on the side and upright; below the heading. */
const room = { wide: [950, 530], upright: [670, 780] } as const

/** What is laid out for a screen. */
const laidOut = '.picture, .twin-main'

function line(name: string, text: string): HTMLElement {
  const element = document.createElement(name)
  element.textContent = text
  return element
}

/** Two machines side by side are where their stations are, not where the page's own is. */
function placeWords(): string {
  const { sight, machineCard, view, cursor, time } = session.getState()
  const machine = machineCard?.title ?? ''
  if (!view || sight === 'twin') return sight === 'twin' ? `${machine} · twin run ${twin.getState().words}` : machine
  const { start, startTime, branch } = view.status
  const several = view.branches.length > 1 ? ` · branch ${branch + 1} of ${view.branches.length}` : ''
  return `${machine} · hop ${hopNumber(cursor, start)} · t = ${instant(Math.max(0, time - startTime))}${several}`
}

function headOf(): HTMLElement {
  const { own, scenario, scenarios } = session.getState()
  const head = document.createElement('header')
  head.className = 'paper-head'
  head.append(line('h1', (own ?? scenarios.find((card) => card.name === scenario))?.title ?? 'Viridian Lab'), line('p', placeWords()))
  return head
}

function footOf(): HTMLElement {
  const foot = document.createElement('footer')
  foot.className = 'paper-foot'
  foot.append(line('p', `Viridian Lab · ${location.href}`))
  return foot
}

/** Undoes what was done for paper. */
let undo: (() => void) | null = null

function lay(): void {
  undo?.()
  const root = document.documentElement
  const { theme } = root.dataset
  const page = document.querySelector('.page')
  // The storyboard that is exported brings its own heading.
  const added = printing.getState().wish || !page ? [] : [headOf(), footOf()]
  const [head, foot] = added
  if (head && foot) {
    page!.before(head)
    page!.after(foot)
  }
  root.dataset['theme'] = 'light'
  root.dataset['paper'] = session.getState().sight
  const element = document.querySelector<HTMLElement>(laidOut)
  if (element) {
    const { width, height } = element.getBoundingClientRect()
    const fit = ([w, h]: readonly [number, number]): string => Math.min(1, w / width, h / height).toFixed(3)
    const sizes = { '--paper-width': `${width}px`, '--paper-height': `${height}px`, '--paper-wide': fit(room.wide), '--paper-upright': fit(room.upright) }
    for (const [name, value] of Object.entries(sizes)) root.style.setProperty(name, value)
  }
  undo = () => {
    undo = null
    for (const it of added) it.remove()
    root.dataset['theme'] = theme ?? 'light'
    delete root.dataset['paper']
    for (const name of ['--paper-width', '--paper-height', '--paper-wide', '--paper-upright']) root.style.removeProperty(name)
  }
}

export function watchPaper(): void {
  addEventListener('beforeprint', lay)
  addEventListener('afterprint', () => undo?.())
}
