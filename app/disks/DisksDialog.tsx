/** Own disks: choose or drop files, see what they are, give one to a guest or make a guest for it, take a guest's disk home. */
import { useCallback, useEffect, useRef, useState } from 'react'
import './disks.css'
import { labSession } from '../session/lab-session.ts'
import { reopen } from '../session/open-instead.ts'
import { session, useSession } from '../session/session-store.ts'
import { many } from '../ui/figures.ts'
import { Dialog } from '../ui/Dialog.tsx'
import type { DiskCard, DiskShelf, OwnMachine } from './disk-cards.ts'
import { onFiles, takeFiles } from './drop.ts'
import { Export } from './Export.tsx'
import { guestName } from './own-address.ts'

const none: readonly never[] = []

export function sizeText(bytes: number): string {
  if (bytes < 1024) return many(bytes, 'byte')
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`
}

interface Troubles {
  readonly busy: string
  readonly sentences: readonly string[]
}

/** The shelf and what is being done with it. */
function useShelf(): { shelf: DiskShelf | null; troubles: Troubles; add: (files: readonly File[]) => void; forget: (id: string) => void; gone: string; undo: () => void } {
  const [shelf, setShelf] = useState<DiskShelf | null>(null)
  const [troubles, setTroubles] = useState<Troubles>({ busy: '', sentences: [] })
  const add = useCallback(
    async (files: readonly File[]) => {
      const { lab } = await labSession()
      const sentences: string[] = []
      for (const file of files) {
        setTroubles({ busy: `Looking at ${file.name}…`, sentences })
        await lab.addDisk(file).catch((error: unknown) => sentences.push(error instanceof Error ? error.message : String(error)))
      }
      setTroubles({ busy: '', sentences })
      // What the machine waited for may be here now.
      if (sentences.length === 0) session.setState({ failure: '' })
      setShelf(await lab.shelf())
    },
    [],
  )
  useEffect(() => {
    labSession().then(({ lab }) => lab.shelf()).then(setShelf, () => undefined)
    const take = (): void => {
      const files = takeFiles()
      if (files.length > 0) void add(files)
    }
    take()
    return onFiles(take)
  }, [add])
  const { gone, forget, undo } = useForgetting(setShelf)
  return { shelf, troubles, add: (files) => void add(files), forget, gone, undo }
}

/** A disk that is taken off the shelf goes when the dialog closes or another one is taken off; until then it can be put back. */
function useForgetting(show: (shelf: DiskShelf) => void): { gone: string; forget: (id: string) => void; undo: () => void } {
  const [gone, setGone] = useState('')
  const waiting = useRef('')
  const finish = useCallback(async () => {
    const id = waiting.current
    waiting.current = ''
    if (id === '') return null
    const { lab } = await labSession()
    // Refused when a script has opened a machine with it meanwhile: then it stands on the shelf as before.
    return lab.forgetDisk(id).catch(() => lab.shelf())
  }, [])
  useEffect(() => () => void finish(), [finish])
  const take = (id: string): void => {
    waiting.current = id
    setGone(id)
  }
  return {
    gone,
    forget: (id) => {
      void finish().then((shelf) => shelf && show(shelf))
      take(id)
    },
    undo: () => take(''),
  }
}

interface CardProps {
  readonly card: DiskCard
  readonly begin: (own: Omit<OwnMachine, 'scenario'>) => void
  readonly forget: (id: string) => void
  /** A machine that is open has it. */
  readonly used: boolean
}

function Card({ card, others, begin, forget, used }: CardProps & { readonly others: readonly DiskCard[] }) {
  const namesake = others.find((other) => other !== card && card.wants !== null && other.name === card.wants.name)
  return (
    <li className="disk-card" aria-label={card.name}>
      <h3>{card.name}</h3>
      <p className="disk-kind">
        {card.kind} · {sizeText(card.sectors * 512)} · {many(card.sectors, 'sector')}{card.here ? '' : ' · file not at hand: what was kept of it is used'}
      </p>
      <p>{card.contents}</p>
      {card.notice ? <p>{card.notice}</p> : null}
      <p className="disk-identity">{card.identity}</p>
      {card.wants ? (
        <p className="disk-wants" role="alert">
          It holds only what has changed and is the child of <b>{card.wants.name || 'a disk without a name'}</b>, id <code>{card.wants.id}</code>. Choose that file too.
          {namesake ? ` The ${namesake.name} that is here has the id ${namesake.unique || 'of no VHD'}: it is another disk.` : ''}
        </p>
      ) : (
        <>
          <Attach card={card} begin={begin} />
          <Create card={card} begin={begin} />
        </>
      )}
      {used ? <p className="disk-identity">It belongs to the machine that is open: open another one to take it off the shelf.</p> : (
        <button type="button" className="link" onClick={() => forget(card.id)}>Take {card.name} off the shelf</button>
      )}
    </li>
  )
}

function Attach({ card, begin }: Omit<CardProps, 'forget' | 'used'>) {
  const guests = useSession((s) => s.view?.partitions ?? none).filter((p) => p.index > 1)
  const [guest, setGuest] = useState(guests[0]?.path ?? '')
  return (
    <div className="disk-act">
      <label>
        Disk of{' '}
        <select value={guest} onChange={(event) => setGuest(event.target.value)}>
          {guests.map((g) => (
            <option key={g.path} value={g.path}>{g.title}</option>
          ))}
        </select>
      </label>
      <button type="button" className="main" onClick={() => begin({ disk: card.id, guest })}>Attach and start</button>
    </div>
  )
}

function Create({ card, begin }: Omit<CardProps, 'forget' | 'used'>) {
  const taken = useSession((s) => s.view?.partitions ?? none)
  const [title, setTitle] = useState('Gamma')
  const [path, setPath] = useState<'synthetic' | 'pio'>('synthetic')
  const name = guestName(title)
  const free = name !== '' && !taken.some((p) => p.path === name)
  return (
    <form className="disk-act" onSubmit={(event) => {
      event.preventDefault()
      if (free) begin({ disk: card.id, guest: name, title: title.trim(), path })
    }}>
      <label>
        New guest <input value={title} maxLength={30} onChange={(event) => setTitle(event.target.value)} />
      </label>
      <label>
        reads by{' '}
        <select value={path} onChange={(event) => setPath(event.target.value as 'synthetic' | 'pio')}>
          <option value="synthetic">VMBus</option>
          <option value="pio">emulated IDE</option>
        </select>
      </label>
      <button type="submit" disabled={!free}>Create and start</button>
      {free ? null : <p className="empty">{name === '' ? 'A name begins with a letter.' : 'This name is taken.'}</p>}
    </form>
  )
}

/** Under its former id a disk is shown only while a machine has it so. */
function isDouble({ id }: DiskCard, { cards, used }: DiskShelf): boolean {
  return !used.includes(id) && cards.some(({ former }) => former === id)
}

export default function DisksDialog() {
  const [failure, setFailure] = useState('')
  const { shelf, troubles, add, forget, gone, undo } = useShelf()
  const putBack = useRef<HTMLButtonElement>(null)
  useEffect(() => (gone === '' ? undefined : putBack.current?.focus()), [gone])
  const goneName = shelf?.cards.find(({ id }) => id === gone)?.name ?? ''
  const close = (): void => session.setState({ open: 'none' })
  const begin = (own: Omit<OwnMachine, 'scenario'>): void => {
    setFailure('')
    reopen({ ...own, scenario: session.getState().scenario }).then(close, (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)))
  }
  const sentences = [...troubles.sentences, ...(failure ? [failure] : []), ...(shelf?.notice ? [shelf.notice] : [])]
  return (
    <Dialog title="Own disks" className="disks">
      <p>
        Drop VHD files anywhere on the page, or choose them here. They are read in pieces, in this browser alone; nothing is sent anywhere.
      </p>
      <label className="disk-choose">
        Choose disk files{' '}
        <input type="file" multiple onChange={(event) => {
          add([...(event.target.files ?? [])])
          event.target.value = ''
        }} />
      </label>
      <p role="status" className="disk-busy">{troubles.busy}</p>
      {sentences.length > 0 ? (
        <ul className="disk-troubles" role="alert">
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      ) : null}
      <p role="status">
        {goneName ? (
          <>
            {goneName} is off the shelf. <button ref={putBack} type="button" onClick={undo}>Undo</button>
          </>
        ) : null}
      </p>
      <ul className="disk-cards" aria-label="Disks">
        {shelf?.cards.filter((card) => card.id !== gone && !isDouble(card, shelf)).map((card) => (
          <Card key={card.id} card={card} others={shelf.cards} begin={begin} forget={forget} used={shelf.used.includes(card.id)} />
        ))}
      </ul>
      <Export />
      {shelf ? <p className="disk-identity">Kept for replays and reloads: {sizeText(shelf.keptBytes)} of at most {sizeText(shelf.mostBytes)}.</p> : null}
    </Dialog>
  )
}
