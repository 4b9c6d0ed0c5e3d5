// @vitest-environment happy-dom

/** What a row of the list says, and which columns there is room for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Status } from '../../../../core/api/messages.ts'
import type { AttemptSummary } from '../../../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../../../core/deliveries/delivery.ts'
import { status } from '../../../../ui/app/listener.ts'
import { columnsFor } from '../../../../ui/deliveries/list/columns.ts'
import { RowContent } from '../../../../ui/deliveries/list/row.tsx'
import { clockTime, dayOf, dayText } from '../../../../ui/kit/time.ts'
import { cleanup, render } from '../../../helpers/screen.ts'
import { attemptSummary, saleSummary } from '../../../helpers/summaries.ts'

const main = { id: 'main', label: 'My shop' }

beforeEach(() => {
  status.value = { hooks: [main], forward: null, observe: false } as unknown as Status
})
afterEach(() => {
  cleanup()
  status.value = null
})

const wide = columnsFor(1250, 2)
const row = (fields: Partial<DeliverySummary>, day: string | null = null, columns = wide) =>
  render(<RowContent delivery={saleSummary(fields)} marked={false} {...{ day, columns }} />).container
const textOf = (container: Element, part: string) => container.querySelector(`.row-${part}`)?.textContent ?? null

describe('a row', () => {
  it('says its number, which `hookscope replay` takes, and when it came on the clock, beside how long ago', () => {
    const receivedAt = new Date(2026, 10, 23, 14, 5, 9).toISOString()
    const container = row({ id: 12, receivedAt })
    expect(textOf(container, 'id')).toBe('#12')
    expect(textOf(container, 'clock')).toBe('14:05:09')
    expect(textOf(container, 'age')).not.toBe('')
  })

  it('says its day to who hears it, where it is the first of it', () => {
    expect(textOf(row({}, 'Yesterday, Nov 29'), 'time')).toMatch(/^Yesterday, Nov 29, \d\d:/)
  })

  it('has the proxy of its attempt in the tooltip of the answer', () => {
    const lastAttempt = attemptSummary({ target: 'http://shop.example/', proxy: 'proxy.example:3128' })
    expect(row({ lastAttempt }).querySelector('.row-answer')?.getAttribute('title')).toBe(
      'Forwarded to http://shop.example/ through the proxy proxy.example:3128',
    )
  })

  it.each([
    ['main', 'My shop'],
    ['unrouted', 'Unrouted'],
    ['gone', 'gone'],
  ])('names the hook %s, where there are several: %s', (hook, label) => {
    expect(textOf(row({ hook }), 'hook')).toBe(label)
    cleanup()
    expect(textOf(row({ hook }, null, columnsFor(1250, 1)), 'hook')).toBeNull()
  })

  it.each<[string, Partial<DeliverySummary>, string, string, string]>([
    ['a sale', { amount: 500, summary: '$500.00 approved · 98454685' }, '$500.00', 'approved · 98454685', ''],
    [
      'one approved in part',
      { amount: 50, summary: '$50.00 of $80.00 approved in part', invoice: 'INV-7' },
      '$50.00',
      '$50.00 of $80.00 approved in part',
      'INV-7',
    ],
    [
      'with both references',
      { amount: null, summary: 'stock −6', invoice: 'INV-7', orderid: '1001' },
      '',
      'stock −6',
      'INV-7 / 1001',
    ],
    ['with the same twice', { invoice: '1001', orderid: '1001' }, '', '$500.00 approved · 98454685', '1001'],
  ])('has amount and references in columns where there is room: %s', (_, fields, amount, summary, reference) => {
    const container = row(fields)
    expect(textOf(container, 'amount')).toBe(amount)
    expect(textOf(container, 'summary')).toBe(summary)
    expect(textOf(container, 'reference')).toBe(reference)
    cleanup()
    const narrow = row(fields, null, columnsFor(900, 1))
    expect(textOf(narrow, 'amount')).toBeNull()
    expect(textOf(narrow, 'summary')).toBe(fields.summary ?? '$500.00 approved · 98454685')
  })

  it('marks what was searched for, where the body holds it', () => {
    const container = row({ matched: { before: 'invoice: ', text: 'INV', after: '-7' } })
    expect(textOf(container, 'match')).toBe('invoice: INV-7')
    expect(container.querySelector('mark')?.textContent).toBe('INV')
  })

  it.each<[Partial<AttemptSummary>, string, string]>([
    [{}, 'tone-ok', 'App answered200'],
    [{ status: 500 }, 'tone-bad', 'App failed:500'],
    // Elsewhere it may be another app: what that takes is no green.
    [{ own: false, source: 'replay' }, 'tone-neutral', 'Replay answered200'],
    [{ own: false, source: 'replay', status: 500 }, 'tone-bad', 'Replay failed:500'],
    [{ outcome: 'pending', status: null, ms: null }, 'tone-neutral', 'No answer yet'],
  ])('says what the app did: %j', (parts, look, said) => {
    const answer = row({ lastAttempt: attemptSummary(parts) }).querySelector('.row-answer')
    expect([...(answer?.classList ?? [])]).toEqual(['row-answer', look])
    expect(answer?.textContent?.startsWith(said)).toBe(true)
  })

  it('names the target that answered where there are several, and only there', () => {
    const answerAt = (...targets: string[]) => {
      status.value = { hooks: [main], forward: { targets: targets.map(target => ({ target })) } } as unknown as Status
      const said = row({ lastAttempt: attemptSummary({ target: 'http://localhost:3001/ach' }) })
      return said.querySelector('.row-answer')?.textContent
    }
    expect(answerAt('http://localhost:3001/ach', 'http://localhost:3000/cards')).toMatch(/^localhost:3001answered200/)
    cleanup()
    expect(answerAt('http://localhost:3001/ach')).toMatch(/^App answered200/)
  })

  it("has the first line of the app's error as a chip", () => {
    const container = row({ lastAttempt: attemptSummary({ status: 500, line: 'TypeError: x is undefined' }) })
    expect(container.querySelector('.row-summary .badge')?.textContent).toBe('TypeError: x is undefined')
  })
})

describe('columns', () => {
  it.each([
    [390, 1, { twoLines: true, hook: false, money: false }],
    [390, 3, { twoLines: true, hook: false, money: false }],
    [970, 1, { twoLines: false, hook: false, money: false }],
    [970, 2, { twoLines: false, hook: true, money: false }],
    [1256, 1, { twoLines: false, hook: false, money: true }],
    [1256, 2, { twoLines: false, hook: true, money: true }],
    [1100, 2, { twoLines: false, hook: true, money: false }],
  ])('of a list %i pixels wide, with %i hooks', (width, hooks, expected) => {
    expect(columnsFor(width, hooks)).toEqual(expected)
  })
})

describe('days', () => {
  const from = new Date(2026, 10, 30, 0, 30).getTime()
  it.each([
    [new Date(2026, 10, 30, 0, 0), 'Today'],
    [new Date(2026, 10, 29, 23, 59, 59), 'Yesterday, Nov 29'],
    [new Date(2026, 10, 29, 0, 0), 'Yesterday, Nov 29'],
    [new Date(2026, 10, 28, 23, 59), 'Sat, Nov 28'],
    [new Date(2025, 0, 2, 12), 'Thu, Jan 2, 2025'],
  ])('%s is %s', (at, text) => {
    expect(dayText(at.getTime(), from)).toBe(text)
  })

  it('begin at local midnight', () => {
    const midnight = new Date(2026, 10, 29).getTime()
    expect(dayOf(midnight)).toBe(midnight)
    expect(dayOf(midnight - 1)).not.toBe(midnight)
    expect(clockTime(midnight)).toBe('00:00:00')
  })
})
