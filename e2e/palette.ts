/** What the tests that go by the palette share: Enter is pressed when the command that is meant is the one that it would do. */
import type { Page } from '@playwright/test'
import { expect } from './lab.ts'

/** In the palette, which is open. */
export async function choose(page: Page, words: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Commands' }).fill(words)
  await expect(page.locator('.palette').getByRole('option', { selected: true })).toContainText(words, { ignoreCase: true })
  await page.keyboard.press('Enter')
}

/** By its name, as a person would in the palette. */
export async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await choose(page, words)
}
