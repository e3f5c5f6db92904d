/** One piece of memory: bytes and fields, linked by hover, focus and click; changed bytes marked, with what stood before. */
import { useDeferredValue, useId, useMemo, useState } from 'react'
import type { BytesView, DecodedField } from '../../engine/index.ts'
import { bytesShown, bytesWord, changedCount, character, fieldsWere, hex2, linesIn, linesOf, offsetLabel, runsOf, type Cell } from './hex.ts'

/** A long piece begins with so much: the panel is one page, without boxes that scroll by themselves. */
const fieldsFirst = 24
const linesFirst = 16
/** Rows in the frame of the hop itself; below them the place of the others is kept. */
const fieldsAtOnce = 10
const linesAtOnce = 2

const valueOf = (cell: Cell): number => cell.value
const wasOrIs = (cell: Cell): number => cell.was ?? cell.value
const inHex = (run: readonly Cell[], value: (cell: Cell) => number): string => run.map((cell) => hex2(value(cell))).join(' ')

function runTitle(run: readonly Cell[], fields: readonly DecodedField[]): string {
  const { at, field, changed } = run[0]!
  return `+${offsetLabel(at)} ${inHex(run, valueOf)}${changed ? `, before ${inHex(run, wasOrIs)}` : ''}: ${field >= 0 ? fields[field]!.name : 'no field'}`
}

interface LineProps {
  readonly line: readonly Cell[]
  readonly view: BytesView
  readonly linked: number
  readonly old: boolean
  readonly link: (field: number) => void
}

function Line({ line, view, linked, old, link }: LineProps) {
  const value = old ? wasOrIs : valueOf
  return (
    <div className="hex-line">
      <span className="hex-offset">{offsetLabel(line[0]!.at)}</span>
      {runsOf(line).map((run) => {
        const { at, field, changed } = run[0]!
        return (
          <span key={at} title={runTitle(run, view.fields)} className={`hex${changed ? ' changed' : ''}${field >= 0 && field === linked ? ' linked' : ''}`} onPointerEnter={() => link(field)}>
            {inHex(run, value)}
          </span>
        )
      })}
      <span className="hex-text">{line.map((cell) => character(value(cell))).join('')}</span>
    </div>
  )
}

/** A name like InterruptPending may end a line where a new word begins, and nowhere else. */
function breakable(name: string): React.ReactNode {
  return name.split(/(?<=[a-z0-9_.])(?=[A-Z])/).flatMap((word, i) => (i === 0 ? [word] : [<wbr key={`${word}${i}`} />, word]))
}

function said(field: DecodedField): string {
  return field.missing ? 'not among these bytes' : field.value
}

interface FieldRowProps {
  readonly field: DecodedField
  /** What stood there before the hop, when that differs; else null. */
  readonly was: string | null
  readonly linked: boolean
  readonly link: (on: boolean) => void
}

function FieldRow({ field, was, linked, link }: FieldRowProps) {
  return (
    <li className={`field${was !== null ? ' changed' : ''}${linked ? ' linked' : ''}`}>
      <button type="button" className="field-row" aria-pressed={linked} onPointerEnter={() => link(true)} onFocus={() => link(true)} onClick={() => link(true)} title={was !== null ? `before: ${was}` : field.doc || undefined}>
        <span className="field-name">{breakable(field.name)}</span>
        <span className="field-value">
          {was !== null ? <span className="field-was">{breakable(was)} → </span> : null}
          {breakable(said(field))}
        </span>
        <span className="field-at">{field.at < 0 ? '' : `+${offsetLabel(field.at)}`}</span>
      </button>
      {linked && field.bits.length > 0 ? (
        <ul className="bits">
          {field.bits.map((bit) => (
            <li key={bit.name}>
              <span>{bit.name}</span> <b>{bit.value}</b>
            </li>
          ))}
        </ul>
      ) : null}
      {linked && field.doc ? <p className="field-doc">{field.doc}</p> : null}
    </li>
  )
}

export function Bytes({ view }: { readonly view: BytesView }) {
  const [linked, setLinked] = useState(-1)
  const [old, setOld] = useState(false)
  const [whole, setWhole] = useState(false)
  const heading = useId()
  const perLine = innerWidth >= 2200 ? 16 : 8
  // What stands first is drawn in the frame of the hop, the rest in the next one: a step shows its hop at once, however many bytes it carries.
  const rest = useDeferredValue(view, null) === view
  const fieldsShown = rest ? (whole ? undefined : fieldsFirst) : fieldsAtOnce
  const linesShown = rest ? (whole ? undefined : linesFirst) : linesAtOnce
  const lines = useMemo(() => linesOf(view, perLine, linesShown), [view, perLine, linesShown])
  const changed = useMemo(() => changedCount(view), [view])
  const before = view.fieldsBefore
  const showsOld = old && changed > 0
  const fields = showsOld && before ? before : view.fields
  const wasOf = useMemo(() => fieldsWere(view), [view])
  return (
    <section className="bytes" aria-labelledby={heading}>
      <header>
        <h3 id={heading}>{view.label}</h3>
        <p>
          {view.where}{view.after.length > 0 ? ` · ${bytesWord(view.after.length)}` : ''}{view.layout ? ` · ${view.layout}` : ''}
        </p>
      </header>
      {changed > 0 ? (
        <div className="switch" role="group" aria-label={`${view.label}: before or after this hop`}>
          <button type="button" aria-pressed={old} onClick={() => setOld(true)}>Before</button>
          <button type="button" aria-pressed={!old} onClick={() => setOld(false)}>After · {changed} changed</button>
        </div>
      ) : null}
      {fields.length > 0 ? (
        <ul className="fields" aria-label={`Fields of ${view.label}`}>
          {fields.slice(0, fieldsShown).map((field, i) => (
            <FieldRow key={`${field.name}${field.at}`} field={field} was={showsOld ? null : (wasOf[i] ?? null)} linked={linked === i} link={(on) => setLinked(on ? i : -1)} />
          ))}
          {rest ? null : <li aria-hidden="true" style={{ height: `calc(${Math.max(0, (whole ? fields.length : Math.min(fieldsFirst, fields.length)) - fieldsAtOnce)} * var(--field-height))` }} />}
        </ul>
      ) : null}
      <div className="hex-dump" role="group" aria-label={`Bytes of ${view.label}`}>
        {lines.map((line) => (
          <Line key={line[0]!.at} line={line} view={view} linked={linked} old={showsOld} link={setLinked} />
        ))}
        {whole && view.after.length > bytesShown ? <p className="empty">The first {bytesShown} bytes are shown.</p> : null}
      </div>
      {fields.length > fieldsFirst || linesIn(view, perLine) > linesFirst ? (
        <button type="button" className="more" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'Show less' : `Show all ${fields.length > fieldsFirst ? `${fields.length} fields` : `${Math.min(view.after.length, bytesShown)} bytes`}`}
        </button>
      ) : null}
    </section>
  )
}
