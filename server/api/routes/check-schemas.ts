/** What the routes about the readiness check accept. */
import { z } from 'zod'
import type { CheckStart } from '../../../core/check/check-run.ts'
import { largestSeed } from '../../check/chance.ts'
import { rate } from './schemas.ts'

const url = z.string().max(4000)
/** Probes and groups, by name. */
const names = z.array(z.string().max(200)).max(200)
const secret = z.string().max(20_000)

const start = (): z.ZodType<CheckStart, CheckStart> =>
  z.strictObject({
    target: url,
    secrets: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('hook'), hook: z.string().max(200) }),
      z.strictObject({
        kind: z.literal('given'),
        authentication: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('none') }),
          z.strictObject({ kind: z.literal('basic'), username: secret, password: secret }),
        ]),
        key: z.strictObject({ kind: z.enum(['source-key', 'signature-key']), key: secret }).nullable(),
      }),
    ]),
    only: names,
    skip: names,
    failOn: z.enum(['warn', 'fail']),
    rate,
    effectUrl: url.nullable(),
    seed: z.int().min(0).max(largestSeed).optional(),
    confirmed: z.boolean(),
  })

export const checkSchemas = {
  start,
  report: () => z.strictObject({ format: z.enum(['html', 'json', 'junit']) }),
}
