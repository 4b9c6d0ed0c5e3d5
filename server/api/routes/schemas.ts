/** What the API's routes accept: shapes and limits. Everything else is answered 400 with the place and the reason. */
import { zValidator } from '@hono/zod-validator'
import { z } from 'zod'
import { exportFormats } from '../../../core/api/export-formats.ts'
import { fastestRate, mostReplayed, slowestRate } from '../../../core/api/limits.ts'
import { type ImportedDelivery, mostImported } from '../../../core/capture/capture.ts'
import { bulkEditKinds } from '../../../core/deliveries/bulk-edit.ts'
import { type Rejection, rejections, type Verdict } from '../../../core/deliveries/delivery.ts'
import type { ReplayRequest } from '../../../core/deliveries/replay.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { nearest } from '../../../core/text/nearest.ts'
import { clip, printable, withCommas } from '../../../core/text/text.ts'
import { tunnelNames } from '../../../core/tunnels/ways.ts'
import { lazily } from '../../lib/lazily.ts'
import { mostTargets } from '../../sender/target.ts'
import { ApiProblem } from '../problem.ts'

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
/** After so many milliseconds an estimate will do. */
const within = whole.pipe(z.number().max(60_000)).optional()
const flag = z.enum(['0', '1']).transform(value => value === '1')
const q = z.string().max(4000).default('')
/** The time zone of who asks, in which the search's days and times are read; default: the server's. */
const zone = z.string().max(100).refine(isZone, 'must be a time zone such as America/New_York').optional()
const id = z.int().positive()
const mostIds = 1_000_000
const isId = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
/** Checked as a whole: one schema for each of a million ids takes a third of a second. */
const ids = () =>
  z
    .custom<readonly number[]>(
      value => Array.isArray(value) && value.length <= mostIds && value.every(isId),
      `must be a list of ids, at most ${withCommas(mostIds)}`,
    )
    .meta({ type: 'array', items: { type: 'integer', minimum: 1 }, maxItems: mostIds })
/** In a URL. */
const idList = z
  .string()
  .regex(/^\d{1,15}(,\d{1,15})*$/, 'must be ids joined by commas')
  .transform(text => text.split(',').map(Number))
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'must be a header name')
// What node:http can put on the wire: visible characters, space, tab and Latin-1.
const headerText = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be header text without line breaks')
/** Header lines that node:http can write. */
export const headers = (): z.ZodType<HeaderList, HeaderList> => z.array(z.tuple([headerName, headerText])).max(1000)

/** So many a second; null for no limit. */
export const rate = z.number().min(slowestRate).max(fastestRate).nullable()
const target = z.string().max(4000)
const replayJob = {
  target: target.optional(),
  order: z.enum(['triggered', 'received']),
  rate,
  resign: z.boolean().optional(),
  includeRejected: z.boolean().optional(),
}

const replayed = (): z.ZodType<readonly number[], readonly number[]> => z.array(id).min(1).max(mostReplayed)
const replay = (): z.ZodType<ReplayRequest, ReplayRequest> =>
  z.strictObject({
    target: target.optional(),
    changes: z
      .strictObject({
        method: z
          .string()
          .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/, 'must be an HTTP method')
          .optional(),
        headers: headers().optional(),
        body: z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })]).optional(),
      })
      .optional(),
    resign: z.boolean().optional(),
  })

const rejection = z.enum(Object.keys(rejections) as [Rejection, ...Rejection[]])
const verdict = (): z.ZodType<Verdict, Verdict> =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('unchecked') }),
    z.strictObject({
      kind: z.literal('verified'),
      key: z.enum(['source-key', 'signature-key']).nullable(),
      basic: z.boolean(),
    }),
    z.strictObject({ kind: z.literal('rejected'), reasons: z.tuple([rejection], rejection) }),
  ])
const httpStatus = z.int().min(100).max(999)
/** As files hold it; a header's character is a byte. */
const imported = (): z.ZodType<ImportedDelivery, ImportedDelivery> =>
  z.strictObject({
    receivedAt: z.iso.datetime({ precision: 3 }),
    readMs: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
    method: headerName.max(32),
    target: z.string().regex(/^[\x21-\x7e\x80-\xff]+$/, 'must be a request target'),
    httpVersion: z.string().max(100),
    headers: z.array(z.tuple([headerName, headerText])).max(2000),
    body: z.base64(),
    bytes: z.int().min(0),
    remoteAddress: z.string().max(100),
    verdict: verdict(),
    status: httpStatus.nullable(),
    mocked: z.boolean(),
    hook: z
      .string()
      .regex(/^[\w.-]{1,60}$/, 'must be the id of a hook')
      .nullable(),
    headersExact: z.boolean(),
  })

/** Each is made for the first who asks for it: all of them together take a good part of the start of a command. */
export const schemas = {
  counted: () => z.strictObject({ q, zone, within }),
  reveal: () => z.strictObject({ reveal: flag.optional() }),
  delivery: () => z.strictObject({ reveal: flag.optional(), attempts: z.enum(['whole', 'summary']).optional() }),
  list: () =>
    z.strictObject({
      q,
      zone,
      /** These, in the order of their ids, in place of what is searched for. */
      ids: idList.optional(),
      before: whole.optional(),
      limit: whole.pipe(z.number().min(1).max(500)).optional(),
      grouped: flag.optional(),
    }),
  timeline: () =>
    z.strictObject({
      q,
      zone,
      buckets: whole.pipe(z.number().min(1).max(500)).optional(),
      from: whole.optional(),
      to: whole.optional(),
      within,
      /** Stretches of a minute, ten, an hour, a day of `zone`, in place of as many as fit. */
      even: flag.optional(),
    }),
  /** As many as a list shows at a time. */
  causes: () => z.strictObject({ ids: idList.refine(ids => ids.length <= 100, 'must be 100 ids at most') }),
  export: () =>
    z.strictObject({
      q,
      zone,
      ids: idList.optional(),
      format: z.enum(exportFormats),
      anonymize: flag.optional(),
    }),
  /** `decoded`: without its Content-Encoding, where that can be undone. */
  body: () => z.object({ decoded: flag.optional() }),
  replay,
  replayJob: () =>
    z.union([
      z.strictObject({ ids: replayed(), ...replayJob }),
      z.strictObject({ q: z.string().max(4000), zone, ...replayJob }),
    ]),
  pin: () => z.strictObject({ ids: ids(), pinned: z.boolean() }),
  remove: () => z.union([z.strictObject({ ids: ids() }), z.strictObject({ q: z.string().max(4000), zone })]),
  restore: () => z.strictObject({ ids: ids() }),
  edit: () =>
    z.union([
      z.strictObject({ kind: z.enum(bulkEditKinds), ids: ids() }),
      z.strictObject({ kind: z.enum(bulkEditKinds), q: z.string().max(4000), zone }),
    ]),
  /** `{}`: what changes something is sent as JSON, also when there is nothing to say. */
  nothing: () => z.strictObject({}),
  tunnel: () => z.strictObject({ way: z.enum(tunnelNames).exclude(['auto']) }),
  forward: () =>
    z.strictObject({
      /** One, several, or null for none. */
      target: z
        .union([target, z.array(target).max(mostTargets)])
        .nullable()
        .optional(),
      paused: z.boolean().optional(),
      /** What waits for a target that is to be none any more may be let go of. */
      letGo: z.boolean().optional(),
    }),
  imports: () => z.strictObject({ deliveries: z.array(imported()).min(1).max(mostImported) }),
  testEvent: () => z.strictObject({ hook: z.string().max(200) }),
} as const

/** Checks the part of a call that a schema describes; throws ApiProblem, so that no error shape joins the route's type. */
export function valid<T extends z.ZodType, Part extends 'query' | 'json'>(part: Part, schema: () => T) {
  const made = lazily(() =>
    zValidator(part, schema(), result => {
      if (!result.success) throw problemOf(result.error, part, schema())
    }),
  )
  type Validator = ReturnType<typeof made.get>
  const validator: Validator = (c, next) => made.get()(c, next)
  checked.set(validator, { part, schema })
  return validator
}

function problemOf({ issues }: z.core.$ZodError, part: 'query' | 'json', schema: z.ZodType): ApiProblem {
  const unknown = issues.flatMap(issue => unknownFields(issue))[0]
  if (unknown) return unknownField(unknown, schema)
  const [issue] = issues
  const place = issue?.path.join('.') ?? ''
  const where = place === '' ? (part === 'json' ? 'The JSON body' : 'The query') : `“${place}”`
  return new ApiProblem(
    400,
    'invalid',
    `${where} is not what this route accepts: ${issue?.message ?? 'invalid'}.`,
    'docs/reference/api.md says what each route takes.',
  )
}

/** What a validator checks. */
interface Checked {
  readonly part: 'query' | 'json'
  readonly schema: () => z.ZodType
}
const checked = new WeakMap<object, Checked>()

/** What a handler of a route checks, for the API's description; undefined for one that checks nothing. */
export const checkedBy = (handler: object): Checked | undefined => checked.get(handler)

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
        : 'Remove it.',
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
