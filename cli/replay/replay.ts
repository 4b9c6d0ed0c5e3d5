/** `hookscope replay`: sends kept deliveries again, one after the other or at a pace. */

import type { Status } from '../../core/api/messages.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import { bodyNotKept, type ReplayChanges, type ReplayRequest } from '../../core/deliveries/replay.ts'
import { isGood } from '../../core/http/outcome.ts'
import { routedOf, routesByHand } from '../../core/routes/route.ts'
import { jsonText, printable } from '../../core/text/text.ts'
import { gatherSecrets, type SecretOptions } from '../../server/config/secrets.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { deliveryUnknown, exitCodes, noSuchDelivery, UserError, usageError } from '../../server/lib/errors.ts'
import { paced } from '../../server/sender/pace.ts'
import { inOrder } from '../../server/sender/replay-jobs.ts'
import { parseTarget } from '../../server/sender/target.ts'
import { type ApiClient, answerOf, bytesOf, type Client, findListener, openClient } from '../client.ts'
import { attemptLines } from '../shared/delivery-line.ts'
import { findAll, findIds, missingOf, rowLines } from '../shared/found.ts'
import { idsOfWords } from '../shared/ids.ts'
import { type Io, stoppable } from '../shared/io.ts'
import { attemptLine } from '../shared/json-delivery.ts'
import { missingDeliveries } from '../shared/missing-ids.ts'
import type { CommonOptions } from '../shared/options.ts'
import { askSecret, askYes, canAsk } from '../shared/prompt.ts'
import { queryOfWords } from '../shared/query-words.ts'
import { rateOf } from '../shared/rate-option.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { choose } from '../shared/window-prompts.ts'
import { withoutEditorsChanges } from './edited-body.ts'
import { editorWords, editText } from './editor.ts'

export interface ReplayOptions extends SecretOptions, CommonOptions {
  /** Ids, or the words of a query. */
  readonly words: readonly string[]
  readonly to: string | null
  readonly edit: boolean
  readonly resign: boolean
  /** Also signs again what a search finds and was rejected. */
  readonly includeRejected: boolean
  /** As typed; deliveries a second. */
  readonly rate: string | null
  readonly order: 'triggered' | 'received'
  readonly yes: boolean
}

/** @throws UserError for ids that are not there */
async function byIds(api: ApiClient, ids: readonly number[]): Promise<DeliverySummary[]> {
  const found = await findIds(api, ids)
  const missing = missingOf(ids, found)
  if (missing.length > 0) throw await missingDeliveries(api, missing, 'replay')
  return found
}

/** @returns how to find what the words mean @throws UserError for a query that cannot be read */
function finderOf(words: readonly string[]): (api: ApiClient) => Promise<DeliverySummary[]> {
  const ids = idsOfWords(words)
  if (ids !== null) return api => byIds(api, ids)
  const query = queryOfWords(words)
  return api => findAll(api, query)
}

/** Keys on the command line that would not be used are not passed over without a word. */
function checkKeys(options: ReplayOptions, isListening: boolean, warn: (line: string) => void): void {
  const given = [
    options.signatureKey !== undefined && '--signature-key',
    options.signatureKeyFile !== undefined && '--signature-key-file',
    options.sourceKey !== undefined && '--source-key',
    options.sourceKeyFile !== undefined && '--source-key-file',
  ].filter(name => name !== false)
  if (given.length === 0) return
  const names = given.join(' and ')
  if (!options.resign) {
    warn(`${names} has no effect without --resign.`)
    return
  }
  if (!isListening) return
  throw new UserError(
    `${names} has no effect: the replay goes through the hookscope that is listening, which signs with its own keys.`,
    'Remove it, and enter the key in the inspector or start hookscope with it; or end hookscope first.',
  )
}

/**
 * What of a saved body is sent. What the editor did by itself, a line break at the end for instance, is left out: at a
 * terminal the person is asked.
 */
async function chooseBody(before: Uint8Array, saved: Uint8Array, say: (line: string) => void): Promise<Uint8Array> {
  const { bytes, did } = withoutEditorsChanges(before, saved)
  const own = did.join(', ')
  const same = Buffer.compare(before, bytes) === 0
  if (did.length > 0 && canAsk()) {
    const without = same ? 'Send the body as received' : 'Send your changes without this'
    const choice = await choose(`Your editor ${own}${same ? ' and changed nothing else' : ''}.`, [
      { value: 'without', label: without },
      { value: 'saved', label: 'Send the body as it was saved' },
    ])
    if (choice === null) throw new UserError('Canceled.', 'Nothing was sent.', { exitCode: exitCodes.failed })
    return choice === 'without' ? bytes : saved
  }
  if (same) {
    const what = did.length === 0 ? 'Nothing was changed' : `Your editor ${own} and changed nothing else`
    throw new UserError(`${what}, so nothing was sent.`, 'Remove --edit to send it as received.', {
      exitCode: exitCodes.failed,
    })
  }
  if (did.length > 0) say(`Your editor ${own}: that change is not sent.`)
  return bytes
}

/** What the person made of the body; undefined for the body as it came. */
async function edit(
  { deliveries }: ApiClient,
  id: number,
  io: Io,
  say: (line: string) => void,
): Promise<ReplayChanges | undefined> {
  const asked = { param: { id: `${id}` }, query: { decoded: '1' } } as const
  const before = await bytesOf(deliveries[':id'].body.$get(asked), noSuchDelivery(id))
  const words = editorWords(io.environment, process.platform === 'win32', canAsk())
  const after = await chooseBody(before, await editText(words, before, '.json'), say)
  if (Buffer.compare(before, after) === 0) return undefined
  try {
    // Text goes out uncompressed, also when what came was not.
    return { body: { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(after) } }
  } catch {
    return { body: { base64: Buffer.from(after).toString('base64') } }
  }
}

const isRejected = ({ verdict }: DeliverySummary) => verdict === 'rejected'
/** Your app would take a forged event for a genuine one. */
const signsRejected = 'To sign those again too, add --include-rejected, or name them by their ids.'

/** @returns the exit code: 0 when every target answered 2xx */
export async function replay(options: ReplayOptions, io: Io): Promise<number> {
  const { say, put, warn } = sayingTo(io)
  const rate = rateOf(options.rate, 'deliveries', 'Remove it to send one after the other.')
  if (options.to !== null) parseTarget(options.to)
  const find = finderOf(options.words)
  const { settings, file } = await settingsFor(options, io, { reads: 'everything' })
  let client: Client | null = null
  const work = async (signal: AbortSignal) => {
    const listener = await findListener(settings.db, signal)
    checkKeys(options, listener !== null, warn)
    const { environment } = io
    const secrets =
      options.resign && listener === null
        ? await gatherSecrets({ options, environment, file, ask: canAsk() ? askSecret : null, warn })
        : noSecrets
    client = await openClient(listener, { settings, folder: io.folder, secrets, signal, whole: true })
    const found = await find(client.api)
    if (found.length === 0) {
      const range = options.words.find(word => /^\d+-\d+$/.test(word))
      const hint = range ? `For ids, write id:${range}.` : 'Widen the query, or look in the inspector.'
      throw new UserError('No kept delivery matches.', hint, { exitCode: exitCodes.failed })
    }
    const rejected = options.resign && idsOfWords(options.words) === null ? found.filter(isRejected).length : 0
    const those = rejected === 1 ? '1 was rejected' : `${rejected} were rejected`
    const leavesOut = rejected > 0 && !options.includeRejected
    if (leavesOut && rejected === found.length)
      throw usageError('All that match were rejected, so nothing was sent.', signsRejected)
    if (rejected > 0) say(leavesOut ? `${those}: left out. ${signsRejected}` : `${those}: signed again all the same.`)
    const chosen = leavesOut ? found.filter(delivery => !isRejected(delivery)) : found
    const status = await answerOf(client.api.status.$get())
    const target = options.to ?? targetOf(chosen, status)
    if (target === undefined) throw usageError('There is no target to send to.', 'Name it with --to URL.')
    const { href } = parseTarget(target)
    const ids = inOrder(chosen, options.order)
    const style = { paint: paintFor(io.stderr, io.environment), width: widthOf(io.stderr) }
    const rows = ids.slice(0, named).flatMap(id => found.filter(delivery => delivery.id === id))
    const show = () => {
      put(rows.flatMap(row => rowLines(row, status, style)))
      if (ids.length > rows.length) say(style.paint.dim(`and ${ids.length - rows.length} more`))
    }
    if (!(await isMeant(ids, href, options, show))) return exitCodes.failed
    const oneOfEachHook = [...new Map(chosen.map(({ hook, id }) => [hook, id])).values()]
    const sending = { href, rate, signal, oneOfEachHook, leftOut: leavesOut ? rejected : 0 }
    return await send(ids, sending, client, options, io)
  }
  return stoppable(io, say, work).finally(() => client?.close())
}

/** Where deliveries go when nobody says it. @throws UserError when that is not one place */
function targetOf(chosen: readonly DeliverySummary[], { forward }: Pick<Status, 'forward'>): string | undefined {
  if (forward === null) return undefined
  const targets = new Set(
    chosen.map(delivery => routesByHand(routedOf(delivery), forward)[0]?.target ?? forward.target),
  )
  const [first, ...others] = targets
  if (others.length === 0) return first
  throw usageError(
    `These deliveries go to several targets: ${[...targets].map(printable).join(' and ')}.`,
    'Name one with --to URL, or choose those of one of them.',
  )
}

/** So many of several are shown before it is asked whether they are meant. */
const named = 5

/**
 * @param show prints what would be sent
 * @returns false where the person said no
 * @throws UserError for several that nobody said yes to, or that cannot be edited
 */
async function isMeant(
  ids: readonly number[],
  href: string,
  { edit, yes }: ReplayOptions,
  show: () => void,
): Promise<boolean> {
  if (edit && ids.length > 1) {
    throw usageError(`--edit changes one delivery, and ${ids.length} match.`, 'Choose one by its id.')
  }
  if (ids.length === 1 || yes) return true
  show()
  const what = `${ids.length} deliveries would be sent to ${printable(href)}`
  if (!canAsk()) throw usageError(`${what}.`, 'Add --yes to confirm.')
  return askYes(`${what}. Send them?`)
}

interface Sending {
  readonly href: string
  readonly rate: number | null
  readonly signal: AbortSignal
  /** Rejected deliveries that match and are not signed again. */
  readonly leftOut: number
  /** A key that is missing is missed before any is sent. */
  readonly oneOfEachHook: readonly number[]
}

/** Of one delivery, and no reason to stop the others. */
const isOfOne = (error: unknown): error is UserError =>
  error instanceof UserError && (error.code === bodyNotKept || error.code === deliveryUnknown)

async function send(
  ids: readonly number[],
  { href, rate, signal, leftOut, oneOfEachHook }: Sending,
  { api, way }: Client,
  options: ReplayOptions,
  io: Io,
): Promise<number> {
  const paint = paintFor(io.stderr, io.environment)
  const { say, put, warn } = sayingTo(io)
  const { resign } = options
  const [first = 0] = ids
  const { replay } = api.deliveries[':id']
  const asked = (id: number, json: ReplayRequest) => ({ param: { id: `${id}` }, json })
  if (resign && (options.edit || ids.length > 1)) {
    // Before anyone has typed: with any body, since only the key may be missing.
    const json = { target: href, resign, changes: { body: { text: '' } } }
    for (const id of oneOfEachHook) await answerOf(replay.preview.$post({ ...asked(id, json), query: {} }))
  }
  const changes = options.edit ? await edit(api, first, io, say) : undefined
  if (changes !== undefined && !resign) {
    warn('The body is changed, so the received X-Signature no longer fits it. Add --resign to sign it again.')
  }
  const what = ids.length === 1 ? `#${first}` : `${ids.length} deliveries`
  say(paint.dim(`Sending ${what} to ${printable(href)}, ${way}.`))

  const style = { paint, width: widthOf(io.stderr) }
  let good = 0
  let sent = 0
  const sendOne = async (id: number) => {
    const { attempt } = await answerOf(replay.$post(asked(id, { target: href, changes, resign })), noSuchDelivery(id))
    sent += 1
    if (isGood(attempt)) good += 1
    if (options.json) io.stdout.write(`${jsonText(attemptLine(attempt))}\n`)
    put(attemptLines(attempt, style))
  }
  const orWarn = (error: unknown) => {
    if (ids.length === 1 || !isOfOne(error)) throw error
    warn(`${error.message} ${error.hint}`)
  }
  const summary = () => {
    const unsent = ids.length - sent
    const rest = [
      ...(unsent === 0 ? [] : [`${unsent} ${unsent === 1 ? 'was' : 'were'} not sent`]),
      ...(leftOut === 0 ? [] : [`${leftOut} rejected ${leftOut === 1 ? 'was' : 'were'} left out`]),
    ]
    if (ids.length > 1 || leftOut > 0) say(`${[`${good} of ${ids.length} delivered`, ...rest].join('; ')}.`)
  }
  // Also where it is cut short: what went out went out.
  await paced(ids, { rate, signal }, id => sendOne(id).catch(orWarn)).finally(summary)
  return good === ids.length ? exitCodes.ok : exitCodes.failed
}
