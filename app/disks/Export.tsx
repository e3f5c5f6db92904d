/** Takes the disk of a guest home: the VHD as it lies on the physical disk at the cursor, with progress, and it can be stopped. */
import { useEffect, useRef, useState } from 'react'
import { labSession } from '../session/lab-session.ts'
import { useSession } from '../session/session-store.ts'
import { saveAs } from './save.ts'
import { many } from '../ui/figures.ts'

const pieceBytes = 1024 * 1024
const none: readonly never[] = []

interface Course {
  readonly guest: string
  readonly done: number
  readonly whole: number
}

/** Names of the disks that differencing disks of the guests are read through. */
function useParents(): readonly string[] {
  const [parents, setParents] = useState<readonly string[]>([])
  useEffect(() => {
    labSession().then(({ lab }) => lab.parentFiles()).then(setParents, () => undefined)
  }, [])
  return parents
}

export function Export() {
  const guests = useSession((s) => s.view?.partitions ?? none).filter((p) => p.index > 1)
  const parents = useParents()
  const [course, setCourse] = useState<Course | null>(null)
  const [said, setSaid] = useState('')
  const stopped = useRef(false)
  const run = async (guest: string, title: string): Promise<void> => {
    stopped.current = false
    setSaid('')
    const parts: BlobPart[] = []
    const { lab } = await labSession()
    for (let done = 0, whole = 1; done < whole && !stopped.current; ) {
      const piece = await lab.exportPiece(guest, done, pieceBytes)
      // As a Blob, the browser may put it on disk; as an array it would stay in memory.
      parts.push(new Blob([piece.bytes as Uint8Array<ArrayBuffer>]))
      done += piece.bytes.length
      whole = piece.whole
      setCourse({ guest, done, whole })
      if (done >= whole) {
        saveAs(piece.name, parts)
        setSaid(`${piece.name} has ${many(whole, 'byte')}.`)
      }
    }
    if (stopped.current) setSaid(`The export of the disk of ${title} was stopped.`)
    setCourse(null)
  }
  const begin = (guest: string, title: string): void => {
    run(guest, title).catch((error: unknown) => {
      setCourse(null)
      setSaid(error instanceof Error ? error.message : String(error))
    })
  }
  return (
    <section className="disk-export" aria-label="Export">
      <h3>Export the disk of a guest</h3>
      <p>The VHD as it lies on the physical disk at the cursor.</p>
      <div className="disk-act">
        {guests.map((guest) => (
          <button key={guest.path} type="button" disabled={course !== null} onClick={() => begin(guest.path, guest.title)}>
            Export the VHD of {guest.title}
          </button>
        ))}
        {parents.map((name) => (
          <button key={name} type="button" disabled={course !== null} onClick={() => begin(name, name)}>
            Export the parent {name}
          </button>
        ))}
      </div>
      {course ? (
        <div className="disk-act">
          <progress max={course.whole} value={course.done} aria-label="Export" />
          <button type="button" onClick={() => (stopped.current = true)}>Stop the export</button>
        </div>
      ) : null}
      <p role="status">{said}</p>
    </section>
  )
}
