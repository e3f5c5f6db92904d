/** Contrast of the token pairs that text and marks are drawn with, computed from the style sheet itself (WCAG 2.2, 1.4.3, 1.4.6, 1.4.11). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8')

/** Tokens of one block of the sheet. */
function block(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  expect(start, selector).toBeGreaterThanOrEqual(0)
  const body = css.slice(start, css.indexOf('\n}', start))
  return new Map([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]))
}

const light = block(':root')
const themes = {
  light,
  dark: new Map([...light, ...block(":root[data-theme='dark']")]),
  projector: new Map([...light, ...block(":root[data-theme='projector']")]),
}

function luminance(colour: string): number {
  const channel = (at: number): number => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high! + 0.05) / (low! + 0.05)
}

const grounds = ['ground', 'paper', 'sheet', 'hypervisor', 'hardware', 'root-user', 'root-kernel', 'guest-user', 'guest-kernel']
const pairs: (readonly [ink: string, ground: string])[] = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ...['ink', 'ink-2'].flatMap((ink) => ['changed', 'linked'].map((ground) => [ink, ground] as const)),
  ...['accent', 'alert'].flatMap((ink) => ['ground', 'paper', 'sheet'].map((ground) => [ink, ground] as const)),
  ['accent-ink', 'accent'],
  // Names of partitions stand on their own column, on the sheet of a file, on the paper of a list.
  ...Array.from({ length: 9 }, (_, lane) => lane).flatMap((lane) =>
    (lane === 0 ? ['paper', 'sheet', 'root-user'] : ['paper', 'sheet', 'guest-user', 'guest-kernel']).map((ground) => [`lane-${lane}`, ground] as const),
  ),
  // The letter of a dot is paper on the colour of its family.
  ...['ring', 'signal', 'exit', 'hypercall', 'message', 'interrupt', 'device', 'copy', 'call', 'entry', 'person'].map((name) => ['paper', `family-${name}`] as const),
]
/** What is not text but must be seen. */
const marks: readonly (readonly [string, string])[] = [
  ['focus', 'ground'], ['focus', 'paper'], ['focus', 'sheet'], ['focus', 'root-kernel'], ['focus', 'guest-kernel'], ['focus', 'hypervisor'],
  ['hypervisor-line', 'hypervisor'], ['accent', 'ground'],
]

describe.each([
  ['light', 4.5, 2.2],
  ['dark', 4.5, 2.2],
  ['projector', 7, 3],
] as const)('in the theme %s', (name, least, leastMark) => {
  const tokens = themes[name]
  it(`text has a contrast of at least ${least} to what it stands on`, () => {
    const weak = pairs
      .map(([ink, ground]) => ({ pair: `${ink} on ${ground}`, ratio: contrast(tokens.get(ink)!, tokens.get(ground)!) }))
      .filter(({ ratio }) => !(ratio >= least))
      .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`)
    expect(weak.join('; ')).toBe('')
  })

  it('the focus and the borders of floors can be seen', () => {
    const weak = marks
      .map(([mark, ground]) => ({ mark, pair: `${mark} on ${ground}`, ratio: contrast(tokens.get(mark)!, tokens.get(ground)!) }))
      .filter(({ mark, ratio }) => !(ratio >= (mark === 'focus' ? 3 : leastMark)))
      .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`)
    expect(weak.join('; ')).toBe('')
  })
})
