/** What a drawing is made of, whoever draws it: an SVG for other programs, a canvas for a PNG. */
export interface ShapeItem {
  readonly kind: 'shape'
  /** SVG path data. */
  readonly d: string
  /** Matrix a to f; without one as it is. */
  readonly matrix?: readonly [number, number, number, number, number, number]
  readonly fill: string
  readonly stroke: string
  readonly width: number
  readonly dash: readonly number[]
  readonly opacity: number
}

export interface TextItem {
  readonly kind: 'text'
  /** Left edge and baseline. */
  readonly x: number
  readonly y: number
  /** Width it takes on the page: another font in another program is made to fit. */
  readonly width: number
  readonly text: string
  readonly size: number
  readonly weight: string
  readonly family: string
  readonly fill: string
  readonly opacity: number
}

export type Item = ShapeItem | TextItem

export interface Drawing {
  readonly title: string
  readonly width: number
  readonly height: number
  readonly background: string
  readonly items: readonly Item[]
}

export function shape(d: string, more: Partial<Omit<ShapeItem, 'kind' | 'd'>>): ShapeItem {
  return { kind: 'shape', d, fill: 'none', stroke: 'none', width: 1, dash: [], opacity: 1, ...more }
}

/** A rectangle with round corners as a path. */
export function boxPath(x: number, y: number, w: number, h: number, radius = 0): string {
  const r = Math.max(0, Math.min(radius, w / 2, h / 2))
  if (r === 0) return `M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}z`
  return `M${n(x + r)} ${n(y)}h${n(w - 2 * r)}a${n(r)} ${n(r)} 0 0 1 ${n(r)} ${n(r)}v${n(h - 2 * r)}a${n(r)} ${n(r)} 0 0 1 ${n(-r)} ${n(r)}h${n(2 * r - w)}a${n(r)} ${n(r)} 0 0 1 ${n(-r)} ${n(-r)}v${n(2 * r - h)}a${n(r)} ${n(r)} 0 0 1 ${n(r)} ${n(-r)}z`
}

/** Two decimals are a fiftieth of a pixel. */
export function n(value: number): number {
  return Math.round(value * 100) / 100
}
