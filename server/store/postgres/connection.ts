/** Connections to PostgreSQL. */
import postgres from 'postgres'

type Types = { number: number; bytes: Uint8Array }

/** bigint and numeric are numbers here: no id, size or time of ours is beyond 2^53. */
export type Sql = postgres.Sql<Types>
/** A connection, or a transaction on one. */
export type Queries = postgres.ISql<Types>
export type Transaction = postgres.TransactionSql<Types>

/** Bodies as one parameter, which is cut in SQL: `substring(all FROM at FOR length)`. */
export function joined(bodies: readonly Uint8Array[]) {
  let next = 1
  const at = bodies.map(({ length }) => {
    const start = next
    next += length
    return start
  })
  return { all: Buffer.concat(bodies), at, lengths: bodies.map(({ length }) => length) }
}

const hexOf = (bytes: Uint8Array) =>
  `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
/** Memory of its own: bodies are handed to other threads. */
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.slice(2), 'hex'))

export interface ConnectionOptions {
  readonly url: string
  /** What PostgreSQL's list of activity shows it as. */
  readonly name: string
  /** Most connections. */
  readonly max: number
  /** Called when a connection of it has closed, for whatever reason. */
  readonly onClose?: () => void
  /** Whether a statement may be sent before the answer to the one before it; default: yes. */
  readonly isPipelined?: boolean
  /** Tables are not read from end to end where an index can be asked; default: as PostgreSQL likes. */
  readonly byIndex?: boolean
}

/** The first try to connect again is at once: who asks meanwhile is refused, and asks again. Seconds. */
const backoffSeconds = (retries: number) => Math.min(1, retries * 0.05)

/**
 * A process that lost its network, or its machine, holds its locks no longer than one that was killed: the server asks whether it is
 * still there after so many seconds, and again each second.
 */
const presence = { tcp_keepalives_idle: 5, tcp_keepalives_interval: 1, tcp_keepalives_count: 4 }

/** Connects when something is asked. Nothing that PostgreSQL sends by itself is told of. */
export function connect({ url, name, max, onClose, isPipelined = true, byIndex = false }: ConnectionOptions): Sql {
  return postgres(url, {
    max,
    types: {
      number: { to: 20, from: [20, 1700], serialize: String, parse: Number },
      bytes: { to: 17, from: [17], serialize: hexOf, parse: bytesOf },
    },
    connection: {
      ...{ application_name: `hookscope ${name}`, search_path: 'hookscope, public', jit: 'off' },
      ...presence,
      ...(byIndex && { enable_seqscan: 'off' }),
    },
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    ...(!isPipelined && { max_pipeline: 0 }),
    backoff: backoffSeconds,
    onnotice: () => {},
    ...(onClose && { onclose: onClose }),
  })
}

/** A URL as it may be shown. */
export function withoutPassword(url: string): string {
  try {
    const shown = new URL(url)
    shown.password = ''
    shown.searchParams.delete('password')
    return shown.href
  } catch {
    return url.replace(/:\/\/[^@/]*@/, '://')
  }
}
