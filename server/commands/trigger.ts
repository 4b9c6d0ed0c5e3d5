/** `hookscope trigger`: sends events as the gateway would, and tells how they were answered. */
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { findEvent } from '../../core/catalogue.ts'
import { buildEvents } from '../../core/event-builder.ts'
import type { Sample, SimulationRequest } from '../../core/simulation.ts'
import { jsonText, printable } from '../../core/text.ts'
import { type LoadedSettings, loadSettings } from '../config.ts'
import { exitCodes, UserError } from '../errors.ts'
import { noSecrets } from '../hooks/active.ts'
import { type Io, openInterruption } from '../io.ts'
import type { SimulateReach } from '../reach/simulate.ts'
import { ownerOf, reachSimulator } from '../reach/simulator.ts'
import { gatherSecrets, type StartedSecrets } from '../secrets.ts'
import { parseTarget } from '../sender/target.ts'
import { askSecret, canAsk } from '../terminal/prompt.ts'
import { paintFor } from '../terminal/style.ts'
import { readBody } from '../trigger/body.ts'
import { curlOf, dryRunNotes } from '../trigger/dry-run.ts'
import { itemsOf } from '../trigger/items.ts'
import { listJson, listLines } from '../trigger/listing.ts'
import { clockOf, countOf, rateOf, seedOf, type TriggerOptions, weatherOf } from '../trigger/options.ts'
import { askWhat } from '../trigger/picker.ts'
import { findHook, recipientRemarks, targetOf } from '../trigger/recipients.ts'
import { openReport } from '../trigger/report.ts'
import { signerFor } from '../trigger/signer.ts'

const usage = { exitCode: exitCodes.usage }

/** What does not depend on what is in a database. @throws UserError for what is wrong with it */
function readOptions(options: TriggerOptions) {
  if (options.to !== null && options.hook !== null)
    throw new UserError('--to and --hook cannot be used together.', 'Leave one of them out.', usage)
  if (options.to !== null) parseTarget(options.to)
  const chosen = seedOf(options.seed)
  return {
    count: countOf(options.count),
    rate: rateOf(options.rate),
    seed: chosen ?? randomInt(2 ** 32),
    seedIsChosen: chosen !== null,
    retries: options.retries,
    clock: clockOf(options.clock),
    weather: weatherOf(options.weather),
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
  throw new UserError(
    `${given.join(' and ')} has no effect: hooks are sent to with their own keys, by the hookscope that is listening.`,
    'Leave it out, or send to a URL with --to.',
    usage,
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
async function samplesIn(db: string, signal: AbortSignal): Promise<readonly Sample[]> {
  if (!existsSync(db)) return []
  const reach = await reachSimulator({ db, need: 'there', secrets: noSecrets, signal })
  return reach.samples().finally(() => reach.close())
}

async function list(options: TriggerOptions, { settings }: LoadedSettings, io: Io, signal: AbortSignal) {
  const samples = await samplesIn(settings.db, signal)
  const lines = options.json
    ? listJson(samples).map(line => jsonText(line))
    : listLines(samples, paintFor(io.stdout, io.environment))
  io.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.ok
}

/** Whether what is to be sent is still to be asked for, and somebody is there to answer. */
const isToBeAsked = ({ words, journey, body, json }: TriggerOptions) =>
  words.length === 0 && journey === null && body === null && !json && canAsk()

/** @returns the exit code: 0 when every event was answered 2xx */
export async function trigger(asked: TriggerOptions, io: Io): Promise<number> {
  const paint = paintFor(io.stderr, io.environment)
  const say = (line: string) => io.stderr.write(`${line}\n`)
  const warn = (line: string) => say(`${paint.yellow('Warning:')} ${printable(line)}`)
  const { seedIsChosen, ...how } = readOptions(asked)
  const loaded = await loadSettings({
    options: asked.settings,
    configPath: asked.config,
    environment: io.environment,
    folder: io.folder,
  })
  const { settings, file, warnings } = loaded
  for (const warning of warnings) warn(warning)
  const interruption = openInterruption(io, () => process.exit(exitCodes.failed))
  const { signal } = interruption
  let reach: SimulateReach | null = null
  try {
    if (asked.list) return await list(asked, loaded, io, signal)
    const picked = isToBeAsked(asked) ? await askWhat(await samplesIn(settings.db, signal)) : {}
    if (picked === null) {
      say('Nothing was sent.')
      return exitCodes.failed
    }
    const options = { ...asked, ...picked }
    const bodyText = options.body === null ? null : await readBody(options.body, io)
    // Before keys are asked for and anything is opened: what is wrong with what is named needs neither.
    if (options.words.every(word => findEvent(word) !== undefined)) itemsOf(options, [], bodyText)
    if (options.clock !== null && options.retries === 'off') warn('--clock has no effect without --retries schedule.')
    const isListening = (await ownerOf(settings.db)) !== null
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
    reach = await reachSimulator({ db: settings.db, need: needOf(options, settings.db), secrets, signal })
    const asksSigner = options.to !== null && Object.values(secrets).every(secret => secret === null)
    const [hooks, samples, status] = await Promise.all([reach.hooks(), reach.samples(), reach.status()])
    const signer = asksSigner && options.to !== null ? signerFor(parseTarget(options.to).href, status) : null
    const items = itemsOf(options, samples, bodyText)
    const request: SimulationRequest = {
      items,
      ...how,
      recipients:
        options.to !== null
          ? targetOf(options.to, secrets, signer)
          : options.hook !== null
            ? { kind: 'hook', hook: findHook(options.hook, hooks).id }
            : { kind: 'subscribed' },
    }
    const built = buildEvents({ ...request, count: 1 }, samples, new Date())
    if (!built.ok) throw new UserError(built.message, built.hint, usage)
    const { recipients } = request
    for (const remark of [...built.remarks, ...recipientRemarks(recipients, items, { hooks, status, signer })])
      say(paint.dim(`Note: ${printable(remark)}`))

    if (options.dryRun) return await dryRun(request, reach, options.json, io)
    const report = openReport(
      {
        json: options.json,
        hooks: recipients.kind === 'subscribed' ? hooks : [],
        seed: request.seed,
        seedIsKnown: seedIsChosen || options.body !== null,
        goesOn: reach.goesOn,
      },
      io,
    )
    const { way } = reach
    const to = recipients.kind === 'target' ? ` to ${recipients.url}` : ''
    const simulation = await reach.run(
      request,
      ({ title }) => say(paint.dim(`Sending ${printable(title)}${printable(to)}, ${way}.`)),
      report.events,
    )
    report.end(simulation)
    const { events, delivered, unsubscribed } = simulation
    return delivered === events && unsubscribed.length === 0 ? exitCodes.ok : exitCodes.failed
  } catch (error) {
    // Ctrl-C ends what was asked of the listener, too: that it did not end well is no news.
    if (!signal.aborted) throw error
    say('Stopped.')
    return exitCodes.failed
  } finally {
    interruption.close()
    await reach?.close()
  }
}

async function dryRun(request: SimulationRequest, reach: SimulateReach, json: boolean, io: Io): Promise<number> {
  const preview = await reach.preview(request)
  const texts = json
    ? preview.requests.map(sent => jsonText({ kind: 'request', ...sent }))
    : preview.requests.map(sent => curlOf(sent))
  if (texts.length > 0) io.stdout.write(`${texts.join(json ? '\n' : '\n\n')}\n`)
  const nobody = preview.unsubscribed.map(type => `No hook is subscribed to ${type}: nothing of it would be sent.`)
  for (const note of [...dryRunNotes(preview), ...nobody]) io.stderr.write(`${printable(note)}\n`)
  return exitCodes.ok
}
