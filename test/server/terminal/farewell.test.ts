import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseQuery } from '../../../core/search.ts'
import { splitWords } from '../../../server/editor.ts'
import { keptLine, unsentLines, waitingLine } from '../../../server/terminal/farewell.ts'

it('says what is waited for', () => {
  expect(waitingLine(0)).toBe('Finishing what is in flight; Ctrl-C again ends at once.')
  expect(waitingLine(1)).toBe('Waiting for 1 answer of your app; Ctrl-C again ends at once.')
  expect(waitingLine(2)).toBe('Waiting for 2 answers of your app; Ctrl-C again ends at once.')
})

it('says what was kept', () => {
  expect(keptLine(0, '/a.db')).toMatch(/^No deliveries came/)
  expect(keptLine(1, '/a.db')).toBe('1 delivery was kept in /a.db')
  expect(keptLine(2, '/a.db')).toBe('2 deliveries were kept in /a.db')
})

it('says how to send what waited', () => {
  expect(unsentLines([7], 'http://localhost:3000/', null)).toEqual([
    '1 delivery waited and went nowhere. To send what waited:',
    '  hookscope replay id:7 --to http://localhost:3000/',
  ])
  expect(unsentLines([4, 5, 6, 9], 'http://localhost:3000/', '/data/a.db')[1]).toBe(
    '  hookscope replay id:4-6,9 --to http://localhost:3000/ --db /data/a.db',
  )
})

it('gives commands that find each of them, and nothing else, whatever they are', () => {
  const id = fc.integer({ min: 1, max: 600 })
  fc.assert(
    fc.property(
      fc.uniqueArray(id, { minLength: 1, maxLength: 400 }),
      fc.webUrl({ withQueryParameters: true }).filter(url => !url.includes("'")),
      (unsorted, url) => {
        const ids = unsorted.sort((one, other) => one - other)
        const [, ...commands] = unsentLines(ids, url, null)
        const found = commands.flatMap(command => {
          const [, , query = '', , to] = splitWords(command)
          if (process.platform !== 'win32') expect(to).toBe(url)
          const parsed = parseQuery(query)
          expect(parsed.ok).toBe(true)
          return parsed.query.terms
            .flatMap(({ anyOf }) => anyOf)
            .flatMap(term =>
              term.field === 'id' ? Array.from({ length: term.to - term.from + 1 }, (_, at) => term.from + at) : [],
            )
        })
        expect(found).toEqual(ids)
      },
    ),
  )
})
