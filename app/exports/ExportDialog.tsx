/** What can be taken home: hops, traces, diagrams, pictures, the story on paper. */
import './exports.css'
import { useRef, useState } from 'react'
import { chart, useChart } from '../chart/chart-store.ts'
import { saveAs } from '../disks/save.ts'
import { session, useSession } from '../session/session-store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { hopNumber, many } from '../ui/figures.ts'
import type { Format } from './export-calls.ts'
import { printStory } from './print-story.ts'
import { exportText, toClipboard, type Course, type Running } from './run-export.ts'
import { cards, fileName, things, wishOf, type Range, type Thing } from './wish.ts'

/** More than this does not belong on a clipboard. */
const clipMost = 8_000_000

interface Chosen {
  readonly thing: Thing
  readonly range: Range
  readonly request: number
}

async function made(chosen: Chosen, reached: Parameters<typeof wishOf>[3], running: Running, told: (course: Course) => void): Promise<readonly Blob[] | null> {
  if (chosen.thing === 'svg' || chosen.thing === 'png') {
    const [{ drawPicture }, { svgText }, { pngOf }] = await Promise.all([import('./picture/compose.ts'), import('./picture/svg.ts'), import('./picture/png.ts')])
    const drawing = drawPicture()
    return [chosen.thing === 'svg' ? new Blob([svgText(drawing)], { type: 'image/svg+xml' }) : await pngOf(drawing)]
  }
  return exportText(wishOf(chosen.thing as Format, chosen.range, chosen.request, reached), running, told)
}

function Things({ thing, choose }: { readonly thing: Thing; readonly choose: (thing: Thing) => void }) {
  return (
    <fieldset className="export-things">
      <legend>What</legend>
      {things.map((one) => (
        <label key={one}>
          <input type="radio" name="thing" value={one} checked={thing === one} onChange={() => choose(one)} />
          <span>
            <b>{cards[one].title}</b> {cards[one].about}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

interface RangesProps {
  readonly chosen: Chosen
  readonly change: (chosen: Chosen) => void
}

function Ranges({ chosen, change }: RangesProps) {
  const marks = useSession((s) => s.marks)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const tip = useSession((s) => s.view?.status.tip ?? 0)
  const a = useChart((s) => s.a)
  const b = useChart((s) => s.b)
  const { of } = cards[chosen.thing]
  if (of === 'screen') return <p className="export-range">The picture as it stands, at the cursor, in this theme.</p>
  const onlyRequest = of === 'request'
  const request = (
    <select aria-label="Request" value={chosen.request} disabled={marks.length === 0} onChange={(event) => change({ ...chosen, range: 'request', request: Number(event.target.value) })}>
      {marks.length === 0 ? <option value={0}>none yet</option> : null}
      {marks.map((mark) => (
        <option key={mark.request} value={mark.request}>{`${mark.title} (hop ${hopNumber(mark.request, start)})`}</option>
      ))}
    </select>
  )
  if (onlyRequest) return <p className="export-range">The journey of {request}</p>
  const radio = (range: Range, disabled: boolean): React.ReactNode => <input type="radio" name="range" checked={chosen.range === range} disabled={disabled} onChange={() => change({ ...chosen, range })} />
  return (
    <fieldset className="export-range">
      <legend>Range</legend>
      <label>{radio('all', false)} {tip - start === 1 ? 'the one hop' : `all ${many(Math.max(0, tip - start), 'hop')}`} reached</label>
      <div>
        <label>{radio('request', marks.length === 0)} one request: </label>
        {request}
      </div>
      <label>{radio('marks', a === 0 || b === 0)} between marks A and B {a > 0 && b > 0 ? `(hops ${hopNumber(Math.min(a, b), start)} to ${hopNumber(Math.max(a, b), start)})` : '(set them with 1 and 2)'}</label>
    </fieldset>
  )
}

/** What one export does from click to end, and what is said of it. */
function useExport(chosen: Chosen) {
  const [course, setCourse] = useState<Course | null>(null)
  const [said, setSaid] = useState('')
  const running = useRef<Running>({ stopped: false })
  const run = (end: (parts: readonly Blob[], name: string) => Promise<string>): void => {
    const { view, scenario, cursor } = session.getState()
    const { start = 0, tip = 0 } = view?.status ?? {}
    const { a, b } = chart.getState()
    const reached = { start, tip, a, b }
    running.current = { stopped: false }
    setCourse({ done: 0, whole: 0 })
    setSaid('')
    made(chosen, reached, running.current, setCourse)
      .then((parts) => {
        const wish = wishOf('csv', cards[chosen.thing].of === 'request' ? 'request' : chosen.range, chosen.request, reached)
        return parts === null ? 'The export was stopped; nothing was saved.' : end(parts, fileName(scenario, chosen.thing, wish, start, cursor))
      })
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((text) => {
        setSaid(text)
        setCourse(null)
      })
      .catch(() => undefined)
  }
  const stop = (): void => void (running.current.stopped = true)
  return { course, said, run, stop }
}

export default function ExportDialog() {
  const follow = useSession((s) => s.follow)
  const last = useSession((s) => s.marks.at(-1)?.request ?? 0)
  const a = useChart((s) => s.a)
  const b = useChart((s) => s.b)
  const [chosen, change] = useState<Chosen>({ thing: 'csv', range: a > 0 && b > 0 ? 'marks' : follow > 0 ? 'request' : 'all', request: follow > 0 ? follow : last })
  const { course, said, run, stop } = useExport(chosen)
  const card = cards[chosen.thing]
  const save = (): void => {
    if (chosen.thing === 'storyboard') return printStory(chosen.range, chosen.request)
    run(async (parts, name) => {
      saveAs(name, parts)
      return `${name} has ${many(parts.reduce((sum, part) => sum + part.size, 0), 'byte')}.`
    })
  }
  const copy = (): void =>
    run(async (parts) => {
      const whole = new Blob([...parts])
      if (whole.size > clipMost) throw new Error(`That is ${many(whole.size, 'byte')} of text, too much for a clipboard: save it as a file, or choose a shorter range.`)
      await toClipboard(await whole.text())
      return `Copied: ${many(whole.size, 'byte')} of text.`
    })
  return (
    <Dialog title="Export" className="export">
      <Things thing={chosen.thing} choose={(thing) => change({ ...chosen, thing })} />
      <Ranges chosen={chosen} change={change} />
      <footer>
        <p role="status">{said}</p>
        {course ? <progress max={course.whole || 1} value={course.whole ? course.done : undefined} aria-label="Export" /> : null}
        {course ? <button type="button" onClick={stop}>Stop</button> : null}
        {card.text ? <button type="button" disabled={course !== null} onClick={copy}>Copy</button> : null}
        <button type="button" className="export-save" disabled={course !== null} onClick={save}>{chosen.thing === 'storyboard' ? 'Print' : 'Save'}</button>
      </footer>
    </Dialog>
  )
}
