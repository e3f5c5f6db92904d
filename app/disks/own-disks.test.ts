import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OwnDisks } from './own-disks.ts'

/** A file whose slices can be read at once, as a Worker can. */
function file(name: string, bytes: Uint8Array): File {
  const slice = (from: number, to: number): unknown => ({ bytes: bytes.slice(from, to) })
  return { name, size: bytes.length, lastModified: 1, slice } as unknown as File
}

/** A raw disk with the mark of a boot sector, and `byte` behind it. */
function disk(byte: number): Uint8Array {
  const bytes = new Uint8Array(16 * 512)
  bytes.set([0x55, 0xaa, byte], 510)
  return bytes
}

beforeEach(() => {
  vi.stubGlobal('FileReaderSync', class {
    readAsArrayBuffer = ({ bytes }: { bytes: Uint8Array }): ArrayBuffer => bytes.buffer as ArrayBuffer
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('the shelf of own disks', () => {
  it('keeps a disk that a machine has, and says why; another one goes', async () => {
    const used: string[] = []
    const own = new OwnDisks(() => used)
    const mine = await own.add(file('mine.img', disk(1)))
    const other = await own.add(file('other.img', disk(2)))
    used.push(mine.id)
    await expect(own.forget(mine.id)).rejects.toThrow('mine.img belongs to the machine that is open')
    expect(own.has(mine.id)).toBe(true)
    expect((await own.piece(mine.id, 0))[512]).toBe(1)
    const shelf = await own.forget(other.id)
    expect(shelf.cards.map(({ name }) => name)).toEqual(['mine.img'])
    expect(shelf.used).toEqual([mine.id])
    used.length = 0
    expect((await own.forget(mine.id)).cards).toEqual([])
  })

  it('takes a disk and gives its pieces when the store ends in the middle of something, and says what is not kept', async () => {
    const ended = (): never => {
      throw new DOMException('The database connection is closing.', 'InvalidStateError')
    }
    vi.stubGlobal('indexedDB', {
      open: () => {
        const request = { result: { transaction: ended }, onsuccess: () => undefined }
        queueMicrotask(() => request.onsuccess())
        return request
      },
    })
    const own = new OwnDisks(() => [])
    const card = await own.add(file('mine.img', disk(3)))
    expect((await own.piece(card.id, 0))[512]).toBe(3)
    const { cards, notice } = await own.shelf()
    expect(cards).toHaveLength(1)
    expect(notice).toMatch(/not kept/)
  })
})
