/**
 * A recorded log of many guests, drawn by what draws the machine: picture, chart and list at once, a thousand dots on their ways.
 * No part of the page that is served; the bench builds it, and asks it for its frames.
 */
import { Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import type { LabView } from '../../engine/index.ts'
import Chart from '../chart/Chart.tsx'
import { Diagram } from '../diagram/Diagram.tsx'
import '../diagram/diagram.css'
import { setMotion, type Dot } from '../session/motion.ts'
import { hopsOf } from '../session/rows-cache.ts'
import { session, showView, type KindCard } from '../session/session-store.ts'
import { dotOf, eased } from '../session/telling.ts'
import { showWorn, wear } from '../session/worn.ts'
import HopList from '../trace/HopList.tsx'
import '../ui/fonts.css'
import '../ui/page.css'
import '../ui/tokens.css'
import { openSession, rowsFrom, setLog } from './session.ts'
import { tiling as tilingOf, type Moment, type Tiling } from './tile.ts'

interface Recorded {
  readonly view: LabView
  /** How things stood after every so many hops of the log. */
  readonly moments: readonly Moment[]
  readonly every: number
  readonly kinds: readonly KindCard[]
  /** Number of the first hop of the log. */
  readonly first: number
}

const copies = 64
const dotsAlive = 1000
const lifeMs = 520
const viewEvery = 100

async function recorded(): Promise<Recorded & { readonly rows: ArrayBuffer }> {
  const [about, rows] = await Promise.all([fetch('./log.json').then((r) => r.json() as Promise<Recorded>), fetch('./log.bin').then((r) => r.arrayBuffer())])
  return { ...about, rows }
}

/** One frame after the other: hops come out of the log, become dots, are worn into ways, and the views move on. */
function replay(view: LabView, tiling: Pick<Tiling, 'momentAt'>, every: number, hops: number): void {
  let cursor = 0
  let shown = 0
  let alive: { readonly dot: Dot; readonly born: number }[] = []
  const cast = { components: view.components, kinds: session.getState().kinds }
  const frame = (now: number): void => {
    alive = alive.filter((entry) => now - entry.born < lifeMs)
    const count = Math.min(120, dotsAlive - alive.length)
    if (cursor + count >= hops) cursor = 0
    const rows = rowsFrom(cursor + 1, count)
    wear(rows)
    openSession().rows.put(rows, cursor + 1)
    for (const hop of hopsOf(rows, cursor + 1)) {
      const dot = dotOf(hop, cast, false)
      if (dot) alive.push({ dot, born: now })
    }
    cursor += count
    for (const { dot, born } of alive) dot.share = eased(Math.min(1, (now - born) / lifeMs))
    setMotion(alive.map((entry) => entry.dot), [])
    if (now - shown > viewEvery) {
      shown = now
      const [at, status] = [Math.floor(cursor / copies / every), { ...view.status, n: cursor, now: openSession().rows.timeOf(cursor) ?? 0 }]
      // It comes between two frames and is a copy, as from a Worker: nothing in it is known to be the same as before.
      setTimeout(() => {
        showView({ ...view, ...structuredClone(tiling.momentAt(at)), status })
        showWorn()
      })
    }
    ;(window as unknown as { replayed: number }).replayed = alive.length
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

function Stage() {
  return (
    <div className="page" data-panels="below">
      <main className="stage" data-beside="">
        <Diagram />
        <div className="beside-chart"><Chart /></div>
      </main>
      <section className="below" aria-label="Hops"><Suspense fallback={null}><HopList /></Suspense></section>
    </div>
  )
}

async function begin(): Promise<void> {
  const { view: two, moments, every, kinds, first, rows } = await recorded()
  const many = tilingOf(two, moments, copies)
  setLog(many.rows(rows, first))
  const hops = (rows.byteLength / 64) * copies
  const view = { ...many.view, status: { ...two.status, start: 0, tip: hops, n: 1, startTime: new Float64Array(rows)[0]! } }
  session.setState({ phase: 'ready', kinds, view, playing: true, pace: 'flow', beside: true, panels: { left: false, right: false, below: true } })
  createRoot(document.getElementById('root')!).render(<Stage />)
  setTimeout(() => replay(view, many, every, hops), 500)
}

void begin()
