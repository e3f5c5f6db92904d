/** Pictures of titles with a rim of paper around the letters: to draw the rim is the dearest stroke of the chart, and titles recur. */

interface Title {
  readonly picture: ImageBitmap
  /** Width of the letters. */
  readonly width: number
}

const rim = 4
const most = 500

/** Pictures kept for one scale and the fonts that are loaded. */
export class Titles {
  /** Pixels of the screen in one of the page. */
  readonly scale: number
  readonly #known = new Map<string, Title>()

  constructor(scale: number) {
    this.scale = scale
  }

  /** Width of a title's letters. */
  widthOf(text: string, font: string, size: number, ink: string, paper: string): number {
    return this.#of(text, font, size, ink, paper).width
  }

  /** Draws a title that begins at `x`; its letters stand in the middle of `y`. */
  stamp(c: CanvasRenderingContext2D, text: string, font: string, size: number, ink: string, paper: string, x: number, y: number): void {
    const { picture } = this.#of(text, font, size, ink, paper)
    const { scale } = this
    const left = Math.round((x - rim) * scale) / scale
    const top = Math.round(y * scale - picture.height / 2) / scale
    c.drawImage(picture, left, top, picture.width / scale, picture.height / scale)
  }

  #of(text: string, font: string, size: number, ink: string, paper: string): Title {
    const key = `${font}|${ink}|${paper}|${text}`
    let title = this.#known.get(key)
    if (!title) {
      if (this.#known.size >= most) this.#known.clear()
      this.#known.set(key, (title = made(text, font, size, ink, paper, this.scale)))
    }
    return title
  }
}

function made(text: string, font: string, size: number, ink: string, paper: string, scale: number): Title {
  const canvas = new OffscreenCanvas(1, 1)
  const c = canvas.getContext('2d')
  if (!c) return { picture: canvas.transferToImageBitmap(), width: 0 }
  c.font = font
  const { width } = c.measureText(text)
  canvas.width = Math.max(1, Math.ceil((width + 2 * rim) * scale))
  canvas.height = 2 * Math.ceil(((size * 1.5) / 2 + rim) * scale)
  // A canvas that has got another size has forgotten everything.
  c.setTransform(scale, 0, 0, scale, 0, 0)
  c.font = font
  c.textBaseline = 'middle'
  c.lineWidth = rim
  c.lineJoin = 'round'
  c.strokeStyle = paper
  c.fillStyle = ink
  const y = canvas.height / 2 / scale
  c.strokeText(text, rim, y)
  c.fillText(text, rim, y)
  return { picture: canvas.transferToImageBitmap(), width }
}
