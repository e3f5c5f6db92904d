import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as standIn from './session.ts'

const top = new URL('../', import.meta.url)
/** What the stand-in stands for: `e2e/bench/replay.ts` puts it in their place. */
const replaced = /import \{([^}]*)\} from '[^']*\/(?:lab-session|open-instead)\.ts'/g

describe('the stand-in for the Worker', () => {
  it('has every name that the page imports from what it stands for', () => {
    const files = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !/lab-session|open-instead|\.test\./.test(name))
    const names = files.flatMap((name) => [...readFileSync(new URL(name.replaceAll('\\', '/'), top), 'utf8').matchAll(replaced)].flatMap(([, list]) => list!.split(',').map((word) => word.trim())))
    const wanted = [...new Set(names)].filter((name) => name !== '' && !name.startsWith('type '))
    expect(wanted).toContain('labSession')
    expect(wanted.filter((name) => !(name in standIn))).toEqual([])
  })
})
