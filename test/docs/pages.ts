/** The pages of the documentation: the README, the door to security, the findings' page, and everything in docs/. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Paths from the root of the project, with slashes. */
export const pages: readonly string[] = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'findings/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map(path => `docs/${path.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith('.md'))
    .sort(),
]

/** What a page says. @param path from the root of the project */
export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

/** A page's text without line breaks, so that a sentence is found wherever it wraps. */
export const flatTextOf = (path: string): string => textOf(path).replace(/\s+/g, ' ')
