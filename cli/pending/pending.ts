/** `hookscope pending`: lists, sends and cancels triggered events that are queued for a retry. */

import { clip, jsonText, printable } from '../../core/text/text.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { exitCodes, usageError } from '../../server/lib/errors.ts'
import { answerOf, findListener, openClient } from '../client.ts'
import { idOfWord } from '../shared/ids.ts'
import { type Io, interruptible } from '../shared/io.ts'
import { noDatabase } from '../shared/no-database.ts'
import type { CommonOptions } from '../shared/options.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'
import { pendingLinesOf } from '../shared/simulated-line.ts'
import { paintFor, widthOf } from '../shared/style.ts'

export interface PendingOptions extends CommonOptions {
  readonly action: 'list' | 'send' | 'cancel'
  /** Ids as typed, or `all`; empty for the list. */
  readonly words: readonly string[]
}

/** @throws UserError for what is neither an id nor `all` */
function eventsOf(words: readonly string[]): readonly number[] | 'all' {
  if (words.length === 1 && words[0] === 'all') return 'all'
  const ids = words.map(word => {
    const id = idOfWord(word)
    if (id !== null) return id
    throw usageError(
      word === 'all'
        ? '“all” cannot be combined with ids.'
        : `“${clip(printable(word), 40)}” is not the id of a queued event.`,
      'Give ids as listed by hookscope pending, or all.',
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
  const { say } = sayingTo(io)
  const chosen = eventsOf(words)
  const { settings } = await settingsFor({ config, settings: typed }, io, { reads: ['db'] })
  return interruptible(io, async signal => {
    const listener = await findListener(settings.db, signal)
    const client = await openClient(listener, {
      ...{ settings, folder: io.folder, secrets: noSecrets, signal, missingHint: noDatabase },
    })
    const { pending } = client.api.simulations
    try {
      if (action === 'list') {
        const [{ events }, { hooks }] = await Promise.all([
          answerOf(pending.$get()),
          answerOf(client.api.status.$get()),
        ])
        // A reader may take its time (`| less`): others have the database meanwhile.
        await client.close()
        if (events.length === 0 && !json) say('Nothing is queued.')
        for (const event of events) {
          const label = hooks.find(({ id }) => id === event.hook)?.label ?? event.target
          if (json) print(jsonText({ kind: 'pending', ...event }))
          else for (const line of pendingLinesOf(event, label, Date.now(), style)) print(line)
        }
        if (events.length === listed) say(`These are the first ${listed}; there may be more.`)
        if (events.length > 0 && listener === null) say('They are sent when hookscope listens on this database.')
        return exitCodes.ok
      }
      const { events: count } = await answerOf(
        pending[action === 'send' ? 'hurry' : 'cancel'].$post({ json: { events: chosen } }),
      )
      if (json) print(jsonText({ kind: action === 'send' ? 'hurried' : 'cancelled', events: count }))
      const what = `${count} ${count === 1 ? 'event' : 'events'}`
      if (action === 'cancel') say(`Canceled ${what}.`)
      else if (listener !== null) say(`${what} ${count === 1 ? 'is' : 'are'} being sent now.`)
      else say(`${what} ${count === 1 ? 'is' : 'are'} due: sent as soon as hookscope listens on this database.`)
      const wanted = chosen === 'all' ? count : chosen.length
      if (count < wanted) say(`${wanted - count} of the ids ${wanted - count === 1 ? 'is' : 'are'} not queued.`)
      return count < wanted ? exitCodes.failed : exitCodes.ok
    } finally {
      await client.close()
    }
  })
}
