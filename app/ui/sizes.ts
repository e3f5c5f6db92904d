/**
 * Sizes of the panels: CSS variables. Without a choice they are those of the layout (tokens.css: for laptops, for wide screens,
 * for projectors); what a person chose is remembered for each layout.
 */
import { keep, kept } from '../session/commands.ts'

export type Side = 'left' | 'right' | 'below'
export const sides: readonly Side[] = ['left', 'right', 'below']
export const limits: Readonly<Record<Side, readonly [number, number]>> = { left: [140, 420], right: [220, 760], below: [110, 700] }

/** The same conditions as in tokens.css. */
export const wide = typeof matchMedia === 'undefined' ? null : matchMedia('(min-width: 1600px)')

function layout(): string {
  return document.documentElement.dataset['theme'] === 'projector' ? 'projector' : wide?.matches ? 'wide' : 'laptop'
}

/** For this layout only; 0 is the size of the layout. Not remembered. */
export function show(side: Side, size: number): void {
  const { style } = document.documentElement
  if (size > 0) style.setProperty(`--${side}`, `${size}px`)
  else style.removeProperty(`--${side}`)
}

/** What was chosen for this layout; 0 where nothing was. */
export function chosenSize(side: Side): number {
  return Number(kept(`size.${layout()}.${side}`))
}

export function readSizes(): void {
  for (const side of sides) show(side, chosenSize(side))
}

/** Sizes other than those of the layout. */
export function sizesShown(): Readonly<Partial<Record<Side, number>>> {
  const { style } = document.documentElement
  return Object.fromEntries(sides.map((side) => [side, Number.parseInt(style.getPropertyValue(`--${side}`), 10)] as const).filter(([, size]) => size > 0))
}

/** Answers the size that fits. */
export function setSize(side: Side, size: number): number {
  const [least, most] = limits[side]
  const fitting = Math.round(Math.min(most, Math.max(least, size)))
  show(side, fitting)
  keep(`size.${layout()}.${side}`, String(fitting))
  return fitting
}

/** Back to the size of the layout. */
export function resetSize(side: Side): void {
  show(side, 0)
  keep(`size.${layout()}.${side}`, '')
}
