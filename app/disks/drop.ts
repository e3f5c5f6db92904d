/** Files dropped anywhere on the page, and files chosen: they wait here until the dialog of own disks takes them. */
import './dropping.css'
import { session } from '../session/session-store.ts'

let waiting: readonly File[] = []
const listeners = new Set<() => void>()

export function offerFiles(given: readonly File[]): void {
  // A moment or a scenario is opened; everything else is a disk.
  const [text] = given.filter((file) => /\.json$/i.test(file.name))
  if (text) void import('../links/open-file.ts').then(({ openFile }) => openFile(text))
  const files = given.filter((file) => !/\.json$/i.test(file.name))
  if (files.length === 0) return
  waiting = [...waiting, ...files]
  session.setState({ open: 'disks' })
  for (const listener of listeners) listener()
}

export function takeFiles(): readonly File[] {
  const taken = waiting
  waiting = []
  return taken
}

export function onFiles(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

addEventListener('dragover', (event) => {
  if (!carriesFiles(event)) return
  event.preventDefault()
  event.dataTransfer!.dropEffect = 'copy'
  document.documentElement.dataset['dropping'] = ''
})
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) delete document.documentElement.dataset['dropping']
})
addEventListener('drop', (event) => {
  delete document.documentElement.dataset['dropping']
  if (!carriesFiles(event)) return
  event.preventDefault()
  offerFiles([...event.dataTransfer!.files])
})
