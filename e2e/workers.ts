/** For tests in which the simulation dies: the page's Workers. */
import type { BrowserContext, Page } from '@playwright/test'

/** Every page that is opened from now on remembers its Workers. */
export function rememberWorkers(pages: Page | BrowserContext): Promise<unknown> {
  return pages.addInitScript(() => {
    const made: Worker[] = []
    const { Worker: Real } = window
    window.Worker = class extends Real {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options)
        made.push(this)
      }
    }
    Object.assign(window, { made })
  })
}

/** Ends the Worker that was made last, as a crash would. */
export function killWorker(page: Page): Promise<void> {
  return page.evaluate(() => (window as unknown as { made: Worker[] }).made.at(-1)!.terminate())
}
