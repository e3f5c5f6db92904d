import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { twoWays } from '../../engine/index.ts'
import { Seat } from '../session/seat.ts'
import { fetchFile, type Lender } from './guest-files.ts'

const image = readFileSync(fileURLToPath(new URL('../../public/disks/viridian-sample.vhd', import.meta.url)))
const images = { piece: (_: string, chunk: number) => Promise.resolve(new Uint8Array(image.subarray(chunk * 65_536, (chunk + 1) * 65_536))) }

async function seated(): Promise<{ readonly seat: Seat; readonly lender: Lender }> {
  const seat = new Seat(twoWays, images)
  await seat.bringUp()
  return { seat, lender: { lab: () => seat.lab, fetching: (ask) => seat.fetching(ask), supply: (need) => seat.supply(need) } }
}

describe('a file taken home out of a running guest', () => {
  it('is handed over when it has been read, although another guest is never idle', async () => {
    const { seat, lender } = await seated()
    await seat.fetching((lab) => lab.intend({ do: 'read-sectors', guest: 'beta', lba: 0, sectors: 8, count: 1_000_000, depth: 1 }))
    const { bytes, status } = await fetchFile(lender, 'alpha', 'README.TXT')
    expect(bytes).toHaveLength(483)
    expect(new TextDecoder().decode(bytes)).toContain('Viridian')
    expect(seat.lab.status().state).toBe('ready')
    expect(status.n).toBeLessThan(20_000)
  })

  it('is the file that was asked for, also behind one that the same guest is still reading', async () => {
    const { seat, lender } = await seated()
    await seat.fetching((lab) => lab.intend({ do: 'read-file', guest: 'alpha', path: 'BIG.BIN' }))
    const { name, bytes } = await fetchFile(lender, 'alpha', 'HELLO.TXT')
    expect([name, bytes.length]).toEqual(['HELLO.TXT', 23])
  })

  it('is refused with the reason of the guest', async () => {
    const { lender } = await seated()
    await expect(fetchFile(lender, 'alpha', 'NONE.TXT')).rejects.toThrow('NONE.TXT cannot be read: There is no NONE.TXT in the root directory.')
    await expect(fetchFile(lender, 'gamma', 'README.TXT')).rejects.toThrow('gamma has no reader')
  })
})
