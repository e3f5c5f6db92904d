/** A canvas that remembers: what dots are drawn with, as items of a drawing. It knows as much of a canvas as the dots use. */
import type { Family } from '../../../engine/index.ts'
import { tracePath, type DotColours } from '../../diagram/Dots.ts'
import { boxPath, n, shape, type Item } from './items.ts'

export class Recorder {
  readonly items: Item[] = []
  globalAlpha = 1
  lineWidth = 1
  lineJoin = 'round'
  lineCap = 'round'
  strokeStyle = '#000'
  fillStyle = '#000'
  font = '12px sans-serif'
  textAlign: CanvasTextAlign = 'left'
  textBaseline: CanvasTextBaseline = 'alphabetic'
  #path = ''
  readonly #measure = document.createElement('canvas').getContext('2d')

  beginPath(): void {
    this.#path = ''
  }
  moveTo(x: number, y: number): void {
    this.#path += `M${n(x)} ${n(y)}`
  }
  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === '' ? 'M' : 'L'}${n(x)} ${n(y)}`
  }
  /** Whole circles only. */
  arc(x: number, y: number, r: number): void {
    this.#path += `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0z`
  }
  closePath(): void {
    this.#path += 'z'
  }
  stroke(): void {
    this.items.push(shape(this.#path, { stroke: this.strokeStyle, width: this.lineWidth, opacity: this.globalAlpha }))
  }
  fill(): void {
    this.items.push(shape(this.#path, { fill: this.fillStyle, opacity: this.globalAlpha }))
  }
  fillRect(x: number, y: number, w: number, h: number): void {
    this.items.push(shape(boxPath(x, y, w, h), { fill: this.fillStyle, opacity: this.globalAlpha }))
  }
  measureText(text: string): TextMetrics {
    if (this.#measure) this.#measure.font = this.font
    return this.#measure?.measureText(text) ?? ({ width: text.length * 7 } as TextMetrics)
  }
  /** A halo behind letters is left out: on paper it would be a smear. */
  strokeText(): void {
    // Nothing.
  }
  fillText(text: string, x: number, y: number): void {
    const [, weight = '400', size = '12', family = 'sans-serif'] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(this.font) ?? []
    const { width } = this.measureText(text)
    const left = this.textAlign === 'center' ? x - width / 2 : this.textAlign === 'right' ? x - width : x
    const down = this.textBaseline === 'middle' ? 0.35 : this.textBaseline === 'top' ? 0.85 : 0
    this.items.push({ kind: 'text', x: left, y: y + down * Number(size), width, text, size: Number(size), weight, family, fill: this.fillStyle, opacity: this.globalAlpha })
  }

  /** What `Sprites` draws as a picture is drawn as shape and letter. */
  stamp(_: unknown, family: Family, letter: string, tint: Family, x: number, y: number, r: number, colours: DotColours): void {
    tracePath(this, family, x, y, r)
    this.lineWidth = 4
    this.strokeStyle = colours.paper
    this.stroke()
    this.fillStyle = colours.families[tint]
    this.fill()
    this.fillStyle = colours.paper
    this.font = `700 ${Math.round(r * 1.15)}px ${colours.font}`
    this.textAlign = 'center'
    this.textBaseline = 'middle'
    this.fillText(letter, x, y + r * 0.07 + (family === 'signal' ? r * 0.2 : family === 'entry' ? -r * 0.2 : 0))
  }
}
