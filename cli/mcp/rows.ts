/** What an agent is shown, each thing by a schema: clients refuse fields that the schema they were told does not name. */
import { z } from 'zod'
import { maskCardData } from '../../core/events/card.ts'
import { clip } from '../../core/text/text.ts'
import type { ShownLine } from '../shared/json-delivery.ts'
import type { SimulatedLine } from '../shared/json-simulation.ts'

/** UTF-16 units of a text that a stranger may have written. */
const longestText = 2000
/** UTF-16 units of a body. */
export const longestBody = 20_000

const count = z.int().min(0)
const text = z.string()
const maybeText = z.string().nullable()

const body = z.object({
  text: maybeText.describe('null for bytes that are no text'),
  bytes: count,
  cut: z.boolean().describe('Only the beginning is shown'),
})

const attempt = z.object({
  id: count,
  delivery: count,
  source: text,
  target: text,
  status: z.int().nullable(),
  outcome: text,
  ms: z.number().nullable(),
  reason: maybeText.describe('Why it failed'),
  own: z.boolean().describe('It sent the delivery as received to where deliveries are forwarded'),
  changes: z.array(text),
  proxy: text.optional().describe('The proxy it went through'),
})

const answer = z.object({
  status: z.int().nullable(),
  outcome: text,
  ms: z.number().nullable(),
  line: maybeText.describe('What an answer says that is no 2xx'),
  error: z.object({ code: text, message: text }).nullable(),
  proxy: text.optional().describe('The proxy it went through'),
})

const delivery = z.object({
  id: count,
  hook: text,
  receivedAt: text,
  eventType: maybeText,
  eventId: maybeText,
  summary: text,
  verdict: text.describe('verified, unchecked or rejected'),
  reasons: z.array(text).describe('Why it was rejected'),
  notes: z.array(text),
  retryOf: count.nullable(),
  status: z.int().nullable().describe('What the gateway was answered'),
  lastAttempt: attempt.nullable().describe('What the app answered'),
  notForwarded: z.object({ code: text, message: text, hint: text }).nullable(),
})

export const rows = {
  attempt,
  delivery,
  wholeDelivery: delivery.extend({
    path: text,
    headers: z.array(z.tuple([text, text])),
    body,
    attempts: z.array(attempt.extend({ answer: body.nullable().describe('The body that the app answered') })),
  }),
  signature: z.object({
    id: count,
    verdict: text,
    reasons: z.array(z.object({ code: text, title: text, advice: text })),
    diagnosis: z
      .object({ sentence: text, causes: z.array(text) })
      .nullable()
      .describe('What was done differently from the rule, where that was found'),
  }),
  eventType: z.object({ type: text, family: text, when: text, alternative: text.optional() }),
  scenario: z.object({ name: text, what: text, steps: z.array(text) }),
  try: z.object({
    eventType: maybeText,
    eventId: maybeText,
    state: text.describe('delivered only where the app, if one was asked, answered 2xx'),
    target: text,
    number: count,
    answer,
    hook: z
      .object({ delivery: count, verdict: text, reasons: z.array(text) })
      .nullable()
      .describe('Where it arrived at a hook of hookscope: what that made of it'),
    app: answer
      .extend({ target: text })
      .nullable()
      .describe('What the app behind the hook answered; null: none was asked'),
    notAsked: maybeText.describe('Why no app was asked'),
  }),
  simulation: z.object({ seed: count, events: count, delivered: count, failed: count, cancelled: count, state: text }),
  status: z.object({
    listening: z.boolean(),
    version: text,
    db: text,
    hooks: z.array(z.object({ id: text, label: text, hookUrl: maybeText, localUrl: text })),
    tunnel: z.object({ state: text, url: maybeText.optional(), reason: maybeText.optional() }),
    targets: z.array(
      z.object({
        target: text,
        state: text,
        waiting: count,
        missed: count,
        error: z.object({ code: text, message: text }).nullable(),
        answered: z
          .object({ status: z.int(), at: text })
          .nullable()
          .describe('Its newest answer, as old as the delivery that it was for'),
      }),
    ),
    storeTrouble: maybeText,
    kept: z.object({
      total: count,
      verdicts: z.record(text, count),
      failed: count.describe('The app did not take them'),
    }),
  }),
  checkRun: z.object({
    id: count,
    target: text,
    state: text.describe('running, done, stopped or failed'),
    asked: count,
    of: count,
    score: count.nullable(),
    ready: z.boolean().nullable(),
    partial: z.boolean().describe('It says less than that the endpoint is ready'),
    counts: z.record(text, count),
    problem: z.object({ message: text, hint: text }).nullable(),
  }),
  finding: z.object({
    probe: text,
    outcome: text,
    severity: text,
    title: text,
    sentence: text,
    fix: maybeText,
  }),
  cause: z.object({ title: text, fix: text, severity: text, probes: z.array(text) }),
  unexamined: z.object({ what: text, why: text, how: text }),
} as const

/** Card data masked and long texts cut, in a value of JSON. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return clip(maskCardData(value), longestText)
  if (Array.isArray(value)) return value.map(cleaned)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleaned(inner)]))
}

/** An attempt with what the app answered. */
export const answeredRow = ({ answer, ...one }: ShownLine['attempts'][number]) => ({
  ...rowOf(rows.attempt, one),
  answer: answer && { ...shownBody(answer.body), bytes: answer.bodyBytes },
})

/** A try of a simulated event with its two stations apart: what the hook answered is not what the app did. */
export const simulatedAttemptRow = (line: object) => {
  const { arrival = null, ...one } = line as Partial<SimulatedLine>
  return rowOf(rows.try, { ...one, answer: one, hook: arrival })
}

/** What of a value an agent is shown. @throws ZodError when it is not what the schema says: that is a fault of ours */
export const rowOf = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => schema.parse(cleaned(value))

/** The beginning of a body, card data masked. */
export function shownBody({ text: whole, bytes }: { readonly text: string | null; readonly bytes: number }) {
  const masked = whole === null ? null : maskCardData(whole)
  const cut = masked !== null && masked.length > longestBody
  return { text: masked === null ? null : masked.slice(0, longestBody), bytes, cut }
}
