import { describe, expect, test } from 'vitest'
import { catalogue } from '../../../../core/events/catalogue.ts'
import { readEnvelope } from '../../../../core/events/envelope.ts'
import { fieldNote, valueMeaning } from '../../../../core/events/field-notes.ts'
import { sampleEvent } from '../../../../core/events/generator/samples.ts'
import { whatHappened } from '../../../../core/events/what-happened.ts'
import { type JsonTree, parseJson } from '../../../../core/text/json-tree.ts'
import { targetProblem } from '../../../../ui/app/target-problem.ts'
import { changedFields } from '../../../../ui/deliveries/detail/body/changes.ts'
import { detailTabOf } from '../../../../ui/deliveries/detail/detail-tabs.ts'
import { comparable, differences } from '../../../../ui/deliveries/detail/difference.ts'
import { relatedSteps } from '../../../../ui/deliveries/detail/related-events.ts'
import { align, differenceHint } from '../../../../ui/deliveries/detail/signature/align.ts'
import { hexRowCount, hexRows } from '../../../../ui/kit/hex-dump.ts'
import { deliverySummary } from '../../../helpers/summaries.ts'

function valid(text: string): JsonTree & { ok: true } {
  const tree = parseJson(text)
  if (!tree.ok) throw new Error(tree.problem.message)
  return tree
}

describe('what happened, as a sentence', () => {
  test.each(catalogue.map(entry => entry.type))('%s is told in words', type => {
    const known = catalogue.find(entry => entry.type === type)
    const told = whatHappened(readEnvelope(sampleEvent(type, 7)), known)
    expect(told).toMatch(/^(A|An|The|Batch) /)
    expect(told).not.toMatch(/undefined|null|NaN|\[object/)
    expect(told.length).toBeLessThan(240)
  })

  test('a minimal event, an unknown type and what is no event are told too', () => {
    const minimal = { type: 'event', event_type: 'transaction.sale.success', event_body: { object: {} } }
    const known = catalogue.find(entry => entry.type === 'transaction.sale.success')
    expect(whatHappened(readEnvelope(minimal), known)).toBe('A sale was approved')
    expect(whatHappened(readEnvelope({ event_type: 'a.b\u202e' }), undefined)).toContain(
      'not in the catalogue: a.b\ufffd',
    )
    expect(whatHappened(null, undefined)).toContain('not the gateway’s JSON')
  })
})

describe('field notes', () => {
  test('explain fields of their family alone, wildcards included', () => {
    const status = ['event_body', 'changes', 'new', 'status']
    expect(fieldNote('ach', status)).toContain('letter')
    expect(valueMeaning('ach', status, 'R')).toBe('returned')
    expect(valueMeaning('transaction', status, 'R')).toBeNull()
    expect(fieldNote(null, ['event_id'])).toContain('retry')
    expect(fieldNote('ach', ['event_body', 'object', 'toString'])).toBeNull()
    expect(fieldNote('ach', ['constructor'])).toBeNull()
    expect(valueMeaning('ach', status, 'constructor')).toBeNull()
  })

  test('cents are told in dollars', () => {
    const sales = ['event_body', 'object', 'totalsales']
    expect(['617799', '000', '5'].map(cents => valueMeaning('settlement', sales, cents))).toEqual([
      '$6177.99',
      '$0.00',
      '$0.05',
    ])
    expect(valueMeaning('settlement', sales, '6177.99')).toBeNull()
  })
})

describe('changes', () => {
  test('are paired by path, letters explained, fields of one side kept', () => {
    const tree = valid(
      '{"event_body":{"changes":{"old":{"status":"P","a":{"b":1.50}},"new":{"status":"B","processed":"2026-11-20"}}}}',
    )
    const rows = changedFields(tree, 'ach')
    expect(rows?.map(row => [row.path, row.before?.source, row.after?.source])).toEqual([
      ['status', '"P"', '"B"'],
      ['a.b', '1.50', undefined],
      ['processed', undefined, '"2026-11-20"'],
    ])
    expect(rows?.[0]?.after?.meaning).toBe('submitted')
  })

  test('are not there when the event has none', () => {
    expect(changedFields(valid('{"event_body":{}}'), null)).toBeNull()
    expect(changedFields(valid('{"event_body":{"changes":[]}}'), null)).toBeNull()
  })
})

describe('signatures side by side', () => {
  test('part at the first character that differs', () => {
    expect(align('abcdef', 'abXdeY')).toMatchObject({ firstDifference: 2, differences: 2 })
    expect(align('abc', 'abc').firstDifference).toBeNull()
    expect(align('abc', '').differences).toBe(3)
  })

  test.each([
    ['AB'.repeat(32), 'case'],
    [` ${'ab'.repeat(32)}`, 'whitespace'],
    [`sha256=${'ab'.repeat(32)}`, 'prefix'],
    [Buffer.alloc(32, 1).toString('base64'), 'base64'],
    ['abc', '3 characters'],
  ])('%s is recognised', (received, words) => expect(differenceHint('ab'.repeat(32), received)).toContain(words))

  test('of the same form say nothing more', () => expect(differenceHint('ab'.repeat(32), 'cd'.repeat(32))).toBeNull())
})

describe('a journey', () => {
  const step = (id: number, eventType: string, eventTriggered: string, more = {}) =>
    deliverySummary({ id, eventType, eventTriggered, objectKey: 'k', ...more })

  test('marks what arrived late and what is missing', () => {
    const steps = relatedSteps([
      step(5, 'ach.settled', '2026-11-21 09:00:00'),
      step(4, 'ach.returned', '2026-11-23 13:00:00'),
      step(6, 'ach.returned', '2026-11-23 13:00:00', { retryOf: 4 }),
    ])
    expect(steps.map(({ late, missing }) => [late?.id ?? null, missing])).toEqual([
      [4, ['ach.submitted']],
      [null, []],
      [null, []],
    ])
  })

  test('lets no rejected delivery speak for or against a genuine one', () => {
    const forged = { verdict: 'rejected' } as const
    const steps = relatedSteps([
      step(2, 'ach.submitted', '2026-11-21 08:00:00', forged),
      step(3, 'ach.settled', '2026-11-21 09:00:00'),
      step(1, 'ach.returned', '2026-11-23 13:00:00', forged),
    ])
    expect(steps.map(({ late, missing }) => [late?.id ?? null, missing])).toEqual([
      [1, []],
      [null, ['ach.submitted']],
      [null, []],
    ])
  })

  test('knows both spellings of the card updater', () => {
    const steps = relatedSteps([
      step(1, 'cardupdate.created', '2026-11-21 09:00:00'),
      step(2, 'cau.submitted', '2026-11-21 10:00:00'),
    ])
    expect(steps.map(({ missing }) => missing)).toEqual([[], []])
  })
})

describe('differences', () => {
  test('keep digits, name paths, and survive names that objects have of themselves', async () => {
    const left = comparable(valid('{"n":10000000000000000000.10,"list":[1,2],"__proto__":{"a":1},"gone":true}'))
    const right = comparable(valid('{"n":10000000000000000000.20,"list":[1,3],"__proto__":{"a":2},"constructor":1}'))
    const rows = await differences(left, right)
    expect(rows).toContainEqual({
      path: 'n',
      kind: 'changed',
      before: '10000000000000000000.10',
      after: '10000000000000000000.20',
    })
    expect(rows?.map(({ path, kind }) => `${kind} ${path}`)).toEqual(
      expect.arrayContaining([
        'removed gone',
        'added constructor',
        'removed list[1]',
        'added list[1]',
        'changed __proto__.a',
      ]),
    )
  })

  test('of the same are none; of very deep bodies are refused, not crashed on', async () => {
    expect(await differences(comparable(valid('{"a":1}')), comparable(valid('{"a":1}')))).toEqual([])
    const deep = (inner: string) => comparable(valid('['.repeat(10_000) + inner + ']'.repeat(10_000)))
    expect(await differences(deep('1'), deep('2'))).toBeNull()
  })
})

test('a hex dump shows every byte, and only printable ASCII as text', () => {
  const bytes = Uint8Array.from({ length: 18 }, (_, at) => at + 0x1f)
  expect(hexRowCount(bytes)).toBe(2)
  const rows = hexRows(bytes, 0, 9)
  expect(rows.map(row => row.offset)).toEqual(['00000000', '00000010'])
  expect(rows[0]?.hex).toBe('1f 20 21 22 23 24 25 26  27 28 29 2a 2b 2c 2d 2e')
  expect(rows[0]?.text).toBe('· !"#$%&\'()*+,-.')
  expect(new Set(rows.map(row => row.hex.length)).size).toBe(1)
})

test.each([
  ['', 'Enter the URL'],
  ['shop', 'not a URL'],
  ['ftp://shop.example', 'neither http nor https'],
  ['http://user:pw@shop.example', 'a user name or a password'],
])('the target %j is refused with a way out', (target, words) => expect(targetProblem(target)).toContain(words))

test('ordinary targets are taken', () => {
  expect(targetProblem(' http://localhost:3000/webhook ')).toBeNull()
  expect(targetProblem('https://[::1]:8443/')).toBeNull()
  expect(targetProblem('localhost:3000')).toBeNull()
})

test.each([
  ['headers', 'headers'],
  ['related', 'related'],
  ['journey', 'related'],
  ['none', 'body'],
  [undefined, 'body'],
])('the tab %s of an address shows %s', (name, tab) => {
  expect(detailTabOf(name)).toBe(tab)
})
