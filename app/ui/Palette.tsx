/** Ctrl+K: every command by name. */
import { Command, defaultFilter } from 'cmdk'
import { useEffect, useState } from 'react'
import './dialogs.css'
import { useStore } from 'zustand'
import { groups } from '../actions/action.ts'
import { bindings, chordsOf } from '../actions/bindings.ts'
import { readable } from '../actions/chord.ts'
import { everyAction, isPossible } from '../actions/every.ts'
import { titleOf } from '../diagram/project.ts'
import { select, session, useSession } from '../session/session-store.ts'

const found = 'Commands'

/** Words as they were typed come before letters found here and there. */
function closeness(value: string, search: string): number {
  const at = value.toLowerCase().indexOf(search.trim().toLowerCase())
  if (at === 0) return 1
  if (at > 0) return /[\p{L}\d]/u.test(value[at - 1]!) ? 0.6 : 0.8
  return (defaultFilter?.(value, search) ?? 0) / 2
}

export default function Palette() {
  const [words, setWords] = useState('')
  // The best one first, whatever it is about; by subject only while nothing is looked for.
  const headings: readonly string[] = words.trim() === '' ? groups : [found]
  const changed = useStore(bindings, (s) => s.changed)
  const components = useSession((s) => s.view?.components)
  const partitions = useSession((s) => s.view?.partitions)
  const vms = useSession((s) => s.view?.vms)
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
      <Command className="palette" label="Commands" loop filter={closeness} role="dialog" aria-modal="true" aria-label="Commands">
        <Command.Input autoFocus value={words} onValueChange={setWords} placeholder="What shall happen?" aria-label="Find a command" />
        <Command.List>
          <Command.Empty>No command has this name.</Command.Empty>
          {headings.map((heading) => (
            <Command.Group key={heading} heading={heading}>
              {everyAction.filter((a) => (heading === found || a.group === heading) && a.id !== 'palette' && isPossible(a)).map((action) => (
                <Command.Item key={action.id} value={`${action.title} ${action.id}`} onSelect={() => run(action.run)}>
                  {action.title} {chordsOf(action, changed).slice(0, 1).map((chord) => <kbd key={chord}>{readable(chord)}</kbd>)}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
          <Command.Group heading="Inspect">
            {components?.filter((c) => !c.gone).map((c) => (
              <Command.Item key={c.path} value={`${titleOf(c, vms)} ${c.path}`} onSelect={() => run(() => select({ kind: 'component', index: c.index }))}>
                {titleOf(c, vms)} <span className="palette-where">{partitions?.find((p) => p.index === c.partition)?.title ?? c.place}</span>
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </div>
  )
}
