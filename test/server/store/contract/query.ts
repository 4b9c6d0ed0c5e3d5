/** Searching, counting and the timeline, against the plainest possible filter over the same deliveries. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Delivery,
  type Note,
  notes,
  type Rejection,
  rejections,
  type Verdict,
} from '../../../../core/deliveries/delivery.ts'
import { describe as describeDelivery } from '../../../../core/deliveries/describe.ts'
import { catalogue, families, findEvent } from '../../../../core/events/catalogue.ts'
import { isAnswerable, matches as matchesInMemory } from '../../../../core/search/match.ts'
import { type Condition, type Query, states, type Term } from '../../../../core/search/query.ts'
import type { Store } from '../../../../server/store/store.ts'
import { arrival, asItCame } from '../../../helpers/deliveries.ts'
import type { Database, Engine } from './place.ts'

const start = Date.UTC(2026, 10, 1)
const hooks = ['main', 'second']
const keys = ['k1', 'k12', 'k2', 'ключ', 'K1', '%', 'k_']
const spellings = [
  ...catalogue.map(entry => entry.type),
  'cardupdate.created',
  'cardupdate.submitted',
  'transaction.sale.unheard',
  'Transaction.Sale.Success',
  '',
]
const words = ['approved', 'last', 'update', 'Größe', 'C02', 'x-1']
const verdicts: Verdict[] = [
  { kind: 'unchecked' },
  { kind: 'verified', key: 'source-key', basic: true },
  { kind: 'rejected', reasons: ['signature-wrong'] },
  { kind: 'rejected', reasons: ['signature-missing', 'credentials-wrong'] },
]

/** The same deliveries each run. */
const arrivals = fc.sample(
  fc.record({
    hook: fc.constantFrom(...hooks),
    minute: fc.nat(2000),
    method: fc.constantFrom('POST', 'POST', 'PUT'),
    type: fc.constantFrom(...spellings),
    key: fc.constantFrom(...keys),
    batch: fc.option(fc.constantFrom(...keys)),
    ref: fc.option(fc.constantFrom('1000', '1001', '20')),
    amount: fc.option(fc.constantFrom('1.00', '12.50', '100.00')),
    words: fc.array(fc.constantFrom(...words), { maxLength: 4 }),
    event: fc.option(fc.constantFrom('e1', 'e2', 'f3')),
    verdict: fc.constantFrom(...verdicts),
    status: fc.constantFrom(200, 401, null),
    attempt: fc.option(fc.constantFrom('pending', 'refused', 'timed-out', 200, 302, 404, 500)),
    pinned: fc.boolean(),
    test: fc.boolean(),
  }),
  { numRuns: 300, seed: 7 },
)

const linked = (delivery: Delivery): string[] => {
  const { event_body: body } = JSON.parse(Buffer.from(delivery.body).toString())
  return [body.object.key, body.object.batch?.key].filter(key => key !== undefined)
}
const between = (value: number | null | undefined, from: number, to: number) =>
  value !== null && value !== undefined && value >= from && value <= to
const compare = (value: number | null, comparison: string, other: number) =>
  value !== null &&
  { '=': value === other, '<': value < other, '<=': value <= other, '>': value > other, '>=': value >= other }[
    comparison
  ] === true

/** The one rule: what is shown contains it, whatever the case and the accents. */
const plainly = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')

function hasText(delivery: Delivery, text: string): boolean {
  const shown = `${delivery.summary}\n${JSON.stringify(JSON.parse(Buffer.from(delivery.body).toString()))}`
  return plainly(shown).includes(plainly(text))
}

function fitsType(delivery: Delivery, pattern: string): boolean {
  const { eventType } = delivery
  if (eventType === null) return false
  const entry = findEvent(eventType)
  const names = [eventType.toLowerCase(), entry?.type, entry?.alternative].filter(name => name !== undefined)
  const wanted = pattern.toLowerCase()
  return names.some(name => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted))
}

function isState(delivery: Delivery, state: (typeof states)[number]): boolean {
  const { lastAttempt, notes: noted } = delivery
  switch (state) {
    case 'verified':
    case 'rejected':
    case 'unchecked':
      return delivery.verdict === state
    case 'retry':
    case 'duplicate':
      return noted.includes('retry') || noted.includes('retry-changed')
    case 'unknown':
      return noted.includes('event-type-unknown')
    case 'unrouted':
      return delivery.hook === 'unrouted'
    case 'unsubscribed':
      return noted.includes('event-not-subscribed')
    case 'failed':
      return lastAttempt !== null && lastAttempt.outcome !== 'pending' && !between(lastAttempt.status, 200, 299)
    case 'forwarded':
      return lastAttempt?.source === 'forward'
    case 'pinned':
      return delivery.pinned
    case 'test':
      return noted.includes('test')
    case 'noted':
      return noted.length > 0
  }
}

const refOf = (delivery: Delivery): string | undefined =>
  JSON.parse(Buffer.from(delivery.body).toString()).event_body.object.refnum

/** Of the same object as one with this reference, or the settlement of its batch. */
const isJoined = (delivery: Delivery, other: Delivery, ref: string): boolean =>
  refOf(other) === ref &&
  (delivery.objectKey === other.objectKey ||
    (delivery.family === 'settlement' && linked(delivery).some(key => linked(other).includes(key))))

function fits(delivery: Delivery, condition: Condition, all: readonly Delivery[]): boolean {
  switch (condition.field) {
    case 'text':
      return hasText(delivery, condition.text)
    case 'type':
      return fitsType(delivery, condition.pattern)
    case 'family':
      return delivery.family === condition.family
    case 'is':
      return isState(delivery, condition.state)
    case 'verdict':
      return delivery.verdict === condition.verdict
    case 'reason':
      return delivery.reasons.includes(condition.reason)
    case 'note':
      return delivery.notes.includes(condition.note)
    case 'status':
      return between(delivery.lastAttempt?.status, condition.from, condition.to)
    case 'outcome':
      return delivery.lastAttempt?.outcome === condition.outcome
    case 'answered':
      return between(delivery.status, condition.from, condition.to)
    case 'key':
      return linked(delivery).some(key => key.startsWith(condition.prefix))
    case 'event':
      return delivery.eventId?.startsWith(condition.prefix) === true
    case 'ref':
      return (
        refOf(delivery)?.startsWith(condition.prefix) ?? all.some(other => isJoined(delivery, other, condition.prefix))
      )
    case 'amount': {
      const { event_body: body } = JSON.parse(Buffer.from(delivery.body).toString())
      const amount = delivery.family === 'transaction' && body.object.auth_amount
      return compare(amount ? Number(amount) : null, condition.comparison, condition.amount)
    }
    case 'bytes':
      return compare(delivery.bytes, condition.comparison, condition.bytes)
    case 'received': {
      const at = Date.parse(delivery.receivedAt)
      return at >= (condition.from ?? at) && (condition.to === null || at < condition.to)
    }
    case 'hook':
      return (
        delivery.hook === condition.hook ||
        (delivery.hook === 'second' && condition.hook.toLowerCase() === 'second hook')
      )
    case 'method':
      return delivery.method === condition.method.toUpperCase()
    case 'amounts': {
      const { event_body: body } = JSON.parse(Buffer.from(delivery.body).toString())
      const amount = delivery.family === 'transaction' && body.object.auth_amount
      return between(amount ? Number(amount) : null, condition.from, condition.to)
    }
    case 'id':
      return between(delivery.id, condition.from, condition.to)
    case 'header': {
      const lines = delivery.headers.map(([name, value]) => `${name}: ${value}`.toLowerCase())
      return lines.some(line => line.includes(condition.text.toLowerCase()))
    }
    case 'tries':
      return delivery.tries === condition.tries
    case 'size':
      return delivery.bytes >= condition.from && delivery.bytes < condition.to
    case 'took': {
      const ms = delivery.lastAttempt?.ms ?? null
      return ms !== null && ms >= condition.from && ms < condition.to
    }
  }
}

const matches = (delivery: Delivery, { terms }: Query, all: readonly Delivery[]) =>
  terms.every(({ negated, anyOf }) => anyOf.some(condition => fits(delivery, condition, all)) !== negated)

const prefixes = (texts: readonly string[]) =>
  fc.constantFrom(...texts).chain(text => fc.nat([...text].length).map(length => [...text].slice(0, length).join('')))
const range = (values: readonly number[]) => fc.tuple(fc.constantFrom(...values), fc.constantFrom(...values))
const comparison = fc.constantFrom('=', '<', '<=', '>', '>=') as fc.Arbitrary<'='>
const minute = fc.option(fc.integer({ min: -10, max: 2010 }).map(count => start + count * 60_000))

const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field: fc.constant('text' as const),
    text: fc.oneof(
      fc.constantFrom(
        'appro',
        'last update',
        'update last',
        'größe',
        'GROßE',
        'grosse',
        'röß',
        'x-1',
        'x',
        '$',
        '"',
        '*',
      ),
      fc.constantFrom(
        '-1',
        '00',
        '000',
        'ept',
        'event',
        'last update"',
        'ate C',
        'transaction.sale',
        'ей',
        'КЛЮЧ',
        'юч',
      ),
      prefixes(words).filter(text => text !== ''),
    ),
    phrase: fc.boolean(),
  }),
  fc.record({
    field: fc.constant('type' as const),
    pattern: fc.oneof(
      fc.constantFrom(...spellings),
      prefixes(spellings).map(prefix => `${prefix}*`),
    ),
  }),
  fc.constantFrom(...families).map(family => ({ field: 'family' as const, family })),
  fc.constantFrom(...states).map(state => ({ field: 'is' as const, state })),
  fc
    .constantFrom('verified' as const, 'unchecked' as const, 'rejected' as const)
    .map(verdict => ({ field: 'verdict' as const, verdict })),
  fc.constantFrom(...(Object.keys(rejections) as Rejection[])).map(reason => ({ field: 'reason' as const, reason })),
  fc.constantFrom(...(Object.keys(notes) as Note[])).map(note => ({ field: 'note' as const, note })),
  range([100, 200, 302, 404, 500, 599]).map(([from, to]) => ({ field: 'status' as const, from, to })),
  fc
    .constantFrom('refused' as const, 'timed-out' as const, 'reset' as const, 'pending' as const)
    .map(outcome => ({ field: 'outcome' as const, outcome })),
  range([200, 299, 401, 500]).map(([from, to]) => ({ field: 'answered' as const, from, to })),
  prefixes(keys).map(prefix => ({ field: 'key' as const, prefix })),
  prefixes(['e1', 'f3', 'e9']).map(prefix => ({ field: 'event' as const, prefix })),
  prefixes(['1000', '20', '20', '3']).map(prefix => ({ field: 'ref' as const, prefix })),
  fc.record({ field: fc.constant('amount' as const), comparison, amount: fc.constantFrom(0, 1, 12.5, 99.99, 100) }),
  range([0, 1, 12.5, 100]).map(([from, to]) => ({ field: 'amounts' as const, from, to })),
  range([150, 240, 250, 350]).map(([from, to]) => ({ field: 'size' as const, from, to })),
  range([0, 2, 3, 4]).map(([from, to]) => ({ field: 'took' as const, from, to })),
  fc.constantFrom(1, 2, 5).map(tries => ({ field: 'tries' as const, tries })),
  fc.constantFrom('x-twice', 'source: test', 'JSON', 'nothing').map(text => ({ field: 'header' as const, text })),
  fc.record({ field: fc.constant('bytes' as const), comparison, bytes: fc.integer({ min: 150, max: 350 }) }),
  fc.record({ field: fc.constant('received' as const), from: minute, to: minute }),
  fc.constantFrom('main', 'second', 'Second hook', 'third').map(hook => ({ field: 'hook' as const, hook })),
  fc.constantFrom('POST', 'put', 'GET').map(method => ({ field: 'method' as const, method })),
  range([1, 50, 120, 299, 1000]).map(([from, to]) => ({ field: 'id' as const, from, to })),
)
const terms: fc.Arbitrary<Term> = fc.record({
  negated: fc.boolean(),
  anyOf: fc
    .tuple(conditions, fc.array(conditions, { maxLength: 2 }))
    .map(([first, rest]): Term['anyOf'] => [first, ...rest]),
  span: fc.constant({ start: 0, end: 0 }),
})
const queries: fc.Arbitrary<Query> = fc.record({ terms: fc.array(terms, { maxLength: 3 }) })

export function queryContract(engine: Engine): void {
  let database: Database
  let store: Store
  let kept: Delivery[]
  beforeAll(async () => {
    database = await engine.create()
    store = await database.open({ now: Date.now })
    await store.hooks.save({
      id: 'second',
      label: 'Second Hook',
      path: '/s',
      savedSecrets: { basicAuth: null, signatureKey: null, sourceKey: null },
      customUrl: null,
      events: null,
      rehearsal: null,
      forward: [],
      createdAt: 1,
    })
    const ids: number[] = []
    for (const one of arrivals) {
      const object = {
        type: 'transaction',
        key: one.key,
        ...(one.batch === null ? {} : { batch: { key: one.batch } }),
        ...(one.ref === null ? {} : { refnum: one.ref }),
        ...(one.amount === null ? {} : { auth_amount: one.amount }),
        result: one.words.join(' '),
      }
      const body = {
        type: 'event',
        event_type: one.type,
        event_triggered: '2026-11-20 10:00:00',
        event_id: one.event ?? undefined,
        event_body: { object },
      }
      const headers: [string, string][] = [['Content-Type', 'application/json']]
      if (one.test) headers.push(['Hookscope-Source', 'test'])
      const { hook, method, verdict, status } = one
      ids.push(
        await store.deliveries.append(
          arrival({ hook, method, verdict, status, headers, body, receivedAt: start + one.minute * 60_000 }),
        ),
      )
    }
    await store.deliveries.settled()
    for (const [index, id] of ids.entries()) {
      const { attempt = null, pinned = false } = arrivals[index] ?? {}
      if (pinned) await store.edits.setPinned([id], true)
      if (attempt === null) continue
      const target = 'http://localhost:1/'
      const request = asItCame((await store.deliveries.get(id)) ?? arrival(), target)
      const source = index % 2 === 0 ? 'forward' : 'replay'
      const attemptId = await store.attempts.start({ delivery: id, source, target, startedAt: start, request })
      if (attempt === 'pending') continue
      const timing = { connectMs: 1, firstByteMs: 2, totalMs: 3 }
      await store.attempts.end(
        attemptId,
        typeof attempt === 'number'
          ? {
              outcome: 'answered',
              answer: { status: attempt, headers: [], body: new Uint8Array(), bodyBytes: 0 },
              timing,
              error: null,
            }
          : { outcome: attempt as 'refused', answer: null, timing, error: { code: 'E', message: 'm', hint: 'h' } },
      )
    }
    kept = await store.deliveries.getMany(ids)
  })
  afterAll(async () => {
    await store.close()
    await database.drop()
  })

  const idsOf = async (query: Query) =>
    (await store.deliveries.list({ query, before: null, limit: 500, grouped: false })).deliveries.map(
      delivery => delivery.id,
    )

  describe('a query', () => {
    it('finds what a plain filter finds, newest first, and counts it', async () => {
      await fc.assert(
        fc.asyncProperty(queries, async query => {
          const expected = kept.filter(delivery => matches(delivery, query, kept)).map(delivery => delivery.id)
          expect(await idsOf(query)).toEqual(expected.toReversed())
          expect(await store.deliveries.count(query, 1000)).toEqual({ count: expected.length })
        }),
        { numRuns: 400 },
      )
    })

    it('finds the same in memory, but for what is asked about forwarding and hooks', async () => {
      const all = kept.map(({ receivedAt, ...delivery }) => ({
        ...delivery,
        receivedAt: Date.parse(receivedAt),
        description: describeDelivery({ ...delivery, bodyKept: true }),
      }))
      const answerable = queries.filter(({ terms }) => terms.every(({ anyOf }) => anyOf.every(isAnswerable)))
      await fc.assert(
        fc.asyncProperty(answerable, async query => {
          const found = all.filter(delivery => matchesInMemory(delivery, query, all)).map(({ id }) => id)
          expect(found.toReversed()).toEqual(await idsOf(query))
        }),
        { numRuns: 300 },
      )
    })

    it('is paged without gaps or repeats, and grouped to the newest of each event', async () => {
      await fc.assert(
        fc.asyncProperty(queries, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (query, limit, grouped) => {
          const expected = kept.filter(delivery => matches(delivery, query, kept) && !(grouped && delivery.superseded))
          const pages: number[] = []
          let before: number | null = null
          do {
            const page: Awaited<ReturnType<Store['deliveries']['list']>> = await store.deliveries.list({
              query,
              before,
              limit,
              grouped,
            })
            expect(page.deliveries.length).toBeLessThanOrEqual(limit)
            pages.push(...page.deliveries.map(delivery => delivery.id))
            before = page.next
          } while (before !== null)
          expect(pages).toEqual(expected.map(delivery => delivery.id).toReversed())
        }),
        { numRuns: 40 },
      )
    })

    it('never breaks on any text', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), fc.boolean(), async (text, phrase) => {
          const anyOf: Term['anyOf'] = [
            { field: 'text', text, phrase },
            { field: 'type', pattern: text },
            { field: 'key', prefix: text },
            { field: 'event', prefix: text },
            { field: 'ref', prefix: text },
            { field: 'hook', hook: text },
            { field: 'method', method: text },
          ]
          for (const condition of anyOf)
            await store.deliveries.count(
              { terms: [{ negated: false, anyOf: [condition], span: { start: 0, end: 0 } }] },
              10,
            )
        }),
        { numRuns: 60 },
      )
    })

    it('counts up to the cap', async () => {
      expect(await store.deliveries.count({ terms: [] }, 10)).toEqual({ count: 10 })
    })

    it('stops when it is told to', async () => {
      const stopped = AbortSignal.abort(new Error('typed on'))
      const request = { query: { terms: [] }, before: null, limit: 10, grouped: false, signal: stopped }
      await expect(store.deliveries.list(request)).rejects.toThrow('typed on')
      await expect(store.deliveries.count({ terms: [] }, 10, { signal: stopped })).rejects.toThrow('typed on')
    })
  })

  describe('totals', () => {
    it('the timeline counts every match once, in its stretch', async () => {
      await fc.assert(
        fc.asyncProperty(queries, fc.integer({ min: 1, max: 50 }), minute, minute, async (query, buckets, from, to) => {
          const timeline = await store.deliveries.timeline({ query, buckets, from, to })
          expect(timeline.buckets.length).toBeLessThanOrEqual(buckets)
          const inside = kept.filter(delivery => {
            const at = Date.parse(delivery.receivedAt)
            return at >= timeline.from && at < timeline.to && matches(delivery, query, kept)
          })
          for (const [index, bucket] of timeline.buckets.entries()) {
            expect(bucket.start).toBe(timeline.from + index * timeline.bucketMs)
            const here = inside.filter(delivery => {
              const at = Date.parse(delivery.receivedAt)
              return at >= bucket.start && at < bucket.start + timeline.bucketMs
            })
            for (const verdict of ['verified', 'unchecked', 'rejected'] as const)
              expect(bucket[verdict]).toBe(here.filter(delivery => delivery.verdict === verdict).length)
          }
          const counted = timeline.buckets.reduce((sum, one) => sum + one.verified + one.unchecked + one.rejected, 0)
          expect(counted).toBe(inside.length)
          if (from === null && to === null) expect(counted).toBe(kept.filter(one => matches(one, query, kept)).length)
        }),
        { numRuns: 60 },
      )
    })

    it('the facets of a search are those of what it finds, and stop where enough is counted', async () => {
      const cap = kept.length + 1
      expect(await store.deliveries.facets({ query: { terms: [] }, cap })).toEqual(await store.deliveries.facets())
      expect(await store.deliveries.facets({ query: { terms: [] }, cap: 1 })).toMatchObject({ capped: true })
      await fc.assert(
        fc.asyncProperty(queries, async query => {
          const found = kept.filter(delivery => matches(delivery, query, kept))
          const count = (state: (typeof states)[number]) => found.filter(delivery => isState(delivery, state)).length
          expect(await store.deliveries.facets({ query, cap })).toMatchObject({
            ...{ total: found.length, capped: false, duplicates: count('retry'), unknown: count('unknown') },
            verdicts: { verified: count('verified'), unchecked: count('unchecked'), rejected: count('rejected') },
            ...{ failed: count('failed'), pinned: count('pinned') },
          })
        }),
        { numRuns: 30 },
      )
    })

    it('the facets are what counting by hand gives', async () => {
      const facets = await store.deliveries.facets()
      const count = (state: (typeof states)[number]) => kept.filter(delivery => isState(delivery, state)).length
      expect(facets).toMatchObject({
        total: kept.length,
        verdicts: { verified: count('verified'), unchecked: count('unchecked'), rejected: count('rejected') },
        duplicates: count('retry'),
        unknown: count('unknown'),
        failed: count('failed'),
        pinned: count('pinned'),
      })
      expect(Object.fromEntries(facets.hooks.map(({ hook, count: n }) => [hook, n]))).toEqual(
        Object.fromEntries(hooks.map(hook => [hook, kept.filter(delivery => delivery.hook === hook).length])),
      )
      const created = facets.types.find(({ type }) => type === 'cau.created')
      expect(created).toEqual({
        type: 'cau.created',
        family: 'cau',
        count: kept.filter(({ eventType }) => /^(cau|cardupdate)\.created$/.test(eventType ?? '')).length,
      })
    })
  })
}
