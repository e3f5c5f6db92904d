/** What a guest has read, whole; entries of a folder can be chosen: each choice is a real request of the running guest. */
import { useState } from 'react'
import type { GuestFileView, ListedEntry } from '../../engine/index.ts'
import { saveAs } from '../disks/save.ts'
import { intend } from '../session/commands.ts'
import { labSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import { count, many } from '../ui/figures.ts'

function inside(folder: string, name: string): string {
  return folder === '\\' || folder === '' ? `\\${name}` : `${folder}\\${name}`
}

function above(folder: string): string {
  return folder.slice(0, folder.lastIndexOf('\\')) || '\\'
}

/** A whole file out of the running guest, as a file of the person's own. */
function Download({ guest, path }: { readonly guest: string; readonly path: string }) {
  const [said, setSaid] = useState('')
  const download = (): void => {
    setSaid('The guest reads it…')
    labSession()
      .then(async ({ playback }) => {
        const { name, bytes } = await playback.moved((lab) => lab.fetchFile(guest, path))
        saveAs(name, [bytes as Uint8Array<ArrayBuffer>])
        setSaid(`${many(bytes.length, 'byte')}, as the guest read them.`)
      })
      .catch((error: unknown) => {
        // Told where it was asked, not above the picture.
        session.setState({ failure: '' })
        setSaid(error instanceof Error ? error.message : String(error))
      })
  }
  return (
    <>
      <button type="button" className="download" onClick={download} aria-label={`Download ${path}`}>Download</button>
      <span role="status">{said}</span>
    </>
  )
}

function Entry({ guest, folder, entry }: { readonly guest: string; readonly folder: string; readonly entry: ListedEntry }) {
  const path = inside(folder, entry.name)
  return (
    <li>
      <button type="button" className="link" onClick={() => intend({ do: entry.directory ? 'list-files' : 'read-file', guest, path }, true)}>{entry.name}</button>{' '}
      <span>{entry.directory ? 'folder' : many(entry.size, 'byte')}</span>
    </li>
  )
}

function Listing({ guest, file, entries }: { readonly guest: string; readonly file: GuestFileView; readonly entries: readonly ListedEntry[] }) {
  const folder = file.file || '\\'
  return (
    <section className="guest-file" aria-label={`Entries of ${folder}`}>
      <h3>{folder} <span>{many(entries.length, 'entry', 'entries')}</span></h3>
      {folder === '\\' ? null : (
        <button type="button" onClick={() => intend({ do: 'list-files', guest, path: above(folder) }, true)}>Up to {above(folder)}</button>
      )}
      <ul className="guest-listing">
        {entries.filter((entry) => entry.name !== '.' && entry.name !== '..').map((entry) => (
          <Entry key={entry.name} guest={guest} folder={folder} entry={entry} />
        ))}
      </ul>
    </section>
  )
}

export function GuestFile({ partition }: { readonly partition: number }) {
  const file = useSession((s) => s.view?.guests.find((g) => g.partition === partition))
  const guest = useSession((s) => s.view?.partitions.find((p) => p.index === partition)?.path ?? '')
  if (!file) return null
  if (file.listing !== null) return <Listing guest={guest} file={file} entries={file.listing} />
  if (file.file === '' || file.size === 0) return null
  const size = file.read < file.size ? `${count(file.read)} of ${many(file.size, 'byte')} read` : many(file.size, 'byte')
  return (
    <section className="guest-file" aria-label={`What was read from ${file.file}`}>
      <h3>{file.file} <span>{size}</span></h3>
      <div className="disk-act">
        <button type="button" onClick={() => intend({ do: 'list-files', guest, path: above(file.file) }, true)}>Folder {above(file.file)}</button>
        <Download guest={guest} path={file.file} />
      </div>
      {file.text === null ? <p className="empty">It is not text.</p> : <pre role="group" aria-label={`Text of ${file.file}`}>{file.text}</pre>}
    </section>
  )
}
