/** What the index holds of deliveries, in its tables: many of them in a few statements. */
import type { Note } from '../../../../core/deliveries/delivery.ts'
import type { EventKey } from '../../edits.ts'
import { alone, type KnownEvent, type KnownLane, type Placed, placeBehind } from '../../grouping.ts'
import { linkKeysOf } from '../../index/described.ts'
import { hookNotes } from '../../index/hook-notes.ts'
import { readVerdict } from '../../rows.ts'
import type { Queries } from '../connection.ts'
import { storable, storableOrNull } from '../storable.ts'
import type { Changed } from '../writer.ts'
import { mostAtOnce, regroupNow, sameBodies } from './regroup.ts'
import { lockGrouping } from './shown.ts'
import { showAttempts } from './shown-attempt.ts'
import type { Waiting } from './waiting.ts'

const keyOf = ({ hook, eventId }: EventKey) => JSON.stringify([hook, eventId])

interface LaneRow {
  readonly place: number
  readonly rejected: number
  readonly first: number
  readonly named: number
  readonly newest: number
  readonly tries: number
  readonly kept: number | null
}

/** What is known of each of these events. */
async function knownEvents(tx: Queries, events: readonly EventKey[]): Promise<Map<string, KnownEvent>> {
  const rows = await tx<LaneRow[]>`
    SELECT e.place, l.rejected, f.id AS first, coalesce(f.retry_of, f.id) AS named, n.id AS newest, n.tries, k.id AS kept
    FROM unnest(${events.map(({ hook }) => hook)}::text[], ${events.map(({ eventId }) => eventId)}::text[])
      WITH ORDINALITY AS e (hook, event_id, place)
    CROSS JOIN (VALUES (0::smallint), (1::smallint)) AS l (rejected)
    CROSS JOIN LATERAL (SELECT d.id, d.retry_of FROM delivery d
      WHERE d.event_id = e.event_id AND d.hook = e.hook AND d.rejected = l.rejected ORDER BY d.id LIMIT 1) AS f
    CROSS JOIN LATERAL (SELECT d.id, d.tries FROM delivery d
      WHERE d.event_id = e.event_id AND d.hook = e.hook AND d.rejected = l.rejected ORDER BY d.id DESC LIMIT 1) AS n
    LEFT JOIN LATERAL (SELECT r.id FROM (SELECT d.id, d.removed_at FROM delivery d
        WHERE d.event_id = e.event_id AND d.hook = e.hook AND d.rejected = l.rejected
        ORDER BY d.id DESC LIMIT ${mostAtOnce}) AS r
      WHERE r.removed_at IS NULL ORDER BY r.id DESC LIMIT 1) AS k ON true`
  const known = new Map<string, KnownEvent>(events.map(event => [keyOf(event), { genuine: null, rejected: null }]))
  for (const { place, rejected, ...row } of rows) {
    const event = events[place - 1]
    if (event === undefined) continue
    const lane: KnownLane = row
    const before = known.get(keyOf(event)) ?? { genuine: null, rejected: null }
    known.set(keyOf(event), rejected === 1 ? { ...before, rejected: lane } : { ...before, genuine: lane })
  }
  return known
}

/** Where each is within its event; and the events of which one came after a later one. */
async function placesOf(tx: Queries, waiting: readonly Waiting[]) {
  const eventOf = ({ logged, described }: Waiting): EventKey | null =>
    described.description.eventId === null
      ? null
      : { hook: logged.hook, eventId: storable(described.description.eventId) }
  const events = new Map(waiting.flatMap(one => eventOf(one) ?? []).map(event => [keyOf(event), event]))
  const known = events.size === 0 ? new Map<string, KnownEvent>() : await knownEvents(tx, [...events.values()])
  const places = new Map<number, Placed>()
  const late = new Map<string, EventKey>()
  for (const one of waiting) {
    const event = eventOf(one)
    const { id } = one.logged
    const before = event && known.get(keyOf(event))
    if (event === null || !before) continue
    const isRejected = readVerdict(one.logged.verdict).kind === 'rejected'
    if (Math.max(before.genuine?.newest ?? 0, before.rejected?.newest ?? 0) > id) {
      late.set(keyOf(event), event)
      continue
    }
    const { placed, event: after } = placeBehind(before, id, isRejected)
    places.set(id, placed)
    known.set(keyOf(event), after)
  }
  return { places, late: [...late.values()] }
}

/** Adds them to the list, all in one transaction. */
export async function addToIndex(tx: Queries, waiting: readonly Waiting[], changed: Changed): Promise<void> {
  await lockGrouping(tx)
  // What is dropped or indexed by now is not there any more. Who begins an attempt meanwhile waits for the end of this.
  const taken = await tx<{ id: number; status: number | null }[]>`
    DELETE FROM unindexed WHERE id = ANY(${waiting.map(({ logged }) => logged.id)}::bigint[]) RETURNING id, status`
  const statusOf = new Map(taken.map(({ id, status }) => [id, status]))
  const added = waiting.filter(({ logged }) => statusOf.has(logged.id))
  if (added.length === 0) return
  const subscriptions = await tx<{ id: string; events: string | null }[]>`SELECT id, events FROM hook`
  const eventsOf = new Map(subscriptions.map(({ id, events }) => [id, events]))
  const { places, late } = await placesOf(tx, added)
  const placeOf = ({ logged }: Waiting) => places.get(logged.id) ?? alone
  const same = await sameBodies(
    tx,
    added.flatMap(one => {
      const first = placeOf(one).comparedTo
      return first === null ? [] : [{ id: one.logged.id, first }]
    }),
    new Map(added.map(({ logged }) => [logged.id, logged.received_at])),
  )
  const noteOf = (one: Waiting): Note[] =>
    placeOf(one).comparedTo === null ? [] : [same.has(one.logged.id) ? 'retry' : 'retry-changed']
  const rows = added.map(one => {
    const { logged, described } = one
    const { description } = described
    const place = placeOf(one)
    const retry = noteOf(one)
    const notes = [
      ...described.notes,
      ...retry,
      ...hookNotes(logged, description.type, eventsOf.get(logged.hook) ?? null),
    ]
    const at = logged.path.indexOf('?')
    return {
      ...{ logged, description, place, notes: JSON.stringify(notes), repeat: retry.length },
      kept: logged.body.length + logged.headers.length + logged.path.length,
      status: statusOf.get(logged.id) ?? logged.status,
      verdict: readVerdict(logged.verdict).kind,
      query: at === -1 ? null : logged.path.slice(at + 1),
    }
  })
  const of = <Value>(value: (row: (typeof rows)[number]) => Value) => rows.map(value)
  const text = (name: 'eventId' | 'eventType' | 'eventTriggered' | 'type' | 'family' | 'objectKey') =>
    of(({ description }) => storableOrNull(description[name]))
  await tx`
    INSERT INTO delivery (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, event_id,
      event_type, event_triggered, type, family, summary, object_key, refnum, amount, invoice, orderid, retry_of, tries, query,
      origin)
    SELECT * FROM unnest(
      ${of(({ logged }) => logged.id)}::bigint[], ${of(({ logged }) => logged.received_at)}::bigint[],
      ${of(({ logged }) => logged.bytes)}::bigint[], ${of(({ kept }) => kept)}::bigint[],
      ${of(({ status }) => status)}::integer[], ${of(({ logged }) => logged.hook)}::text[],
      ${of(({ logged }) => logged.method)}::text[], ${of(({ verdict }) => verdict)}::text[],
      ${of(({ logged }) => logged.verdict)}::text[], ${of(({ notes }) => notes)}::text[],
      ${of(({ repeat }) => repeat)}::smallint[], ${text('eventId')}::text[], ${text('eventType')}::text[],
      ${text('eventTriggered')}::text[], ${text('type')}::text[], ${text('family')}::text[],
      ${of(({ description }) => storable(description.summary))}::text[], ${text('objectKey')}::text[],
      ${of(({ description }) => storableOrNull(description.refnum))}::text[],
      ${of(({ description }) => description.amount)}::double precision[],
      ${of(({ description }) => storableOrNull(description.invoice))}::text[],
      ${of(({ description }) => storableOrNull(description.orderid))}::text[],
      ${of(({ place }) => place.retryOf)}::bigint[], ${of(({ place }) => place.tries)}::integer[],
      ${of(({ query }) => query)}::text[], ${of(({ logged }) => logged.origin)}::text[])`
  await supersede(tx, rows, changed)
  await addSearched(tx, added)
  const attempted = await tx<{ delivery: number }[]>`
    SELECT DISTINCT delivery FROM attempt WHERE delivery = ANY(${added.map(({ logged }) => logged.id)}::bigint[])`
  await showAttempts(
    tx,
    attempted.map(({ delivery }) => delivery),
  )
  for (const event of late) {
    // Those of an event that a stranger repeats without end are not looked at again and again.
    for (const id of (await regroupNow(tx, event)) ?? []) changed('delivery', id)
  }
  for (const { logged } of added) changed('delivery', logged.id, 'indexed')
}

/** Adds what links them to others, and what is searched of them. */
export async function addSearched(tx: Queries, added: readonly Waiting[]): Promise<void> {
  const keys = added.flatMap(({ logged, described: { description } }) =>
    [...linkKeysOf(description)].map(key => ({ key: storable(key), id: logged.id })),
  )
  if (keys.length > 0)
    await tx`
      INSERT INTO delivery_key (key, delivery)
      SELECT * FROM unnest(${keys.map(({ key }) => key)}::text[], ${keys.map(({ id }) => id)}::bigint[])
      ON CONFLICT DO NOTHING`
  await tx`
    INSERT INTO delivery_text (id, plain, text)
    SELECT * FROM unnest(${added.map(({ logged }) => logged.id)}::bigint[],
      ${added.map(({ plain }) => plain)}::smallint[], ${added.map(({ text }) => storable(text))}::text[])`
}

/** Those that were shown until now give way: to what came behind them, in the list before or with them. */
async function supersede(tx: Queries, rows: readonly { readonly place: Placed }[], changed: Changed): Promise<void> {
  const ids = rows.flatMap(({ place }) => place.supersedes ?? [])
  if (ids.length === 0) return
  await tx`UPDATE delivery SET superseded = 1 WHERE id = ANY(${ids}::bigint[])`
  for (const id of ids) changed('delivery', id)
}
