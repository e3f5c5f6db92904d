/** Sizes of the panels: CSS variables, remembered from visit to visit. */
import { keep, kept } from '../session/commands.ts'

export const limits = { right: [240, 640], below: [120, 560] } as const
const variable = { right: '--right', below: '--below' } as const

export function readSizes(): void {
  for (const side of ['right', 'below'] as const) {
    const size = Number(kept(`size.${side}`))
    if (size > 0) setSize(side, size)
  }
}

export function setSize(side: 'right' | 'below', size: number): void {
  const [least, most] = limits[side]
  const fitting = Math.round(Math.min(most, Math.max(least, size)))
  document.documentElement.style.setProperty(variable[side], `${fitting}px`)
  keep(`size.${side}`, String(fitting))
}
