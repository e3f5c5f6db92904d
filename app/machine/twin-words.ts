/** From the words of a machine to those of a twin: the page's machine on the left, the wished one on the right. Pure. */
import { twinText, twinWords } from '../../engine/index.ts'
import type { MachineCard } from '../session/lab-calls.ts'

type Words = Readonly<Record<string, string>>

function said(card: MachineCard, words: Words, word: string): string {
  if (words[word] !== undefined) return words[word]
  const [name, field] = word.split('.')
  if (field === undefined) return name === 'era' ? card.own.era : card.own.profile
  const value = (card.own.guests.find((guest) => guest.name === name) as Readonly<Record<string, unknown>> | undefined)?.[field]
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : unsaid[field] ?? ''
}

/** What a guest is that says nothing of it. */
const unsaid: Words = { polled: 'false', pioMode: 'single', lean: 'false', extraAccesses: '0' }

/** The twin of the page's machine (the scenario with `here` changed) and of the scenario with `there` changed; '' when they are the same. */
export function twinAgainst(card: MachineCard, here: Words, there: Words): string {
  const names = [...new Set([...Object.keys(here), ...Object.keys(there)])]
  const right: Record<string, string> = {}
  for (const word of names) {
    const wished = said(card, there, word)
    if (wished !== said(card, here, word) && wished !== '') right[word] = wished
  }
  return twinText({ left: {}, right })
}

/** The words of the right side of a twin that is shown, on top of what the page's machine has changed. */
export function wordsOfTwin(text: string, here: Words): Words {
  try {
    return { ...here, ...twinWords(text).right }
  } catch {
    return here
  }
}
