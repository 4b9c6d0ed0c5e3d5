/** One screen as it is, in both themes and three sizes: what axe finds, and what does not fit. */
import type { Page } from 'playwright-core'
import { axeFindings } from '../helpers/axe.ts'

export const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
] as const
export const themes = ['light', 'dark'] as const

export const sidewaysPixels = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Goes through sizes without leaving the screen. @returns a line for each fault */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      const where = `${name}, ${size.width} pixels, ${theme}`
      // Sizes move and hide parts; colours are those of the theme.
      const rules = theme === 'light' ? 'all' : size.width === 1440 ? 'colour' : null
      if (rules !== null) found.push(...(await axeFindings(page, rules)).map(finding => `${where}: ${finding}`))
      const sideways = await sidewaysPixels(page)
      if (sideways > 0) found.push(`${where}: scrolls ${sideways} pixels sideways`)
    }
  }
  await page.setViewportSize(sizes[0])
  return found
}
