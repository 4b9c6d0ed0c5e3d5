/** `hookscope tail`: deliveries that match as they come, and how sending them on went. */
import { type Preparing, searchedSentence } from '../../core/deliveries/preparing.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import { causesFor } from '../shared/causes.ts'
import { attemptLines } from '../shared/delivery-line.ts'
import { comingDeliveries, sinceOf } from '../shared/follow.ts'
import { foundLines, rowJson } from '../shared/found.ts'
import type { Io } from '../shared/io.ts'
import { attemptLine } from '../shared/json-delivery.ts'
import { type Looking, look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'
import { preparingLine, preparingLines } from '../shared/preparing-lines.ts'
import { queryOfWords } from '../shared/query-words.ts'

export interface TailOptions extends CommonOptions {
  readonly words: readonly string[]
  /** As typed. */
  readonly since: string | null
}

/** @returns the exit code */
export async function tail({ words, since: from, ...options }: TailOptions, io: Io): Promise<number> {
  const query = queryOfWords(words)
  const since = sinceOf(from)
  return look(options, io, 'so nothing can come', async ({ client, signal, style, print, printJson, say }) => {
    const tellLate = latePrinter(style, print, say)
    try {
      for await (const news of comingDeliveries(client, query, since, signal, true)) {
        const { deliveries, attempts, status, preparing } = news
        if (preparing !== undefined) {
          await (options.json ? printJson(preparingLine(preparing)) : tellLate(preparing))
          continue
        }
        const causes = await causesFor(client.api, deliveries)
        if (options.json) {
          for (const delivery of deliveries) await printJson(rowJson(delivery, status, causes))
          for (const attempt of attempts) await printJson(attemptLine(attempt))
        } else {
          await print(deliveries.flatMap(delivery => foundLines(delivery, status, causes, style)))
          await print(attempts.flatMap(attempt => attemptLines(attempt, style)))
        }
      }
    } catch (error) {
      // It was watched until somebody had seen enough.
      if (signal.aborted) return exitCodes.ok
      throw error
    }
    throw new UserError('The hookscope that was listening has ended.', 'Start it again to see what comes.')
  })
}

/** Tells of what is kept and not listed yet: that there is some, the newest that matches, and that there is none any more. */
function latePrinter(style: Looking['style'], print: Looking['print'], say: Looking['say']) {
  let isSaid = false
  let newest = 0
  return async (preparing: Preparing | null): Promise<void> => {
    if (preparing === null) {
      if (isSaid) say('All deliveries are listed now.')
      isSaid = false
      return
    }
    if (!isSaid) say(searchedSentence(preparing))
    isSaid = true
    const [delivery] = preparing.newest
    if (delivery === undefined || delivery.id <= newest) return
    newest = delivery.id
    await print(preparingLines(delivery, preparing.count, style))
  }
}
