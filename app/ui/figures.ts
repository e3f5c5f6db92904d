/** Figures as the page prints them: times with two significant digits, counts in full with thin spaces. */

import { twoDigits } from '../../engine/index.ts'

export { duration, durationText } from '../../engine/index.ts'

export type TimeUnit = 'µs' | 'ms' | 's'

const nsOf: Readonly<Record<TimeUnit, number>> = { µs: 1e3, ms: 1e6, s: 1e9 }

/** The unit in which durations of one table are told, so that they compare at a glance: that of the longest. */
export function unitFor(longest: number): TimeUnit {
  const rounded = twoDigits(longest)
  return rounded < 1e6 ? 'µs' : rounded < 1e9 ? 'ms' : 's'
}

/** A duration in a unit that others have given, with two significant digits; what is less than its thousandth says so. */
export function inUnit(ns: number, unit: TimeUnit): string {
  const value = twoDigits(ns) / nsOf[unit]
  if (value >= 1000) return count(Math.round(value))
  if (value > 0 && value < 0.001) return '<0.001'
  return value > 0 && value < 1 ? value.toFixed(value < 0.0995 ? 3 : 2) : String(Math.round(value * 10) / 10)
}

/** A whole number, groups of three set apart by a thin space. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009')
}

/** A count that stands beside another where there is little room: in thousands from ten thousand on, '21k'. */
export function brief(value: number): string {
  if (value < 10_000) return count(value)
  return value < 999_500 ? `${Math.round(value / 1000)}k` : `${(value / 1e6).toFixed(1)}M`
}

/** How many there are, with their name: '1 hop', '2 345 hops'. */
export function many(number: number, one: string, more = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : more}`
}

/** A point of simulated time in full: '1.843 210 ms' would be noise, so three decimals of the unit it is told in. */
export function instant(ns: number): string {
  // Bring-up lies before the start: below zero, with the sign of hop numbers.
  if (ns < 0) return `\u2212${instant(-ns)}`
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} µs`
  if (ns < 1e9) return `${(ns / 1e6).toFixed(3)} ms`
  return `${(ns / 1e9).toFixed(4)} s`
}

/** The distance of one hop of a list from the one before it, which must be told apart from its neighbours: exact in ns below 1 µs. */
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
