/** In a twin run: what the lesson says where both machines stand, with the figures of the left one. */
import { StopPaper } from '../gallery/StopCard.tsx'
import { goToStop, playTwin, stopNear } from './twin-player.ts'
import { useTwin } from './twin-store.ts'

export function TwinStop() {
  const stops = useTwin((s) => s.stops)
  const at = useTwin((s) => (s.playing || s.moving || s.phase !== 'ready' ? -1 : s.stop))
  const stop = stops[at]
  if (!stop) return <StopPaper stop={null} />
  const next = stops[at + 1]
  /** Stops may lie between two milestones; each is read. */
  const on = (): void => {
    if (next?.station === stop.station) return goToStop(1)
    document.querySelector<HTMLElement>('.transport-play')?.focus()
    playTwin()
  }
  return <StopPaper stop={{ ...stop, whose: `left machine, hop ${stop.hop}`, before: stopNear(-1) !== undefined, after: stopNear(1) !== undefined, go: goToStop, on }} />
}
