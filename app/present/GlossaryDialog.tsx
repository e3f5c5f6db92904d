/** Every term with its source; those of the sentence above the picture first. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { useSession } from '../session/session-store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { glossary, termsIn, type Term } from './glossary.ts'
import { citationOf } from './sources.ts'

function fits({ term, forms = [], says }: Term, words: string): boolean {
  return [term, ...forms, says].some((text) => text.toLowerCase().includes(words))
}

export default function GlossaryDialog() {
  const caption = useSession((s) => s.caption)
  const [words, setWords] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const here = useMemo(() => (caption ? termsIn(`${caption.says}, because ${caption.because}`).map(({ term }) => term) : []), [caption])
  const looked = words.trim().toLowerCase()
  const shown = [...here, ...glossary.filter((term) => !here.includes(term))].filter((term) => looked === '' || fits(term, looked))
  return (
    <Dialog title="Glossary" className="glossary">
      <input ref={field} className="glossary-find" type="search" aria-label="Find a term" placeholder="Find a term" value={words} onChange={(event) => setWords(event.target.value)} />
      {shown.length === 0 ? <p className="empty">No term has these words.</p> : null}
      <dl>
        {shown.map((term) => (
          <div key={term.term} className={here.includes(term) ? 'here' : undefined}>
            <dt>{term.term}</dt>
            <dd>
              {term.says}
              <small>{citationOf(term.source)}{term.inferred ? `. ${term.inferred}` : ''}</small>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
