/** A line of a capture, described for programs; schema/capture.json is made from this. */
import { z } from 'zod'
import type { CapturedDelivery, CaptureEnd, CaptureHead } from '../../core/capture/capture.ts'
import { captureVersion } from '../../core/capture/capture.ts'
import { type Note, notes, type Rejection, rejections } from '../../core/deliveries/delivery.ts'
import { type SignatureCause, signatureCauses } from '../../core/deliveries/diagnosis.ts'

const instant = z.string().meta({ description: 'ISO 8601, UTC, with milliseconds' })
const namesOf = <Name extends string>(table: Readonly<Record<Name, unknown>>) =>
  z.enum(Object.keys(table) as [Name, ...Name[]])
const rejection = namesOf<Rejection>(rejections)

const head = z
  .object({
    hookscope: z.literal('capture'),
    version: z.literal(captureVersion).meta({ description: 'Of the format; another one has to be refused' }),
    by: z.string().meta({ description: 'The version of hookscope that wrote it' }),
    exportedAt: instant,
    contents: z.enum(['exact', 'anonymized']),
    testKey: z
      .string()
      .nullable()
      .meta({ description: 'What anonymized deliveries are signed with; null in an exact capture' }),
  })
  .meta({ description: 'The first line' }) satisfies z.ZodType<CaptureHead>

const attempt = z.object({
  source: z.enum(['forward', 'replay', 'simulate', 'check']),
  target: z.string().meta({ description: 'Without its query' }),
  startedAt: instant,
  outcome: z.enum(['answered', 'refused', 'timed-out', 'reset', 'invalid-answer', 'pending']),
  status: z.number().int().nullable(),
  ms: z.number().nullable(),
  line: z.string().nullable().meta({ description: 'The first line of an answer that is no 2xx' }),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
})

const delivery = z
  .object({
    kind: z.literal('delivery'),
    id: z.number().int().meta({ description: 'Where it was received' }),
    receivedAt: instant,
    readMs: z.number().nonnegative().meta({ description: 'Until the body was complete, milliseconds' }),
    method: z.string(),
    target: z.string().meta({ description: 'The request target as received, query included' }),
    httpVersion: z.string(),
    headers: z
      .array(z.tuple([z.string(), z.string()]))
      .meta({ description: 'Name and value, as received; a character of a value is a byte' }),
    body: z.base64().meta({ description: 'The bytes as received; empty when it was refused before it was complete' }),
    bytes: z.number().int().nonnegative().meta({ description: 'Of the body, also of one that was refused' }),
    remoteAddress: z.string(),
    verdict: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('unchecked') }),
      z.object({
        kind: z.literal('verified'),
        key: z
          .enum(['source-key', 'signature-key'])
          .nullable()
          .meta({ description: 'Which key; null: none was checked' }),
        basic: z.boolean().meta({ description: 'Basic authentication was checked' }),
      }),
      z.object({ kind: z.literal('rejected'), reasons: z.tuple([rejection], rejection) }),
    ]),
    status: z.number().int().nullable().meta({ description: 'What the sender was answered; null: not known' }),
    mocked: z.boolean().meta({ description: 'A mock response was sent' }),
    hook: z.object({ id: z.string(), label: z.string().nullable() }),
    flags: z.array(namesOf<Note>(notes)),
    attempts: z.array(attempt).meta({ description: 'Oldest first' }),
    diagnosis: z
      .object({ causes: z.array(namesOf<SignatureCause>(signatureCauses)), sentence: z.string() })
      .nullish()
      .meta({ description: 'Why its signature is wrong, as the hookscope found that wrote it' }),
  })
  .meta({ description: 'A delivery; the oldest is first' }) satisfies z.ZodType<CapturedDelivery>

const end = z
  .object({ kind: z.literal('end'), deliveries: z.number().int().nonnegative() })
  .meta({ description: 'The last line; without it, the file was cut off' }) satisfies z.ZodType<CaptureEnd>

/** Any line of a capture. */
export const captureLineSchema = z.union([head, delivery, end]).meta({
  title: 'A line of a hookscope capture',
  description:
    'What hookscope export --format hookscope writes, one JSON object a line. Fields may be added, never renamed.',
})
