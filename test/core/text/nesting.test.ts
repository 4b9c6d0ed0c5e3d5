import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describe } from '../../../core/deliveries/describe.ts'
import { nestingOf } from '../../../core/text/nesting.ts'

const depthOf = (json: unknown): number =>
  typeof json === 'object' && json !== null ? 1 + Math.max(0, ...Object.values(json).map(depthOf)) : 0

it('nesting is that of the JSON, whatever its strings hold', () => {
  fc.assert(
    fc.property(fc.jsonValue(), json => {
      expect(nestingOf(JSON.stringify(json))).toEqual({ deepest: depthOf(json), isClosed: true })
    }),
  )
})

it.each([
  ['10,000 levels are parsed', 10_000, true, 'envelope-invalid'],
  ['10,001 that are closed are not looked into', 10_001, true, 'body-not-read'],
  ['10,001 that stay open are no JSON', 10_001, false, 'body-not-json'],
])('%s', (_, levels, isClosed, note) => {
  const inner = levels - 1
  const body = Buffer.from(`{"a":${'['.repeat(inner)}${isClosed ? `${']'.repeat(inner)}}` : ''}`)
  const { notes } = describe({ method: 'POST', headers: [['Content-Type', 'application/json']], body, bodyKept: true })
  expect(notes).toEqual([note])
})
