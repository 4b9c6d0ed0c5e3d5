/** Licences of what the packages we bundle have bundled themselves: they are in no package.json that a bundler would see. */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const modules = fileURLToPath(new URL('./node_modules', import.meta.url))

/** What jiti's compiler holds, as the names of its modules tell. */
function insideJiti(): { readonly name: string; readonly version: string }[] {
  const bundle = readFileSync(path.join(modules, 'jiti/dist/babel.cjs'), 'utf8')
  const found = [...bundle.matchAll(/\.pnpm\/((?:@[\w.-]+\+)?[\w.-]+)@([\w.-]+?)(?:_[^/]*)?\/node_modules/g)]
  const versions = new Map(found.map(([, name = '', version = '']) => [name.replace('+', '/'), version]))
  return [...versions].map(([name, version]) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function licenceOf(name: string): string | null {
  const folder = path.join(modules, name)
  const file = existsSync(folder) && readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
  return file ? readFileSync(path.join(folder, file), 'utf8').trim() : null
}

/** Those that are not installed here, and stand under the licence of one that is: Babel's packages under Babel's, mlly by the author of jiti. */
const sameAs = (name: string) => (name.startsWith('@babel/') ? '@babel/core' : name === 'mlly' ? 'jiti' : name)

/** Appends them to the notices that Vite has written. @param file in the folder of the build */
export const noticesInside = (file: string): Plugin => ({
  name: 'notices-inside',
  writeBundle({ dir = '' }) {
    const byText = new Map<string, string[]>()
    for (const { name, version } of insideJiti()) {
      const text = licenceOf(name) ?? licenceOf(sameAs(name)) ?? 'MIT, says its package.json; it holds no text of it.'
      byText.set(text, [...(byText.get(text) ?? []), `${name} - ${version}`])
    }
    const sections = [...byText].map(
      ([text, names]) => `${names.map(name => `## ${name} (inside jiti)`).join('\n')}\n\n${text}\n`,
    )
    appendFileSync(path.join(dir, file), `\n${sections.join('\n')}`)
  },
})
