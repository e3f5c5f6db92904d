import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createLab, decodeRow, labOf, shipped, twoWays, type Lab, type Scenario } from '../../../engine/index.ts'
import { guestShapes } from '../project.ts'
import { architecture } from './architecture.ts'
import { edgeOf } from './edges.ts'
import { createRouter } from './routes.ts'

const pieceBytes = 64 * 1024

/** A scenario with the sample disk, brought up and run to its end. */
function finishedLab(scenario: Scenario): Lab {
  const image = readFileSync(fileURLToPath(new URL(`../../../public/${scenario.images['sample']!.file}`, import.meta.url)))
  const lab = createLab(labOf(scenario))
  const supply = (need: { image: string; chunk: number }): void => {
    const piece = new Uint8Array(pieceBytes)
    piece.set(image.subarray(need.chunk * pieceBytes, (need.chunk + 1) * pieceBytes))
    lab.supply(need.image, need.chunk, piece)
  }
  for (let status = lab.bringUp(); status.need; status = lab.bringUp()) supply(status.need)
  for (let { status } = lab.advance({ hops: 1_000_000 }); status.need; ({ status } = lab.advance({ hops: 1_000_000 }))) supply(status.need)
  return lab
}

describe('a whole run of the first scenario', () => {
  const lab = finishedLab(twoWays)
  const view = lab.view()
  const { rows } = lab.rows(1, view.status.n)
  const words = new Int32Array(rows)
  const times = new Float64Array(rows)
  const paths = view.components.map((c) => c.path)
  const drawing = architecture(guestShapes(view))
  const pairs = new Set<string>()
  for (let i = 0; i < view.status.n; i++) {
    const hop = decodeRow(words, times, i, 1)
    if (hop.from !== hop.to) pairs.add(`${paths[hop.from]} ${paths[hop.to]}`)
  }

  it('uses only ways that the picture declares', () => {
    expect(pairs.size).toBeGreaterThan(60)
    const undeclared = [...pairs].filter((pair) => edgeOf(pair.split(' ')[0]!, pair.split(' ')[1]!) === null)
    expect(undeclared).toEqual([])
  })

  it('has a part in the picture for every component', () => {
    const drawn = new Set(drawing.parts.map((part) => part.path))
    expect(paths.filter((path) => !drawn.has(path))).toEqual([])
  })

  it('has a way in the picture for every hop', () => {
    const router = createRouter(drawing)
    const lost = [...pairs].filter((pair) => router.route(pair.split(' ')[0]!, pair.split(' ')[1]!, 1).length < 2)
    expect(lost).toEqual([])
  })

  it('ends with the same text in both guests', () => {
    const texts = view.guests.map((guest) => guest.text)
    expect(texts).toHaveLength(2)
    expect(texts[0]).toContain('Viridian Lab sample disk')
    expect(texts[1]).toBe(texts[0])
  })
})

describe('a run in which a guest boots from its disk', () => {
  const lab = finishedLab(shipped.find(({ name }) => name === 'power-on')!)
  const view = lab.view()
  const paths = view.components.map((c) => c.path)

  it('uses only ways that the picture declares, in both depths, and has a part for every component', () => {
    const words = new Int32Array(lab.rows(1, view.status.n).rows)
    const times = new Float64Array(words.buffer)
    const pairs = new Set<string>()
    for (let i = 0; i < view.status.n; i++) {
      const { from, to } = decodeRow(words, times, i, 1)
      if (from !== to) pairs.add(`${paths[from]} ${paths[to]}`)
    }
    expect([...pairs].filter((pair) => edgeOf(pair.split(' ')[0]!, pair.split(' ')[1]!) === null)).toEqual([])
    for (const depth of ['architecture', 'mechanism'] as const) {
      const drawing = architecture(guestShapes(view), { depth })
      const router = createRouter(drawing)
      expect([...pairs].filter((pair) => pair.includes('firmware') && pair !== 'alpha/firmware alpha/kernel' && router.route(pair.split(' ')[0]!, pair.split(' ')[1]!, 1).length < 2)).toEqual([])
    }
  })
})
