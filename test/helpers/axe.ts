/** What axe complains of on a page as it is. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Every rule; and those of colour, which is all that a second theme changes. */
const axeRules = {
  all: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  colour: ['color-contrast', 'link-in-text-block'],
} as const

/**
 * @param within a selector of the part that is looked at
 * @returns a line for each kind of fault: the rule, and the elements that break it
 */
export async function axeFindings(page: Page, rules: keyof typeof axeRules, within = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  return page.evaluate(
    async ([runOnly, part]) => {
      // Without what none of these rules needs: style sheets read once more, and lists of what passed.
      const options = { runOnly: [...runOnly], resultTypes: ['violations' as const], preload: false }
      const tested = await (window as unknown as { axe: typeof axe }).axe.run(part, options)
      return tested.violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' | ')}`)
    },
    [axeRules[rules], within] as const,
  )
}
