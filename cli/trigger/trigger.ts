/** `hookscope trigger`: sends events as the gateway would, and tells how they were answered. */
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { findEvent } from '../../core/events/catalogue.ts'
import { buildEvents } from '../../core/events/generator/event-builder.ts'
import type { Sample, SimulationRequest } from '../../core/simulate/simulation.ts'
import { jsonText, printable } from '../../core/text/text.ts'
import type { LoadedSettings } from '../../server/config/config.ts'
import { gatherSecrets, type StartedSecrets } from '../../server/config/secrets.ts'
import type { Settings } from '../../server/config/settings.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import { parseTarget } from '../../server/sender/target.ts'
import { answerOf, type Client, findListener, listenerNow, openClient } from '../client.ts'
import { type Io, stoppable } from '../shared/io.ts'
import { namedHook } from '../shared/named-hook.ts'
import { noDatabase } from '../shared/no-database.ts'
import { askSecret, canAsk } from '../shared/prompt.ts'
import { rateOf } from '../shared/rate-option.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { readEventBody } from './body.ts'
import { curlOf, dryRunNotes } from './dry-run.ts'
import { sendAndFollow } from './follow.ts'
import { itemsOf } from './items.ts'
import { listJson, listLines } from './listing.ts'
import { clockOf, seedOf, type TriggerOptions, timesOf, typedFaults } from './options.ts'
import { askWhat } from './picker.ts'
import { checkAnswered, recipientRemarks, targetOf } from './recipients.ts'
import { openReport } from './report.ts'
import { signerFor } from './signer.ts'
import { openTemporaryClient } from './temporary-client.ts'

const noHooks = 'There are no hooks. Add one with hookscope hooks add, or send to a URL with --to.'

/** What does not depend on what is in a database. @throws UserError for what is wrong with it */
function readOptions(options: TriggerOptions) {
  if (options.to !== null && options.hook !== null)
    throw usageError('--to and --hook cannot be used together.', 'Use only one of them.')
  if (options.to !== null) parseTarget(options.to)
  const chosen = seedOf(options.seed)
  return {
    count: timesOf(options.count),
    rate: rateOf(options.rate, 'events', 'Remove it to send as fast as 20 connections allow.'),
    seed: chosen ?? randomInt(2 ** 32),
    seedIsChosen: chosen !== null,
    retries: options.retries,
    clock: clockOf(options.clock),
    weather: typedFaults(options.faults),
  }
}

/** Keys on the command line that would not be used are not passed over without a word. */
function checkKeys(options: TriggerOptions, isListening: boolean): void {
  const given = [
    options.signatureKey !== undefined && '--signature-key',
    options.signatureKeyFile !== undefined && '--signature-key-file',
    options.sourceKey !== undefined && '--source-key',
    options.sourceKeyFile !== undefined && '--source-key-file',
    options.basicAuth !== undefined && '--basic-auth',
    options.basicAuthFile !== undefined && '--basic-auth-file',
  ].filter(name => name !== false)
  if (given.length === 0 || options.to !== null || !isListening) return
  throw usageError(
    `${given.join(' and ')} has no effect: the listening hookscope signs with each hook's own key.`,
    'Remove it, or send to a URL with --to.',
  )
}

/** What is needed of the settings' database when nobody listens on it. */
function needOf(options: TriggerOptions, db: string): 'never' | 'there' | 'made' {
  const ownSamples = options.words.some(word => findEvent(word) === undefined)
  if (options.to === null) return 'there'
  if (ownSamples && existsSync(db)) return 'there'
  return options.retries === 'schedule' && !options.dryRun ? 'made' : 'never'
}

/** Own samples; none where there is no database. */
async function samplesIn(settings: Settings, folder: string, signal: AbortSignal): Promise<readonly Sample[]> {
  if (!existsSync(settings.db)) return []
  const client = await openClient(await findListener(settings.db, signal), {
    ...{ settings, folder, secrets: noSecrets, signal },
  })
  return samplesOf(client).finally(() => client.close())
}

const samplesOf = async ({ api }: Client): Promise<readonly Sample[]> => (await answerOf(api.samples.$get())).samples

async function list(options: TriggerOptions, { settings }: LoadedSettings, io: Io, signal: AbortSignal) {
  const samples = await samplesIn(settings, io.folder, signal)
  const lines = options.json
    ? listJson(samples).map(line => jsonText(line))
    : listLines(samples, { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) })
  io.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.ok
}

/** Whether what is to be sent is still to be asked for, and somebody is there to answer. */
const isToBeAsked = ({ words, scenario, body, json }: TriggerOptions) =>
  words.length === 0 && scenario === null && body === null && !json && canAsk()

/** @returns the exit code: 0 when every event was answered 2xx */
export async function trigger(asked: TriggerOptions, io: Io): Promise<number> {
  const paint = paintFor(io.stderr, io.environment)
  const { say, warn } = sayingTo(io)
  const { seedIsChosen, ...how } = readOptions(asked)
  const loaded = await settingsFor(asked, io, asked.list ? { reads: ['db'], optional: true } : { reads: 'everything' })
  const { settings, file } = loaded
  let client: Client | null = null
  const work = async (signal: AbortSignal) => {
    if (asked.list) return await list(asked, loaded, io, signal)
    const picked = isToBeAsked(asked) ? await askWhat(await samplesIn(settings, io.folder, signal)) : {}
    if (picked === null) {
      say('Nothing was sent.')
      return exitCodes.failed
    }
    const options = { ...asked, ...picked }
    const bodyText = options.body === null ? null : await readEventBody(options.body, io)
    // Before keys are asked for and anything is opened: what is wrong with what is named needs neither.
    if (options.words.every(word => findEvent(word) !== undefined)) itemsOf(options, [], bodyText)
    if (options.clock !== null && options.retries === 'off') warn('--clock has no effect without --retries schedule.')
    const alone = needOf(options, settings.db)
    // What needs no database waits for nobody.
    const listener = await (alone === 'never' ? listenerNow(settings.db) : findListener(settings.db, signal))
    const isListening = listener !== null
    checkKeys(options, isListening)
    const secrets: StartedSecrets =
      options.to === null && isListening
        ? noSecrets
        : await gatherSecrets({
            options,
            environment: io.environment,
            file,
            ask: canAsk() ? askSecret : null,
            warn,
          })
    const need = isListening ? 'there' : alone
    const opening = { settings, folder: io.folder, secrets, signal, make: need === 'made', missingHint: noDatabase }
    client = await (need === 'never' ? openTemporaryClient(opening) : openClient(listener, opening))
    const { api, way } = client
    const asksSigner = options.to !== null && Object.values(secrets).every(secret => secret === null)
    // Hooks may ask for a second factor; what is sent to them does not.
    const [now, samples] = await Promise.all([answerOf(api.status.$get()), samplesOf(client)])
    const { hooks } = now
    const status = isListening ? now : null
    const signer = asksSigner && options.to !== null ? signerFor(parseTarget(options.to).href, status) : null
    const items = itemsOf(options, samples, bodyText)
    const request: SimulationRequest = {
      items,
      ...how,
      recipients:
        options.to !== null
          ? targetOf(options.to, secrets, signer)
          : options.hook !== null
            ? { kind: 'hook', hook: namedHook(hooks, options.hook, exitCodes.usage, noHooks).id }
            : { kind: 'subscribed' },
    }
    const built = buildEvents({ ...request, count: 1 }, samples, new Date())
    if (!built.ok) throw usageError(built.message, built.hint)
    const { recipients } = request
    for (const remark of [...built.remarks, ...recipientRemarks(recipients, items, { hooks, status, signer })])
      say(paint.dim(`Note: ${printable(remark)}`))

    if (!isListening) checkAnswered(recipients, hooks)
    if (options.dryRun) return await dryRun(request, client, options.json, io)
    const report = openReport(
      {
        json: options.json,
        hooks: recipients.kind === 'subscribed' ? hooks : [],
        seed: request.seed,
        seedIsKnown: seedIsChosen || options.body !== null,
        signs: hook =>
          recipients.kind === 'target'
            ? recipients.key !== null || (signer !== null && signer.signing.kind !== 'none')
            : hooks.some(({ id, signing }) => id === hook && signing.kind !== 'none'),
        goesOn: isListening ? 'listener' : need === 'never' ? 'nobody' : 'database',
      },
      io,
    )
    const to = recipients.kind === 'target' ? ` to ${recipients.url}` : ''
    const { simulation, trouble } = await sendAndFollow(client, request, {
      onStart: ({ title }) => say(paint.dim(`Sending ${printable(title)}${printable(to)}, ${way}.`)),
      onEvents: report.events,
      signal,
    })
    report.end(simulation)
    if (trouble !== null) throw new UserError(`The simulation stands still. ${trouble.message}`, trouble.hint)
    const { events, delivered, unsubscribed } = simulation
    return delivered === events && unsubscribed.length === 0 ? exitCodes.ok : exitCodes.failed
  }
  return stoppable(io, say, work).finally(() => client?.close())
}

async function dryRun(request: SimulationRequest, { api }: Client, json: boolean, io: Io): Promise<number> {
  const preview = await answerOf(api.simulations.preview.$post({ query: { reveal: '1' }, json: request }))
  const texts = json
    ? preview.requests.map(sent => jsonText({ kind: 'request', ...sent }))
    : preview.requests.map(sent => curlOf(sent))
  if (texts.length > 0) io.stdout.write(`${texts.join(json ? '\n' : '\n\n')}\n`)
  const nobody = preview.unsubscribed.map(type => `No hook is subscribed to ${type}, so it would not be sent.`)
  for (const note of [...dryRunNotes(preview), ...nobody]) sayingTo(io).say(printable(note))
  return exitCodes.ok
}
