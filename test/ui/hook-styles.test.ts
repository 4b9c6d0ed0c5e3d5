/** Views are loaded one after the other into the same page: the styles of one must not reach into another. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ui = fileURLToPath(new URL('../../ui', import.meta.url))
const own = join(ui, 'views', 'hooks')
const filesUnder = (folder: string, end: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(end))
    .map(entry => join(entry.parentPath, entry.name))

/** The classes that selectors of a style sheet begin with. */
function classesOf(file: string): string[] {
  const css = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  const selectors = [...css.matchAll(/([^{}]+)\{/g)].flatMap(([, list = '']) => list.split(','))
  return selectors.flatMap(selector => /^\s*\.([a-z][\w-]*)/.exec(selector)?.[1] ?? [])
}

const sheets = filesUnder(own, '.css')
const shared = new Set(filesUnder(join(ui, 'styles'), '.css').flatMap(classesOf))
const ofHooks = new Set(sheets.flatMap(classesOf).filter(name => !shared.has(name)))

describe('the style sheets of Hooks', () => {
  it('style classes that no other view has styles for', () => {
    expect(ofHooks.size).toBeGreaterThan(30)
    const others = filesUnder(join(ui, 'views'), '.css').filter(file => !file.startsWith(own))
    expect(others.length).toBeGreaterThan(5)
    expect(others.flatMap(classesOf).filter(name => ofHooks.has(name))).toEqual([])
  })

  it('are each loaded by a component', () => {
    const components = filesUnder(own, '.tsx').map(file => readFileSync(file, 'utf8'))
    for (const sheet of sheets) {
      const name = sheet.slice(own.length + 1)
      expect(
        components.some(text => text.includes(`import './${name}'`)),
        name,
      ).toBe(true)
    }
  })
})
