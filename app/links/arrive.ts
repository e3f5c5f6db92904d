/** The way to a moment: its run is repeated, then the page stands and looks as it did, or one sentence says what is different. */
import { build } from '../session/build.ts'
import { setTheme } from '../session/commands.ts'
import { carried } from '../session/hop-address.ts'
import { shortOf } from '../session/short-of.ts'
import { setLensWord } from '../lenses/lens-store.ts'
import type { LabSession } from '../session/lab-session.ts'
import { openInstead } from '../session/open-instead.ts'
import { select, session } from '../session/session-store.ts'
import { setTimeData } from '../time/time-store.ts'
import { sides } from '../ui/sizes.ts'
import { wearSizes } from '../ui/worn-sizes.ts'
import { timeOf } from './added.ts'
import { links, sayNothing } from './links-store.ts'
import { checkedPacked, momentInWords, type Look, type Moment } from './moment.ts'
import { linkOf } from './moment-now.ts'
import { unpack } from './pack.ts'

/** The moment that an address names; what cannot be read of it is told in a sentence, and the rest of it stands. */
export async function momentInAddress(address: URL): Promise<{ readonly moment: Moment; readonly fault: string }> {
  const { moment, packed } = momentInWords(address)
  if (packed === '') return { moment, fault: '' }
  try {
    return { moment: { ...moment, ...checkedPacked(await unpack(packed)) }, fault: '' }
  } catch (error) {
    return { moment: { ...moment, hop: 0, print: undefined }, fault: error instanceof Error ? error.message : String(error) }
  }
}

function wear(look: Look): void {
  if (look.theme) setTheme(look.theme)
  if (look.lens !== undefined) setLensWord(look.lens)
  if (look.twin !== undefined) void import('../twin/twin-player.ts').then(({ openTwin }) => openTwin(look.twin))
  const { panels, pace, depth, sight } = session.getState()
  const letters = look.panels
  session.setState({
    pace: look.pace ?? pace, depth: look.depth ?? depth, sight: look.sight ?? sight, ...(letters?.includes('b') ? { below: look.tab ?? 'hops' } : {}),
    ...(letters === undefined ? {} : { panelsFree: false }),
    panels: letters === undefined ? panels : { left: letters.includes('l'), right: letters.includes('r'), below: letters.includes('b') },
  })
  const sizes = sides.flatMap((side) => {
    const size = new RegExp(`${side[0]}(\\d+)`).exec(letters ?? '')?.[1]
    return size === undefined ? [] : [[side, Number(size)] as const]
  })
  wearSizes(Object.fromEntries(sizes))
}

function choose({ select: what, follow }: Moment): void {
  const { view, panels } = session.getState()
  if (!view) return
  if (follow !== undefined) session.setState({ follow: view.status.start + follow })
  if (typeof what === 'number') select({ kind: 'hop', n: view.status.start + what })
  const found = typeof what === 'string' ? view.components.findIndex((c) => c.path === what && !c.gone) : -1
  if (found >= 0) select({ kind: 'component', index: found })
  // Choosing opens the panel; the moment says which panels are open.
  session.setState({ panels })
}

/** Says what differs when the machine has not come to where it was when the link was made. */
async function compare(moment: Moment, lab: LabSession['lab']): Promise<string> {
  if (moment.print === undefined) return ''
  const now = await lab.fingerprint()
  if (now === moment.print) return ''
  const made = moment.build === undefined || moment.build === build ? '' : ` It was made with build ${moment.build}; this is ${build}.`
  return `The machine runs differently here from where this link was made: the fingerprints at its hop differ.${made} Numbers of hops, times and bytes may have moved; what was asked has been asked again, at the same hops, and you may go on from here.`
}

/** Where `builds.json`, beside the page, says that the build of the moment is kept; its host writes that down. Only below the same host. */
async function pinnedCopy(moment: Moment): Promise<string> {
  if (moment.build === undefined || moment.build === build) return ''
  try {
    const { kept } = (await (await fetch(new URL('builds.json', new URL('.', location.href)))).json()) as { readonly kept?: Readonly<Record<string, unknown>> }
    const where = kept?.[moment.build]
    const copy = typeof where === 'string' ? new URL(where, location.href) : null
    return copy?.origin === location.origin ? (await linkOf(moment, copy)).href : ''
  } catch {
    return ''
  }
}

/** A moment with an own disk waits for it; the disk is asked for by its identity, its name is a hint. */
async function lacks(disk: NonNullable<Moment['disk']>, lab: LabSession['lab']): Promise<boolean> {
  const { cards } = await lab.shelf()
  if (cards.some((card) => card.id === disk.disk || card.former === disk.disk)) return false
  session.setState({ failure: '' })
  links.setState({
    wants: disk.disk,
    notice: `This moment has a disk of its own: ${disk.name ?? 'a file'} with the identity ${disk.disk.slice(0, 16)}…, which up to 16 MB is the SHA-256 of the file. It is not in the link; choose or drop that file, and the moment opens. Until then the scenario is open without it.`,
  })
  return true
}

/** In a machine that has just been opened: asks what was asked, goes to the hop, looks as it looked. */
export async function arrive(moment: Moment, { lab, playback }: Pick<LabSession, 'lab' | 'playback'>, fault = ''): Promise<void> {
  sayNothing()
  const { status } = session.getState().view!
  const { start } = status
  let notice = fault === '' ? '' : `${fault} The scenario is open at its start.`
  wear(moment.look)
  if (moment.disk && await lacks(moment.disk, lab)) return
  // Another machine than the moment's is open, and the page says why.
  if (session.getState().failure !== '') return
  const { tree, breakpoints, added = {} } = moment
  setTimeData({ breakpoints })
  try {
    if (tree) await playback.moved((asked) => asked.growTree(tree, moment.hop))
    if (!tree && moment.hop > 0) await playback.seek(start + moment.hop)
    setTimeData({ ...timeOf(added, status), breakpoints })
    if (notice === '') notice = [shortOf(moment.hop, session.getState().view!.status), await compare(moment, lab)].filter(Boolean).join(' ')
  } catch (error) {
    session.setState({ failure: '' })
    notice = `What was asked in this link cannot be asked here: ${error instanceof Error ? error.message : String(error)}${moment.build === undefined || moment.build === build ? '' : ` It was made with build ${moment.build}; this is ${build}.`} The scenario is open; everything else works.`
  }
  choose(moment)
  carried()
  if (notice !== '') links.setState({ notice, pinned: await pinnedCopy(moment) })
}

const lasting: readonly string[] = ['fresh', 'pace', 'motion', 'embed', 'present']

/** Opens a moment in place of what is open: from a file, or from a script. */
export async function openMoment(moment: Moment, fault = ''): Promise<void> {
  const { own, disk } = moment
  const address = await linkOf(moment)
  // How the page runs is no part of a moment: a script that opens one stays a script.
  for (const [name, value] of new URLSearchParams(location.search)) if (lasting.includes(name) && (name !== 'pace' || value === 'instant')) address.searchParams.set(name, value)
  // What no address can carry is not put into one.
  if (address.href.length > 8000) address.hash = ''
  await openInstead({ what: own ?? disk ?? moment.scenario, changes: moment.changes, address, arrive: (opened) => arrive(moment, opened, fault) })
}
