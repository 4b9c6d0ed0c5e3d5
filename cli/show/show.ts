/** `hookscope show`: one delivery with its verdict, attempts, headers and body. */
import type { Status } from '../../core/api/messages.ts'
import { attemptChangesText } from '../../core/deliveries/attempt-changes-words.ts'
import { laptopText } from '../../core/deliveries/laptop-words.ts'
import { fitsNow } from '../../core/deliveries/verification.ts'
import { type HeaderList, shownValue } from '../../core/http/headers.ts'
import { snippet } from '../../core/http/snippets.ts'
import { routedOf, routesByHand } from '../../core/routes/route.ts'
import { clip, counted, printable, printableLines } from '../../core/text/text.ts'
import type { AttemptView, DeliveryDetail } from '../../server/api/types.ts'
import { exitCodes, noSuchDelivery, usageError } from '../../server/lib/errors.ts'
import { type ApiClient, answerOf, bodyOf } from '../client.ts'
import { attemptLines, deliveryLines, type LineStyle } from '../shared/delivery-line.ts'
import { deliveryIdOf } from '../shared/ids.ts'
import type { Io } from '../shared/io.ts'
import { shownLine } from '../shared/json-delivery.ts'
import { look } from '../shared/looking.ts'
import { checkIsThere } from '../shared/missing-ids.ts'
import { type CommonOptions, givenDb } from '../shared/options.ts'
import { savedWhole } from '../shared/whole-file.ts'
import type { CurlShell, ShownPart } from './parts.ts'

export interface ShowOptions extends CommonOptions {
  /** As typed. */
  readonly id: string
  readonly parts: readonly ShownPart[]
  /** For which shell `--curl` is; null: not said. */
  readonly shell: CurlShell | null
  /** Where `--html` goes, as typed; null: nowhere. */
  readonly html: string | null
  /** The related events go along. */
  readonly related: boolean
}

/** Where a command that sends it sends it to: the app, else the hook on this machine. */
const targetOf = (delivery: DeliveryDetail, status: Status | null) =>
  (status?.forward ? routesByHand(routedOf(delivery), status.forward)[0]?.target : undefined) ??
  status?.hooks.find(({ id }) => id === delivery.hook)?.localUrl ??
  'http://localhost:3000/webhooks'

const headerLines = (headers: HeaderList) => headers.map(([name, value]) => printable(`${name}: ${shownValue(value)}`))

/** As on the wire, where a header's character is a byte; what is masked is not as it came. */
const headerBytes = (headers: HeaderList): Buffer =>
  Buffer.concat(
    headers.map(([name, value]) => Buffer.from(`${name}: ${value}\n`, /[^\0-\xff]/.test(value) ? 'utf8' : 'latin1')),
  )

/** A body as it may stand on a terminal: JSON and text as received, of other bytes how many they are. */
function bodyLines({ id, body, decoded }: Pick<DeliveryDetail, 'id' | 'body' | 'decoded'>): string[] {
  const { text, bytes } = decoded ?? body
  if (bytes === 0) return ['(no body)']
  if (text === null) return [`(${bytes} bytes that are no text: hookscope show ${id} --body > FILE saves them)`]
  return [printableLines(text)]
}

/** UTF-16 units of an answer's body: a framework's page of errors is long, and its first lines say it. */
const longestAnswer = 2000

/** What the app answered to the newest attempt that it answered; where none sent the delivery as it came, whose answer it is. */
function answerLines(attempts: readonly AttemptView[], { paint }: LineStyle): string[] {
  const answered = attempts.filter(attempt => attempt.answer !== null)
  const attempt = answered.findLast(({ own, laptop }) => own && !laptop) ?? answered.at(-1)
  if (!attempt?.answer) return []
  const { status, body, bodyBytes } = attempt.answer
  const text =
    body.text === null ? '(bytes that are no text)' : bodyBytes === 0 ? '(no body)' : clip(body.text, longestAnswer)
  const changes = attemptChangesText(attempt.changes)
  const { laptop, own, target } = attempt
  const who = laptop ? laptopText(laptop) : own ? 'Your app' : clip(printable(target), 120)
  const to = changes === '' ? '' : ` [${changes}]`
  return ['', paint.bold(`${who} answered ${status}${to}, ${counted(bodyBytes, 'byte')}`), printableLines(text)]
}

/** @param db what `--db` was given; null when it was not */
function wholeLines(
  delivery: DeliveryDetail,
  attempts: readonly AttemptView[],
  style: LineStyle,
  db: string | null,
): string[] {
  const { paint } = style
  const { diagnosis } = delivery
  const request = `${delivery.method} ${delivery.path} HTTP/${delivery.httpVersion}`
  return [
    ...deliveryLines(delivery, attempts.length === 1 ? (attempts[0] ?? null) : null, style, {
      notForwarded: delivery.notForwarded,
      statusReason: null,
      diagnosis,
      fitsNow: reason => fitsNow(reason, delivery),
      db,
    }),
    ...(attempts.length === 1 ? [] : attempts.flatMap(attempt => attemptLines(attempt, style))),
    '',
    paint.bold(printable(request)),
    ...headerLines(delivery.headers),
    '',
    ...bodyLines(delivery),
    ...answerLines(attempts, style),
  ]
}

/** @returns the exit code: 1 when there is no such delivery */
export async function show(
  { id: typed, parts, shell, html, related, ...options }: ShowOptions,
  io: Io,
): Promise<number> {
  const id = deliveryIdOf(typed, 'hookscope list shows them')
  const [part, ...others] = [...parts, ...(options.json ? (['json'] as const) : [])]
  if (others.length > 0)
    throw usageError(`--${[part, ...others].join(' and --')} exclude each other.`, 'Give one of them.')
  if (shell !== null && part !== 'curl') throw usageError('--shell needs --curl.', 'Add --curl.')
  if (related && part !== 'html') throw usageError('--related needs --html FILE.', 'Add --html FILE.')
  const how = { ...options, rebuilt: true }
  return look(how, io, null, async ({ client, style, print, printJson, write, say, warn }) => {
    const { api } = client
    const delivery = await deliveryOf(api, id)
    if (html !== null) {
      const length = await savedWhole(io.folder, html, pageOf(api, id, related))
      say(
        `Saved to ${printable(html)}, ${counted(length, 'byte')}. Credentials, signatures and card numbers are masked.`,
      )
      return exitCodes.ok
    }
    const status = part === 'curl' || part === 'fixture' ? await answerOf(api.status.$get()) : null
    const attempts = part === undefined || part === 'json' ? await attemptsOf(api, id) : []
    // A reader may take its time (`| less`): others have the database meanwhile.
    await client.close()
    const isTerminal = io.stdout.isTTY === true
    const body = Buffer.from(delivery.body.base64, 'base64')
    switch (part) {
      case 'json':
        await printJson(shownLine(delivery, attempts))
        break
      case 'body':
        if (isTerminal) await print(bodyLines(delivery))
        else await write(body)
        break
      case 'headers':
        if (isTerminal) await print(headerLines(delivery.headers))
        else await write(headerBytes(delivery.headers))
        break
      case 'curl':
      case 'fixture': {
        const language = part === 'fixture' ? 'test' : shell === null || shell === 'sh' ? 'curl' : shell
        if (delivery.body.bytes < delivery.bytes) warn('Its body was not kept: what is printed sends an empty one.')
        const isRejected = delivery.verdict === 'rejected'
        const request = { method: delivery.method, url: targetOf(delivery, status), isRejected }
        await print([snippet(language, { ...request, headers: delivery.headers, body, hideAuthorization: true })])
        break
      }
      case 'html':
      case undefined:
        await print(wholeLines(delivery, attempts, style, givenDb(options)))
    }
    return exitCodes.ok
  })
}

/** A delivery as a page, with all that happened to its object where that is asked for. */
async function* pageOf(api: ApiClient, id: number, related: boolean): AsyncGenerator<Uint8Array> {
  const others = related ? await answerOf(api.deliveries[':id'].journey.$get({ param: { id: `${id}` } })) : null
  const ids = [...new Set([...(others?.deliveries ?? []).map(one => one.id), id])]
  yield* await bodyOf(api.deliveries.export.$get({ query: { format: 'html', ids: ids.join(',') } }))
}

async function deliveryOf(api: ApiClient, id: number): Promise<DeliveryDetail> {
  await checkIsThere(api, id)
  const asked = api.deliveries[':id'].$get({ param: { id: `${id}` }, query: { attempts: 'summary' } })
  return answerOf(asked, noSuchDelivery(id))
}

/** Oldest first, with what was answered. */
export const attemptsOf = async (api: ApiClient, id: number): Promise<readonly AttemptView[]> =>
  (await answerOf(api.deliveries[':id'].attempts.$get({ param: { id: `${id}` }, query: {} }), noSuchDelivery(id)))
    .attempts
