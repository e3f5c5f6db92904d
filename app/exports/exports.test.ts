import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createLab, labOf, twoWays, type Lab } from '../../engine/index.ts'
import type { ExportWish } from './export-calls.ts'
import { exportBegin, exportMore } from './export-worker.ts'
import { boxPath, shape, type Drawing } from './picture/items.ts'
import { svgText } from './picture/svg.ts'
import { cards, fileName, things, wishOf } from './wish.ts'

const pieceBytes = 64 * 1024

/** The first scenario, brought up and run to its end. */
function finishedLab(): Lab {
  const image = readFileSync(fileURLToPath(new URL(`../../public/${twoWays.images['sample']!.file}`, import.meta.url)))
  const lab = createLab(labOf(twoWays))
  const supply = (need: { image: string; chunk: number }): void => {
    const piece = new Uint8Array(pieceBytes)
    piece.set(image.subarray(need.chunk * pieceBytes, (need.chunk + 1) * pieceBytes))
    lab.supply(need.image, need.chunk, piece)
  }
  for (let status = lab.bringUp(); status.need; status = lab.bringUp()) supply(status.need)
  for (let { status } = lab.advance({ hops: 1_000_000 }); status.need; ({ status } = lab.advance({ hops: 1_000_000 }))) supply(status.need)
  return lab
}

const lab = finishedLab()
const { start, tip } = lab.status()
const request = lab.requests(start + 1, tip).find((r) => r.level === 'file' && r.ended > 0)!
const all: ExportWish = { format: 'csv', from: start + 1, to: tip, request: 0 }

function written(wish: ExportWish): { readonly text: string; readonly pieces: number } {
  const { job, hops } = exportBegin(lab, wish)
  let text = ''
  let before = 0
  for (let pieces = 1; ; pieces++) {
    const piece = exportMore(lab, job)
    text += piece.text
    expect(piece.done).toBeGreaterThan(before)
    before = piece.done
    if (piece.over) {
      expect(piece.done).toBe(hops)
      return { text, pieces }
    }
  }
}

describe('exports, written piece by piece', () => {
  it('have a line for each hop, whatever the format', () => {
    const { text, pieces } = written(all)
    const lines = text.trimEnd().split('\r\n')
    expect(pieces).toBe(Math.ceil((tip - start) / 2048))
    expect(lines).toHaveLength(tip - start + 1)
    const records = written({ ...all, format: 'ndjson' }).text.trimEnd().split('\n').map((line) => JSON.parse(line) as { n: number; sentence: string })
    expect(records.map((r) => r.n)).toEqual(Array.from({ length: tip - start }, (_, i) => start + 1 + i))
    expect(records.every((r) => /, because .+\.$/.test(r.sentence))).toBe(true)
  })

  it('of one request hold its hops and those of the requests inside it, no others', () => {
    const records = written({ format: 'ndjson', from: request.id, to: tip, request: request.id }).text.trimEnd().split('\n').map((line) => JSON.parse(line) as { n: number; request: number })
    const ids = new Set([request.id])
    for (const r of lab.requests(request.id, tip)) if (ids.has(r.parent)) ids.add(r.id)
    expect(records.length).toBeGreaterThan(20)
    expect(records.every((r) => ids.has(r.request))).toBe(true)
    expect(records.length).toBeGreaterThanOrEqual(lab.journeyHops(request.id).length)
  })

  it('make one trace of all pieces, with tracks and slices by their names and flows that begin and end', () => {
    const trace = JSON.parse(written({ ...all, format: 'chrome' }).text) as { traceEvents: { ph: string; name: string; pid: number; tid: number; ts?: number; dur?: number; id?: number; args?: { name?: string; sentence?: string } }[] }
    const names = (what: string): string[] => trace.traceEvents.filter((e) => e.ph === 'M' && e.name === what).map((e) => e.args!.name!)
    expect(names('process_name')).toEqual(expect.arrayContaining(['guest-kernel', 'guest-user', 'hardware', 'hypervisor', 'root-kernel', 'root-user']))
    expect(names('thread_name')).toEqual(expect.arrayContaining(['Storage VSC (alpha/storvsc)', 'Storage VSP (root/storvsp)', 'IDE emulator (root/vmwp/beta/ide)']))
    expect(new Set(names('thread_name')).size).toBe(names('thread_name').length)
    const slices = trace.traceEvents.filter((e) => e.ph === 'X')
    expect(slices).toHaveLength(tip - start)
    expect(new Set(slices.map((e) => e.name))).toContain('port write')
    const ends = new Map<number, number>()
    for (const e of slices) {
      expect(e.ts!).toBeGreaterThanOrEqual(ends.get(e.tid) ?? -Infinity)
      ends.set(e.tid, e.ts! + e.dur!)
    }
    const flows = new Map<number, string>()
    for (const e of trace.traceEvents) if (e.id !== undefined) flows.set(e.id, (flows.get(e.id) ?? '') + e.ph)
    expect(flows.size).toBeGreaterThan(3)
    for (const steps of flows.values()) expect(steps).toMatch(/^st*f$/)
  })

  it('draw the journey of a request as a sequence diagram', () => {
    const { text, pieces } = written({ ...all, format: 'mermaid', request: request.id })
    expect(pieces).toBe(1)
    expect(text).toContain('sequenceDiagram\n  box Guest')
    expect(text.match(/->>/g)!.length).toBeGreaterThan(20)
  })

  it('say in one sentence why they cannot be made', () => {
    const none = Array.from({ length: 50 }, (_, i) => start + 1 + i).find((n) => !lab.requests(n, n).some((r) => r.id === n))!
    expect(() => exportBegin(lab, { ...all, to: tip + 1 })).toThrow(/^There are hops up to \d+; the range/)
    expect(() => exportBegin(lab, { ...all, format: 'mermaid' })).toThrow('A sequence diagram shows one request')
    expect(() => exportMore(lab, exportBegin(lab, { ...all, format: 'mermaid', request: none }).job)).toThrow(/began no request/)
    const first = exportBegin(lab, all)
    exportBegin(lab, all)
    expect(() => exportMore(lab, first.job)).toThrow('This export was ended by another one.')
  })
})

describe('what is asked for', () => {
  const reached = { start: 100, tip: 500, a: 300, b: 200 }

  it('is everything, a request or what lies between the marks', () => {
    expect(wishOf('csv', 'all', 110, reached)).toEqual({ format: 'csv', from: 101, to: 500, request: 0 })
    expect(wishOf('csv', 'request', 110, reached)).toEqual({ format: 'csv', from: 110, to: 500, request: 110 })
    expect(wishOf('chrome', 'marks', 110, reached)).toEqual({ format: 'chrome', from: 200, to: 300, request: 0 })
    expect(wishOf('mermaid', 'marks', 110, reached)).toEqual({ format: 'mermaid', from: 110, to: 500, request: 110 })
  })

  it('has a file name that says what is in it', () => {
    expect(fileName('two-ways', 'csv', wishOf('csv', 'all', 0, reached), 100, 300)).toBe('two-ways-hops-1-400.csv')
    expect(fileName('two-ways', 'mermaid', wishOf('mermaid', 'all', 110, reached), 100, 300)).toBe('two-ways-request-10.mmd')
    expect(fileName('a/b: "c"', 'svg', wishOf('csv', 'all', 0, reached), 100, 300)).toBe('a-b-c-hop-200.svg')
    for (const thing of things) expect(cards[thing].title).not.toBe('')
  })
})

describe('a drawing', () => {
  it('is an SVG that stands alone, whatever stands in its words', () => {
    const drawing: Drawing = {
      title: 'A <b> & "c"', width: 100.2, height: 50, background: '#fff',
      items: [
        shape(boxPath(1, 2, 30, 20, 4), { stroke: 'rgb(1, 2, 3)', dash: [4, 3], opacity: 0.5 }),
        shape('M0 0L1 1', { stroke: '#000', matrix: [0.5, 0, 0, 0.5, 10.123456, 2] }),
        { kind: 'text', x: 3, y: 4, width: 20, text: '</text><script>\u0000', size: 12, weight: '400', family: '"IBM Plex Sans", serif', fill: '#123', opacity: 1 },
      ],
    }
    const text = svgText(drawing)
    expect(text).toContain('width="101" height="50"')
    expect(text).toContain('&lt;/text&gt;&lt;script&gt;</text>')
    expect(text).toContain('font-family="&quot;IBM Plex Sans&quot;, serif"')
    expect(text).toContain('textLength="20"')
    expect(text).toContain('matrix(0.5 0 0 0.5 10.12346 2)')
    expect(text).not.toMatch(/<script|href/)
    expect(text).not.toContain('\u0000')
    // Every element that is opened is closed.
    expect(text.match(/<(?:svg|title|text)\b/g)).toHaveLength(text.match(/<\/(?:svg|title|text)>/g)!.length)
  })
})
