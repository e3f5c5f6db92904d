/** Which part of the drawing stands for a component. Pure. */
import type { Architecture, Part } from './architecture.ts'

/** Path of the part that stands for a component: its own, where it is drawn by itself or not at all. */
export function standing({ standsFor }: Pick<Architecture, 'standsFor'>, path: string): string {
  return standsFor.get(path) ?? path
}

/** The part that stands for a component; null where it is not drawn. */
export function partOf(drawing: Pick<Architecture, 'parts' | 'standsFor'>, path: string): Part | null {
  const stands = standing(drawing, path)
  return drawing.parts.find((part) => part.path === stands) ?? null
}
