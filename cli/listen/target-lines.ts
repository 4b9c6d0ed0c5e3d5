/** News of where deliveries go: nobody takes them there, and somebody does again. */
import { isSuccess, throughProxy } from '../../core/http/outcome.ts'
import { counted, printable } from '../../core/text/text.ts'
import type { TargetNews } from '../../server/sender/target-watch.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'
import { replayCommands } from './farewell.ts'

/** @param db what `--db` was given; null when it was not */
export function targetLines(news: TargetNews, db: string | null, { paint, width }: LineStyle): string[] {
  const host = new URL(news.target).host
  if (news.state === 'down') {
    // The line of a delivery has said it.
    if (news.seenBy === 'attempt') return []
    const { message, hint } = news.error
    const [first = '', ...more] = wrapWords(
      `${message} ${hint} Deliveries are kept, and offered to be sent once it answers.`,
      width,
    )
    const red = first.slice(0, message.length)
    return [`${paint.red(printable(red))}${printable(first.slice(red.length))}`, ...more.map(printable)]
  }
  const { missed, target, status, proxy } = news
  const back =
    status === undefined || isSuccess(status)
      ? paint.green(`${host} is up again.`)
      : paint.yellow(
          proxy === undefined
            ? `${host} is up again, and answered ${status}.`
            : `Deliveries to ${host} are answered again: ${status} ${throughProxy(proxy)}, which may be its own answer.`,
        )
  if (missed.length === 0) return [back]
  const what = counted(missed.length, 'delivery', 'deliveries')
  return [
    `${back} It missed ${what}. To send ${missed.length === 1 ? 'it' : 'them'}:`,
    ...replayCommands(missed, target, db, width),
  ]
}
