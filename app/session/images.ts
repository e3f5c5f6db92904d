/** Disk images: fetched once as a whole, held against their hash, handed over in pieces. Runs in the Worker. */

const pieceBytes = 64 * 1024

export interface ImageSource {
  readonly sha256: string
  readonly bytes: number
  /** Relative to the page. */
  readonly file: string
}

export interface Images {
  piece(image: string, chunk: number): Promise<Uint8Array>
}

function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, '0')).join('')
}

async function load(source: ImageSource): Promise<Uint8Array> {
  // The Worker stands in assets/, beside the folder of disks.
  const response = await fetch(new URL(`${import.meta.env.DEV ? '/' : '../'}${source.file}`, self.location.href))
  if (!response.ok) throw new Error(`The disk image ${source.file} could not be loaded (${response.status}). Reload the page to try again.`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes.length !== source.bytes) throw new Error(`The disk image ${source.file} has ${bytes.length} bytes instead of ${source.bytes}.`)
  // Hashing is there on https and on localhost only; elsewhere the length has to do.
  const { subtle } = globalThis.crypto
  if (subtle && hexOf(await subtle.digest('SHA-256', bytes)) !== source.sha256) throw new Error(`The disk image ${source.file} is damaged: its hash differs.`)
  return bytes
}

/** Images by their hash, whichever machine has asked for them. */
const loaded = new Map<string, Promise<Uint8Array>>()

/** The image, on its way since it was first asked for; what failed is asked for again next time. */
export function wholeImage(source: ImageSource): Promise<Uint8Array> {
  const there = loaded.get(source.sha256)
  if (there) return there
  const bytes = load(source)
  loaded.set(source.sha256, bytes)
  bytes.catch(() => loaded.delete(source.sha256))
  return bytes
}

export function createImages(sources: Readonly<Record<string, ImageSource>>): Images {
  return {
    async piece(image, chunk) {
      // Machines name an image by its hash; scenarios by a word.
      const found = Object.entries(sources).find(([name, source]) => name === image || source.sha256 === image)
      if (!found) throw new Error(`There is no disk image ${image}.`)
      const whole = await wholeImage(found[1])
      const piece = new Uint8Array(pieceBytes)
      piece.set(whole.subarray(chunk * pieceBytes, Math.min(whole.length, (chunk + 1) * pieceBytes)))
      return piece
    },
  }
}
