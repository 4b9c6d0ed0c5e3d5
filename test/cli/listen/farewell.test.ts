import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keptLine, unsentLines, waitingLine } from '../../../cli/listen/farewell.ts'
import { splitWords } from '../../../cli/replay/editor.ts'
import { parseQuery } from '../../../core/search/search.ts'

it('says what is waited for', () => {
  const line = (deliveries: number[], simulated = 0, requests = 0) => waitingLine({ deliveries, simulated, requests })
  const end = ', at most 4 s. Press Ctrl-C again to quit now.'
  expect(line([])).toBe(`Finishing open requests${end}`)
  expect(line([12])).toBe(`Waiting for the app’s answer to #12${end}`)
  expect(line([12, 13, 14], 1, 9)).toBe(
    `Waiting for the app’s answer to #12, #13 and #14 and the answer to 1 simulated event${end}`,
  )
  expect(line([12, 13, 14, 15, 16])).toBe(`Waiting for the app’s answer to #12, #13, #14 and 2 more${end}`)
  expect(line([], 0, 1)).toBe(`Waiting for 1 incoming request${end}`)
})

it('says what was kept', () => {
  expect(keptLine(0, '/a.db', 'kept')).toBe('No deliveries arrived in this run.')
  expect(keptLine(0, '/a.db', 'kept', { before: true })).toBe(
    'No deliveries arrived in this run. Earlier ones are in /a.db',
  )
  expect(keptLine(1, '/a.db', 'kept')).toBe('1 delivery arrived in this run, kept in /a.db')
  expect(keptLine(2, '/a.db', 'kept', { before: true })).toBe('2 deliveries arrived in this run, kept in /a.db')
  expect(keptLine(60, '/a.db', 'kept', { dropped: 40 })).toBe(
    '60 deliveries arrived in this run; 20 of them are kept in /a.db, the others were deleted or dropped by the limits.',
  )
})

const left = (ids: readonly number[], tried: readonly number[] = [], target = 'http://localhost:3000/') => ({
  ...{ target, ids, tried },
})

it('says how to send what waited, and that what was not taken is not sent automatically', () => {
  expect(unsentLines(left([1, 2, 3], [1, 2]), null)).toEqual([
    '1 delivery waits for http://localhost:3000/, and is sent when hookscope forwards there again within a day. To send now:',
    '  hookscope replay id:3 --to http://localhost:3000/',
    'http://localhost:3000/ did not take 2 deliveries: not sent again automatically. To send:',
    '  hookscope replay id:1-2 --to http://localhost:3000/ --yes',
  ])
  expect(unsentLines(left([1], [1]), null)[0]).toMatch(/did not take 1 delivery: not sent again/)
  expect(unsentLines(left([7]), null)).toEqual([
    '1 delivery waits for http://localhost:3000/, and is sent when hookscope forwards there again within a day. To send now:',
    '  hookscope replay id:7 --to http://localhost:3000/',
  ])
  expect(unsentLines(left([4, 5, 6, 9]), '/data/a.db')[1]).toBe(
    '  hookscope replay id:4-6,9 --to http://localhost:3000/ --db /data/a.db --yes',
  )
  // At a terminal it asks.
  expect(unsentLines(left([4, 5]), null, 200)[1]).toBe('  hookscope replay id:4-5 --to http://localhost:3000/')
})

it('gives commands that find each of them, and nothing else, whatever they are', () => {
  const id = fc.integer({ min: 1, max: 600 })
  fc.assert(
    fc.property(
      fc.uniqueArray(id, { minLength: 1, maxLength: 400 }),
      fc.webUrl({ withQueryParameters: true }).filter(url => !url.includes("'")),
      (unsorted, url) => {
        const ids = unsorted.sort((one, other) => one - other)
        const [, ...commands] = unsentLines(left(ids, [], url), null)
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
