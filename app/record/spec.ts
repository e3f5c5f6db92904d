/** A recording as a spec for Playwright, over the fixture `lab.ts`: it passes as it is. Pure. */
import type { Act, End, Recording } from './recording.ts'

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** Plain data as one writes it in a source. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined).map(([name, inner]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${literal(inner)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

function linesOf(act: Act): readonly string[] {
  switch (act.do) {
    case 'go': return [act.idle ? 'await lab.advanceUntil({ idle: true })' : `await lab.seek(${act.hop})`]
    case 'intend': return [`await lab.intend(${literal(act.intent)})`]
    case 'undo': return ['await lab.undo()']
    case 'branch': return [`await lab.branch(${act.id}, (await lab.status()).start + ${act.hop})`]
    case 'depth': return [`await page.getByRole('button', { name: '${act.depth === 'mechanism' ? 'Mechanism' : 'Architecture'}', exact: true }).click()`]
    case 'select':
      return act.part === '' ? [`await lab.select(${quoted(act.path)})`] : [
        `await page.getByRole('button', { name: ${quoted(act.part)}, exact: true }).click()`,
        `await expect(page.getByRole('button', { name: ${quoted(act.part)}, exact: true })).toHaveAttribute('aria-pressed', 'true')`,
      ]
    case 'stop': {
      const words = `${act.title}${act.caption === '' ? '' : `: ${act.caption}`}`.replace(/\s+/g, ' ')
      const told = act.says === '' ? [] : [`expect((await lab.narration((await lab.status()).n, 1))[0]?.says).toBe(${quoted(act.says)})`]
      return [`// ${words}`, ...told]
    }
  }
}

function endOf({ idle, hop, branches, guests, print }: End): readonly string[] {
  return [
    '// Where it ended.',
    idle ? "expect((await lab.status()).state).toBe('idle')" : `expect(await lab.hop()).toBe(${hop})`,
    'const { branches, guests } = await lab.view()',
    `expect(branches).toHaveLength(${branches})`,
    `expect(guests.map(({ file, status, read }) => [file, status, read])).toEqual(${literal(guests.map(({ file, status, read }) => [file, status, read]))})`,
    ...(print === '' ? [] : [`expect(await lab.fingerprint()).toBe(${quoted(print)})`]),
  ]
}

export function specOf(title: string, { opens, acts }: Recording, end: End): string {
  const open = 'address' in opens ? `await lab.goto(${quoted(opens.address)})`
    : `await lab.open(${literal({ scenario: opens.scenario, words: Object.keys(opens.words).length > 0 ? opens.words : undefined })})`
  const body = [open, ...acts.flatMap(linesOf), ...endOf(end)]
  const page = body.some((line) => /\bpage\./.test(line) && !line.startsWith('//')) ? 'lab, page' : 'lab'
  return `import { expect, test } from './lab.ts'\n\ntest(${quoted(title)}, async ({ ${page} }) => {\n${body.map((line) => `  ${line}\n`).join('')}})\n`
}
