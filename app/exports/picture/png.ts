/** A drawing as a PNG, twice as fine as the page. The canvas knows the fonts of the page; an SVG drawn as an image would not. */
import type { Drawing, Item } from './items.ts'

const fineness = 2
/** No browser makes a canvas larger than this everywhere. */
const sideMost = 8192

function drawItem(c: CanvasRenderingContext2D, item: Item): void {
  c.save()
  c.globalAlpha = item.opacity
  if (item.kind === 'text') {
    c.font = `${item.weight} ${item.size}px ${item.family}`
    c.fillStyle = item.fill
    c.fillText(item.text, item.x, item.y, item.width > 0 ? item.width + 1 : undefined)
  } else {
    const path = new Path2D(item.d)
    if (item.matrix) c.transform(...item.matrix)
    if (item.fill !== 'none') {
      c.fillStyle = item.fill
      c.fill(path)
    }
    if (item.stroke !== 'none') {
      c.strokeStyle = item.stroke
      c.lineWidth = item.width
      c.setLineDash([...item.dash])
      c.stroke(path)
    }
  }
  c.restore()
}

export async function pngOf(drawing: Drawing): Promise<Blob> {
  const canvas = document.createElement('canvas')
  const scale = Math.min(fineness, sideMost / drawing.width, sideMost / drawing.height)
  canvas.width = Math.ceil(drawing.width * scale)
  canvas.height = Math.ceil(drawing.height * scale)
  const c = canvas.getContext('2d')
  if (!c) throw new Error('This browser gave no canvas to draw the picture on; the SVG needs none.')
  await document.fonts.ready
  c.scale(scale, scale)
  c.lineJoin = c.lineCap = 'round'
  c.fillStyle = drawing.background
  c.fillRect(0, 0, drawing.width, drawing.height)
  for (const item of drawing.items) drawItem(c, item)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('This browser could not write the picture as a PNG; the SVG needs no help of it.'))), 'image/png')
  })
}
