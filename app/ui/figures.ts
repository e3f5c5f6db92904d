/** Figures as the page prints them: times with two significant digits, counts in full with thin spaces. */

import { twoDigits } from '../../engine/index.ts'

export { duration, durationText } from '../../engine/index.ts'

/** A duration in one unit whatever its size, with two significant digits: comparable at a glance. */
export function microseconds(ns: number): string {
  return plain(twoDigits(ns) / 1e3)
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
