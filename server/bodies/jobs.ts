/** What is done with the bodies that strangers send: the same here and on a thread, from plain values to plain values. */
import { type Description, describe, type MoneyFields, moneyFieldsOf } from '../../core/deliveries/describe.ts'
import { maskCardData } from '../../core/events/card.ts'
import { readEnvelope } from '../../core/events/envelope.ts'
import { blurred, scrubEvent } from '../../core/events/scrub.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import { isTooDeep } from '../../core/text/nesting.ts'
import { type Described, describeLogged, type LoggedDelivery } from '../store/index/described.ts'
import { type AheadInput, describeAhead } from '../store/index/unlisted.ts'
import { bodyView } from './body-view.ts'
import { type DecodedBody, decodeBody, unpackBody } from './decode.ts'

/** A body as it came. */
export interface Came {
  readonly headers: HeaderList
  readonly body: Uint8Array
}

export interface JobInputs {
  readonly describe: LoggedDelivery
  readonly 'describe-newest': AheadInput
  readonly decode: Came
  readonly mask: Came
  readonly money: Came
  readonly scrub: Came
  readonly anonymize: Came
  readonly unpack: Came
}
export interface JobResults {
  readonly describe: Described
  readonly 'describe-newest': ReturnType<typeof describeAhead>
  readonly decode: DecodedBody
  /** Without card data; bytes that are no text as base64. */
  readonly mask: { readonly text: string } | { readonly base64: string }
  readonly money: MoneyFields
  /** Its JSON without what is private, see `scrubEvent`. */
  readonly scrub:
    | { readonly kind: 'json'; readonly text: string; readonly eventType: string | null }
    | { readonly kind: 'no-json' }
    | { readonly kind: 'too-deep' }
  /** A body that nobody is in any more, and what it tells. */
  readonly anonymize: { readonly body: Uint8Array; readonly described: Omit<Description, 'notes' | 'text'> }
  /** See `unpackBody`. */
  readonly unpack: Uint8Array | null
}
export type JobName = keyof JobInputs

/** The decompressed body where there is one. */
function bytesOf({ headers, body }: Came): Uint8Array {
  const decoded = decodeBody(headers, body)
  return decoded.kind === 'decoded' ? decoded.body : body
}

/** Its JSON without what is private. */
function scrubbedJson(came: Came): JobResults['scrub'] {
  const text = new TextDecoder().decode(bytesOf(came))
  if (isTooDeep(text)) return { kind: 'too-deep' }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'no-json' }
  }
  const scrubbed = scrubEvent(json)
  return { kind: 'json', text: JSON.stringify(scrubbed), eventType: readEnvelope(scrubbed)?.eventType ?? null }
}

export const jobs: { readonly [Name in JobName]: (input: JobInputs[Name]) => JobResults[Name] } = {
  describe: describeLogged,
  'describe-newest': describeAhead,
  decode: ({ headers, body }) => decodeBody(headers, body),
  // A masked number must not hide inside compressed bytes.
  mask(came) {
    const bytes = bytesOf(came)
    const { text } = bodyView(bytes)
    if (text !== null) return { text: maskCardData(text) }
    // Card data is ASCII: read one character a byte, it is found in any encoding that keeps ASCII.
    return { base64: Buffer.from(maskCardData(Buffer.from(bytes).toString('latin1')), 'latin1').toString('base64') }
  },
  money: came => moneyFieldsOf(bytesOf(came)),
  scrub: scrubbedJson,
  anonymize(came) {
    const scrubbed = scrubbedJson(came)
    const body = scrubbed.kind === 'json' ? new TextEncoder().encode(scrubbed.text) : blurred(bytesOf(came))
    const {
      notes: _,
      text: __,
      ...described
    } = describe({ method: 'POST', headers: [], body, bodyKept: body.length > 0 })
    return { body, described }
  },
  unpack: ({ headers, body }) => unpackBody(headers, body),
}
