/** A search as SQL: what a person types is never a part of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition } from '../../../../../core/search/query.ts'
import { compileQuery } from '../../../../../server/store/postgres/read/conditions.ts'
import { joined, ours, sql, statement } from '../../../../../server/store/postgres/read/sql.ts'
import { textIds } from '../../../../../server/store/postgres/read/texts.ts'

const conditions = (text: string): readonly Condition[] => [
  { field: 'text', text, phrase: false },
  { field: 'type', pattern: text },
  { field: 'type', pattern: `${text}*` },
  { field: 'key', prefix: text },
  { field: 'event', prefix: text },
  { field: 'ref', prefix: text },
  { field: 'hook', hook: text },
  { field: 'method', method: text },
  { field: 'header', text },
]
const textOf = (condition: Condition) =>
  statement(compileQuery({ terms: [{ negated: false, anyOf: [condition], span: { start: 0, end: 0 } }] })).text

describe('a statement', () => {
  it('has a number for each value, in order, whatever pieces it is made of', () => {
    const some = joined([sql`a = ${1}`, sql`b = ${'x'}`], ' OR ')
    expect(statement(sql`SELECT ${ours('c')} FROM t WHERE (${some}) AND d = ${null} AND (${some})`)).toEqual({
      text: 'SELECT c FROM t WHERE (a = $1 OR b = $2) AND d = $3 AND (a = $4 OR b = $5)',
      values: [1, 'x', null, 1, 'x'],
    })
  })

  it('binds what PostgreSQL cannot hold as what is kept in its place', () => {
    expect(statement(sql`${'a\0b'}`).values).toEqual(['a\ufffdb'])
  })

  it('is the same whatever a search looks for', () => {
    // A header is looked for in one reading, in two or in three; a prefix has an end or none.
    const plain = ['Q9', 'q9é', 'Q9É'].flatMap(text => conditions(text).map(textOf))
    const known = conditions('').map((_, at) => plain.filter((_, of) => of % conditions('').length === at))
    const range = { from: 1, to: 1000 }
    const [first] = textIds('x', range, true)
    const byText = first && statement(first).text
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), text => {
        for (const [at, condition] of conditions(`Q9${text}`).entries()) expect(known[at]).toContain(textOf(condition))
        const [found] = textIds(text, range, true)
        expect(found && statement(found).text).toBe(byText)
      }),
      { numRuns: 30 },
    )
  })
})
