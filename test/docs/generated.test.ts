/** The generated parts of the documentation are what the program's data makes them. `npm run docs` writes them anew. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages, root, textOf } from './pages.ts'
import { parts, partsIn, withParts } from './parts.ts'

const writes = import.meta.env.MODE === 'docs'
const generated = pages.filter(page => textOf(page).includes('<!-- generated: '))

describe('the generated parts', () => {
  it.each(generated)('of %s are up to date', page => {
    const text = textOf(page)
    const made = withParts(text)
    if (writes && made !== text) writeFileSync(join(root, page), made)
    else expect(text, 'Run npm run docs').toBe(made)
  })

  it('are each in one page', () => {
    expect(pages.flatMap(page => partsIn(textOf(page))).sort()).toEqual(Object.keys(parts).sort())
  })
})
