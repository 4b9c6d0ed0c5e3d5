/** The API's description is what its routes make it. `npm run docs` writes it anew. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openApi, operations } from './api-part.ts'
import { root, textOf } from './pages.ts'
import { routeWords } from './route-words.ts'

const file = 'docs/reference/api.json'
const made = `${JSON.stringify(openApi(), null, 1)}\n`
if (import.meta.env.MODE === 'docs') writeFileSync(join(root, file), made)

describe('the OpenAPI description', () => {
  it('is up to date', () => expect(textOf(file), 'Run npm run docs').toBe(made))

  it('has every operation, and no other', () => {
    expect(Object.keys(routeWords).sort()).toEqual(
      operations()
        .map(({ name }) => name)
        .sort(),
    )
  })

  it('says for every change what it takes', () => {
    const changes = operations().filter(({ method }) => method === 'post' || method === 'put')
    expect(changes.filter(({ body }) => body === null).map(({ name }) => name)).toEqual([])
  })

  it('leaves no part of a request open, but values of any kind', () => {
    const open: string[] = []
    const look = (schema: unknown, place: string) => {
      if (typeof schema !== 'object' || schema === null) return
      if (!Array.isArray(schema) && Object.keys(schema).length === 0) open.push(place)
      for (const [name, inner] of Object.entries(schema)) look(inner, `${place}/${name}`)
    }
    for (const { name, body } of operations()) look(body?.['properties'] ?? body?.['anyOf'], name)
    expect(
      open.filter(
        place =>
          !/\/set\/items\/properties\/value$|\/additionalProperties$| restore$|(?:undo|send|restore|options|sign-out|reset)$/.test(
            place,
          ),
      ),
    ).toEqual([])
  })

  it('refers to what is there', () => {
    const { components } = JSON.parse(made)
    const references = [...made.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)]
    expect(references.length).toBeGreaterThan(50)
    for (const [, kind = '', name = ''] of references) expect(components[kind]).toHaveProperty(name)
  })
})
