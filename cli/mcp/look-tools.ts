/** What an agent can look at. */
import { z } from 'zod'
import { rejections } from '../../core/deliveries/delivery.ts'
import { fitsNow } from '../../core/deliveries/verification.ts'
import { catalogue } from '../../core/events/catalogue.ts'
import { scenarios } from '../../core/events/generator/scenarios.ts'
import { noSuchDelivery } from '../../server/lib/errors.ts'
import { answerOf, type Client } from '../client.ts'
import { verifyAgainHint } from '../shared/delivery-line.ts'
import { findAll } from '../shared/found.ts'
import { shownLine } from '../shared/json-delivery.ts'
import { givenDb } from '../shared/options.ts'
import { attemptsOf } from '../show/show.ts'
import { answeredRow, rowOf, rows, shownBody } from './rows.ts'
import {
  askCommand,
  input,
  largestId,
  linesOfKind,
  longestWaitSeconds,
  looking,
  mostRows,
  type Tool,
  tool,
  valued,
} from './tool.ts'

const detailOf = (api: Client['api'], which: number) =>
  answerOf(
    api.deliveries[':id'].$get({ param: { id: `${which}` }, query: { attempts: 'summary' } }),
    noSuchDelivery(which),
  )

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
  takes: { query: input.query.optional(), limit: z.int().min(1).max(mostRows).optional().describe('Default: 20') },
  gives: { deliveries: z.array(rows.delivery) },
  does: 'looks',
  async run({ query: q, limit }, means) {
    const result = await askCommand(means, 'list', valued('limit', limit), q === undefined ? [] : [q])
    return { deliveries: linesOfKind(result, 'delivery').map(line => rowOf(rows.delivery, line)) }
  },
})

const getDelivery = tool({
  name: 'get_delivery',
  title: 'One delivery whole',
  description:
    'Headers and body as received, and every attempt at the app. Credentials and card numbers are masked, long bodies cut.',
  takes: { id: input.id },
  gives: { delivery: rows.wholeDelivery },
  does: 'looks',
  run: ({ id: which }, means) =>
    looking(means, null, async ({ api }) => {
      const detail = await detailOf(api, which)
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
    query: input.query,
    timeoutSeconds: z.int().min(1).max(longestWaitSeconds).optional().describe('Default: 30'),
    since: z.int().min(0).max(largestId).optional().describe('A cursor; default: what comes from now on'),
  },
  gives: { came: z.boolean(), cursor: z.int(), deliveries: z.array(rows.delivery) },
  does: 'looks',
  async run({ query: q, timeoutSeconds = 30, since }, means) {
    const above = since ?? (await looking(means, null, async ({ api }) => (await findAll(api, '', 1))[0]?.id ?? 0))
    const options = [`--since=${above}`, `--timeout=${timeoutSeconds}s`]
    const result = await askCommand(means, 'wait', options, [q])
    const deliveries = linesOfKind(result, 'delivery').map(line => rowOf(rows.delivery, line))
    return { came: deliveries.length > 0, cursor: Math.max(above, ...deliveries.map(one => one.id)), deliveries }
  },
})

const explainSignature = tool({
  name: 'explain_signature',
  title: 'Why a signature is wrong',
  description:
    'Why a delivery was rejected, and what was done differently from the rule: hookscope compares with the key that it has; never ask anyone for the key.',
  takes: { id: input.id },
  gives: { signature: rows.signature },
  does: 'looks',
  run: ({ id: which }, means) =>
    looking(means, null, async ({ api }) => {
      const detail = await detailOf(api, which)
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

export const lookTools: readonly Tool[] = [
  status,
  searchDeliveries,
  getDelivery,
  waitForDelivery,
  explainSignature,
  listEventTypes,
]
