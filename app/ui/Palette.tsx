/** Ctrl+K: every command by name. */
import { Command } from 'cmdk'
import { useEffect } from 'react'
import './dialogs.css'
import * as act from '../session/commands.ts'
import { select, session, useSession } from '../session/session-store.ts'

interface Entry {
  readonly name: string
  readonly keys: string
  readonly run: () => void
}

const entries: readonly Entry[] = [
  { name: 'Play or pause', keys: 'Space', run: act.toggle },
  { name: 'One beat forward', keys: 'Page Down', run: act.nextBeat },
  { name: 'One beat back', keys: 'Page Up', run: act.previousBeat },
  { name: 'One hop forward', keys: '→', run: act.step },
  { name: 'One hop back', keys: '←', run: act.back },
  { name: 'Reset to the start', keys: 'Home', run: act.reset },
  { name: 'To the last hop reached', keys: 'End', run: act.toTip },
  { name: 'Run to the end', keys: '', run: act.toEnd },
  { name: 'To the cause of this hop', keys: 'Ctrl ←', run: act.toCause },
  { name: 'To an effect of this hop', keys: 'Ctrl →', run: act.toEffect },
  { name: 'Inspect the hop at the cursor', keys: 'I', run: act.inspectHere },
  { name: 'Pace: story, floor by floor', keys: '', run: () => act.setPace('story') },
  { name: 'Pace: every hop', keys: '', run: () => act.setPace('hops') },
  { name: 'Pace: flow, proportional to simulated time', keys: '', run: () => act.setPace('flow') },
  { name: 'Picture: architecture, about a dozen parts', keys: '', run: () => act.setDepth('architecture') },
  { name: 'Picture: mechanism, every component', keys: '', run: () => act.setDepth('mechanism') },
  { name: 'Picture or table', keys: 'T', run: act.toggleTwin },
  { name: 'Picture or storyboard', keys: 'B', run: act.toggleStoryboard },
  { name: 'Motion on or off', keys: '', run: act.toggleMotion },
  { name: 'Theme: light', keys: '', run: () => act.setTheme('light') },
  { name: 'Theme: dark', keys: '', run: () => act.setTheme('dark') },
  { name: 'Theme: projector', keys: '', run: () => act.setTheme('projector') },
  { name: 'Partitions panel', keys: '', run: () => act.togglePanel('left') },
  { name: 'Inspector panel', keys: '', run: () => act.togglePanel('right') },
  { name: 'Hop list', keys: '', run: () => act.togglePanel('below') },
  { name: 'New Virtual Machine…', keys: '', run: () => act.show('wizard') },
  { name: 'Inject reads and writes…', keys: '', run: () => act.openInjection('') },
  { name: 'Take back what was asked last', keys: '', run: act.undo },
  { name: 'Checkers on or off', keys: '', run: act.toggleChecks },
  { name: 'Single-letter keys on or off', keys: '', run: () => session.setState({ letterKeys: !session.getState().letterKeys }) },
  { name: 'Own disks: choose, attach, export', keys: '', run: () => act.show('disks') },
  { name: 'The machine: era, hardware, ways to the disks', keys: '', run: () => act.show('machine') },
  { name: 'Keys', keys: '?', run: () => act.show('keys') },
]

export default function Palette() {
  const components = useSession((s) => s.view?.components)
  const partitions = useSession((s) => s.view?.partitions)
  useEffect(() => {
    const before = document.activeElement
    // Whoever opened it gets the focus back.
    return () => (before instanceof HTMLElement ? before.focus() : undefined)
  }, [])
  const run = (action: () => void): void => {
    session.setState({ open: 'none' })
    action()
  }
  return (
    <div className="veil" onPointerDown={(event) => event.target === event.currentTarget && session.setState({ open: 'none' })}>
      <Command className="palette" label="Commands" loop role="dialog" aria-modal="true" aria-label="Commands">
        <Command.Input autoFocus placeholder="What shall happen?" aria-label="Find a command" />
        <Command.List>
          <Command.Empty>No command has this name.</Command.Empty>
          <Command.Group heading="Commands">
            {entries.map((entry) => (
              <Command.Item key={entry.name} onSelect={() => run(entry.run)}>
                {entry.name} {entry.keys ? <kbd>{entry.keys}</kbd> : null}
              </Command.Item>
            ))}
          </Command.Group>
          <Command.Group heading="Inspect">
            {components?.map((c) => (
              <Command.Item key={c.path} value={`${c.title} ${c.path}`} onSelect={() => run(() => select({ kind: 'component', index: c.index }))}>
                {c.title} <span className="palette-where">{partitions?.find((p) => p.index === c.partition)?.title ?? c.place}</span>
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </div>
  )
}
