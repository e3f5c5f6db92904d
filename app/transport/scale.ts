/** Arithmetic of the scrub bar and of the logarithmic speed slider. Pure. */
import { duration } from '../ui/figures.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

export function shareOf(time: number, range: Range): number {
  return Math.min(1, Math.max(0, (time - range.from) / (range.to - range.from)))
}

export function timeAt(share: number, range: Range): number {
  return Math.round(range.from + Math.min(1, Math.max(0, share)) * (range.to - range.from))
}

export interface Tick {
  readonly at: number
  readonly label: string
}

/** Four to nine round labels over a span of time. */
export function ticks(span: number): readonly Tick[] {
  let unit = 1
  while (unit * 10 <= span) unit *= 10
  const step = span / unit >= 5 ? unit : span / unit >= 2 ? unit / 2 : unit / 5
  const out: Tick[] = []
  for (let at = 0; at <= span && out.length < 12; at += step) {
    const { value, unit: name } = duration(at)
    out.push({ at, label: at === 0 ? '0' : `${value} ${name}` })
  }
  return out
}

const slowest = 1_000
const fastest = 1_000_000_000

/** Slider position 0 to 100 for a rate in simulated nanoseconds per second. */
export function sliderOf(rate: number): number {
  return Math.round((100 * Math.log(rate / slowest)) / Math.log(fastest / slowest))
}

export function rateOf(slider: number): number {
  return Math.round(slowest * Math.pow(fastest / slowest, slider / 100))
}

export function rateWords(rate: number): string {
  const { value, unit } = duration(rate)
  return `${value} ${unit} per second`
}
