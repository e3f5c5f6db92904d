/**
 * JSON packed into a word of an address: base64url of raw deflate ('z' before it), or of the text itself ('j') where the browser
 * cannot deflate. What a stranger packed is unpacked no further than a bound, whatever it would come to.
 */
import { depthOf, jsonMost, packedMost } from './moment.ts'
import { MomentError } from './moment-error.ts'

function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64url(word: string): Uint8Array<ArrayBuffer> {
  const text = atob(word.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

/** All of a stream, or null once it has more than `most` bytes. */
async function gathered(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    if (bytes > most) {
      await reader.cancel()
      return null
    }
    pieces.push(value)
  }
  const all = new Uint8Array(bytes)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

const deflates = (): boolean => typeof CompressionStream === 'function' && typeof DecompressionStream === 'function'

export async function pack(value: unknown, deflate = deflates()): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  if (!deflate) return `j${toBase64url(bytes)}`
  const packed = await gathered(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw')), Number.MAX_SAFE_INTEGER)
  return `z${toBase64url(packed!)}`
}

const broken = 'The packed words of the link are damaged; perhaps a part of it was lost when it was copied.'

/** Throws a MomentError with one sentence. */
export async function unpack(word: string): Promise<unknown> {
  if (word.length > packedMost) throw new MomentError(`The packed words of the link have ${word.length} characters; at most ${packedMost} are read. Ask for the moment as a file.`)
  if (!/^[jz][\w-]*$/.test(word)) throw new MomentError(broken)
  if (word[0] === 'z' && !deflates()) throw new MomentError('This browser cannot unpack the link; a newer one can, or ask for the moment as a file.')
  let bytes: Uint8Array | null
  try {
    const packed = fromBase64url(word.slice(1))
    bytes = word[0] === 'j' ? packed : await gathered(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')), jsonMost)
  } catch {
    throw new MomentError(broken)
  }
  if (bytes === null) throw new MomentError(`The packed words of the link come to more than ${jsonMost} characters; that much is not read.`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new MomentError(broken)
  }
  if (!depthOf(value)) throw new MomentError('The packed words of the link nest too deep; they were not made by this lab.')
  return value
}
