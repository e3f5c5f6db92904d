/** The moment as a link, a QR code and a file; what is in it, in words. */
import { lazy, useEffect, useState } from 'react'
import './share.css'
import { session, useSession } from '../session/session-store.ts'
import { Coming } from '../ui/Coming.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { canShare, copyText, linkMost, qrMost, saveMoment, shareLink } from './give.ts'
import type { Moment } from './moment.ts'
import { linkOf, momentNow } from './moment-now.ts'
import { chooseFile } from './open-file.ts'

const Qr = lazy(() => import('./Qr.tsx'))

interface Made {
  readonly moment: Moment
  readonly href: string
}

function useMade(look: boolean): { readonly made: Made | null; readonly failure: string } {
  const [made, setMade] = useState<Made | null>(null)
  const [failure, setFailure] = useState('')
  useEffect(() => {
    let on = true
    momentNow({ look })
      .then(async (moment) => ({ moment, href: (await linkOf(moment)).href }))
      .then((value) => on && setMade(value), (error: unknown) => on && setFailure(error instanceof Error ? error.message : String(error)))
    return () => {
      on = false
    }
  }, [look])
  return { made, failure }
}

function many(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`
}

const panelNames: Readonly<Record<string, string>> = { l: 'left', r: 'right', b: 'below' }

/** Everybody who has the link reads them. */
function addedWords({ names = [], bookmarks = [], deleted = [] }: NonNullable<Moment['added']> = {}): string {
  const notes = bookmarks.filter(([, , , , note]) => note).length
  const words = [
    names.length > 0 ? `names of ${many(names.length, 'branch').replace('branchs', 'branches')}` : '',
    bookmarks.length > 0 ? `${many(bookmarks.length, 'bookmark')}${notes > 0 ? ` with ${many(notes, 'note')}` : ''}` : '',
    deleted.length > 0 ? `${many(deleted.length, 'branch').replace('branchs', 'branches')} put away` : '',
  ]
  return words.filter((word) => word !== '').join(', ')
}

/** What the link holds, line by line. */
function linesOf({ scenario, own, changes, tree, breakpoints, added, hop, select, disk, look, build, print }: Moment): readonly (readonly [string, string])[] {
  const asked = tree?.branches.reduce((sum, b) => sum + b.asked.filter(([, what]) => typeof what === 'object').length, 0) ?? 0
  const changed = Object.entries(changes).map(([word, value]) => `${word} = ${value}`).join(', ')
  const { panels, tab: _shown, ...words } = look
  const open = Array.from((panels ?? '').matchAll(/([lrb])(\d*)/g), ([, letter, size]) => `${panelNames[letter!]}${size === '' ? '' : ` of ${size} pixels`}`).join(' and ')
  const looks = [...Object.values(words), ...(panels === undefined ? [] : [open === '' ? 'no panels' : `panels ${open}`])].join(', ')
  const { scenarios } = session.getState()
  const lines: (readonly [string, string])[] = [
    ['Scenario', own ? `${own.title}, whole` : (scenarios.find((card) => card.name === scenario)?.title ?? scenario)],
    ['Place', `hop ${hop}${tree && tree.branches.length > 1 ? ` of branch ${tree.branch + 1}` : ''}`],
  ]
  if (changed !== '') lines.push(['Changed', changed])
  if (asked > 0) lines.push(['Asked', `${many(asked, 'request')} of yours in ${many(tree!.branches.length, 'branch').replace('branchs', 'branches')}`])
  if (breakpoints) lines.push(['Breakpoints', breakpoints.length === 0 ? 'none: those of the scenario are off' : String(breakpoints.length)])
  const written = addedWords(added)
  if (written !== '') lines.push(['Yours', written])
  if (disk) lines.push(['Own disk', `${disk.name ?? 'a file'}, by its name and its hash; the file itself is asked for`])
  if (select !== undefined) lines.push(['Chosen', typeof select === 'number' ? `hop ${select}` : select])
  if (looks !== '') lines.push(['Look', looks])
  lines.push(['Made with', `build ${build}, fingerprint ${print}`])
  return lines
}

function Code({ href, large, enlarge }: { readonly href: string; readonly large: boolean; readonly enlarge: () => void }) {
  if (href.length > linkMost) return <p className="share-none">This moment has {href.length} characters, too many for a link. Take it as a file: whoever drops that file on the page is here.</p>
  if (href.length > qrMost) return <p className="share-none">No QR code: with {href.length} bytes it would be too fine to be read from a screen. The link works; so does the file.</p>
  return (
    <button type="button" className="share-code" aria-pressed={large} aria-label={large ? 'QR code, smaller' : 'QR code, larger'} onClick={enlarge}>
      <Coming>
        <Qr text={href} title="QR code of the link" />
      </Coming>
    </button>
  )
}

function Buttons({ made, say }: { readonly made: Made; readonly say: (words: string) => void }) {
  const tooLong = made.href.length > linkMost
  return (
    <div className="share-buttons">
      <button type="button" className="main" disabled={tooLong} onClick={() => void copyText(made.href).then(say)}>Copy the link</button>
      {canShare() ? <button type="button" disabled={tooLong} onClick={() => void shareLink(made.href, document.title).then(say)}>Share…</button> : null}
      <button type="button" onClick={() => void saveMoment(made.moment)}>Save as a file</button>
      <button type="button" onClick={() => { session.setState({ open: 'none' }); chooseFile() }}>Open a file…</button>
    </div>
  )
}

export default function ShareDialog() {
  const projector = useSession((s) => s.theme === 'projector')
  // Whoever projects shares with laptops: the look of the projector is not theirs.
  const [look, setLook] = useState(!projector)
  const [large, setLarge] = useState(false)
  const [says, setSays] = useState('')
  const { made, failure } = useMade(look)
  return (
    <Dialog title="Share this moment" className={`share${large ? ' large' : ''}`}>
      {failure !== '' ? <p role="alert">{failure}</p> : null}
      {made ? (
        <div className="share-body">
          <Code href={made.href} large={large} enlarge={() => setLarge(!large)} />
          <div className="share-words">
            <label className="share-link">
              <span>Link, {made.href.length} bytes</span>
              <input readOnly value={made.href.length > linkMost ? '' : made.href} onFocus={(event) => event.target.select()} />
            </label>
            <label className="share-look">
              <input type="checkbox" checked={look} onChange={(event) => setLook(event.target.checked)} /> With the look: theme, panels, pace, depth
            </label>
            <Buttons made={made} say={setSays} />
            <p role="status" className="share-says">{says}</p>
            <dl className="share-inside" aria-label="What is in the link">
              {linesOf(made.moment).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        </div>
      ) : failure === '' ? <p role="status">The link is being made …</p> : null}
    </Dialog>
  )
}
