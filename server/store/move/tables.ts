/**
 * What is moved from a file to a server: tables of both engines, whose columns have the same names and the same meaning. What
 * either makes of them by itself (counters, text index, change log) is not moved.
 */

/** A type of PostgreSQL; SQLite holds the same values as numbers, text and bytes. */
type ColumnType = 'bigint' | 'integer' | 'smallint' | 'double precision' | 'text' | 'bytea'

export interface Table {
  readonly name: string
  /** By name, in the order they are written, read and compared. */
  readonly columns: Readonly<Record<string, ColumnType>>
  /** Orders its rows, in both alike. */
  readonly order: string
  /** Its ids come from the database, unless they are given. */
  readonly isIdentity: boolean
  /** What the server has beside: who works on it, which of what is over is nobody. */
  readonly extra?: Readonly<Record<string, string>>
  /** SQL of both: which of its rows are moved; default: all. */
  readonly only?: string
}

const text = (...names: string[]) => Object.fromEntries(names.map(name => [name, 'text' as const]))

export const arrivalTable: Table = {
  name: 'arrival',
  columns: {
    ...{ id: 'bigint', received_at: 'bigint', read_ms: 'double precision', bytes: 'bigint', status: 'integer' },
    ...text('hook', 'method', 'http_version', 'remote_address', 'verdict', 'path', 'headers'),
    ...{ body: 'bytea', rehearsed: 'smallint', origin: 'text' },
  },
  order: 'id',
  isIdentity: false,
}

/** What became of each delivery: verdicts of now, pins, retries, removal, and which attempt stands for it. */
export const deliveryTable: Table = {
  name: 'delivery',
  columns: {
    ...{ id: 'bigint', received_at: 'bigint', bytes: 'bigint', kept: 'bigint', status: 'integer' },
    ...text('hook', 'method', 'verdict', 'verdict_detail', 'notes'),
    repeat: 'smallint',
    ...text('event_id', 'event_type', 'event_triggered', 'type', 'family', 'summary', 'object_key', 'refnum'),
    amount: 'double precision',
    ...text('invoice', 'orderid'),
    ...{ retry_of: 'bigint', tries: 'integer', superseded: 'smallint', pinned: 'smallint', removed_at: 'bigint' },
    ...{ last_attempt: 'bigint', last_outcome: 'text', last_status: 'integer' },
  },
  order: 'id',
  isIdentity: false,
}

export const attemptTable: Table = {
  name: 'attempt',
  columns: {
    ...{ id: 'bigint', delivery: 'bigint', source: 'text', target: 'text', started_at: 'bigint', outcome: 'text' },
    ...{ status: 'integer', ms: 'double precision' },
    ...text('line', 'location', 'error', 'sloppy', 'proxy', 'laptop', 'report'),
    ...{ former: 'smallint', changes: 'text', own: 'smallint' },
  },
  order: 'id',
  isIdentity: true,
  extra: { process: '0' },
}

export const attemptContentTable: Table = {
  name: 'attempt_content',
  columns: {
    ...{ id: 'bigint', method: 'text', url: 'text', request_headers: 'text', request_body: 'bytea' },
    ...{ answer_headers: 'text', answer_body: 'bytea', answer_bytes: 'bigint', timing: 'text' },
  },
  order: 'id',
  isIdentity: false,
}

export const verdictTable: Table = {
  name: 'verdict_history',
  columns: { id: 'bigint', delivery: 'bigint', at: 'bigint', ...text('before', 'after', 'reason') },
  order: 'id',
  isIdentity: true,
}

/** Secrets are opened and sealed on the way: `savedSecrets` is compared in clear. */
export const hookTable: Table = {
  name: 'hook',
  columns: {
    ...text('id', 'label', 'path', 'saved_secrets', 'custom_url', 'events', 'rehearsal', 'forward'),
    ...{ created_at: 'bigint', removed_at: 'bigint' },
  },
  order: 'id',
  isIdentity: false,
}

/** Small ones, which are moved whole. */
export const smallTables: readonly Table[] = [
  {
    name: 'hook_history',
    columns: { id: 'bigint', hook: 'text', at: 'bigint', entry: 'text' },
    order: 'id',
    isIdentity: true,
  },
  {
    name: 'sample',
    columns: { ...text('name', 'event_type', 'body'), created_at: 'bigint', delivery: 'bigint' },
    order: 'name',
    isIdentity: false,
  },
  {
    name: 'check_run',
    columns: {
      ...{ id: 'bigint', target: 'text', hook: 'text', choices: 'text', started_at: 'bigint', ended_at: 'bigint' },
      ...{ state: 'text', probes: 'integer', score: 'double precision', ready: 'smallint' },
      ...text('problem', 'report'),
    },
    order: 'id',
    isIdentity: true,
    extra: { process: '0' },
  },
  {
    name: 'check_finding',
    columns: { id: 'bigint', run: 'bigint', outcome: 'text', found_at: 'bigint', sent: 'integer', finding: 'text' },
    order: 'id',
    isIdentity: true,
  },
]

/** Of runs that are over: what waits goes out from the file, or is cancelled there. */
const isOver = "(SELECT id FROM simulation WHERE state = 'done')"
const ofOver = `(SELECT id FROM simulated WHERE simulation IN ${isOver})`

export const simulationTable: Table = {
  name: 'simulation',
  columns: {
    ...{ id: 'bigint', started_at: 'bigint', title: 'text', asked: 'text', secrets: 'text', unsubscribed: 'text' },
    ...{ events: 'integer', delivered: 'integer', failed: 'integer', cancelled: 'integer', state: 'text' },
  },
  order: 'id',
  isIdentity: true,
  extra: { process: '0' },
  only: "state = 'done'",
}

/** What the simulated gateway sent, and was answered. */
export const simulationTables: readonly Table[] = [
  simulationTable,
  {
    name: 'simulated',
    columns: {
      ...{ id: 'bigint', simulation: 'bigint', ordinal: 'integer', lane: 'text', hook: 'text', target: 'text' },
      ...{ body: 'bigint', event_id: 'text', event_type: 'text', summary: 'text', created_at: 'bigint' },
      ...{ weather: 'text', state: 'text', due_at: 'double precision', place: 'double precision', tries: 'integer' },
      ...{ last: 'smallint', scenario: 'integer', held: 'smallint' },
    },
    order: 'id',
    isIdentity: true,
    only: `simulation IN ${isOver}`,
  },
  {
    name: 'simulated_body',
    columns: { id: 'bigint', simulation: 'bigint', body: 'bytea' },
    order: 'id',
    isIdentity: true,
    only: `simulation IN ${isOver}`,
  },
  {
    name: 'simulated_try',
    columns: {
      ...{ id: 'bigint', event: 'bigint', number: 'integer', started_at: 'bigint', outcome: 'text' },
      ...{ status: 'integer', ms: 'double precision' },
      ...text('weather', 'error', 'line', 'location', 'sloppy', 'proxy', 'arrival', 'apps'),
    },
    order: 'id',
    isIdentity: true,
    only: `event IN ${ofOver}`,
  },
  {
    name: 'simulated_try_content',
    columns: {
      ...{ id: 'bigint', method: 'text', url: 'text', request_headers: 'text', request_body: 'bytea' },
      ...{ answer_headers: 'text', answer_body: 'bytea', answer_bytes: 'bigint' },
    },
    order: 'id',
    isIdentity: false,
    only: `id IN (SELECT id FROM simulated_try WHERE event IN ${ofOver})`,
  },
]

/** Up to where a laptop has received from a server, and what is offered or to be continued; which tunnel there was is none of it. */
export const noteTables: readonly Table[] = [
  {
    name: 'setting',
    columns: text('name', 'value'),
    order: 'name',
    isIdentity: false,
    only: "(substr(name, 1, 5) = 'from ' OR substr(name, 1, 12) = 'reported to ')",
  },
  {
    name: 'unfinished',
    columns: text('kind', 'name', 'value'),
    order: 'kind, name',
    isIdentity: false,
    only: "kind IN ('replay', 'interrupted', 'missed', 'edit', 'verification')",
  },
]

export const columnsOf = ({ columns }: Table): string[] => Object.keys(columns)

export type Value = number | string | Uint8Array | null
export type MovedRow = Readonly<Record<string, Value>>
