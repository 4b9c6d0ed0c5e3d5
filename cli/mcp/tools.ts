/** What an agent can do: each tool with what it takes, what it gives, and the command or the calls behind it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { CheckRun } from '../../core/check/check-run.ts'
import { type CheckReport, isJudged } from '../../core/check/finding.ts'
import { titleOf } from '../../core/check/finding-title.ts'
import { findProbe } from '../../core/check/probes.ts'
import { rejections } from '../../core/deliveries/delivery.ts'
import { fitsNow } from '../../core/deliveries/verification.ts'
import { catalogue } from '../../core/events/catalogue.ts'
import { scenarios } from '../../core/events/generator/scenarios.ts'
import { isLoopback, isSameTarget } from '../../core/http/loopback.ts'
import { exitCodes, noSuchDelivery, UserError } from '../../server/lib/errors.ts'
import { parseTarget } from '../../server/sender/target.ts'
import { answerOf, type Client } from '../client.ts'
import { verifyAgainHint } from '../shared/delivery-line.ts'
import { findAll } from '../shared/found.ts'
import type { Io } from '../shared/io.ts'
import { shownLine } from '../shared/json-lines.ts'
import { look } from '../shared/looking.ts'
import { type CommonOptions, givenDb } from '../shared/options.ts'
import { attemptsOf } from '../show/show.ts'
import { answeredRow, rowOf, rows, shownBody, simulatedAttemptRow } from './rows.ts'
import { type CommandName, type CommandResult, runCommand } from './run-command.ts'

/** With what a tool works. */
export interface Means {
  readonly options: Omit<CommonOptions, 'json'>
  /** `--db`, and which config file, for the commands behind the tools. */
  readonly storeWords: readonly string[]
  readonly io: Io
  /** Aborted when the agent cancels the call, and when the connection ends. */
  readonly signal: AbortSignal
}

export interface Tool<In extends z.ZodRawShape = z.ZodRawShape, Out extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Other arguments are refused: one that is mistyped must not pass for none. */
  readonly takes: In
  readonly gives: Out
  /** `sends`: requests go out, and an app acts on them. */
  readonly does: 'looks' | 'sends'
  /** @throws UserError in words for the agent */
  run(input: z.output<z.ZodObject<In>>, means: Means): Promise<z.output<z.ZodObject<Out>>>
}

/** Has the types of what it takes and gives fit `run`, which a list of tools no longer shows. The server reads the input by `takes`. */
const tool = <In extends z.ZodRawShape, Out extends z.ZodRawShape>(one: Tool<In, Out>): Tool => ({
  ...one,
  run: (input, means) => one.run(input as z.output<z.ZodObject<In>>, means),
})

const mostRows = 100
/** Clients of agents give up after a minute. */
const longestWaitSeconds = 60
const lookMs = 250

/** More digits are no id, and would be searched for. */
const largestId = 999_999_999_999_999
const id = z.int().min(1).max(largestId).describe('Of a delivery, as search_deliveries shows it')
const query = z
  .string()
  .max(4000)
  .describe('As in the inspector: type:ach.* is:rejected status:5xx amount:>100 after:today')
const to = z.string().max(4000).optional()
const hook = z.string().max(200).optional().describe('Its label or id')

/** The work of `look`, for its result. @param needs as there */
async function looking<T>(
  { options, io, signal }: Means,
  needs: string | null,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  let result: { readonly value: T } | null = null
  await look({ ...options, json: true }, { ...io, outputGone: signal }, needs, async ({ client }) => {
    result = { value: await work(client) }
    return exitCodes.ok
  })
  const done = result as { readonly value: T } | null
  if (done === null) throw new UserError('Canceled.', '')
  return done.value
}

const command = (
  { io, signal, storeWords }: Means,
  name: CommandName,
  options: readonly string[],
  words: readonly string[] = [],
) => runCommand(name, ['--json', ...storeWords, ...options, '--', ...words], io, signal)

/** Lines of one kind. */
const linesOf = ({ lines }: CommandResult, kind: string) => lines.filter(line => 'kind' in line && line.kind === kind)

/** `--name=value` where there is a value. */
const valued = (name: string, value: string | number | undefined) => (value === undefined ? [] : [`--${name}=${value}`])

/**
 * An agent sends to this machine and to where a person had deliveries forwarded.
 * @returns the URL, or undefined where none was named
 * @throws UserError for any other
 */
async function allowed(typed: string | undefined, means: Means): Promise<string | undefined> {
  if (typed === undefined) return undefined
  const url = parseTarget(typed)
  if (isLoopback(url.hostname)) return url.href
  const status = await looking(means, null, async ({ api }) => answerOf(api.status.$get()))
  if (status.forward?.targets.some(({ target }) => isSameTarget(target, url.href))) return url.href
  throw new UserError(
    `${url.origin} is neither on this machine nor where deliveries are forwarded, so nothing was sent.`,
    'Only a person can send elsewhere, with hookscope itself.',
  )
}

/** A hook may have a Hook URL of its own, elsewhere. @throws UserError when one that events would go to has */
async function allowHooks(named: string | undefined, means: Means): Promise<void> {
  const { hooks } = await looking(means, null, async ({ api }) => answerOf(api.status.$get()))
  const meant = named === undefined ? hooks : hooks.filter(({ id, label }) => id === named || label === named)
  for (const { customUrl } of meant) if (customUrl !== null) await allowed(customUrl, means)
}

const status = tool({
  name: 'status',
  title: 'How hookscope is',
  description:
    'Whether hookscope is listening, its Hook URLs, the state of the app (target), and how many deliveries are kept.',
  takes: {},
  gives: { status: rows.status },
  does: 'looks',
  run: (_, means) =>
    looking(means, null, async ({ api, listener }) => {
      const [now, facets] = await Promise.all([answerOf(api.status.$get()), answerOf(api.facets.$get({ query: {} }))])
      const { total, verdicts, failed } = facets
      return {
        status: rowOf(rows.status, {
          ...now,
          listening: listener !== null,
          targets: now.forward?.targets ?? [],
          kept: { total, verdicts, failed },
        }),
      }
    }),
})

const searchDeliveries = tool({
  name: 'search_deliveries',
  title: 'Search deliveries',
  description: 'Kept deliveries that match, the newest first, each with its verdict and what the app answered.',
  takes: { query: query.optional(), limit: z.int().min(1).max(mostRows).optional().describe('Default: 20') },
  gives: { deliveries: z.array(rows.delivery) },
  does: 'looks',
  async run({ query: q, limit }, means) {
    const result = await command(means, 'list', valued('limit', limit), q === undefined ? [] : [q])
    return { deliveries: linesOf(result, 'delivery').map(line => rowOf(rows.delivery, line)) }
  },
})

const getDelivery = tool({
  name: 'get_delivery',
  title: 'One delivery whole',
  description:
    'Headers and body as received, and every attempt at the app. Credentials and card numbers are masked, long bodies cut.',
  takes: { id },
  gives: { delivery: rows.wholeDelivery },
  does: 'looks',
  run: ({ id: which }, means) =>
    looking(means, null, async ({ api }) => {
      const sent = api.deliveries[':id'].$get({ param: { id: `${which}` }, query: { attempts: 'summary' } })
      const detail = await answerOf(sent, noSuchDelivery(which))
      const { body, attempts, ...line } = shownLine(detail, await attemptsOf(api, which))
      return {
        delivery: {
          ...rowOf(rows.wholeDelivery.omit({ body: true, attempts: true }), line),
          attempts: attempts.map(answeredRow),
          body: shownBody(detail.decoded ?? body),
        },
      }
    }),
})

const waitForDelivery = tool({
  name: 'wait_for_delivery',
  title: 'Wait for a delivery',
  description:
    'Waits until a delivery comes that matches. Give the cursor of the last call as `since`, and none that comes between two calls is missed. One that matches only once the app has answered (status:500) is not looked for below the cursor: repeat the earlier `since` for it.',
  takes: {
    query,
    timeoutSeconds: z.int().min(1).max(longestWaitSeconds).optional().describe('Default: 30'),
    since: z.int().min(0).max(largestId).optional().describe('A cursor; default: what comes from now on'),
  },
  gives: { came: z.boolean(), cursor: z.int(), deliveries: z.array(rows.delivery) },
  does: 'looks',
  async run({ query: q, timeoutSeconds = 30, since }, means) {
    const above = since ?? (await looking(means, null, async ({ api }) => (await findAll(api, '', 1))[0]?.id ?? 0))
    const options = [`--since=${above}`, `--timeout=${timeoutSeconds}s`]
    const result = await command(means, 'wait', options, [q])
    const deliveries = linesOf(result, 'delivery').map(line => rowOf(rows.delivery, line))
    return { came: deliveries.length > 0, cursor: Math.max(above, ...deliveries.map(one => one.id)), deliveries }
  },
})

const explainSignature = tool({
  name: 'explain_signature',
  title: 'Why a signature is wrong',
  description:
    'Why a delivery was rejected, and what was done differently from the rule: hookscope compares with the key that it has; never ask anyone for the key.',
  takes: { id },
  gives: { signature: rows.signature },
  does: 'looks',
  run: ({ id: which }, means) =>
    looking(means, null, async ({ api }) => {
      const sent = api.deliveries[':id'].$get({ param: { id: `${which}` }, query: { attempts: 'summary' } })
      const detail = await answerOf(sent, noSuchDelivery(which))
      const { verdict, reasons, diagnosis } = shownLine(detail, [])
      const explained = reasons.map(code => {
        const now = fitsNow(code, detail)
        return {
          code,
          ...(now === null
            ? rejections[code]
            : { title: now, advice: verifyAgainHint(detail.hook, givenDb(means.options)) }),
        }
      })
      return { signature: rowOf(rows.signature, { id: which, verdict, reasons: explained, diagnosis }) }
    }),
})

const listEventTypes = tool({
  name: 'list_event_types',
  title: 'Event types and scenarios',
  description:
    'The 25 events of the gateway, when each is sent, and the scenarios (chains of events) that trigger can send.',
  takes: {},
  gives: { eventTypes: z.array(rows.eventType), scenarios: z.array(rows.scenario) },
  does: 'looks',
  run: async () => ({
    eventTypes: catalogue.map(entry => rowOf(rows.eventType, entry)),
    scenarios: scenarios.map(scenario => rowOf(rows.scenario, scenario)),
  }),
})

const trigger = tool({
  name: 'trigger',
  title: 'Send test events',
  description:
    'Sends events as the gateway would, signed with the key that hookscope has: to the hooks that are subscribed (which forward them to the app), or straight to a URL on this machine. `tries` has what was answered.',
  takes: {
    types: z.array(z.string().max(200)).max(20).optional().describe('Such as transaction.sale.success'),
    scenario: z.string().max(200).optional(),
    set: z.array(z.string().max(4000)).max(50).optional().describe('Fields to change, such as amount=12.50'),
    fault: z
      .string()
      .max(400)
      .optional()
      .describe('What goes wrong on the way, such as wrong-signature or duplicates=10%'),
    count: z.int().min(1).max(mostRows).optional(),
    seed: z.int().min(0).optional().describe('The same events again'),
    to: to.describe('On this machine, or where deliveries are forwarded'),
    hook,
  },
  gives: {
    ok: z.boolean().describe('Every event was taken'),
    tries: z.array(rows.try),
    simulation: rows.simulation.nullable(),
    said: z.string(),
  },
  does: 'sends',
  async run({ types = [], scenario, set = [], fault, count, seed, to: typed, hook: named }, means) {
    if (types.length === 0 && scenario === undefined)
      throw new UserError('Nothing to send is named.', 'Give types or a scenario: list_event_types has them.')
    const url = await allowed(typed, means)
    if (url === undefined) await allowHooks(named, means)
    const result = await command(
      means,
      'trigger',
      [
        ...valued('scenario', scenario),
        ...set.map(change => `--set=${change}`),
        ...valued('fault', fault),
        ...valued('count', count),
        ...valued('seed', seed),
        ...valued('to', url),
        ...valued('hook', named),
      ],
      types,
    )
    const [simulation = null] = linesOf(result, 'simulation')
    return {
      ok: result.code === exitCodes.ok,
      tries: linesOf(result, 'try').slice(0, mostRows).map(simulatedAttemptRow),
      simulation: simulation && rowOf(rows.simulation, simulation),
      said: rowOf(z.string(), result.said),
    }
  },
})

const replay = tool({
  name: 'replay',
  title: 'Replay deliveries',
  description: 'Sends kept deliveries to the app again, byte for byte, in the order in which they were triggered.',
  takes: {
    ids: z.array(id).min(1).max(mostRows),
    to: to.describe('On this machine, or where deliveries are forwarded; default: where deliveries are forwarded'),
    resign: z.boolean().optional().describe('Sign again with the key that hookscope has'),
  },
  gives: { ok: z.boolean().describe('Each was answered 2xx'), attempts: z.array(rows.attempt) },
  does: 'sends',
  async run({ ids, to: typed, resign = false }, means) {
    const options = ['--yes', ...valued('to', await allowed(typed, means)), ...(resign ? ['--resign'] : [])]
    const result = await command(means, 'replay', options, ids.map(String))
    return {
      ok: result.code === exitCodes.ok,
      attempts: linesOf(result, 'attempt').map(line => rowOf(rows.attempt, line)),
    }
  },
})

const noReport = (which: number) => new UserError(`There is no check ${which}.`, 'check starts one.')
const needsListener = 'so nothing can be examined'

const check = tool({
  name: 'check',
  title: 'Examine the app',
  description:
    'Starts the go-live check: some hundred requests, genuine and forged, to the app’s endpoint. It may take longer than this call waits: check_report has the result.',
  takes: {
    url: to.describe('On this machine, or where deliveries are forwarded; default: where deliveries are forwarded'),
    hook: hook.describe('Whose key signs, its label or id; needed when there are several'),
    only: z.array(z.string().max(200)).max(100).optional().describe('Probes or groups'),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(longestWaitSeconds)
      .optional()
      .describe('How long to wait for the end; default: 30'),
  },
  gives: { run: rows.checkRun },
  does: 'sends',
  async run({ url, hook: named, only = [], timeoutSeconds = 30 }, means) {
    const chosen = await allowed(url, means)
    return looking(means, needsListener, async ({ api }) => {
      const { hooks, forward } = await answerOf(api.status.$get())
      const target = chosen ?? forward?.target
      if (target === undefined) throw new UserError('There is no target to examine.', 'Name its URL.')
      const fitting = hooks.filter(one => named === undefined || one.id === named || one.label === named)
      const [signer, ...others] = fitting
      if (signer === undefined || others.length > 0)
        throw new UserError(
          signer === undefined ? 'There is no such hook.' : 'There are several hooks.',
          `Name one: ${hooks.map(({ label }) => label).join(', ')}`,
        )
      const json = { target, only, skip: [], failOn: 'fail', rate: null, effectUrl: null, confirmed: true } as const
      const started = await answerOf(
        api.checks.$post({ json: { ...json, secrets: { kind: 'hook', hook: signer.id } } }),
      )
      const until = Date.now() + timeoutSeconds * 1000
      let run: CheckRun = started.run
      while (run.state === 'running' && Date.now() < until && !means.signal.aborted) {
        await sleep(lookMs)
        run = (await answerOf(api.checks[':id'].$get({ param: { id: `${run.id}` } }))).run
      }
      return { run: rowOf(rows.checkRun, run) }
    })
  },
})

/** What is to be read of a finding. */
function findingOf({ probe, outcome, title, sentence, advice }: CheckReport['findings'][number]) {
  const entry = findProbe(probe)
  const isFault = outcome === 'fail' || outcome === 'warn'
  const fix = isFault ? (advice ?? entry?.fix ?? null) : null
  return {
    probe,
    outcome,
    severity: entry?.severity ?? 'minor',
    title: titleOf({ probe, outcome, ...(title !== undefined && { title }) }),
    sentence,
    fix,
  }
}

const checkReport = tool({
  name: 'check_report',
  title: 'What a check found',
  description:
    'Of a check that was started here or in the inspector; by default the newest. `ready` and `score` say nothing of what stands under notExamined.',
  takes: { run: z.int().min(1).optional() },
  gives: {
    run: rows.checkRun,
    judged: z.boolean().describe('Whether anything was answered that counts'),
    causes: z.array(rows.cause),
    findings: z.array(rows.finding),
    notExamined: z.array(rows.unexamined),
  },
  does: 'looks',
  run: ({ run: which }, means) =>
    looking(means, null, async ({ api }) => {
      const newest = which ?? Math.max(0, ...(await answerOf(api.checks.$get())).runs.map(({ id }) => id))
      if (newest === 0) throw new UserError('No check has run yet.', 'check starts one.')
      const { run, report } = await answerOf(api.checks[':id'].$get({ param: { id: `${newest}` } }), noReport(newest))
      return {
        run: rowOf(rows.checkRun, run),
        judged: isJudged(report.findings),
        causes: (report.causes ?? []).map(cause => rowOf(rows.cause, cause)),
        findings: report.findings.map(finding => rowOf(rows.finding, findingOf(finding))),
        notExamined: (report.notExamined ?? []).map(one => rowOf(rows.unexamined, one)),
      }
    }),
})

export const tools: readonly Tool[] = [
  status,
  searchDeliveries,
  getDelivery,
  waitForDelivery,
  explainSignature,
  listEventTypes,
  trigger,
  replay,
  check,
  checkReport,
]
