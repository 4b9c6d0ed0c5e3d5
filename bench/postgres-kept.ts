/** The same very many deliveries as in kept.ts, in PostgreSQL: copied in, and indexed by the store's own functions. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import postgres from 'postgres'
import { foldText } from '../core/search/search-text.ts'
import { describeLogged, linkKeysOf } from '../server/store/index/described.ts'
import { openPostgres } from '../server/store/postgres/postgres.ts'
import { keptText } from '../server/store/postgres/schema/grams.ts'
import { storableOrNull } from '../server/store/postgres/storable.ts'
import { keptOne } from './kept.ts'

/** Deliveries in one COPY. */
const batch = 5000

type Value = string | number | null

/** A value as COPY reads it. */
const copied = (value: Value) =>
  value === null
    ? '\\N'
    : String(value).replace(/[\\\n\r\t]/g, one => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[one] ?? one)
const line = (values: readonly Value[]) => `${values.map(copied).join('\t')}\n`

const columns = {
  arrival:
    'id, received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path, headers, body',
  delivery: `id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, event_id, event_type,
    event_triggered, type, family, summary, object_key, refnum, amount, invoice, orderid, tries, pinned, last_attempt,
    last_outcome, last_status, query`,
  delivery_key: 'key, delivery',
  delivery_text: 'id, plain, text',
} as const
type Table = keyof typeof columns

/** What is copied for one delivery. */
function linesOf(place: number, count: number): Record<Table, string> {
  const one = keptOne(place, count)
  const [headers, verdict] = [JSON.stringify(one.headers), JSON.stringify(one.verdict)]
  const logged = { hook: one.hook, method: one.method, headers, verdict, body: one.body }
  const { description, notes, searchable } = describeLogged(logged)
  const body = Buffer.from(one.body)
  const text =
    searchable.text ?? `${foldText(description.summary)}\n${body.toString().toLowerCase().replaceAll('\\/', '/')}`
  // Of a hundred two were forwarded, and of four of these the app refused one.
  const isForwarded = place % 50 === 0
  return {
    arrival: line([
      ...[place, one.receivedAt, one.readMs, one.bytes, one.status, one.hook, one.method, one.httpVersion],
      ...[one.remoteAddress, verdict, one.path, headers, `\\x${body.toString('hex')}`],
    ]),
    delivery: line([
      ...[
        place,
        one.receivedAt,
        one.bytes,
        one.bytes + headers.length + one.path.length,
        one.status,
        one.hook,
        one.method,
      ],
      ...[one.verdict.kind, verdict, JSON.stringify(notes), 0, storableOrNull(description.eventId)],
      ...[description.eventType, description.eventTriggered, description.type, description.family, description.summary],
      ...[description.objectKey, description.refnum, description.amount, description.invoice, description.orderid, 1],
      ...[place % 5000 === 0 ? 1 : 0, isForwarded ? place / 50 : null, isForwarded ? 'answered' : null],
      ...[isForwarded ? (place % 200 === 0 ? 500 : 200) : null, 'x=1'],
    ]),
    delivery_key: [...linkKeysOf(description)].map(key => line([key, place])).join(''),
    delivery_text: line([place, searchable.text === null ? 1 : 0, keptText(text)]),
  }
}

/**
 * Makes the database where it is not there.
 * @param url of an empty database, or of one that was made so @param say how far it is
 */
export async function keepManyInPostgres(url: string, count: number, say: (line: string) => void): Promise<void> {
  await (await openPostgres({ url })).close()
  const pool = postgres(url, { max: 1, onnotice: () => {}, connection: { search_path: 'hookscope, public' } })
  const sql = await pool.reserve()
  const ask = (text: string) => sql.unsafe(text)
  try {
    const [there] = await sql<{ n: string }[]>`SELECT count(*) AS n FROM delivery`
    if (Number(there?.n) === count) return
    const [index] = await sql<{ made: string }[]>`SELECT pg_get_indexdef('delivery_text_grams_by_id'::regclass) AS made`
    await ask('DROP INDEX delivery_text_grams_by_id')
    await ask('ALTER TABLE delivery DISABLE TRIGGER USER')
    for (let first = 1; first <= count; first += batch) {
      const lines = Array.from({ length: Math.min(batch, count + 1 - first) }, (_, at) => linesOf(first + at, count))
      for (const table of Object.keys(columns) as Table[]) {
        const stream: Writable = await sql.unsafe(`COPY ${table} (${columns[table]}) FROM STDIN`).writable()
        stream.end(lines.map(each => each[table]).join(''))
        await once(stream, 'finish')
      }
      if ((first - 1) % (batch * 20) === 0) say(`${first - 1} of ${count} deliveries are kept`)
    }
    await ask(`INSERT INTO attempt (delivery, source, target, started_at, outcome, status, ms, line, process)
      SELECT id, 'forward', 'http://127.0.0.1:3000/hook', received_at, last_outcome, last_status, 5,
        CASE WHEN last_status = 500 THEN 'out of stock' END, 0
      FROM delivery WHERE last_attempt IS NOT NULL ORDER BY id`)
    const facets = [
      ...["'total', '', count(*)", "'bytes', '', sum(kept)"],
      ...['verdict', 'hook'].map(column => `'${column}', ${column}, count(*)`),
      "'type', coalesce(type, event_type), count(*)",
      ...['repeat', 'unknown', 'failed', 'pinned'].map(
        column => `'${column === 'repeat' ? 'duplicates' : column}', '', sum(${column})`,
      ),
    ]
    for (const facet of facets) await ask(`INSERT INTO counter SELECT ${facet} FROM delivery GROUP BY 2`)
    await ask(`INSERT INTO delivery_minute (minute, verdict, n, failed)
      SELECT received_at / 60000, verdict, count(*), sum(failed) FROM delivery GROUP BY 1, 2`)
    await ask("SELECT setval('arrival_id', (SELECT max(id) FROM delivery))")
    await ask('ALTER TABLE delivery ENABLE TRIGGER USER')
    say('all are kept; the index of their texts is made')
    await ask("SET maintenance_work_mem = '512MB'")
    await ask(index?.made ?? '')
    for (const table of [
      'delivery',
      'delivery_text',
      'delivery_key',
      'arrival',
      'attempt',
      'counter',
      'delivery_minute',
    ])
      await ask(`VACUUM ANALYZE ${table}`)
  } finally {
    sql.release()
    await pool.end()
  }
}
