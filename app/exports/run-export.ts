/** Runs an export: asks the Worker for piece after piece, tells how far it has come, and can be stopped. */
import { labSession } from '../session/lab-session.ts'
import type { ExportWish } from './export-calls.ts'

export interface Course {
  readonly done: number
  readonly whole: number
}

export interface Running {
  stopped: boolean
}

/** The pieces of the text; null when it was stopped. */
export async function exportText(wish: ExportWish, running: Running, told: (course: Course) => void): Promise<readonly Blob[] | null> {
  const { lab } = await labSession()
  const { job, hops } = await lab.exportBegin(wish)
  const parts: Blob[] = []
  for (;;) {
    if (running.stopped) return null
    const { text, done, over } = await lab.exportMore(job)
    // As a Blob the browser may put it on disk; as text it would stay in memory.
    parts.push(new Blob([text]))
    told({ done, whole: hops })
    if (over) return parts
  }
}

/** Browsers let pages write the clipboard only in reach of a click, and over a secure address. */
export async function toClipboard(text: string): Promise<void> {
  const { clipboard } = navigator as { readonly clipboard?: Clipboard }
  if (!clipboard) throw new Error('This page may not write the clipboard here: it needs an https address. Save the file instead.')
  await clipboard.writeText(text)
}
