import { createHash } from 'node:crypto'
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
  it('tells a small disk by the SHA-256 of its file, whatever that is called', async () => {
    const own = new OwnDisks(() => [])
    const first = await own.add(file('mine.img', disk(4)))
    const again = await own.add(file('mine (1).img', disk(4)))
    expect(first.id).toBe(createHash('sha256').update(disk(4)).digest('hex'))
    expect(first.identity).toContain(first.id)
    expect(again.id).toBe(first.id)
    expect((await own.shelf()).cards.map(({ name }) => name)).toEqual(['mine (1).img'])
    expect((await own.add(file('mine.img', disk(5)))).id).not.toBe(first.id)
  })

  it('tells a large disk by name, length and ends, and says that this is no hash of the file', async () => {
    const own = new OwnDisks(() => [])
    const large = new Uint8Array(17 * 1024 * 1024)
    large.set(disk(6))
    const card = await own.add(file('large.img', large))
    expect(card.identity).toMatch(/no hash of the whole file/)
    // A copy that differs in the middle has the same ends: its name tells it from its original.
    expect((await own.add(file('copy.img', large))).id).not.toBe(card.id)
  })

  it('gives a disk under the id that an earlier build gave it: the bytes that the machine saw then', async () => {
    const former = createHash('sha256').update(`mine.img\n${16 * 512}\n`).update(disk(7)).digest('hex')
    const own = new OwnDisks(() => [])
    await expect(own.chain(former)).rejects.toThrow('choose its file again')
    const now = await own.add(file('mine.img', disk(7)))
    const [card] = await own.chain(former)
    expect(card).toMatchObject({ id: former, name: 'mine.img', bytes: now.bytes })
    const unique = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(16 * 512 + 68, 16 * 512 + 84)).toString('hex')
    expect(unique(await own.piece(former, 0))).toBe(former.slice(0, 32))
    expect(unique(await own.piece(now.id, 0))).toBe(now.id.slice(0, 32))
  })

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
