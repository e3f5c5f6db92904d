/** Two branches at the same point: what differs between them, as tables that are read from the back row too. */
import { useState } from 'react'
import type { BranchComparison, ComparePoint, FirstDifference } from '../../engine/index.ts'
import { useAnswer } from '../inspector/use-answer.ts'
import { useSession } from '../session/session-store.ts'
import { figureTitle } from '../twin/project.ts'
import { count, duration, hopNumber, instant, many } from '../ui/figures.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { pointWords } from './compare-words.ts'
import * as act from './time-commands.ts'
import { time, useTime } from './time-store.ts'

export default function CompareDialog() {
  const { left, right } = useTime((s) => s.compared)
  const [point, setPoint] = useState('tip')
  const tips = useSession((s) => s.view?.branches.map((b) => b.tip).join(' ') ?? '')
  const { value, failure } = useAnswer(`compare ${left} ${right} ${tips} at ${point}`, (lab) => lab.compare(left, right, JSON.parse(point === 'tip' ? '"tip"' : point) as ComparePoint))
  const titles = useSession((s) => s.view?.vms)
  const guest = (name: string): string => titles?.find((vm) => vm.name === name)?.title ?? name
  return (
    <Dialog title="Two branches side by side" className="compare">
      <div className="compare-heads">
        <Side side="left" label="Left" />
        <Side side="right" label="Right" />
        <label>At the same point
          <select value={point} onChange={(event) => setPoint(event.target.value)}>
            <option value="tip">each at the last hop reached</option>
            {value ? <option value={JSON.stringify({ time: Math.max(0, Math.min(value.left.time, value.right.time) - value.startTime) })}>the same time</option> : null}
            {value?.points.map(({ guest: name, ordinal, point: at }) => (
              <option key={`${name} ${ordinal} ${at}`} value={JSON.stringify({ guest: name, ordinal, point: at })}>{pointWords(guest(name), ordinal, at)}</option>
            ))}
          </select>
        </label>
      </div>
      {failure ? <p role="alert">{failure}</p> : null}
      {left === right ? <p>There is only one branch. Go back, ask for something else, and there are two to compare.</p> : value ? <Differences of={value} /> : <p className="empty">The two machines are being looked at …</p>}
    </Dialog>
  )
}

function Side({ side, label }: { readonly side: 'left' | 'right'; readonly label: string }) {
  const compared = useTime((s) => s.compared)
  return (
    <label>{label}
      <select value={compared[side]} onChange={(event) => time.setState({ compared: { ...compared, [side]: Number(event.target.value) } })}>
        {act.branchesThere().map((b) => <option key={b.id} value={b.id}>{act.nameOf(b.id)}</option>)}
      </select>
    </label>
  )
}

function Differences({ of }: { readonly of: BranchComparison }) {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const where = (side: BranchComparison['left']): string => `hop ${hopNumber(side.n, start)}, t = ${instant(side.time - of.startTime)}`
  const same = of.states.length + of.processors.length + of.memory.pages + of.disk.blocks === 0
  return (
    <>
      <p className="compare-where">Left at {where(of.left)}; right at {where(of.right)}. They part after hop {hopNumber(of.fork.n, start)}. {same ? 'Here they do not differ in anything.' : ''}</p>
      <ul className="compare-sum">
        <Sum n={of.states.length + of.processors.length} one="component or VP in another state" many="components and VPs in another state" />
        <Sum n={of.memory.pages} one="page of memory" many="pages of memory" more={many(of.memory.bytes, 'byte')} />
        <Sum n={of.disk.blocks} one="disk block" many="disk blocks" more={of.disk.bytes > 0 ? many(of.disk.bytes, 'byte') : ''} />
      </ul>
      <Ledgers of={of} />
      <States of={of} />
      <Memory of={of} />
      <Disk of={of} />
    </>
  )
}

function Sum({ n, one, many, more = '' }: { readonly n: number; readonly one: string; readonly many: string; readonly more?: string }) {
  return <li><b>{count(n)}</b> {n === 1 ? one : many}{n > 0 && more ? <span> · {more}</span> : null}</li>
}

function figure(name: string, value: number): string {
  if (!/^elapsedNs|^cpuNs/.test(name)) return count(value)
  const { value: text, unit } = duration(value)
  return `${text} ${unit}`
}

function lineTitle(name: string): string {
  return name === 'elapsedNs' ? 'elapsed' : name.startsWith('cpuNs ') ? `CPU in ${name.slice(6).replace('-', ' ')}` : figureTitle(name)
}

function Ledgers({ of }: { readonly of: BranchComparison }) {
  const [scope, setScope] = useState('')
  const lines = of.ledgers.find((l) => l.of === scope)?.lines ?? []
  const other = lines.filter((line) => line.left !== line.right)
  return (
    <section aria-label="Ledger">
      <h3>Ledger
        <select aria-label="Ledger of" value={scope} onChange={(event) => setScope(event.target.value)}>
          {of.ledgers.map((l) => <option key={l.of} value={l.of}>{l.of || 'the machine'}</option>)}
        </select>
      </h3>
      {other.length === 0 ? <p className="empty">No figure differs.</p> : (
        <table>
          <thead><tr><th scope="col">Figure</th><th scope="col" className="num">Left</th><th scope="col" className="num">Right</th><th scope="col" className="num">Difference</th></tr></thead>
          <tbody>
            {other.map((line) => (
              <tr key={line.name}>
                <th scope="row">{lineTitle(line.name)}</th>
                <td className="num">{figure(line.name, line.left)}</td>
                <td className="num">{figure(line.name, line.right)}</td>
                <td className="num">{line.right > line.left ? '+' : '\u2212'}{figure(line.name, Math.abs(line.right - line.left))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {lines.length > other.length ? <p className="empty">{lines.length - other.length} other figures are the same.</p> : null}
    </section>
  )
}

function States({ of }: { readonly of: BranchComparison }) {
  if (of.states.length + of.processors.length === 0) return null
  return (
    <section aria-label="States">
      <h3>States</h3>
      {of.processors.length > 0 ? <Cells title="Virtual processors" cells={of.processors} /> : null}
      {of.states.map((s) => (
        <details key={s.path} open={s.cells.length > 0 && s.cells.length <= 8}>
          <summary>{s.title}{s.partition ? ` · ${s.partition}` : ''} <span className="where">{s.only ? `only on the ${s.only}` : `${s.cells.length + s.others} ${s.cells.length + s.others === 1 ? 'value' : 'values'}`}</span></summary>
          {s.cells.length > 0 ? <Cells title={s.title} cells={s.cells} /> : null}
          {s.others > 0 ? <p className="empty">{s.others} {s.others === 1 ? 'value differs' : 'values differ'} that no table tells.</p> : null}
        </details>
      ))}
    </section>
  )
}

function Cells({ title, cells }: { readonly title: string; readonly cells: BranchComparison['processors'] }) {
  return (
    <table aria-label={title}>
      <thead><tr><th scope="col">What</th><th scope="col">Left</th><th scope="col">Right</th></tr></thead>
      <tbody>
        {cells.map((c) => (
          <tr key={`${c.table} ${c.row} ${c.column}`}>
            <th scope="row">{c.row}{c.column ? `: ${c.column}` : ''} <span className="where">{c.table}</span></th>
            <td>{c.left || '–'}</td>
            <td>{c.right || '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).toUpperCase().padStart(2, '0')).join(' ')

function Bytes({ at, side }: { readonly at: FirstDifference; readonly side: 'left' | 'right' }) {
  const other = side === 'left' ? at.right : at.left
  return <code>{Array.from(at[side], (byte, i) => (byte === other[i] ? ` ${hex(Uint8Array.of(byte))}` : <mark key={`${at.offset + i}`}> {hex(Uint8Array.of(byte))}</mark>))}</code>
}

function Memory({ of: { memory } }: { readonly of: BranchComparison }) {
  if (memory.pages === 0) return null
  return (
    <section aria-label="Memory">
      <h3>Memory <span className="where">{many(memory.pages, 'page')}, {many(memory.bytes, 'byte')}</span></h3>
      <table>
        <thead><tr><th scope="col">Page</th><th scope="col" className="num">Bytes</th><th scope="col">Left, from the first that differs</th><th scope="col">Right</th></tr></thead>
        <tbody>
          {memory.listed.map((p) => (
            <tr key={`${p.owner} ${p.page}`}>
              <th scope="row">{p.owner} <span className="where">{p.gpa ? 'GPA' : 'machine'} 0x{(p.page * 4096 + p.offset).toString(16).toUpperCase()}</span></th>
              <td className="num">{p.bytes}</td>
              <td><Bytes at={p} side="left" /></td>
              <td><Bytes at={p} side="right" /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {memory.pages > memory.listed.length ? <p className="empty">{count(memory.pages - memory.listed.length)} more pages differ.</p> : null}
    </section>
  )
}

function Disk({ of: { disk } }: { readonly of: BranchComparison }) {
  if (disk.blocks === 0) return null
  return (
    <section aria-label="Physical disk">
      <h3>Physical disk <span className="where">{count(disk.blocks)} {disk.blocks === 1 ? 'block' : 'blocks'} of 4096 bytes</span></h3>
      <table>
        <thead><tr><th scope="col">Block</th><th scope="col">File</th><th scope="col">Difference</th></tr></thead>
        <tbody>
          {disk.listed.map((b) => (
            <tr key={b.lba}>
              <th scope="row">sector {count(b.lba)}</th>
              <td>{b.file || '–'}</td>
              <td>{b.only ? `written only on the ${b.only}` : `${many(b.bytes, 'byte')} ${b.bytes === 1 ? 'differs' : 'differ'}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {disk.blocks > disk.listed.length ? <p className="empty">{count(disk.blocks - disk.listed.length)} more blocks differ.</p> : null}
    </section>
  )
}
