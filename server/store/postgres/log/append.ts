/**
 * Group commit: deliveries that arrive together are committed together, in one statement. While the server takes one group the
 * event loop goes on: what arrives meanwhile is the next one, which is made ready while that waits for the disk.
 */
import type { NewDelivery } from '../../../../core/deliveries/delivery.ts'
import { StoreUnavailable } from '../../problem.ts'
import { originText } from '../../rows.ts'
import { joined, type Sql } from '../connection.ts'
import { unavailable } from '../problem.ts'
import { storable } from '../storable.ts'

export interface Log {
  /** See DeliveryStore.append. */
  append(incoming: NewDelivery): Promise<number>
  /** Whether appends are under way. */
  readonly busy: boolean
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
  /** Takes nothing from now on. */
  close(): void
  /** Ends its connections. */
  end(): Promise<void>
}

export interface LogOptions {
  /** Makes a connection of its own. */
  connect(): Sql
  /** Called with the ids once deliveries are committed. */
  onAppended(ids: readonly number[]): void
}

/** A connection, on which one group goes after the other. */
interface Lane {
  sql: Sql
  isSending: boolean
}

interface Waiting {
  readonly incoming: NewDelivery
  readonly resolve: (id: number) => void
  readonly reject: (error: unknown) => void
}

/** Groups under way at once: those that wait for the disk together wait once. */
const mostLanes = 2
/** Most appends in one statement. */
const largestBatch = 500
/** The same in bytes of bodies; one that is larger still goes by itself. */
const largestBytes = 4 * 1024 * 1024
/** So long the server may take for a group, milliseconds: the gateway waits no longer for its answer. */
const longestMs = 8000

const late = () => new StoreUnavailable('gone', 'The database does not answer')

/** The newest delivery that is from there. */
export async function ofOrigin(sql: Sql, { origin, receivedAt }: Pick<NewDelivery, 'origin' | 'receivedAt'>) {
  if (origin === undefined) return null
  const [row] = await sql<{ id: number }[]>`
    SELECT id FROM arrival WHERE origin = ${storable(originText(origin))} AND received_at = ${Math.round(receivedAt)}
    ORDER BY id DESC LIMIT 1`
  return row?.id ?? null
}

const isTwice = (error: unknown) =>
  typeof error === 'object' &&
  error !== null &&
  'constraint_name' in error &&
  String(error.constraint_name).includes('origin')

export function openLog({ connect, onAppended }: LogOptions): Log {
  const lanes = Array.from({ length: mostLanes }, (): Lane => ({ sql: connect(), isSending: false }))
  let queue: Waiting[] = []
  let idle: (() => void)[] = []
  let isGathering = false
  let closed = false

  async function insert({ sql }: Lane, batch: readonly Waiting[]): Promise<number[]> {
    const of = <Value>(value: (incoming: NewDelivery) => Value) => batch.map(({ incoming }) => value(incoming))
    const { all, at, lengths } = joined(of(one => one.body))
    const rows = await sql<{ id: number }[]>`
      WITH kept AS (
        INSERT INTO arrival (received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path,
          headers, body, rehearsed, origin)
        SELECT received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path, headers,
          substring(${all}::bytea FROM at FOR length), rehearsed, origin
        FROM unnest(
          ${of(one => Math.round(one.receivedAt))}::bigint[], ${of(one => one.readMs)}::double precision[],
          ${of(one => one.bytes)}::bigint[], ${of(one => one.status)}::integer[], ${of(one => storable(one.hook))}::text[],
          ${of(one => storable(one.method))}::text[], ${of(one => storable(one.httpVersion))}::text[],
          ${of(one => storable(one.remoteAddress))}::text[], ${of(one => JSON.stringify(one.verdict))}::text[],
          ${of(one => storable(one.path))}::text[], ${of(one => JSON.stringify(one.headers))}::text[],
          ${at}::integer[], ${lengths}::integer[], ${of(one => (one.rehearsed ? 1 : 0))}::smallint[],
          ${of(({ origin }) => (origin === undefined ? null : storable(originText(origin))))}::text[])
          WITH ORDINALITY AS came (received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict,
            path, headers, at, length, rehearsed, origin, place)
        ORDER BY place
        RETURNING id, received_at)
      INSERT INTO unindexed (id, received_at) SELECT id, received_at FROM kept RETURNING id`
    // Numbers were given in the order of their places.
    return rows.map(({ id }) => id).sort((one, other) => one - other)
  }

  /** A connection that does not answer is given up: whether the server took what it was sent is not known. */
  function inTime<Result>(lane: Lane, work: Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined
    const giveUp = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        void lane.sql.end({ timeout: 0 })
        lane.sql = connect()
        reject(late())
      }, longestMs)
    })
    return Promise.race([work, giveUp]).finally(() => clearTimeout(timer))
  }

  /** What came from another hookscope and is kept by now, as another process has taken it, is that one. */
  async function refused(lane: Lane, { incoming, resolve, reject }: Waiting, error: unknown): Promise<void> {
    const kept =
      incoming.origin === undefined || !isTwice(error) ? null : await ofOrigin(lane.sql, incoming).catch(() => null)
    kept === null ? reject(error) : resolve(kept)
  }

  async function send(lane: Lane, batch: readonly Waiting[]): Promise<void> {
    try {
      const ids = await inTime(lane, insert(lane, batch))
      for (const [index, { resolve }] of batch.entries()) resolve(ids[index] ?? 0)
      onAppended(ids)
    } catch (error) {
      const trouble = unavailable(error)
      // One that cannot be kept at all must not fail its neighbours.
      if (!trouble && batch.length > 1) for (const waiting of batch) await send(lane, [waiting])
      else for (const waiting of batch) await refused(lane, waiting, trouble ?? error)
    }
  }

  function nextBatch(): Waiting[] {
    let bytes = 0
    const fits = queue.findIndex(({ incoming }, index) => {
      bytes += incoming.body.length
      return index === largestBatch || (index > 0 && bytes > largestBytes)
    })
    const batch = fits === -1 ? queue : queue.slice(0, fits)
    queue = fits === -1 ? [] : queue.slice(fits)
    return batch
  }

  async function run(lane: Lane): Promise<void> {
    lane.isSending = true
    while (queue.length > 0) await send(lane, nextBatch())
    lane.isSending = false
    if (isBusy()) return
    for (const done of idle) done()
    idle = []
  }

  const isBusy = () => isGathering || lanes.some(({ isSending }) => isSending)

  /** All of this turn together. */
  function gather(): void {
    const free = lanes.find(({ isSending }) => !isSending)
    if (isGathering || free === undefined) return
    isGathering = true
    setImmediate(() => {
      isGathering = false
      void run(free)
    })
  }

  return {
    append(incoming) {
      if (closed) return Promise.reject(new StoreUnavailable('io', 'The database is closed'))
      return new Promise((resolve, reject) => {
        queue.push({ incoming, resolve, reject })
        gather()
      })
    },
    get busy() {
      return isBusy()
    },
    drained: () => (isBusy() ? new Promise(done => idle.push(done)) : Promise.resolve()),
    close() {
      closed = true
    },
    async end() {
      await Promise.all(lanes.map(({ sql }) => sql.end({ timeout: 1 })))
    },
  }
}
