/** What `hookscope status` prints: a row a thing, as in the block at the start. */
import type { Status, TargetStatus } from '../../core/api/messages.ts'
import { downReason, unavailableCode } from '../../core/api/target-words.ts'
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import { type TunnelWords, tunnelWords } from '../../core/api/tunnel-words.ts'
import { deliveriesWords, leftoverSentence } from '../../core/deliveries/leftover.ts'
import { preparingSentence } from '../../core/deliveries/preparing.ts'
import { isSuccess, throughProxy } from '../../core/http/outcome.ts'
import { leftOutTexts, placeText, takenText } from '../../core/routes/route-words.ts'
import { sinceText } from '../../core/text/duration.ts'
import { clip, printable, withCommas } from '../../core/text/text.ts'
import { offerSentence } from '../../core/tunnels/taking.ts'
import type { Owner } from '../../server/store/sqlite/file/owner.ts'
import { exposedRows, fromRows, hookRows, row, sentence } from '../listen/banner.ts'
import { clock, type LineStyle } from '../shared/delivery-line.ts'
import type { CappedCount, StatusCounts } from '../shared/json-lines.ts'
import type { Paint } from '../shared/style.ts'

const painters = ({ green, yellow, red, dim }: Paint): Readonly<Record<TunnelWords['tone'], Paint['green']>> => ({
  ok: green,
  warn: yellow,
  bad: red,
  neutral: dim,
})

function tunnelText(tunnel: TunnelStatus, paint: Paint, now: number): string {
  const { tone, label, more } = tunnelWords(tunnel, now)
  return `${painters(paint)[tone](label)}${more === null ? '' : ` · ${clip(printable(more), 300)}`}`
}

const numberOf = ({ count, capped }: CappedCount) => `${capped ? 'more than ' : ''}${withCommas(count)}`

function countsText({ kept, failed, rejected }: StatusCounts, paint: Paint): string {
  const bad = (counted: CappedCount, what: string) => {
    const text = `${numberOf(counted)} ${what}`
    return counted.count === 0 ? paint.dim(text) : paint.red(text)
  }
  return [`${numberOf(kept)} kept`, bad(failed, 'not taken by your app'), bad(rejected, 'rejected')].join(' · ')
}

/** Where deliveries go, and whether somebody is there. */
function targetText(status: TargetStatus, said: readonly (string | null)[], paint: Paint): string {
  const { target, state, error, answered, waiting, isFull, missed } = status
  const isGood = answered === null || isSuccess(answered.status)
  const last = answered === null ? null : `last answered ${answered.status} at ${clock(answered.at)}`
  // What a proxy relays, it may have answered itself.
  const isSure = isGood || status.proxy === undefined || target.startsWith('https:')
  const up = [...(isSure ? ['up'] : []), ...(last === null ? [] : [last])].join(', ')
  const reason = clip(printable(downReason(status, clock)), 160)
  const why = error?.code === unavailableCode ? reason : `down: ${reason}`
  const place = {
    up: isGood ? paint.green(up) : paint.red(up),
    down: paint.red(why),
    // A proxy may not say whether one is there.
    unknown: paint.dim(status.proxy === undefined ? 'not checked yet' : 'known at the next delivery'),
  }[state]
  const more = [
    ...(waiting === 0 ? [] : [`${deliveriesWords(waiting)} queued`]),
    ...(status.retryUntil === null ? [] : [`tried again until ${clock(status.retryUntil)}`]),
    ...(isFull ? ['the queue is full'] : []),
    ...(missed === 0 ? [] : [`missed ${deliveriesWords(missed)}`]),
  ]
  const way = status.proxy === undefined ? null : throughProxy(status.proxy)
  const forWhat = [...said, way].flatMap(text => (text === null ? [] : [printable(text)]))
  return [`to ${printable(target)}`, ...forWhat, place, ...more.map(paint.yellow)].join(' · ')
}

function forwardedRows({ forward, answer, hooks }: Status, style: LineStyle): string[] {
  const { paint } = style
  if (forward === null) return row(style, 'Forwarded', `nowhere ${paint.dim('· forward with --forward URL')}`)
  return [
    ...forward.targets.flatMap((target, index) =>
      row(
        style,
        index === 0 ? 'Forwarded' : '',
        targetText(target, [takenText(target.target, forward, hooks), placeText(target.target, forward)], paint),
      ),
    ),
    ...leftOutTexts(forward).flatMap(text => row(style, '', paint.yellow(text))),
    ...(forward.paused ? row(style, '', paint.yellow('Forwarding is paused: press p in its terminal to resume.')) : []),
    ...(answer === 'app' ? row(style, '', 'Your app answers the gateway.') : []),
  ]
}

/** What is to be sent, and what is not sent without being asked for. */
function queuedRows({ forward, simulator, leftovers }: Status, style: LineStyle): string[] {
  const { paint } = style
  const events = simulator.waiting
  const queued = [
    ...(forward === null || forward.waiting === 0 ? [] : [deliveriesWords(forward.waiting)]),
    ...(events === 0
      ? []
      : [`${withCommas(events)} triggered ${events === 1 ? 'event' : 'events'}, which hookscope pending lists`]),
  ]
  const left = leftovers.map(({ why, count, target }) => leftoverSentence({ why, count }, printable(target)))
  return [
    ...row(style, 'Queued', queued.length === 0 ? paint.dim('nothing') : queued.join(' · ')),
    ...left.flatMap((sentence, index) => row(style, index === 0 ? 'Not sent' : '', paint.yellow(sentence))),
  ]
}

/** @param now milliseconds since 1970 */
export function statusLines(
  status: Status,
  { pid, inspectorUrl }: Pick<Owner, 'pid' | 'inspectorUrl'>,
  counts: StatusCounts,
  style: LineStyle,
  now = Date.now(),
): string[] {
  const { paint } = style
  const { tunnel, hooks, trouble } = status
  const since = sinceText(now - Date.parse(status.startedAt)) ?? status.startedAt
  const fields = [
    ...(status.from === undefined
      ? [
          ...hooks.flatMap((hook, index) => hookRows(hook, { index, of: hooks.length }, tunnel, style)),
          ...row(style, 'Tunnel', tunnelText(tunnel, paint, now)),
        ]
      : fromRows(status.from, style)),
    ...('offer' in tunnel && tunnel.offer !== undefined
      ? row(style, '', paint.yellow(offerSentence(tunnel.offer)))
      : []),
    ...row(style, 'Inspector', `${paint.cyan(inspectorUrl)} ${paint.dim('· hookscope open signs a browser in')}`),
    ...exposedRows(status, style),
    ...row(style, 'Kept in', printable(status.db)),
    ...row(style, 'Deliveries', countsText(counts, paint)),
    ...(status.preparing === 0 ? [] : row(style, '', paint.yellow(preparingSentence(status.preparing)))),
    ...forwardedRows(status, style),
    ...queuedRows(status, style),
  ]
  return [
    ...sentence(
      `${paint.bold('hookscope')} ${paint.dim(`${status.version} · started ${since} · process ${pid}`)}`,
      style,
    ),
    '',
    ...fields,
    ...(status.observe ? row(style, 'Observing', 'rejected deliveries are answered 200 as well') : []),
    ...(trouble === null
      ? []
      : row(style, 'Database', `${paint.red(printable(trouble.message))} ${printable(trouble.hint)}`)),
  ]
}
