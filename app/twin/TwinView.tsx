/** The twin run: two machines side by side, what they cost between them, one set of controls below. */
import { Tabs } from 'radix-ui'
import { useEffect, useRef } from 'react'
import { leadStops } from '../gallery/commands.ts'
import { drive } from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { count, many } from '../ui/figures.ts'
import { Building } from './Building.tsx'
import { Ladder } from './Ladder.tsx'
import { Ledger } from './Ledger.tsx'
import { Places } from './Places.tsx'
import { SideTitles, TwinTools } from './TwinHead.tsx'
import { TwinStop } from './TwinStop.tsx'
import { TwinTransport } from './TwinTransport.tsx'
import { keepTwinInAddress, twinInAddress } from './twin-address.ts'
import type { Side, TwinAt } from './twin-calls.ts'
import { backTwin, endTwin, goToStop, openTwin, pauseTwin, resetTwin, stepTwin, stopNear, toggleTwin } from './twin-player.ts'
import { twin, useTwin, type TwinTab } from './twin-store.ts'
import './twin-view.css'
import { Why } from './Why.tsx'

function SideView({ side, at }: { readonly side: Side; readonly at: TwinAt }) {
  const moving = useTwin((s) => s.moving?.[side] ?? null)
  const { says, because, read } = at[side]
  const waits = moving !== null && moving.done >= moving.of
  return (
    <section className={`twin-side twin-${side}`} aria-label={side === 'left' ? 'Left machine' : 'Right machine'}>
      <Building side={side} at={at} moving={moving} />
      {at.station === 0 && moving === null ? <p className="twin-caption"><b>Waits to be asked.</b> <span>Play, or go to the next milestone of either.</span></p> : null}
      {waits || says ? (
        <p className="twin-caption" title={because}>
          {waits ? <b>There already: waits for the other one.</b> : <><b>{says}</b> <span>{because}</span></>}
        </p>
      ) : null}
      {read && read.of > 0 ? <p className="twin-read">{read.file}: {count(read.bytes)} of {many(read.of, 'byte')}{at.sameText === true ? ', the same on both' : at.sameText === false ? ', and they differ' : ''}</p> : null}
    </section>
  )
}

const tabs: readonly (readonly [TwinTab, string])[] = [['ledger', 'Ledger'], ['places', 'Places'], ['why', 'Why do they differ?']]

function Between({ at }: { readonly at: TwinAt }) {
  const tab = useTwin((s) => s.tab)
  const panel = { ledger: <Ledger at={at} />, places: <Places at={at} />, why: <Why at={at} /> }
  return (
    <div className="twin-between" data-tab={tab}>
      <Tabs.Root className="twin-tabs" value={tab} onValueChange={(value) => twin.setState({ tab: value as TwinTab })}>
        <Tabs.List aria-label="How they compare" data-own-arrows="">
          {tabs.map(([id, title]) => <Tabs.Trigger key={id} value={id}>{title}</Tabs.Trigger>)}
        </Tabs.List>
        {tabs.map(([id]) => <Tabs.Content key={id} value={id} className="twin-panel" tabIndex={0}>{panel[id]}</Tabs.Content>)}
      </Tabs.Root>
      <Ladder />
    </div>
  )
}

/** What is said to those who do not see it, once it stands. */
function Announcement() {
  const at = useTwin((s) => s.at)
  const playing = useTwin((s) => s.playing)
  const quiet = useTwin((s) => s.moving !== null)
  const exits = at?.lines.find((line) => line.name === 'guestExits')
  const says = at && !quiet && !playing ? `${[at.left.says && `Left: ${at.left.says}`, at.right.says && `Right: ${at.right.says}`].filter(Boolean).join(' ')} Guest exits: ${exits?.left ?? 0} against ${exits?.right ?? 0}.` : ''
  return <p className="unseen" aria-live="polite">{says}</p>
}

function Body() {
  const phase = useTwin((s) => s.phase)
  const failure = useTwin((s) => s.failure)
  const at = useTwin((s) => s.at)
  const ahead = useTwin((s) => s.ahead)
  if (phase === 'refused') {
    return (
      <div className="twin-refused" role="alert">
        <h2>These two cannot be compared</h2>
        <p>{failure}</p>
        <p>Choose one of the pairs above, or another machine.</p>
      </div>
    )
  }
  if (phase !== 'ready' || !at) {
    const hops = ahead ? `${many(ahead.left, 'hop')} on the left, ${count(ahead.right)} on the right so far` : 'the two machines are brought up'
    return <p className="twin-wait" role="status">Running both: {hops} …</p>
  }
  return (
    <>
      <TwinStop />
      <SideTitles />
      {failure ? <p className="twin-lack" role="alert">{failure}</p> : null}
      {ahead?.failed ? <p className="twin-lack" role="alert">{ahead.failed}</p> : null}
      {ahead?.cut ? <p className="twin-lack">They never come to rest by themselves: {many(ahead.left, 'hop')} of the left machine are compared with {count(ahead.right)} of the right one.</p> : null}
      <div className="twin-main">
        <SideView side="left" at={at} />
        <Between at={at} />
        <SideView side="right" at={at} />
      </div>
    </>
  )
}

export default function TwinView() {
  const main = useRef<HTMLElement>(null)
  const machine = useSession((s) => s.machine)
  const open = useSession((s) => s.phase === 'ready')
  useEffect(() => {
    if (open) void openTwin(twin.getState().phase === 'closed' ? (twinInAddress() ?? undefined) : undefined)
  }, [open, machine])
  useEffect(() => {
    leadStops({ near: (by) => stopNear(by) !== undefined, go: goToStop })
    drive({ toggle: toggleTwin, step: stepTwin, back: backTwin, reset: resetTwin, end: endTwin })
    return () => {
      drive(null)
      leadStops(null)
      void pauseTwin()
      keepTwinInAddress(null)
    }
  }, [])
  useEffect(() => {
    // What had the focus has gone with the picture: it is not lost on the way here, nor on the way back.
    if (document.activeElement === document.body || !document.activeElement) main.current?.focus()
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) document.querySelector<HTMLElement>('.top .switch [aria-pressed="true"]')?.focus()
      })
    }
  }, [])
  return (
    <>
      <main className="twin-view" ref={main} tabIndex={-1}>
        <h2 className="unseen">Twin run</h2>
        <TwinTools />
        <Body />
        <Announcement />
      </main>
      <TwinTransport />
    </>
  )
}
