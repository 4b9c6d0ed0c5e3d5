/** News of what waits: what goes out again after a start, and what does not, with the command that sends it. */
import { deliveriesWords, leftoverSentence } from '../../core/deliveries/leftover.ts'
import { spanText } from '../../core/text/duration.ts'
import { printable } from '../../core/text/text.ts'
import { goneCount, type SendNews } from '../../server/sender/leftovers.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'
import { replayCommands } from './farewell.ts'

function sentenceOf(news: SendNews): string {
  const target = printable(news.target)
  switch (news.kind) {
    case 'resumed':
      return `${deliveriesWords(news.ids.length)} that waited when hookscope ended ${news.ids.length === 1 ? 'is' : 'are'} being sent to ${target} now.`
    case 'gone':
      return `${deliveriesWords(goneCount(news))} that waited for ${target} ${goneCount(news) === 1 ? 'was' : 'were'} not sent: deleted, or dropped by the limits.`
    case 'full':
      return `${deliveriesWords(news.waiting)} wait for ${target}: no more are queued until half of them are sent. New deliveries are kept.`
    case 'retrying':
      return news.why === 'refused'
        ? `${target} cannot be reached: deliveries wait, and are tried again for ${spanText(news.ms)}, in their order.`
        : `A connection to ${target} ended without an answer. The delivery is sent once more, and the next ones wait behind it.`
    case 'gave-up':
      return news.why === 'refused'
        ? `${target} took no connection in time for ${deliveriesWords(news.ids.length)}. To send ${news.ids.length === 1 ? 'it' : 'them'} later:`
        : `${target} did not answer ${deliveriesWords(news.ids.length)}, and may have read ${news.ids.length === 1 ? 'it' : 'them'}. To send again:`
    case 'left':
      return `${leftoverSentence({ why: news.why, count: news.ids.length }, target)} To send${news.why === 'interrupted' ? ' again' : ''}:`
  }
}

/** @param db what `--db` was given; null when it was not */
export function sendNewsLines(news: SendNews, db: string | null, { paint, width }: LineStyle): string[] {
  const lines = wrapWords(sentenceOf(news), width)
  if (news.kind === 'resumed') return lines
  const commands =
    news.kind === 'left'
      ? replayCommands(news.ids, news.target, db, width, news.manner)
      : news.kind === 'gave-up'
        ? replayCommands(news.ids, news.target, db, width)
        : []
  return [...lines.map(paint.yellow), ...commands]
}
