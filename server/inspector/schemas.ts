/** What the API's routes accept: shapes and limits. Everything else is answered 400 with the place and the reason. */
import { zValidator } from '@hono/zod-validator'
import { type ZodType, z } from 'zod'
import { ApiProblem } from './problem.ts'

/** A whole number in a URL. */
const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number)
const flag = z.enum(['0', '1']).transform(value => value === '1')
const q = z.string().max(4000).default('')
const id = z.int().positive()
const ids = z.array(id).max(1_000_000)
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'must be a header name')
// What node:http can put on the wire: visible characters, space, tab and Latin-1.
const headerText = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be header text without line breaks')

export const schemas = {
  search: z.object({ q }),
  reveal: z.object({ reveal: flag.optional() }),
  list: z.object({
    q,
    before: whole.optional(),
    limit: whole.pipe(z.number().min(1).max(500)).optional(),
    grouped: flag.optional(),
  }),
  timeline: z.object({
    q,
    buckets: whole.pipe(z.number().min(1).max(500)).optional(),
    from: whole.optional(),
    to: whole.optional(),
  }),
  export: z.object({
    q,
    ids: z
      .string()
      .regex(/^\d{1,15}(,\d{1,15})*$/, 'must be ids joined by commas')
      .transform(text => text.split(',').map(Number))
      .optional(),
    format: z.enum(['ndjson', 'csv']),
  }),
  secrets: z.object({
    authentication: z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['keep', 'none']) }),
      z.object({
        kind: z.literal('basic'),
        username: z
          .string()
          .min(1)
          .max(1000)
          .regex(/^[^:]*$/, 'must not hold a colon'),
        password: z.string().max(1000),
      }),
    ]),
    signing: z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['keep', 'none']) }),
      z.object({ kind: z.enum(['source-key', 'signature-key']), key: z.string().min(1).max(1000) }),
    ]),
  }),
  replay: z.object({
    target: z.string().max(4000).optional(),
    changes: z
      .object({
        method: z
          .string()
          .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/, 'must be an HTTP method')
          .optional(),
        headers: z
          .array(z.tuple([headerName, headerText]))
          .max(1000)
          .optional(),
        body: z.union([z.object({ text: z.string() }), z.object({ base64: z.base64() })]).optional(),
      })
      .optional(),
    resign: z.boolean().optional(),
  }),
  replayJob: z.object({
    ids: z.array(id).min(1).max(100_000),
    target: z.string().max(4000).optional(),
    order: z.enum(['triggered', 'received']),
    rate: z.number().positive().max(1000).nullable(),
    resign: z.boolean().optional(),
  }),
  pin: z.object({ ids, pinned: z.boolean() }),
  remove: z.union([z.object({ ids }), z.object({ q: z.string().max(4000) })]),
  restore: z.object({ ids }),
  forward: z.object({ target: z.string().max(4000).nullable().optional(), paused: z.boolean().optional() }),
  testEvent: z.object({ hook: z.string().max(200) }),
} as const

/** Checks the part of a call that a schema describes; throws ApiProblem, so that no error shape joins the route's type. */
export function valid<T extends ZodType, Part extends 'query' | 'json'>(part: Part, schema: T) {
  return zValidator(part, schema, result => {
    if (result.success) return
    const issue = result.error.issues[0]
    const place = issue?.path.join('.') ?? ''
    const where = place === '' ? (part === 'json' ? 'The JSON body' : 'The query') : `“${place}”`
    throw new ApiProblem(
      400,
      'invalid',
      `${where} is not what this route accepts: ${issue?.message ?? 'invalid'}.`,
      'See “For scripts” in the README for what each route takes.',
    )
  })
}
