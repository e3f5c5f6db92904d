/** Installs `window.viridian`. */
import type { LabStatus } from '../../engine/index.ts'
import type { ViridianDriver } from './driver-types.ts'
import { labSession } from './lab-session.ts'
import { motion } from './motion.ts'
import { session } from './session-store.ts'

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()))
}

async function status(): Promise<LabStatus> {
  await labSession()
  return session.getState().view!.status
}

export function installDriver(): void {
  const open = labSession()
  const driver: ViridianDriver = {
    version: 1,
    ready: open.then(() => undefined),
    status,
    view: async () => {
      await open
      return session.getState().view!
    },
    play: async () => {
      const { playback } = await labSession()
      await playback.play()
      await playback.still()
    },
    pause: async () => (await labSession()).playback.pause(),
    step: async () => {
      const { playback } = await labSession()
      await playback.step()
      await playback.still()
      return status()
    },
    back: async () => {
      const { playback } = await labSession()
      await playback.back()
      await playback.still()
      return status()
    },
    seek: async (n) => {
      await (await labSession()).playback.seek(n)
      return status()
    },
    intend: async (intent) => {
      await (await labSession()).playback.intend(intent)
      return status()
    },
    fingerprint: async () => (await labSession()).lab.fingerprint(),
    dots: async () => {
      await open
      return [...motion.dots, ...motion.landed].map((dot) => ({ ...dot }))
    },
    painted: async () => {
      await nextFrame()
      await nextFrame()
    },
  }
  // A rejected promise nobody waits for is told by the page itself.
  driver.ready.catch(() => undefined)
  Object.defineProperty(window, 'viridian', { value: driver, configurable: true })
}
