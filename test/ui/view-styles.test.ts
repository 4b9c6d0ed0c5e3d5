/** Views are loaded one after the other into the same page, in any order: the styles of one must not reach into another. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ui = fileURLToPath(new URL('../../ui', import.meta.url))
const filesUnder = (folder: string, end: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(end))
    .map(entry => join(entry.parentPath, entry.name))

function selectorsOf(file: string): string[] {
  const css = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  const lists = [...css.matchAll(/([^{}]+)\{/g)].map(([, list = '']) => list.replace(/\([^()]*\)/g, '()'))
  return lists.flatMap(list => list.split(',')).map(selector => selector.trim())
}

/** The classes that selectors of style sheets begin with. */
const firstClasses = (sheets: readonly string[]) =>
  new Set(sheets.flatMap(selectorsOf).flatMap(selector => /^\.([a-z][\w-]*)/.exec(selector)?.[1] ?? []))

/** The classes that have a rule for themselves alone. */
const plainClasses = (sheets: readonly string[]) =>
  new Set(sheets.flatMap(selectorsOf).flatMap(selector => /^\.([a-z][\w-]*)$/.exec(selector)?.[1] ?? []))

const views = readdirSync(join(ui, 'views'))
const sheetsOf = (view: string) => filesUnder(join(ui, 'views', view), '.css')
const shared = [...filesUnder(join(ui, 'styles'), '.css'), ...filesUnder(join(ui, 'components'), '.css')]
const sharedFirst = firstClasses(shared)
const sharedPlain = plainClasses(shared)

describe.each(views)('the style sheets of %s', view => {
  it('style classes that no other view has styles for', () => {
    const own = [...firstClasses(sheetsOf(view))].filter(name => !sharedFirst.has(name))
    const others = firstClasses(views.filter(other => other !== view).flatMap(sheetsOf))
    expect(own).not.toEqual([])
    expect(own.filter(name => others.has(name))).toEqual([])
  })

  it('say nothing else of a class that all views share', () => {
    expect([...plainClasses(sheetsOf(view))].filter(name => sharedPlain.has(name))).toEqual([])
  })

  it('are each loaded by a component or a sheet beside them', () => {
    const folder = join(ui, 'views', view)
    const texts = [...filesUnder(folder, '.tsx'), ...sheetsOf(view)].map(file => readFileSync(file, 'utf8'))
    for (const sheet of sheetsOf(view)) {
      const name = `./${sheet.slice(dirname(sheet).length + 1)}`
      expect(
        texts.some(text => text.includes(`import '${name}'`) || text.includes(`@import "${name}"`)),
        name,
      ).toBe(true)
    }
  })

  it('are loaded by this view alone', () => {
    const others = filesUnder(ui, '.tsx').filter(file => !file.startsWith(join(ui, 'views', view)))
    const foreign = new RegExp(`import '[./]+/${view}/[\\w-]+\\.css'`)
    expect(others.filter(file => foreign.test(readFileSync(file, 'utf8')))).toEqual([])
  })
})
