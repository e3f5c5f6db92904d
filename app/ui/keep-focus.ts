/**
 * Focus is never lost. What has it can go away under somebody's hands: a dialog closes, a card is read, a button has nothing left
 * to do, another machine draws the page anew. Then the same thing in its new place has focus, else what is nearest, else Play.
 */
const focusable = ':is(button, input, select, textarea):not(:disabled), a[href], [tabindex="0"], summary'

interface Held {
  readonly element: HTMLElement
  readonly name: string
  /** What it stood in, from the inside out: after it has gone nobody knows any more. */
  readonly around: readonly Element[]
}

let held: Held | null = null
let looking = false

function nameOf(element: Element): string {
  return element.getAttribute('aria-label') ?? element.textContent?.trim() ?? ''
}

/** Where nothing can be focused: the whole page, and what only holds it. */
function isWhole(element: Element): boolean {
  return element.matches('body, html, #root, .page, main')
}

/** As far as can be told without laying out the page. */
function gone({ element }: Held): boolean {
  return !element.isConnected || element.matches(':disabled') || element.closest('[hidden], [inert], dialog:not([open])') !== null
}

function firstIn(within: ParentNode, like?: Held): HTMLElement | undefined {
  return [...within.querySelectorAll<HTMLElement>(focusable)].find(
    (element) => element.getClientRects().length > 0 && (like === undefined || (element.tagName === like.element.tagName && nameOf(element) === like.name)),
  )
}

/** Not the first part of any kind: a list would take the next keys for itself. */
function firstButton(): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('button:not(:disabled)')].find((button) => button.getClientRects().length > 0)
}

/** Where focus goes when what held it has gone. */
function heir(lost: Held): HTMLElement | undefined {
  const modal = document.querySelector('dialog:modal, [role="dialog"][aria-modal="true"]')
  if (modal) return firstIn(modal)
  const near = lost.around.find((element) => element.isConnected && !isWhole(element))
  return (
    (lost.name === '' ? undefined : firstIn(document, lost))
    ?? (near ? firstIn(near) : undefined)
    ?? document.querySelector<HTMLElement>('.transport-play:not(:disabled)')
    ?? firstButton()
  )
}

/** What comes in place of it may still be on its way: so long is waited for the same thing or for Play. */
const patience = 5000
let since = 0

function look(): void {
  looking = false
  const active = document.activeElement
  if (!held || (active && active !== document.body && active !== held.element)) {
    since = 0
    return
  }
  // Whoever leaves on purpose, by a click beside everything, has left nothing behind.
  const lost = gone(held) || held.element.getClientRects().length === 0
  if (lost && held.around.every((element) => !element.isConnected || isWhole(element)) && !document.querySelector('.transport-play')) {
    since ||= performance.now()
    if (performance.now() - since < patience) return soon()
  }
  since = 0
  const to = lost ? heir(held) : undefined
  if (to || active !== held.element) held = null
  // Where it goes it is seen: what is nearest may be far above in a panel that was scrolled.
  to?.focus()
}

/** Whoever takes something away may have a place of its own for the focus. */
function soon(): void {
  if (looking) return
  looking = true
  requestAnimationFrame(() => requestAnimationFrame(look))
}

const inside = 'viridian.inside'

/** Path of the page before this one, while it was ours: the browser says it, or what that page has left here for this one. */
function pathBefore(): string | null {
  const { navigation } = window as { readonly navigation?: { readonly activation?: { readonly from: { readonly url: string | null } | null } | null } }
  const before = navigation?.activation ? navigation.activation.from : undefined
  // A page that tells nobody where it was left, as ours does by its headers, is of this origin all the same.
  if (before !== undefined) return before === null ? null : before.url === null ? location.pathname : new URL(before.url).pathname
  // An address with `fresh` neither reads nor writes what is remembered; an embedded page belongs to somebody else.
  const query = new URLSearchParams(location.search)
  if (query.has('fresh') || query.has('embed')) return null
  const from = sessionStorage.getItem(inside)
  sessionStorage.removeItem(inside)
  addEventListener('pagehide', () => sessionStorage.setItem(inside, location.pathname))
  return from
}

/** Another scenario is another address: whoever chose it here goes on with Play, not at the top of the page. */
function goOn(): void {
  try {
    if (pathBefore() === location.pathname) waitForPlay()
  } catch {
    // A browser that keeps nothing begins at the top of the page, as pages do.
  }
}

function waitForPlay(): void {
  const play = document.querySelector<HTMLElement>('.transport-play:not(:disabled)')
  if (document.activeElement !== document.body) return
  if (play) play.focus({ preventScroll: true })
  else if (performance.now() < 20_000) setTimeout(waitForPlay, 60)
}

/** Of a group of radio buttons Tab reaches one. */
function reached(element: HTMLElement): boolean {
  if (element.tabIndex < 0 || element.getClientRects().length === 0) return false
  if (!(element instanceof HTMLInputElement) || element.type !== 'radio' || element.checked) return true
  return document.querySelector(`input[type="radio"][name="${CSS.escape(element.name)}"]:checked`) === null
}

/** Tab leaves a group of radio buttons from whichever has the focus. */
function sameGroup(one: EventTarget | null, other: HTMLElement | undefined): boolean {
  return one instanceof HTMLInputElement && other instanceof HTMLInputElement && one.type === 'radio' && other.type === 'radio' && one.name === other.name
}

/** In a dialog Tab goes round: behind its last part, which may be its only one while the rest is still coming, stands no page. */
function goRound(event: KeyboardEvent): void {
  const modal = event.target instanceof Element ? event.target.closest('dialog:modal') : null
  if (event.key !== 'Tab' || event.defaultPrevented || event.ctrlKey || event.altKey || !modal) return
  const stops = [...modal.querySelectorAll<HTMLElement>(focusable)].filter(reached)
  const [end, start] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
  const leaves = event.target === end || sameGroup(event.target, end) || (event.target === modal && event.shiftKey)
  if (!leaves) return
  event.preventDefault()
  start?.focus()
}

export function keepFocus(): void {
  goOn()
  document.addEventListener('keydown', goRound)
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return
    const around: Element[] = []
    for (let element = target.parentElement; element; element = element.parentElement) around.push(element)
    held = { element: target, name: nameOf(target), around }
  })
  document.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget === null) soon()
  })
  new MutationObserver(() => {
    if (held && gone(held)) soon()
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled', 'hidden', 'inert'] })
}
