/** Arithmetic of the logarithmic speed slider. Pure. */
import { duration } from '../ui/figures.ts'

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
