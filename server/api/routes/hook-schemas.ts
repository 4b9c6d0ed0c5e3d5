/** What the routes about hooks accept. What a field may hold is checked where hooks are kept, for every surface alike. */
import { z } from 'zod'
import { longestDelayMs, mostMockAnswers } from '../../../core/hooks/mock-response.ts'
import { mostTargets } from '../../sender/target.ts'
import { headers } from './schemas.ts'

const text = z.string().max(20_000)
const authentication = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('basic'), username: text, password: text }),
  ])
const signature = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.enum(['source-key', 'signature-key']), key: text }),
  ])
/** Whether the gateway has them is checked with the other fields. */
const events = (): z.ZodType<readonly string[], readonly string[]> => z.array(z.string().max(200)).max(200)
const routes = (): z.ZodType<readonly string[], readonly string[]> => z.array(z.string().max(4000)).max(mostTargets)
const fields = () => ({
  label: text,
  customUrl: text.nullable(),
  events: events(),
  authentication: authentication(),
  signature: signature(),
  /** `[EVENTS=]URL` each. */
  forward: routes().optional(),
})
const status = z.int().min(200).max(599)

export const hookSchemas = {
  draft: () => z.strictObject(fields()),
  change: () => z.strictObject(fields()).partial(),
  rehearsal: () =>
    z.strictObject({
      rehearsal: z
        .strictObject({
          status,
          headers: headers(),
          body: z.string().max(65_536),
          delayMs: z.int().min(0).max(longestDelayMs),
          failures: z.discriminatedUnion('kind', [
            z.strictObject({ kind: z.literal('never') }),
            z.strictObject({ kind: z.literal('next'), left: z.int().min(0).max(mostMockAnswers) }),
            z.strictObject({
              kind: z.literal('every'),
              nth: z.int().min(1).max(mostMockAnswers),
              seen: z.int().min(0).default(0),
            }),
          ]),
          failWith: z.discriminatedUnion('kind', [
            z.strictObject({ kind: z.literal('status'), status }),
            z.strictObject({ kind: z.literal('hang') }),
          ]),
        })
        .nullable(),
    }),
  verification: () => z.strictObject({ reason: z.string().min(1).max(200) }),
}
