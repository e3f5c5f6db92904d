/** Tables of measurements: what was measured, here, the bar, and what stands beside it. */

export interface Line {
  readonly what: string;
  readonly value: string;
  readonly beside: string;
  readonly bar: string;
  /** Whether the bar is held, where one is set. */
  readonly held?: boolean;
}

/** The value below which the share `q` of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export const thousands = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');

/** The column that says whether bars are held is left out when no line says so. */
export function tableText(title: string, lines: readonly Line[]): string {
  const judged = lines.some((line) => line.held !== undefined);
  const verdict = ({ held }: Line): string => (held === undefined ? '' : held ? 'held' : 'MISSED');
  const heads = [title, 'here', 'bar', ...(judged ? [''] : []), 'beside it'];
  const cells = [heads, ...lines.map((line) => [line.what, line.value, line.bar, ...(judged ? [verdict(line)] : []), line.beside])];
  const widths = heads.slice(0, -1).map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  return cells.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()}\n`).join('');
}
