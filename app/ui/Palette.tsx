/** Ctrl+K: every command by name, every component, and a hop by its number. */
import { Command } from 'cmdk'
import { useEffect, useState } from 'react'
import './dialogs.css'
import { useStore } from 'zustand'
import type { ComponentView } from '../../engine/index.ts'
import { groups, type Action } from '../actions/action.ts'
import { bindings, chordsOf } from '../actions/bindings.ts'
import { readable } from '../actions/chord.ts'
import { everyAction, isPossible } from '../actions/every.ts'
import { titleOf } from '../diagram/project.ts'
import { seek } from '../session/commands.ts'
import { select, session, useSession } from '../session/session-store.ts'
import { hopNumber } from './figures.ts'
import { closeness, closer, hopNamed } from './palette-words.ts'

const found = 'Commands'

const namesOfAction = (action: Action): string => `${action.title} ${action.id}`
const namesOf = (component: ComponentView, vms: Parameters<typeof titleOf>[1]): string => `${titleOf(component, vms)} ${component.path}`

/** What there is to look into. */
function Components({ run }: { readonly run: (action: () => void) => void }) {
  const components = useSession((s) => s.view?.components)
  const partitions = useSession((s) => s.view?.partitions)
  const vms = useSession((s) => s.view?.vms)
  return (
    <Command.Group heading="Inspect">
      {components?.filter((c) => !c.gone).map((c) => (
        <Command.Item key={c.path} value={namesOf(c, vms)} onSelect={() => run(() => select({ kind: 'component', index: c.index }))}>
          {titleOf(c, vms)} <span className="palette-where">{partitions?.find((p) => p.index === c.partition)?.title ?? c.place}</span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}

export default function Palette() {
  const [words, setWords] = useState('')
  // The best one first, whatever it is about; by subject only while nothing is looked for.
  const headings: readonly string[] = words.trim() === '' ? groups : [found]
  const changed = useStore(bindings, (s) => s.changed)
  const components = useSession((s) => s.view?.components)
  const vms = useSession((s) => s.view?.vms)
  // Beside two machines a hop is of neither.
  const start = useSession((s) => (s.sight === 'twin' ? undefined : s.view?.status.start))
  const hop = start === undefined ? null : hopNamed(words, start)
  const possible = everyAction.filter((a) => a.id !== 'palette' && isPossible(a))
  // The list sorts within its groups, not the groups.
  const inspectFirst = hop === null && closer((components ?? []).filter((c) => !c.gone).map((c) => namesOf(c, vms)), possible.map(namesOfAction), words)
  // Before the field takes it.
  const [before] = useState(() => document.activeElement)
  // Whoever opened it gets the focus back.
  useEffect(() => () => (before instanceof HTMLElement && before.isConnected ? before.focus() : undefined), [before])
  const run = (action: () => void): void => {
    session.setState({ open: 'none' })
    action()
  }
  return (
    <div className="veil" onPointerDown={(event) => event.target === event.currentTarget && session.setState({ open: 'none' })}>
      <Command className="palette" label="Commands" loop filter={closeness} role="dialog" aria-modal="true" aria-label="Commands">
        <Command.Input autoFocus value={words} onValueChange={setWords} placeholder="What shall happen?" aria-label="Find a command" />
        <Command.List>
          <Command.Empty>No command and no component has this name; a number is a hop.</Command.Empty>
          {inspectFirst ? <Components run={run} /> : null}
          {hop === null ? null : (
            <Command.Group heading="Hop">
              <Command.Item value={words.trim()} onSelect={() => run(() => seek(start! + hop))}>Go to hop {hopNumber(start! + hop, start!)}</Command.Item>
            </Command.Group>
          )}
          {headings.map((heading) => (
            <Command.Group key={heading} heading={heading}>
              {possible.filter((a) => heading === found || a.group === heading).map((action) => (
                <Command.Item key={action.id} value={namesOfAction(action)} onSelect={() => run(action.run)}>
                  {action.title} {chordsOf(action, changed).slice(0, 1).map((chord) => <kbd key={chord}>{readable(chord)}</kbd>)}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
          {inspectFirst ? null : <Components run={run} />}
        </Command.List>
      </Command>
    </div>
  )
}
