/** The report as JSON, described for programs; schema/check-report.json is made from this. */
import { z } from 'zod'
import { type CheckReport, outcomes, severities } from '../../../core/check/finding.ts'
import { probes } from '../../../core/check/probes.ts'
import { frameworks } from '../../../core/check/remedies.ts'

const count = z.number().int().nonnegative()
const milliseconds = z.number().nonnegative()
const instant = z.string().meta({ description: 'ISO 8601, UTC' })
const probe = z.enum(probes.map(({ id }) => id))
const headers = z.array(z.tuple([z.string(), z.string()])).meta({ description: 'Name and value, as received' })

const exchange = z.object({
  what: z.string().meta({ description: 'What was special about this request' }),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers,
    body: z.string().meta({ description: 'The beginning, as text' }),
    bytes: count,
  }),
  outcome: z.enum(['answered', 'refused', 'timed-out', 'reset', 'invalid-answer']),
  answer: z
    .object({
      status: z.number().int(),
      headers,
      body: z.string().meta({ description: 'The beginning, as text' }),
      bytes: count,
      line: z.string().optional().meta({ description: 'What it says with a status that is no 2xx, as one line' }),
      sloppy: z.array(z.string()).optional().meta({ description: 'What is wrong with its HTTP, a sentence each' }),
    })
    .nullable(),
  problem: z.string().nullable().meta({ description: 'Why there is no answer' }),
  connectMs: milliseconds.nullable(),
  ms: milliseconds,
  proxy: z.string().optional().meta({ description: 'The proxy it went through, where one did' }),
})

const finding = z.object({
  probe,
  outcome: z.enum(outcomes),
  title: z.string().optional().meta({ description: 'What is true of the endpoint, as a statement' }),
  sentence: z.string().meta({ description: 'What was found; for skipped and unknown why' }),
  advice: z.string().optional().meta({ description: 'What to do, where that is not the usual thing' }),
  exchanges: z.array(exchange).max(5),
  measures: z.record(z.string(), z.number()).meta({ description: 'By name, the unit at its end: p95Ms' }),
  ms: milliseconds.meta({ description: 'How long the probe took' }),
})

export const checkReportSchema = z
  .object({
    kind: z.literal('hookscope-check'),
    format: z.literal(1),
    version: z.string().meta({ description: 'Of hookscope' }),
    mark: z.string().meta({ description: 'Merchant key and order id of every body that was sent' }),
    seed: z.int().optional().meta({ description: 'Asked for again with it, the check sends the same' }),
    options: z.object({
      target: z.string(),
      signed: z.enum(['source-key', 'signature-key']).nullable(),
      basic: z.boolean(),
      only: z.array(z.string()),
      skip: z.array(z.string()),
      failOn: z.enum(['warn', 'fail']),
      effect: z.boolean(),
    }),
    startedAt: instant,
    endedAt: instant,
    complete: z.boolean().meta({ description: 'Whether every chosen probe ran' }),
    requests: count,
    findings: z.array(finding),
    causes: z
      .array(
        z.object({ title: z.string(), fix: z.string(), severity: z.enum(severities), probes: z.tuple([probe], probe) }),
      )
      .optional()
      .meta({ description: 'Mistakes that several findings have in common' }),
    score: z.number().int().min(0).max(100),
    ready: z.boolean().meta({ description: 'Complete, and nothing examined counts as a failure; see notExamined' }),
    notExamined: z
      .array(
        z.object({
          what: z.string().meta({ description: 'As a noun' }),
          why: z.string(),
          how: z.string().meta({ description: 'How to have it examined' }),
          probes: z.array(probe),
        }),
      )
      .optional()
      .meta({ description: 'What the score and ready say nothing of' }),
    framework: z
      .object({
        name: z.enum(frameworks),
        sign: z
          .string()
          .nullable()
          .meta({ description: 'What in the answers shows it; null when --framework named it' }),
      })
      .nullable()
      .optional()
      .meta({ description: 'What the endpoint runs on; null when no answer tells' }),
    known: z.array(probe).meta({ description: 'What the baseline knew: it does not count' }),
  })
  .meta({
    title: 'Readiness check of hookscope',
    description: 'What hookscope check --json writes. Fields may be added, never renamed.',
  }) satisfies z.ZodType<CheckReport>

/** An earlier report as far as a baseline needs it: also one of another version, with probes that are not known here. */
export const baselineSchema = z.object({
  kind: z.literal('hookscope-check'),
  findings: z.array(z.object({ probe: z.string(), outcome: z.string() })),
})
/** The part of a report that a baseline is read from. */
export interface Baseline {
  readonly findings: readonly z.infer<typeof baselineSchema>['findings'][number][]
}
