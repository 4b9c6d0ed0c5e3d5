/** What the API's routes accept: shapes and limits. Everything else is answered 400 with the place and the reason. */
import { zValidator } from '@hono/zod-validator'
import { z } from 'zod'
import { nearest } from '../../core/nearest.ts'
import { clip, printable } from '../../core/text.ts'
import { mostTargets } from '../sender/target.ts'
import { ApiProblem } from './problem.ts'

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** A whole number in a URL. */
const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number)
const flag = z.enum(['0', '1']).transform(value => value === '1')
const q = z.string().max(4000).default('')
/** The time zone of who asks, in which the search's days and times are read; default: the server's. */
const zone = z.string().max(100).refine(isZone, 'must be a time zone such as America/New_York').optional()
const id = z.int().positive()
const ids = z.array(id).max(1_000_000)
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'must be a header name')
// What node:http can put on the wire: visible characters, space, tab and Latin-1.
const headerText = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be header text without line breaks')
/** Header lines that node:http can write. */
export const headers = z.array(z.tuple([headerName, headerText])).max(1000)

/** The slowest rate and clock, as on the command line: with slower ones the instants leave the calendar. */
export const slowest = 0.000_001
/** How many deliveries one replay may send. */
export const mostReplayed = 100_000
const target = z.string().max(4000)
const replayJob = {
  target: target.optional(),
  order: z.enum(['triggered', 'received']),
  rate: z.number().min(slowest).max(1000).nullable(),
  resign: z.boolean().optional(),
}

export const schemas = {
  search: z.strictObject({ q, zone }),
  reveal: z.strictObject({ reveal: flag.optional() }),
  list: z.strictObject({
    q,
    zone,
    before: whole.optional(),
    limit: whole.pipe(z.number().min(1).max(500)).optional(),
    grouped: flag.optional(),
  }),
  timeline: z.strictObject({
    q,
    zone,
    buckets: whole.pipe(z.number().min(1).max(500)).optional(),
    from: whole.optional(),
    to: whole.optional(),
  }),
  export: z.strictObject({
    q,
    zone,
    ids: z
      .string()
      .regex(/^\d{1,15}(,\d{1,15})*$/, 'must be ids joined by commas')
      .transform(text => text.split(',').map(Number))
      .optional(),
    format: z.enum(['ndjson', 'csv']),
  }),
  replay: z.strictObject({
    target: target.optional(),
    changes: z
      .strictObject({
        method: z
          .string()
          .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/, 'must be an HTTP method')
          .optional(),
        headers: headers.optional(),
        body: z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })]).optional(),
      })
      .optional(),
    resign: z.boolean().optional(),
  }),
  replayJob: z.union([
    z.strictObject({ ids: z.array(id).min(1).max(mostReplayed), ...replayJob }),
    z.strictObject({ q: z.string().max(4000), zone, ...replayJob }),
  ]),
  pin: z.strictObject({ ids, pinned: z.boolean() }),
  remove: z.union([z.strictObject({ ids }), z.strictObject({ q: z.string().max(4000), zone })]),
  restore: z.strictObject({ ids }),
  forward: z.strictObject({
    /** One, several, or null for none. */
    target: z
      .union([target, z.array(target).max(mostTargets)])
      .nullable()
      .optional(),
    paused: z.boolean().optional(),
  }),
  testEvent: z.strictObject({ hook: z.string().max(200) }),
} as const

/** Checks the part of a call that a schema describes; throws ApiProblem, so that no error shape joins the route's type. */
export function valid<T extends z.ZodType, Part extends 'query' | 'json'>(part: Part, schema: T) {
  return zValidator(part, schema, result => {
    if (result.success) return
    const unknown = result.error.issues.flatMap(issue => unknownFields(issue))[0]
    if (unknown) throw unknownField(unknown, schema)
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

type Path = readonly PropertyKey[]
interface Unknown {
  readonly path: Path
  readonly name: string
}
type Issue = z.core.$ZodIssue

/** The fields that an issue calls unknown; of alternatives, those that none of them knows. */
function unknownFields(issue: Issue, above: Path = []): Unknown[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') return issue.keys.map(name => ({ path, name }))
  if (issue.code !== 'invalid_union') return []
  const [first = [], ...others] = issue.errors.map(issues => issues.flatMap(inner => unknownFields(inner, path)))
  const same = (one: Unknown) => (other: Unknown) => placeOf(one) === placeOf(other)
  return first.filter(one => others.every(unknown => unknown.some(same(one))))
}

const placeOf = ({ path, name }: Unknown) => [...path, name].map(String).join('.')

function unknownField(unknown: Unknown, schema: z.ZodType): ApiProblem {
  const known = fieldsAt(schema, unknown.path)
  const near = nearest(unknown.name, known)
  return new ApiProblem(
    400,
    'unknown-field',
    `This route knows no field “${clip(printable(placeOf(unknown)), 80)}”.`,
    near !== undefined
      ? `Did you mean “${near}”?`
      : known.length > 0
        ? `Fields there: ${known.join(', ')}.`
        : 'Leave it out.',
  )
}

/** The names of the fields at a place of what a schema describes. */
function fieldsAt(schema: z.core.$ZodType, path: Path): string[] {
  if (schema instanceof z.ZodOptional) return fieldsAt(schema.unwrap(), path)
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap(option => fieldsAt(option, path)))]
  if (!(schema instanceof z.ZodObject)) return []
  const [field, ...rest] = path
  if (field === undefined) return Object.keys(schema.shape)
  const inner: z.core.$ZodType | undefined = schema.shape[String(field)]
  return inner ? fieldsAt(inner, rest) : []
}
