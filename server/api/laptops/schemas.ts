/** What laptops send: shapes and limits. */
import { z } from 'zod'
import { type FromLaptop, laptopStreamPath } from '../../../core/laptops/frames.ts'

const id = z.int().positive()
const line = z.string().max(65_536)
const headers = z.array(z.tuple([line, line])).max(2000)
const base64 = z.base64().max(12 * 1024 * 1024)
const isWeb = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
const url = z.string().max(8192).refine(isWeb, 'must be an http or https URL')
const ms = z.number().min(0).nullable()
/** Within what a date can be. */
const moment = z
  .int()
  .min(0)
  .max(8.64e15 - 1)

const report = z.strictObject({
  kind: z.literal('attempt'),
  id,
  delivery: id,
  source: z.enum(['forward', 'replay']),
  target: url,
  startedAt: moment,
  changes: z.array(z.enum(['method', 'headers', 'body', 'signature'])).max(4),
  request: z.strictObject({ method: z.string().max(100), url, headers, body: base64.nullable() }),
  result: z.strictObject({
    outcome: z.enum(['answered', 'refused', 'timed-out', 'reset', 'invalid-answer']),
    answer: z
      .strictObject({ status: z.int().min(100).max(999), headers, body: base64, bodyBytes: z.int().min(0) })
      .nullable(),
    timing: z.strictObject({ connectMs: ms, firstByteMs: ms, totalMs: z.number().min(0) }),
    error: z.strictObject({ code: line, message: line, hint: line }).nullable(),
    sloppy: z.array(line).max(100).optional(),
    proxy: line.optional(),
  }),
})

const frame = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ack'), cursor: z.string().max(100) }),
  report,
])

/** @returns null for what is none */
export function readFrame(text: string): FromLaptop | null {
  try {
    const parsed = frame.safeParse(JSON.parse(text))
    if (!parsed.success) return null
    const { data } = parsed
    if (data.kind === 'ack') return data
    const { sloppy, proxy, ...result } = data.result
    return {
      ...data,
      result: { ...result, ...(sloppy !== undefined && { sloppy }), ...(proxy !== undefined && { proxy }) },
    }
  } catch {
    return null
  }
}

const query = z.strictObject({
  log: z.string().regex(/^[0-9a-f]{8,64}$/),
  cursor: z.string().max(100).nullable(),
  mark: z
    .string()
    .regex(/^(\d{1,15}\.\d{1,15}(-\d{1,15}\.\d{1,15}){0,31})?$/)
    .nullable(),
  hooks: z.array(z.string().max(200)).max(200),
})

/** What a laptop asks for. @returns null for what nobody can ask */
export function readAsked(target: string): z.infer<typeof query> | null {
  const at = target.indexOf('?')
  if ((at < 0 ? target : target.slice(0, at)) !== laptopStreamPath) return null
  const asked = new URLSearchParams(at < 0 ? '' : target.slice(at + 1))
  const [log, cursor, mark] = [asked.get('log'), asked.get('cursor'), asked.get('mark')]
  const parsed = query.safeParse({ log, cursor, mark, hooks: asked.getAll('hook') })
  return parsed.success ? parsed.data : null
}
