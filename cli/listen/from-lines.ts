/** What a terminal says of the server that deliveries come from. */
import type { FromStatus } from '../../core/api/from.ts'
import { deliveriesWords } from '../../core/deliveries/leftover.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { LinkNews } from '../../server/laptop/link.ts'
import type { SignInCode } from '../../server/laptop/sign-in.ts'
import { clock, type LineStyle } from '../shared/delivery-line.ts'
import type { Paint } from '../shared/style.ts'
import { wrapWords } from '../shared/wrap.ts'

const hostOf = ({ server }: Pick<FromStatus, 'server'>) => printable(new URL(server).host)

/** Behind the server's URL, in the block at the start and in `hookscope status`. */
export function standingText(from: FromStatus, paint: Paint): string {
  switch (from.state) {
    case 'connecting':
      return paint.dim('connecting')
    case 'up':
      return `${paint.green('connected')}${from.behind ? ', catching up' : ''} since ${clock(from.since)}`
    case 'retrying':
      return paint.yellow(`not connected since ${clock(from.since)}: ${clip(printable(from.reason), 300)}`)
    case 'down':
      return paint.red(`${clip(printable(from.reason), 160)} ${printable(from.hint)}`)
  }
}

/** Who this machine is there, and of which hooks deliveries come. */
export function fromFacts({ person, laptop, hooks }: FromStatus): string[] {
  const labels = hooks.map(({ label }) => clip(printable(label), 40))
  const shown = labels.length > 6 ? [...labels.slice(0, 5), `${labels.length - 5} others`] : labels
  return [
    ...(person === null ? [] : [`as ${printable(person)}, laptop ${printable(laptop ?? '')}`]),
    ...(labels.length === 0 ? [] : [`webhooks there: ${shown.join(', ')}`]),
  ]
}

/** What is to be done in a browser. */
export function signInLines(server: URL, code: SignInCode, { paint, width }: LineStyle): string[] {
  const until = clock(code.expiresAt)
  return [
    '',
    ...wrapWords(`Sign this laptop in at ${server.host}: open`, width === null ? null : width - 2).map(
      line => `  ${line}`,
    ),
    '',
    `    ${paint.bold(paint.cyan(printable(code.url)))}`,
    '',
    '  and enter the code',
    '',
    `    ${paint.bold(printable(code.code))}`,
    '',
    `  It lasts until ${until}. Waiting …`,
    '',
  ]
}

/** The server is reached by another URL than the one that was asked. */
export const otherUrlLines = (asked: URL, server: URL, { width }: LineStyle): string[] =>
  wrapWords(`${asked.origin} is the server ${server.origin}: it is asked by that URL. Write that after --from.`, width)

/** @param wasUp whether it was connected before in this run */
export function fromLines(news: LinkNews, wasUp: boolean, { paint, width }: LineStyle): string[] {
  if (news.kind === 'caught-up') {
    return wrapWords(
      `Caught up: ${deliveriesWords(news.count)} from the time when this laptop was not connected.`,
      width,
    )
  }
  const { status, begins } = news
  const host = hostOf(status)
  switch (status.state) {
    case 'connecting':
      return []
    case 'up': {
      const who = `as ${printable(status.person ?? '')}, laptop ${printable(status.laptop ?? '')}`
      const connected = wasUp ? `Connected to ${host} again.` : `Connected to ${host} ${who}.`
      if (begins === 'lost')
        return wrapWords(
          `${connected} ${paint.yellow('It does not know what this laptop had.')} Deliveries begin with what comes now: look for those between in its inspector.`,
          width,
        )
      if (begins === 'again')
        return wrapWords(
          `${connected} ${paint.yellow('Its log is another than the one this laptop received from, or an older copy of it.')} Deliveries begin before the two part; those that are here already are kept once.`,
          width,
        )
      const more = begins === 'new' ? ' Deliveries begin with what comes now; older ones are in its inspector.' : ''
      return wrapWords(`${paint.green(connected)}${more}`, width)
    }
    case 'retrying':
      return wrapWords(
        `${paint.yellow(`Not connected to ${host}:`)} ${clip(printable(status.reason), 300)} Trying again at ${clock(status.retryAt)}. Nothing is missed meanwhile.`,
        width,
      )
    case 'down':
      return wrapWords(`${paint.red(printable(status.reason))} ${printable(status.hint)}`, width)
  }
}
