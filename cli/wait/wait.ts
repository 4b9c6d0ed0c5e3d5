/** `hookscope wait`: ends once deliveries that match have come, or the time is up. */
import { dayMs, limitText, readTime } from '../../core/text/duration.ts'
import { clip, printable } from '../../core/text/text.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import { within } from '../../server/lib/time-limit.ts'
import { causesFor } from '../shared/causes.ts'
import { comingDeliveries, sinceOf } from '../shared/follow.ts'
import { foundLines, rowJson } from '../shared/found.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'
import { wholeOf } from '../shared/options.ts'
import { queryOfWords } from '../shared/query-words.ts'

/** As typed. */
export interface WaitCommandOptions extends CommonOptions {
  readonly words: readonly string[]
  readonly timeout: string | null
  readonly count: string | null
  readonly since: string | null
  /** Listen when nobody does. */
  readonly listen: boolean
}

const mostAwaited = 100_000
/** A timer of Node's takes no more. */
const longestMs = dayMs

/** @throws UserError for what is no time from a second to a day */
function timeoutOf(typed: string): number {
  const ms = readTime(typed)
  if (ms !== null && ms <= longestMs) return ms
  throw usageError(
    `--timeout should be a time up to a day, such as 30s, 5m or 1h, not “${clip(printable(typed), 40)}”.`,
    'Leave it out to wait for 30 seconds.',
  )
}

/** @returns the exit code: 1 when the time is up */
export async function wait(
  { words, timeout, count, since: from, listen, ...options }: WaitCommandOptions,
  io: Io,
): Promise<number> {
  const query = queryOfWords(words)
  const ms = timeoutOf(timeout ?? '30s')
  const wanted = wholeOf('--count', count ?? '1', { most: mostAwaited, hint: 'Such as --count 3.' })
  const asked = sinceOf(from)
  const listening = listen ? await (await import('./listening.ts')).listenMeanwhile(options, io) : null
  // What comes as soon as the Hook URL is told counts.
  const since = listening !== null && from === null ? ({ kind: 'start' } as const) : asked
  try {
    return await look(
      options,
      io,
      'so nothing can be waited for',
      async ({ client, signal, style, print, printJson, say }) => {
        let came = 0
        const ended = await within({ ms, signals: [signal] }, async limited => {
          try {
            for await (const news of comingDeliveries(client, query, since, limited)) {
              const deliveries = news.deliveries.slice(0, wanted - came)
              const causes = await causesFor(client.api, deliveries)
              for (const delivery of deliveries) {
                if (options.json) await printJson(rowJson(delivery, news.status, causes))
                else await print(foundLines(delivery, news.status, causes, style))
                came += 1
              }
              if (came === wanted) return 'enough'
            }
            return 'gone'
          } catch (error) {
            if (!limited.aborted || signal.aborted) throw error
            return 'late'
          }
        })
        if (ended === 'enough') return exitCodes.ok
        if (ended === 'late') {
          say(`${came === 0 ? 'None' : `${came} of ${wanted}`} came within ${limitText(ms)}.`)
          return exitCodes.failed
        }
        throw new UserError('The hookscope that was listening has ended.', 'Start it again, and wait again.')
      },
    )
  } finally {
    await listening?.close()
  }
}
