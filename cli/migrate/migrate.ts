/** `hookscope migrate`: a laptop's log becomes that of a server. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { rangeWords } from '../../core/text/id-ranges.ts'
import { counted, jsonText, printable, withCommas } from '../../core/text/text.ts'
import type { ConfigChoice } from '../../server/config/config-read.ts'
import { inHome } from '../../server/config/home.ts'
import { newSecretHint, openSealer, secretsOfEnvironment } from '../../server/config/sealed.ts'
import { serverVariables, variableName } from '../../server/config/settings.ts'
import { isDatabaseUrl, shownDatabase } from '../../server/lib/database-url.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import { movePeople } from '../../server/people/move.ts'
import { openForwardMemory } from '../../server/sender/forward-memory.ts'
import { type Moved, moveLog } from '../../server/store/move/move.ts'
import type { Store } from '../../server/store/store.ts'
import { type Io, stoppable } from '../shared/io.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'

export interface MigrateCommandOptions {
  readonly from: string | null
  readonly to: string | null
  readonly config: ConfigChoice
  readonly json: boolean
}

/** How far it is is said each so often, milliseconds. */
const tellMs = 2000

/** @returns the exit code: 1 when what is there differs from the file */
export async function migrateLog(options: MigrateCommandOptions, io: Io): Promise<number> {
  const { say, warn } = sayingTo(io)
  const { from, to } = await placesOf(options, io)
  const secrets = await secretsOfEnvironment({ environment: io.environment, warn })
  if (secrets === null)
    throw new UserError(
      `The keys of the hooks are sealed there: ${serverVariables.secret} is needed.`,
      `Give the one that hookscope serve has or will have there. ${newSecretHint}`,
    )
  let told = performance.now()
  return stoppable(io, say, async signal => {
    let people = 0
    let waiting: readonly Waiting[] = []
    const moved = await moveLog({
      ...{ from, to, sealer: openSealer(secrets), signal, log: say },
      async look(store) {
        waiting = await waitingIn(store)
      },
      async begun() {
        people = await movePeople({ from, to })
      },
      progress(what, done, of) {
        if (performance.now() - told < tellMs) return
        told = performance.now()
        say(`${withCommas(done)} of ${counted(of, 'delivery', 'deliveries')} ${what} …`)
      },
    })
    const { deliveries, attempts, hooks, simulations, openSimulations, before, different } = moved
    const shown = shownDatabase(to)
    if (options.json)
      io.stdout.write(
        `${jsonText({ kind: 'migrate', from, to: shown, deliveries, attempts, hooks, people, simulations, before, different, stays: { simulations: openSimulations, waiting } })}\n`,
      )
    else
      io.stdout.write(`${[wordsOf(moved, people, from, shown), ...staysLines(openSimulations, waiting)].join('\n')}\n`)
    return different.length === 0 ? exitCodes.ok : exitCodes.failed
  })
}

/** Deliveries that wait to be forwarded. */
interface Waiting {
  readonly target: string
  readonly count: number
  /** A search that finds them. */
  readonly query: string
}

async function waitingIn(store: Store): Promise<readonly Waiting[]> {
  const memory = await openForwardMemory(store, await store.deliveries.newest())
  const byTarget = new Map<string, Set<number>>()
  for (const { name, target } of memory.left()) {
    const { fresh, old, passed } = await memory.stillOwed(name)
    const ids = byTarget.get(target) ?? new Set()
    for (const id of [...fresh, ...old, ...passed]) ids.add(id)
    byTarget.set(target, ids)
  }
  return [...byTarget].flatMap(([target, ids]) => {
    const sorted = [...ids].sort((one, other) => one - other)
    return sorted.length === 0 ? [] : { target, count: sorted.length, query: `id:${rangeWords(sorted).join(',')}` }
  })
}

/** What a server does not do by itself: what it would send, the file might send as well. */
function staysLines(simulations: number, waiting: readonly Waiting[]): string[] {
  const waits = waiting.map(
    ({ target, count, query }) =>
      `Not sent by the server: ${counted(count, 'delivery', 'deliveries')} that ${count === 1 ? 'waits' : 'wait'} for ${printable(target)}. Replay ${count === 1 ? 'it' : 'them'} there (${query}), or start hookscope on the file once more, which sends ${count === 1 ? 'it' : 'them'}.`,
  )
  const runs =
    simulations === 0
      ? []
      : [
          `${counted(simulations, 'simulation')} ${simulations === 1 ? 'is' : 'are'} not over, and ${simulations === 1 ? 'stays' : 'stay'} in the file.`,
        ]
  return [...waits, ...runs, 'The way to a public URL stays with the file: a server has its own.']
}

async function placesOf({ from, to, config }: MigrateCommandOptions, io: Io): Promise<{ from: string; to: string }> {
  const named = to ?? io.environment[variableName('db')] ?? ''
  if (!isDatabaseUrl(named))
    throw usageError(
      '--to should be the URL of a PostgreSQL database.',
      'Such as postgres://hookscope@db.internal/hookscope',
    )
  const { settings } = await settingsFor({ config }, io, { reads: ['db'], optional: from !== null })
  const file = from === null ? settings.db : resolve(io.folder, inHome(from))
  if (isDatabaseUrl(file)) throw usageError('Name the file that is moved.', 'With --from FILE.')
  if (!existsSync(file)) throw new UserError(`There is no ${printable(file)}.`, 'Name the file with --from FILE.')
  return { from: file, to: named }
}

function wordsOf(
  { deliveries, attempts, hooks, simulations, different }: Moved,
  people: number,
  from: string,
  to: string,
): string {
  const all = [
    counted(deliveries, 'delivery', 'deliveries'),
    ...(attempts === null ? [] : [counted(attempts, 'attempt')]),
    ...(hooks === null ? [] : [counted(hooks, 'hook')]),
    ...(simulations === null || simulations === 0 ? [] : [counted(simulations, 'simulation')]),
    ...(people === 0 ? [] : [counted(people, 'person', 'people')]),
  ].join(', ')
  return different.length === 0
    ? `${all} of ${printable(from)} are in ${printable(to)}: read back and compared, the same.`
    : `${printable(to)} differs from ${printable(from)} in: ${different.join(', ')}. The file is as it was.`
}
