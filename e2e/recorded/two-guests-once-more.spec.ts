import { expect, test } from './lab.ts'

test('two guests, once more', async ({ lab, page }) => {
  await lab.open({ scenario: 'two-ways' })
  await lab.advanceUntil({ idle: true })
  await page.getByRole('button', { name: 'Storage VSC, Alpha, kernel mode', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Storage VSC, Alpha, kernel mode', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await lab.select('beta/reader')
  await lab.intend({ do: 'list-files', guest: 'beta', path: '\\' })
  await lab.advanceUntil({ idle: true })
  // Beta's files
  expect((await lab.narration((await lab.status()).n, 1))[0]?.says).toBe('Kernel of Beta executes HLT')
  await lab.undo()
  await lab.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' })
  await lab.advanceUntil({ idle: true })
  // Where it ended.
  expect((await lab.status()).state).toBe('idle')
  const { branches, guests } = await lab.view()
  expect(branches).toHaveLength(2)
  expect(guests.map(({ file, status, read }) => [file, status, read])).toEqual([['README.TXT', 'read', 483], ['README.TXT', 'read', 483]])
})
