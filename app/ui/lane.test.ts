/** Colours of partitions, however high their numbers have become: every start of a virtual machine makes a new one. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { laneMost, laneOf } from './lane.ts'

const sources = import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }) as Readonly<Record<string, string>>

describe('the colour of a partition', () => {
  it('is one of those that there are', () => {
    const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
    for (const ordinal of [0, 1, 8, 9, 30, 1000]) expect(tokens).toContain(`--lane-${laneOf(ordinal)}:`)
    expect(tokens).not.toContain(`--lane-${laneMost + 1}:`)
  })

  it('is asked for wherever it is written', () => {
    const written = Object.entries(sources).filter(([path]) => !path.endsWith('.test.ts')).flatMap(([path, text]) => [...text.matchAll(/\blane-\$\{([^}]+)\}/g)].map(([, what]) => `${path} ${what}`))
    expect(written.length).toBeGreaterThan(10)
    expect(written.filter((line) => !/ (?:wire\.)?lane$|laneOf\(/.test(line))).toEqual([])
  })
})
