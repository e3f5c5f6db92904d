/** A source as a person reads it: its title and the place in it. */
import { bibliography } from '../../engine/index.ts'

export function citationOf(source: string): string {
  const space = source.indexOf(' ')
  const found = bibliography.find(({ id }) => id === source.slice(0, space))
  return found ? `${found.title}: ${source.slice(space + 1)}` : source
}
