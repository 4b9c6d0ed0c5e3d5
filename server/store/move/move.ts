/**
 * Moves a log from a file to a server, with every byte and every id: `hookscope migrate`. What was cut short is taken up behind
 * the last part that is there; at the end all of it is read back and compared.
 */
import { UserError } from '../../lib/errors.ts'
import type { Sealer } from '../hook-secrets.ts'
import { connect, type Queries, type Sql, withoutPassword } from '../postgres/connection.ts'
import { openingProblem } from '../postgres/problem.ts'
import { migrate } from '../postgres/schema/migrations.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import type { Store } from '../store.ts'
import { compareLogs } from './comparing.ts'
import { moveDeliveries, moveRest, refreshDeliveries } from './moving.ts'
import { openSource, type Source } from './source.ts'
import { arrivalTable, attemptTable, hookTable, simulationTable, verdictTable } from './tables.ts'
import { giveIdsBehind } from './target.ts'

export interface MoveOptions {
  /** The file. */
  readonly from: string
  /** `postgres://…` */
  readonly to: string
  readonly sealer: Sealer
  readonly signal: AbortSignal
  /** Takes lines for people. */
  log(line: string): void
  /** Looks at the file before anything is moved. */
  look?(store: Store): Promise<void>
  /** The server was found to be free for this log; before deliveries are written to it. Not where all was moved before. */
  begun?(): Promise<void>
  /** How far it is, in deliveries. */
  progress(what: 'moved' | 'compared', done: number, of: number): void
}

/** What is at the server now. */
export interface Moved {
  readonly deliveries: number
  /** null: they were not counted, since the server has been in use. */
  readonly attempts: number | null
  readonly hooks: number | null
  /** Deliveries that an earlier run had moved. */
  readonly before: number
  /** Runs of the simulated gateway; null as above. */
  readonly simulations: number | null
  /** Those that are not over, and stay in the file. */
  readonly openSimulations: number
  /** Tables that differ from the file; empty when all is there. */
  readonly different: readonly string[]
}

/** What is noted at the server of a move. */
interface MoveNote {
  /** The log that was moved. */
  readonly source: string
  /** Its newest delivery when the move began. */
  readonly upTo: number
  readonly isDone: boolean
}

const noteName = 'moved-from'
/** How often what is still being prepared in the file is looked at, milliseconds. */
const lookMs = 200

/** @throws UserError when the file or the server cannot be used, or the server has a log of its own */
export async function moveLog(options: MoveOptions): Promise<Moved> {
  const { from, to, sealer, signal, log } = options
  // Held as long as it takes: nobody adds to it meanwhile.
  const store = openSqlite({ path: from, log, sealer })
  try {
    await store.deliveries.settled()
    for (let isTold = false; store.deliveries.renewingBelow() !== null; isTold = true) {
      if (!isTold) log('The file is of an older hookscope, and is brought up to date first …')
      signal.throwIfAborted()
      await new Promise(done => setTimeout(done, lookMs))
    }
    await options.look?.(store)
    const source = openSource(store.path)
    const sql = connect({ url: to, name: 'migrate', max: 1 })
    try {
      await migrate(sql, Date.now())
      return await move(source, sql, options)
    } catch (error) {
      throw signal.aborted ? error : openingProblem(to, error)
    } finally {
      await sql.end({ timeout: 2 })
      source.close()
    }
  } finally {
    await store.close()
  }
}

async function move(source: Source, sql: Sql, options: MoveOptions): Promise<Moved> {
  const { to, sealer, signal, progress } = options
  const note = await begin(source, sql, to)
  const { upTo, isDone } = note
  const [{ before, last } = { before: 0, last: 0 }] = await sql<{ before: number; last: number }[]>`
    SELECT count(*) AS before, coalesce(max(id), 0) AS last FROM arrival WHERE id <= ${upTo}`
  const counting = (what: 'moved' | 'compared', from: number) => {
    let done = from
    return (count: number) => {
      done += count
      progress(what, done, source.deliveries)
    }
  }
  if (!isDone) {
    await options.begun?.()
    if (before > 0) await refreshDeliveries(source, sql, last, signal)
    await moveDeliveries(source, sql, { after: last, upTo, signal, moved: counting('moved', before) })
    await moveRest(source, sql, sealer)
  }
  const compared = counting('compared', 0)
  const { counts, different } = await compareLogs(source, sql, { upTo, logAlone: isDone, sealer, signal, compared })
  if (different.length === 0) await keepNote(sql, { ...note, isDone: true })
  return {
    deliveries: counts.get(arrivalTable) ?? 0,
    attempts: counts.get(attemptTable) ?? null,
    hooks: counts.get(hookTable) ?? null,
    before,
    simulations: counts.get(simulationTable) ?? null,
    openSimulations: source.openSimulations,
    different: different.map(({ name }) => name),
  }
}

/** What an earlier run noted, else a note of this one. @throws UserError when the server has a log of its own */
async function begin(source: Source, sql: Sql, to: string): Promise<MoveNote> {
  const shown = withoutPassword(to)
  const begun = await sql.begin(async tx => {
    const [kept] = await tx<{ value: string }[]>`SELECT value FROM setting WHERE name = ${noteName}`
    const [{ given } = { given: null }] = await tx<{ given: number | null }[]>`
      SELECT pg_sequence_last_value('arrival_id'::regclass) AS given`
    if (kept === undefined) {
      if (given !== null || !(await hasOnlyFirstHook(tx)))
        throw new UserError(
          `${shown} has deliveries or hooks of its own: ids would mean two things.`,
          'Move the log to an empty database, before hookscope serve receives into it.',
        )
      return start(tx, source, { source: source.identity, upTo: source.newest, isDone: false })
    }
    const note: MoveNote = JSON.parse(kept.value)
    if (note.source !== source.identity)
      throw new UserError(`Another log was moved to ${shown}.`, 'Move this one to a database of its own.')
    // Where nothing came to the server since, what came to the file meanwhile has its ids still.
    const isFree = !note.isDone && (given ?? 0) === note.upTo && source.newest > note.upTo
    return isFree ? start(tx, source, { ...note, upTo: source.newest }) : note
  })
  return begun as MoveNote
}

/** From now on what comes to the server gets ids behind those of the file. */
async function start(tx: Queries, source: Source, note: MoveNote): Promise<MoveNote> {
  await giveIdsBehind(tx, arrivalTable, note.upTo)
  for (const table of [attemptTable, verdictTable]) await giveIdsBehind(tx, table, source.largest(table))
  await keepNote(tx, note)
  return note
}

async function keepNote(tx: Queries, note: MoveNote): Promise<void> {
  await tx`INSERT INTO setting (name, value) VALUES (${noteName}, ${JSON.stringify(note)})
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`
}

/** A server on which hookscope was started once has a hook, which nobody may have changed. */
async function hasOnlyFirstHook(tx: Queries): Promise<boolean> {
  const [{ others } = { others: 1 }] = await tx<{ others: number }[]>`
    SELECT (SELECT count(*) FROM hook WHERE id <> 'main')
      + (SELECT count(*) FROM hook_history WHERE entry <> '{"kind":"added"}') AS others`
  return others === 0
}
