/** Points of file operations, as a person calls them. Pure. */
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'] as const
const points: Readonly<Record<string, string>> = {
  begun: 'begins', submitted: 'submits to its disk', 'handed-over': 'is handed over to the root', 'device-done': 'has its data from the disk', completed: 'has its disk request completed', ended: 'ends',
}

/** "Alpha's second file request ends". */
export function pointWords(guest: string, ordinal: number, point: string): string {
  return `${guest}\u2019s ${ordinals[ordinal] ?? `${ordinal + 1}th`} file request ${points[point] ?? point}`
}
