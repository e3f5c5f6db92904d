/** Durations as people are told them. Times come from estimated costs, so more than two significant digits would claim too much. [PROF-4] */

export interface Span {
  readonly value: string;
  readonly unit: 'ns' | 'µs' | 'ms' | 's';
}

const units: readonly (readonly [number, Span['unit']])[] = [[1, 'ns'], [1e3, 'µs'], [1e6, 'ms'], [1e9, 's']];

/** The nearest number with two significant digits. */
export function twoDigits(value: number): number {
  let scale = 1;
  while (value / scale >= 100) scale *= 10;
  return Math.round(value / scale) * scale;
}

/** A duration in nanoseconds with two significant digits: 11 µs, 5.3 ms. */
export function duration(ns: number): Span {
  if (ns <= 0) return { value: '0', unit: 'µs' };
  const rounded = twoDigits(ns);
  let chosen = units[0]!;
  for (const unit of units) if (rounded >= unit[0]) chosen = unit;
  return { value: String(Math.round((rounded / chosen[0]) * 100) / 100), unit: chosen[1] };
}

/** The same in one piece: '5.3 ms'. */
export function durationText(ns: number): string {
  const { value, unit } = duration(ns);
  return `${value} ${unit}`;
}
