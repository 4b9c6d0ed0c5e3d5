/** What the routes about the simulated gateway accept. */
import { z } from 'zod'
import { mostEvents, slowestRate } from '../../../core/api/limits.ts'
import { fastestClock } from '../../../core/simulate/clock.ts'
import { faultKinds } from '../../../core/simulate/faults.ts'
import type { SimulationRequest } from '../../../core/simulate/simulation.ts'
import { rate } from './schemas.ts'

const text = z.string().max(20_000)
const changes = () => ({
  set: z
    .array(z.strictObject({ path: text, value: z.unknown() }))
    .max(1000)
    .optional(),
  unset: z.array(text).max(1000).optional(),
})
const item = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('event'), type: text, ...changes() }),
    z.strictObject({
      kind: z.literal('journey'),
      name: text,
      steps: z
        .array(z.strictObject({ step: z.int().positive().max(100), ...changes() }))
        .max(100)
        .optional(),
      ...changes(),
    }),
    z.strictObject({ kind: z.literal('sample'), name: text, ...changes() }),
    z.strictObject({ kind: z.literal('body'), text: z.string().max(2_000_000), ...changes() }),
  ])
const recipients = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('subscribed') }),
    z.strictObject({ kind: z.literal('hook'), hook: text }),
    z.strictObject({
      kind: z.literal('target'),
      url: text,
      authentication: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('none') }),
        z.strictObject({ kind: z.literal('basic'), username: text, password: text }),
      ]),
      key: z.strictObject({ kind: z.enum(['source-key', 'signature-key']), key: text }).nullable(),
      hook: text.optional(),
    }),
  ])
const clock = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('instant') }),
    z.strictObject({ kind: z.literal('times'), factor: z.number().min(slowestRate).max(fastestClock) }),
  ])
const share = z.number().min(0).max(1)
const eventIds = (): z.ZodType<readonly number[], readonly number[]> => z.array(z.int().positive()).max(mostEvents)
const mostItems = 1000

const request = (): z.ZodType<SimulationRequest, SimulationRequest> =>
  z.strictObject({
    items: z.tuple([item()], item()).refine(items => items.length <= mostItems, `must be at most ${mostItems} items`),
    recipients: recipients(),
    count: z.int().min(1).max(mostEvents),
    rate,
    seed: z.int().min(0).max(4_294_967_295),
    retries: z.enum(['off', 'schedule']),
    clock: clock(),
    weather: z.partialRecord(z.enum(faultKinds.map(({ kind }) => kind)), share),
  })

export const simulationSchemas = {
  request,
  events: () => z.strictObject({ events: z.union([z.literal('all'), eventIds()]) }),
  page: () =>
    z.strictObject({
      after: z
        .string()
        .regex(/^\d{1,15}$/, 'must be a whole number')
        .transform(Number)
        .optional(),
    }),
  sample: () => z.strictObject({ delivery: z.int().positive(), name: text }),
}
