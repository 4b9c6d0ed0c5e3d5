/** `hookscope pending`: lists, hurries and cancels triggered events that wait for a try. */
import { clip, jsonText, printable } from '../../core/text.ts'
import { loadSettings, type TextOptions } from '../config.ts'
import { exitCodes, UserError } from '../errors.ts'
import { noSecrets } from '../hooks/active.ts'
import { type Io, openInterruption } from '../io.ts'
import { reachSimulator } from '../reach/simulator.ts'
import { pendingLinesOf } from '../terminal/simulated-line.ts'
import { paintFor, widthOf } from '../terminal/style.ts'

export interface PendingOptions {
  readonly settings: TextOptions
  /** The path of `--config`. */
  readonly config: string | null
  readonly json: boolean
  readonly action: 'list' | 'hurry' | 'cancel'
  /** Ids as typed, or `all`; empty for the list. */
  readonly words: readonly string[]
}

/** @throws UserError for what is neither an id nor `all` */
function eventsOf(words: readonly string[]): readonly number[] | 'all' {
  if (words.length === 1 && words[0] === 'all') return 'all'
  const ids = words.map(word => {
    const id = /^#?(\d{1,15})$/.exec(word)?.[1]
    if (id !== undefined) return Number(id)
    throw new UserError(
      word === 'all' ? '"all" stands alone.' : `"${clip(printable(word), 40)}" is not the id of what waits.`,
      'Give ids as hookscope pending lists them, or all.',
      { exitCode: exitCodes.usage },
    )
  })
  return [...new Set(ids)]
}

/** The most that one list holds. */
const listed = 1000

/** @returns the exit code: 1 when one of the ids does not wait */
export async function pending(
  { settings: typed, config, json, action, words }: PendingOptions,
  io: Io,
): Promise<number> {
  const style = { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) }
  const print = (line: string) => io.stdout.write(`${line}\n`)
  const say = (line: string) => io.stderr.write(`${line}\n`)
  const warning = paintFor(io.stderr, io.environment).yellow('Warning:')
  const chosen = eventsOf(words)
  const { settings, warnings } = await loadSettings({
    options: typed,
    configPath: config,
    environment: io.environment,
    folder: io.folder,
  })
  for (const line of warnings) say(`${warning} ${printable(line)}`)
  const interruption = openInterruption(io, () => process.exit(exitCodes.failed))
  const { signal } = interruption
  try {
    const reach = await reachSimulator({ db: settings.db, need: 'there', secrets: noSecrets, signal })
    try {
      if (action === 'list') {
        const [events, hooks] = await Promise.all([reach.pending(), reach.hooks()])
        if (events.length === 0 && !json) say('Nothing waits.')
        for (const event of events) {
          const label = hooks.find(({ id }) => id === event.hook)?.label ?? event.target
          if (json) print(jsonText({ kind: 'pending', ...event }))
          else for (const line of pendingLinesOf(event, label, Date.now(), style)) print(line)
        }
        if (events.length === listed) say(`These are the first ${listed}; there may be more.`)
        if (events.length > 0 && reach.goesOn === 'database')
          say('They go out when hookscope listens on this database.')
        return exitCodes.ok
      }
      const count = await (action === 'hurry' ? reach.hurry(chosen) : reach.cancel(chosen))
      if (json) print(jsonText({ kind: action === 'hurry' ? 'hurried' : 'cancelled', events: count }))
      const what = `${count} ${count === 1 ? 'event' : 'events'}`
      if (action === 'cancel') say(`Cancelled ${what}.`)
      else if (reach.goesOn === 'listener') say(`${what} ${count === 1 ? 'is' : 'are'} tried now.`)
      else say(`${what} ${count === 1 ? 'is' : 'are'} due: sent as soon as hookscope listens on this database.`)
      const wanted = chosen === 'all' ? count : chosen.length
      if (count < wanted) say(`${wanted - count} of the ids ${wanted - count === 1 ? 'does' : 'do'} not wait.`)
      return count < wanted ? exitCodes.failed : exitCodes.ok
    } finally {
      await reach.close()
    }
  } finally {
    interruption.close()
  }
}
