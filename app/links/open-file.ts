/** A moment or a scenario from a file: chosen or dropped. Anything else is refused in one sentence, and nothing is lost. */
import { labSession } from '../session/lab-session.ts'
import { session } from '../session/session-store.ts'
import { openMoment } from './arrive.ts'
import { jsonMost, momentOf } from './moment.ts'

function refuse(name: string, why: string): void {
  session.setState({ failure: `${name} was not opened. ${why}` })
}

export async function openText(name: string, text: string): Promise<void> {
  try {
    const { lab } = await labSession()
    const fault = await lab.fileFault(text)
    if (fault !== null) return refuse(name, fault)
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    const given = value as { readonly viridian?: unknown; readonly name?: unknown } | null
    if (given?.viridian !== undefined) await openMoment({ scenario: String(given.name), own: given as never, changes: {}, hop: 0, look: {} })
    else await openMoment(momentOf(value))
  } catch (error) {
    refuse(name, error instanceof Error ? error.message : String(error))
  }
}

export async function openFile(file: File): Promise<void> {
  if (file.size > jsonMost) return refuse(file.name, `It has ${file.size} bytes; at most ${jsonMost} are read.`)
  await openText(file.name, await file.text())
}

/** The browser's own chooser. */
export function chooseFile(): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.json,application/json'
  input.addEventListener('change', () => {
    const [file] = input.files ?? []
    if (file) void openFile(file)
  })
  input.click()
}
