/**
 * Kills worker, page, tab and browser at random moments while a guest writes to an own disk, and looks whether everything that
 * the page had shown as kept is there again: branch, hop and intents, and the machine with every byte of its disk, as the
 * engine alone makes it from what was kept.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from '@playwright/test'
import { withDisk } from '../app/disks/own-machine.ts'
import type { DiskCard } from '../app/disks/disk-cards.ts'
import type { KeptState } from '../app/keep/kept-state.ts'
import { createLab, labOf, shipped, withSpares } from '../engine/index.ts'
import { killWorker, rememberWorkers } from './workers.ts'

export const ways = ['worker', 'page', 'tab', 'browser'] as const
export type Way = (typeof ways)[number]

interface Shown {
  readonly generation: number
  readonly branch: number
  readonly n: number
  readonly intents: number
}

export interface Outcome {
  readonly way: Way
  /** What was lost, in words; '' when nothing was. */
  readonly lost: string
  /** Milliseconds from the kill until the page was as it had been. */
  readonly back: number
  /** The machine had moved when it was killed. So many hops beyond where the round began were there again; what was not shown as kept may be lost. */
  readonly hops: number
}

const pieceBytes = 65_536
/** Rounds after which another browser begins anew: a run grows with every round. */
const roundsOfABrowser = 10
const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--remote-debugging-port=0', '--window-size=1366,768', 'about:blank']

/** sfc32 with one word of seed. */
export function chance(seed: number): (below: number) => number {
  const s = new Int32Array([0x9e3779b9, 0x243f6a88, seed, 1])
  const next = (): number => {
    const t = (s[0]! + s[1]! + s[3]!) | 0
    s[3] = s[3]! + 1
    s[0] = s[1]! ^ (s[1]! >>> 9)
    s[1] = (s[2]! + (s[2]! << 3)) | 0
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + t
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  return (below) => next() % below
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}

/** Runs in the page before anything else: tells every state that the page shows as kept. */
function listen(): void {
  const tell = (window as unknown as { shown: (words: string) => void }).shown
  new MutationObserver(() => {
    const word = document.querySelector<HTMLElement>('.kept-word')
    if (word?.dataset['word'] === 'kept') tell(word.dataset['kept']!)
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-word', 'data-kept'] })
}

export class KillBench {
  readonly #address: string
  readonly #executable: string
  readonly #disk: Buffer
  #profile = ''
  #process: ChildProcess | null = null
  #context: BrowserContext | null = null
  #page: Page | null = null
  #shown: Shown | null = null
  #rounds = 0

  constructor(address: string, executable: string, disk: Buffer) {
    this.#address = address
    this.#executable = executable
    this.#disk = disk
  }

  async close(): Promise<void> {
    // Its own processes go with it: one that lives on would still write into the folder.
    if (this.#process?.pid !== undefined) endGroup(this.#process.pid)
    await pause(300)
    if (this.#profile) rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20 })
    this.#process = null
    this.#profile = ''
  }

  /** One kill, at a moment that the seed chooses. */
  async round(seed: number, way: Way): Promise<Outcome> {
    const below = chance(seed)
    if (this.#rounds++ % roundsOfABrowser === 0) await this.#begin()
    const before = await this.#checkpoint()
    const page = this.#page!
    await page.evaluate(async ({ path, text, depth }) => {
      await window.viridian.intend({ do: 'write-file', guest: 'alpha', path, text, depth })
    }, { path: `W${this.#rounds}.TXT`, text: `${'written '.repeat(1 + below(4000))}${seed}`, depth: 1 + below(8) })
    await page.evaluate(() => void window.viridian.play())
    await this.#moved(before.n)
    await pause(below(1600))
    const killed = performance.now()
    await this.#kill(way)
    const shown = this.#shown!
    await this.#back(way)
    const back = performance.now() - killed
    const lost = await this.#lost(shown, before)
    const { n } = await this.#page!.evaluate(() => window.viridian.status())
    return { way, lost, back, hops: n - before.n }
  }

  /** A new browser with an own disk at Alpha. */
  async #begin(): Promise<void> {
    await this.close()
    this.#profile = mkdtempSync(join(tmpdir(), 'viridian-kills-'))
    await this.#launch()
    const page = await this.#open()
    await page.getByRole('button', { name: 'Own disks…' }).click()
    await page.getByLabel('Choose disk files').setInputFiles({ name: 'mine.vhd', mimeType: 'application/octet-stream', buffer: this.#disk })
    await page.getByRole('listitem', { name: 'mine.vhd' }).getByRole('button', { name: 'Attach and start' }).click()
    await page.getByRole('dialog', { name: 'Own disks' }).waitFor({ state: 'hidden', timeout: 120_000 })
    await page.evaluate(async () => window.viridian.seek((await window.viridian.status()).start + 400))
    await page.getByRole('button', { name: 'Flow', exact: true }).click()
    await page.getByRole('slider', { name: 'Speed of the flow' }).fill('80')
  }

  async #launch(): Promise<void> {
    const browser = spawn(this.#executable, [`--user-data-dir=${this.#profile}`, ...args], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    this.#process = browser
    const wire = await new Promise<string>((resolve, reject) => {
      let said = ''
      browser.stderr.on('data', (text: Buffer) => {
        said += text.toString()
        const found = /ws:\/\/\S+/.exec(said)
        if (found) resolve(found[0])
      })
      browser.on('exit', () => reject(new Error(`The browser ended: ${said.slice(-300)}`)))
    })
    const [context] = (await chromium.connectOverCDP(wire)).contexts()
    this.#context = context!
    await context!.exposeFunction('shown', (words: string) => void (this.#shown = JSON.parse(words) as Shown))
    await context!.addInitScript(listen)
    await rememberWorkers(context!)
  }

  /** The plain address, as somebody types it who comes back. */
  async #open(): Promise<Page> {
    const page = await this.#context!.newPage()
    this.#page = page
    await page.goto(`${this.#address}?motion=off`)
    await page.evaluate(() => window.viridian.ready)
    return page
  }

  /** Where the machine stands before it goes on, shown as kept; and what it was ten hops before: what is asked here belongs to this hop. */
  async #checkpoint(): Promise<{ readonly branch: number; readonly n: number; readonly print: string }> {
    const at = await this.#page!.evaluate(async () => {
      await window.viridian.pause()
      const { branch, n } = await window.viridian.status()
      await window.viridian.seek(n - 10)
      const print = await window.viridian.fingerprint()
      await window.viridian.seek(n)
      return { branch, n, print }
    })
    for (let i = 0; i < 2400 && (this.#shown?.n !== at.n || this.#shown.branch !== at.branch); i++) await pause(25)
    if (this.#shown?.n !== at.n) throw new Error(`Hop ${at.n} was not shown as kept within a minute; hop ${this.#shown?.n} was.`)
    return at
  }

  /** A machine that stands still has nothing to lose: waits until it has moved on, however slow this computer is. */
  async #moved(from: number): Promise<void> {
    for (let i = 0; i < 2400; i++) {
      const { n } = await this.#page!.evaluate(() => window.viridian.status())
      if (n > from) return
      await pause(25)
    }
    throw new Error(`The machine stood at hop ${from} for a minute while it was played, so a kill would prove nothing.`)
  }

  async #kill(way: Way): Promise<void> {
    const page = this.#page!
    if (way === 'worker') await killWorker(page)
    else if (way === 'tab') await page.close()
    else if (way === 'browser') {
      const gone = new Promise((resolve) => this.#process!.once('exit', resolve))
      this.#process!.removeAllListeners('exit')
      this.#process!.once('exit', () => undefined)
      this.#process!.kill('SIGKILL')
      await Promise.race([gone, pause(1000)])
    } else {
      const wire = await this.#context!.newCDPSession(page)
      const crashed = new Promise((resolve) => page.once('crash', resolve))
      void wire.send('Page.crash').catch(() => undefined)
      await Promise.race([crashed, pause(2000)])
      await page.close().catch(() => undefined)
    }
  }

  async #back(way: Way): Promise<void> {
    if (way === 'worker') {
      await this.#page!.getByText('The simulation had stopped').last().waitFor({ timeout: 120_000 })
      await this.#page!.getByRole('button', { name: 'Close the notice' }).click()
      return
    }
    if (way === 'browser') {
      for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) rmSync(join(this.#profile, name), { force: true })
      await this.#launch()
    }
    await this.#open()
  }

  /** What is missing of what was shown, in words. */
  async #lost(shown: Shown, before: { readonly branch: number; readonly n: number; readonly print: string }): Promise<string> {
    const page = this.#page!
    const { branches, status } = await page.evaluate(() => window.viridian.view())
    const branch = branches[shown.branch]
    if (!branch || branch.tip < shown.n) return `hop ${shown.n} of branch ${shown.branch} was shown as kept; it ends at ${branch?.tip}`
    const intents = branches.reduce((sum, b) => sum + b.intents.filter((i) => i.after >= b.atHop).length, 0)
    if (branches.length === 1 && intents < shown.intents) return `${shown.intents} intents were shown as kept; there are ${intents}`
    const print = await page.evaluate(() => window.viridian.fingerprint())
    const alone = this.#alone(await this.#record())
    if (alone !== `${status.n} ${print}`) return `the page stands at ${status.n} ${print}, the engine alone comes to ${alone}`
    const earlier = await page.evaluate(async ({ branch: b, n, here }) => {
      await window.viridian.branch(b, n - 10)
      const told = await window.viridian.fingerprint()
      await window.viridian.branch(here.branch, here.n)
      return told
    }, { ...before, here: { branch: status.branch, n: status.n } })
    return earlier === before.print ? '' : `hop ${before.n - 10} was ${before.print} before the kill and is ${earlier}`
  }

  /** The newest generation in the store, and the card of the disk. */
  #record(): Promise<{ readonly state: KeptState; readonly card: DiskCard }> {
    return this.#page!.evaluate(async () => {
      const all = <T>(name: string, store: string): Promise<T[]> => new Promise((resolve, reject) => {
        const request = indexedDB.open(name)
        request.onerror = () => reject(request.error!)
        request.onsuccess = () => {
          const found = request.result.transaction(store).objectStore(store).getAll() as IDBRequest<T[]>
          found.onsuccess = () => {
            request.result.close()
            resolve(found.result)
          }
        }
      })
      const generations = await all<{ at: number; body: string }>('viridian-keep', 'generations')
      const [disk] = await all<{ card: DiskCard }>('viridian-disks', 'disks')
      generations.sort((a, b) => b.at - a.at)
      return { state: JSON.parse(generations[0]!.body) as KeptState, card: disk!.card }
    })
  }

  /** The engine by itself, from what was kept: hop and fingerprint. */
  #alone({ state, card }: { readonly state: KeptState; readonly card: DiskCard }): string {
    const { own } = state.machine
    if (!own) return 'no own disk'
    const base = shipped.find(({ name }) => name === own.scenario)!
    const lab = createLab(labOf(withSpares(withDisk(base, own, card))))
    const feed = (): boolean => {
      const { need } = lab.status()
      if (!need) return false
      const bytes = need.image === card.id ? this.#disk : readFileSync(join('public', Object.values(base.images).find(({ sha256 }) => sha256 === need.image)!.file))
      lab.supply(need.image, need.chunk, new Uint8Array(bytes.subarray(need.chunk * pieceBytes, (need.chunk + 1) * pieceBytes)))
      return true
    }
    do lab.bringUp()
    while (feed())
    lab.restore(state.run)
    for (let done = false; !done; feed()) done = lab.regrow(1_000_000).done
    return `${lab.status().n} ${lab.fingerprint()}`
  }
}
