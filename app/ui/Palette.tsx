/** Ctrl+K: every command by name. */
import { Command } from 'cmdk'
import { useEffect } from 'react'
import './dialogs.css'
import { useStore } from 'zustand'
import { groups } from '../actions/action.ts'
import { bindings, chordsOf } from '../actions/bindings.ts'
import { readable } from '../actions/chord.ts'
import { everyAction, isPossible } from '../actions/every.ts'
import { select, session, useSession } from '../session/session-store.ts'

export default function Palette() {
  const changed = useStore(bindings, (s) => s.changed)
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
          {groups.map((group) => (
            <Command.Group key={group} heading={group}>
              {everyAction.filter((a) => a.group === group && a.id !== 'palette' && isPossible(a)).map((action) => (
                <Command.Item key={action.id} value={`${action.title} ${action.id}`} onSelect={() => run(action.run)}>
                  {action.title} {chordsOf(action, changed).slice(0, 1).map((chord) => <kbd key={chord}>{readable(chord)}</kbd>)}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
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
