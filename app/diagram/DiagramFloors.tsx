/** What stands on the floors: columns with heads and ledgers, the basement, the pipes. One React Flow node each. */
import { lazy, memo, useEffect, useRef, type CSSProperties } from 'react'
import type { LabView } from '../../engine/index.ts'
import { openGuest, toggleSplit } from '../session/commands.ts'
import { useInTurn } from '../session/calm.ts'
import { Coming } from '../ui/Coming.tsx'
import { laneOf } from '../ui/lane.ts'
import { useSession } from '../session/session-store.ts'
import type { Architecture, Column, Part } from './layout/architecture.ts'
import { at, choose, PartBox } from './DiagramParts.tsx'
import { inView } from './in-view.ts'
import { ledgerFigures, processors, ringMarks, sharesOf, shownOf, splitWords, underWay, unitOf, vpSentence, type LedgerFigure } from './project.ts'

const SplitLedger = lazy(() => import('./SplitLedger.tsx'))

function partitionOf(view: LabView | null, column: Column): LabView['partitions'][number] | undefined {
  return view?.partitions.find((p) => p.index === column.ordinal + 1)
}

const none: readonly never[] = []

function VpChips({ column }: { readonly column: Column }) {
  const vps = useSession((s) => partitionOf(s.view, column)?.vps ?? none)
  return (
    <ul className="vps" aria-label={`Virtual processors of ${column.title}`}>
      {vps.map((vp) => (
        <li key={vp.vp} className={`vp vp-${vp.state}`} title={vpSentence(vp)} aria-label={vpSentence(vp)}>
          {vp.index}
        </li>
      ))}
    </ul>
  )
}

function Figure({ figure, share }: { readonly figure: LedgerFigure; readonly share: string | undefined }) {
  return (
    <div className="figure" style={{ '--share': share } as CSSProperties} title={splitWords(figure) || undefined}>
      <dd>
        <b>{figure.value}</b>
        <span> {figure.unit || figure.others}</span>
      </dd>
      <dt>{figure.label}</dt>
    </div>
  )
}

function SplitButton({ title }: { readonly title: string }) {
  const split = useSession((s) => s.split)
  return (
    <button type="button" className="split nodrag" aria-pressed={split} aria-label={`Split the ledger of ${title} by who caused it`} title="Split by who caused it: guest, root, hypervisor" onClick={toggleSplit}>
      {split ? 'sums' : 'by whom'}
    </button>
  )
}

function LedgerBox({ column, origin }: { readonly column: Column; readonly origin: Column['box'] }) {
  const ledger = useSession((s) => s.view?.ledgers[column.ordinal + 1])
  const split = useSession((s) => s.split)
  const unit = useSession((s) => unitOf(s.view))
  const shares = useSession((s) => (column.ledger && !split ? sharesOf(s.view, column.ordinal + 1) : '')).split(' ')
  if (!column.ledger) return null
  const figures = ledgerFigures(ledger, unit)
  if (split) {
    return (
      <div className="ledger-split" style={at(column.ledger, origin)}>
        <Coming><SplitLedger figures={figures} title={column.title} /></Coming>
      </div>
    )
  }
  return (
    <dl className={ledger && ledger.hops > 0 ? 'ledger' : 'ledger idle'} style={at(column.ledger, origin)} aria-label={`Ledger of ${column.title}`}>
      {figures.map((figure, i) => (
        <Figure key={figure.name} figure={figure} share={shares[i]} />
      ))}
    </dl>
  )
}

function Paper({ column, origin }: { readonly column: Column; readonly origin: Column['box'] }) {
  const file = useSession((s) => s.view?.guests.find((g) => g.partition === column.ordinal + 1))
  if (!column.paper) return null
  const shown = file ? shownOf(file) : null
  return (
    <button
      type="button" className="guest-paper nodrag" style={at(column.paper, origin)} data-filled={shown ? '' : undefined} title={shown ?? undefined}
      aria-label={`What ${column.title} has read: ${shown ?? 'nothing yet'}`} onClick={() => choose([`${column.path}/reader`])}
    >
      {file && shown ? (
        <>
          <span className="paper-name">{file.file}</span>
          <span className="paper-text">{shown}</span>
        </>
      ) : (
        <>
          <span className={file?.file ? 'paper-name' : 'paper-name nothing'}>{file?.file || 'nothing read yet'}</span>
          {file?.file ? <span className="paper-name">{file.status}</span> : null}
        </>
      )}
    </button>
  )
}

/** How many requests of the guest are under way, on the part that sends them: an emptied ring does not show them. */
function UnderWay({ column, parts }: ColumnData) {
  const waiting = useSession((s) => (column.ordinal > 0 ? underWay(s.marks, column.ordinal + 1, s.time) : 0))
  const part = parts.find((p) => p.members.some((path) => driver.test(path)))
  if (waiting < 2 || !part) return null
  const { left, top, width } = at(part.box, column.box)
  return (
    <span className="under-way" style={{ left: Number(left) + Number(width), top }} title={`${waiting} file requests of ${column.title} are under way`}>
      {waiting}<span> under way</span>
    </span>
  )
}

const driver = /\/(?:storvsc|ata)$/

export interface ColumnData extends Record<string, unknown> {
  readonly column: Column
  readonly parts: readonly Part[]
}

/** A guest drawn small: its name, two figures and one part; a click on its name gives it a column. */
function Tile({ column, parts }: ColumnData) {
  const drawn = useRef<LabView['ledgers'][number] | undefined>(undefined)
  const ledger = useInTurn(column.ordinal, ({ view, playing, pace }) => (drawn.current && playing && pace === 'flow' && !inView(column.box) ? drawn.current : view?.ledgers[column.ordinal + 1]))
  useEffect(() => {
    drawn.current = ledger
  }, [ledger])
  const figures = ledgerFigures(ledger)
  return (
    <section className={`column-parts tile way-${column.way} lane-${laneOf(column.ordinal)}`} aria-label={column.title}>
      <button type="button" className="tile-open nodrag" onClick={() => openGuest(column.path)} aria-label={`Draw ${column.title} as a column`} title="Draw it as a column">
        {column.title}
      </button>
      <dl className="tile-figures" aria-label={`Ledger of ${column.title}`}>
        {[figures[0]!, figures[5]!].map((figure) => (
          <div key={figure.name}>
            <dd>{figure.value}{figure.unit ? ` ${figure.unit}` : ''}</dd> <dt>{figure.label}</dt>
          </div>
        ))}
      </dl>
      {parts.map((part) => (
        <PartBox key={part.path} part={part} origin={column.box} partition={column.title} />
      ))}
    </section>
  )
}

export const ColumnNode = memo(function ColumnNode({ data }: { readonly data: ColumnData }) {
  const { column, parts } = data
  const title = column.ordinal === 0 ? 'Root' : column.title
  const era = useSession((state) => state.machineCard?.title)
  if (column.tile) return <Tile column={column} parts={parts} />
  return (
    <section className={`column-parts way-${column.way} lane-${laneOf(column.ordinal)}`} aria-label={column.title}>
      <header className="head">
        <h2>{column.title}</h2>
        <VpChips column={column} />
        <p>{column.way === 'root' ? (era ?? column.sub) : column.sub}</p>
        {column.ledger ? <SplitButton title={column.title} /> : null}
      </header>
      {parts.map((part) => (
        <PartBox key={part.path} part={part} origin={column.box} partition={title} />
      ))}
      <UnderWay column={column} parts={parts} />
      <LedgerBox column={column} origin={column.box} />
      <Paper column={column} origin={column.box} />
    </section>
  )
})

function Processors() {
  const partitions = useSession((s) => s.view?.partitions ?? none)
  return (
    <span className="lps">
      {processors(partitions).map((lp) => (
        <span key={lp.lp} className={`lp ${lp.ordinal < 0 ? 'lp-idle' : `lane-${laneOf(lp.ordinal)}`}`}>
          <span className="lp-name">LP {lp.lp}</span> {lp.holds}
        </span>
      ))}
    </span>
  )
}

/** So many names of files find room on the disk; of more, one is named and the rest are counted. */
const filesMost = 4

function DiskFiles({ guests }: { readonly guests: readonly Column[] }) {
  const shown = guests.slice(0, guests.length > filesMost ? 1 : filesMost)
  return (
    <span className="files">
      {shown.map((guest) => (
        <span key={guest.path} className={`file lane-${laneOf(guest.ordinal)}`}>
          {guest.path}.vhd
        </span>
      ))}
      {guests.length > filesMost ? <span className="file-more">and {guests.length - shown.length} more</span> : null}
    </span>
  )
}

export interface FloorData extends Record<string, unknown> {
  readonly name: string
  readonly box: Column['box']
  readonly parts: readonly Part[]
  readonly architecture: Architecture
}

export const FloorNode = memo(function FloorNode({ data }: { readonly data: FloorData }) {
  const { name, box, parts, architecture } = data
  const guests = architecture.columns.slice(1)
  return (
    <section className="floor-parts" aria-label={name}>
      {parts.map((part) => (
        <PartBox key={part.path} part={part} origin={box} partition="">
          {part.look === 'processors' ? <Processors /> : null}
          {part.look === 'disk' ? <DiskFiles guests={guests} /> : null}
          {part.look === 'memory'
            ? architecture.segments.map((segment) => (
                <span key={segment.owner} className={`segment ${segment.owner === 'hypervisor' ? 'of-hypervisor' : `lane-${laneOf(segment.ordinal)}`}`} style={at(segment.box, part.box)}>
                  {segment.title}
                </span>
              ))
            : null}
        </PartBox>
      ))}
    </section>
  )
})

export interface PipeData extends Record<string, unknown> {
  readonly part: Part
  readonly ordinal: number
  readonly guest: string
}

function Ring({ way, marks }: { readonly way: string; readonly marks: ReturnType<typeof ringMarks> }) {
  return (
    <span className={`ring ring-${way}`}>
      {marks.map((mark, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- a packet that moves up needs no new element
        <span key={i} className="packet" style={{ left: `${mark.at * 100}%`, width: `${mark.length * 100}%` }} />
      ))}
    </span>
  )
}

export const PipeNode = memo(function PipeNode({ data }: { readonly data: PipeData }) {
  const { part, ordinal, guest } = data
  const channel = useSession((s) => s.view?.channels.find((c) => c.partition === ordinal + 1))
  return (
    <section className={`pipe-parts lane-${laneOf(ordinal)}`} aria-label={`Rings of ${guest}`}>
      <PartBox part={part} origin={part.box} partition={guest}>
        <Ring way="to-root" marks={channel ? ringMarks(channel.toRoot) : none} />
        <Ring way="to-guest" marks={channel ? ringMarks(channel.toGuest) : none} />
      </PartBox>
    </section>
  )
})
