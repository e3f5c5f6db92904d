import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { KillBench, ways } from './kills.ts'

const top = fileURLToPath(new URL('..', import.meta.url))

/** The whole 200 are run by `npm run bench -- --page kills`. */
const kills = 10

test('what was shown as kept is there after worker, page, tab and browser were killed while a disk was written', async ({ baseURL }) => {
  test.setTimeout(900_000)
  const seed = Number(process.env['VIRIDIAN_SEED'] ?? Date.now() % 1_000_000)
  console.log(`kills: seed ${seed}`)
  const bench = new KillBench(baseURL!, readFileSync(`${top}node_modules/.chromium-path`, 'utf8').trim(), readFileSync(`${top}public/disks/viridian-sample.vhd`))
  let gone = 0
  try {
    for (let i = 0; i < kills; i++) {
      const { way, lost, back, hops } = await bench.round(seed + i, ways[i % ways.length]!)
      expect([seed + i, way, lost]).toEqual([seed + i, way, ''])
      gone += hops
      console.log(`  ${way}: back after ${Math.round(back)} ms, ${hops} hops on`)
    }
    // A machine that stands still has nothing to lose. How far it comes is a matter of how fast this computer is.
    expect(gone).toBeGreaterThan(0)
  } finally {
    await bench.close()
  }
})
