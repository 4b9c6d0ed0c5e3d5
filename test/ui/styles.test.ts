/** Features are loaded one after the other into the same page, in any order: the styles of one must not reach into another. */
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

/** The sheets that a sheet loads, in order. */
const loadedBy = (sheet: string) =>
  [...readFileSync(sheet, 'utf8').matchAll(/@import "([^"]+)"/g)].map(([, path = '']) => join(dirname(sheet), path))

const features = readdirSync(ui, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && !['kit', 'client', 'public', 'pictures'].includes(entry.name))
  .map(({ name }) => name)
const sheetsOf = (feature: string) => filesUnder(join(ui, feature), '.css')
const shared = filesUnder(join(ui, 'kit'), '.css')
const sharedFirst = firstClasses(shared)
const sharedPlain = plainClasses(shared)

describe.each(features)('the style sheets of %s', feature => {
  it('style classes that no other feature has styles for', () => {
    const own = [...firstClasses(sheetsOf(feature))].filter(name => !sharedFirst.has(name))
    const others = firstClasses(features.filter(other => other !== feature).flatMap(sheetsOf))
    expect(own).not.toEqual([])
    expect(own.filter(name => others.has(name))).toEqual([])
  })

  it('say nothing else of a class that all features share', () => {
    expect([...plainClasses(sheetsOf(feature))].filter(name => sharedPlain.has(name))).toEqual([])
  })
})

describe('what scrolls', () => {
  it('holds what is placed in it: hidden text of a long list would else make the page as long', () => {
    const rules = filesUnder(ui, '.css').flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, name = '', rule = '']) => ({
        name,
        rule,
      })),
    )
    const scrolling = rules.filter(({ rule }) => /overflow(-[xy])?: (auto|scroll)/.test(rule))
    expect(scrolling.length).toBeGreaterThan(10)
    expect(scrolling.flatMap(({ name, rule }) => (rule.includes('position:') ? [] : [name.trim()]))).toEqual([])
  })
})

describe('the order of the styles', () => {
  const sheets = filesUnder(ui, '.css')
  const loaded = sheets.flatMap(loadedBy)
  const loadedByModules = [...filesUnder(ui, '.ts'), ...filesUnder(ui, '.tsx')].flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(/^import '(\.[^']+\.css)'$/gm)].map(([, path = '']) =>
      join(dirname(file), path),
    ),
  )

  it('is that of the lines of one sheet: no component loads what is a part of another', () => {
    expect([...loaded, ...loadedByModules].toSorted()).toEqual(sheets.toSorted())
  })
})
