/** Figures as the page prints them: times with two significant digits, counts in full with thin spaces. */

const units = [
  [1, 'ns'],
  [1e3, 'µs'],
  [1e6, 'ms'],
  [1e9, 's'],
] as const

export interface Figure {
  readonly value: string
  readonly unit: string
}

/** A duration in nanoseconds with two significant digits: 11 µs, 5.3 ms. */
export function duration(ns: number): Figure {
  if (ns <= 0) return { value: '0', unit: 'µs' }
  const rounded = twoDigits(ns)
  let chosen: (typeof units)[number] = units[0]
  for (const unit of units) if (rounded >= unit[0]) chosen = unit
  return { value: plain(rounded / chosen[0]), unit: chosen[1] }
}

/** A duration in one unit whatever its size, with two significant digits: comparable at a glance. */
export function microseconds(ns: number): string {
  return plain(twoDigits(ns) / 1e3)
}

function twoDigits(value: number): number {
  let scale = 1
  while (value / scale >= 100) scale *= 10
  return Math.round(value / scale) * scale
}

function plain(value: number): string {
  if (value >= 1000) return count(Math.round(value))
  if (value >= 10 || value === Math.round(value)) return String(Math.round(value))
  return String(Math.round(value * 100) / 100)
}

/** A whole number, groups of three set apart by a thin space. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009')
}

/** A point of simulated time in full: '1.843 210 ms' would be noise, so three decimals of the unit it is told in. */
export function instant(ns: number): string {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} µs`
  if (ns < 1e9) return `${(ns / 1e6).toFixed(3)} ms`
  return `${(ns / 1e9).toFixed(4)} s`
}

/** A distance in time for a list: exact in ns below 1 µs. */
export function delta(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)} ns`
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} µs`
  return `${(ns / 1e6).toFixed(3)} ms`
}

/** The number of a hop as a person counts them: from the start of what is told. What brought the machine up lies before, below zero. */
export function hopNumber(n: number, start: number): string {
  return n >= start ? String(n - start) : `\u2212${start - n}`
}

/** The same hop as the log counts it, bring-up included. */
export function absolute(n: number): string {
  return `hop ${count(n)} since the machine was switched on`
}
