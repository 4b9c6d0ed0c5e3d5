/** What arrived at a hook, what verification concluded, and what else was remarkable about it. */
import type { Family } from '../events/catalogue.ts'
import type { KeyKind } from '../hooks/hook.ts'
import type { HeaderList } from '../http/headers.ts'
import type { Matched } from '../search/matched.ts'
import type { AttemptSummary } from './attempt.ts'

/**
 * Why a delivery was rejected. The first six are about its origin; the last three are deliveries that never came
 * whole, so that nothing could be verified. The codes are a contract with scripts: never rename one.
 */
export const rejections = {
  'signature-missing': {
    title: 'No X-Signature header',
    advice:
      'In the console, set this webhook’s Signature to the key that hookscope checks with; or start hookscope without a key.',
  },
  'signature-malformed': {
    title: 'X-Signature is not one lower-case hex SHA-256',
    advice: 'The gateway sends 64 hexadecimal characters, once, without a prefix: something rewrote it.',
  },
  'signature-wrong': {
    title: 'The signature does not fit the body',
    advice: 'Compare the key with the console’s (Source Key or Signature Key), and let nothing rewrite the body.',
  },
  'credentials-missing': {
    title: 'No Authorization header',
    advice: 'In the console, set Authentication to Basic with the user name and password that hookscope checks.',
  },
  'credentials-malformed': {
    title: 'The Authorization header is not Basic authentication',
    advice: 'It is the word Basic, a space, and base64 of user:password (RFC 7617).',
  },
  'credentials-wrong': {
    title: 'User name or password is wrong',
    advice: 'Choose Reset Webhook Authentication in the console and enter the same user name and password as here.',
  },
  'body-too-large': {
    title: 'The body is larger than the limit',
    advice:
      'The gateway’s events are a few kilobytes. If this one is genuine, raise limits.bodyBytes in the config file.',
  },
  'body-incomplete': {
    title: 'The connection ended before the body did',
    advice: 'The sender or the tunnel dropped the connection. The gateway sends the event again.',
  },
  'body-too-slow': {
    title: 'The body did not arrive in time',
    advice: 'The sender stalled. The gateway sends the event again; if this persists, check the tunnel.',
  },
} as const satisfies Record<string, { title: string; advice: string }>
export type Rejection = keyof typeof rejections

/** Which check a rejection belongs to; `body` when the body never came whole, so that none could be made. */
export function checkOf(reason: Rejection): 'signature' | 'credentials' | 'body' {
  if (reason.startsWith('signature')) return 'signature'
  return reason.startsWith('credentials') ? 'credentials' : 'body'
}

/** What is remarkable beside the verdict. A note refuses nothing. Contract with scripts as well. */
export const notes = {
  'body-empty': { title: 'The body is empty', advice: 'The gateway always sends a JSON envelope.' },
  'body-not-utf8': {
    title: 'The body is not UTF-8',
    advice: 'It is kept byte for byte; the text shown here replaces bytes that cannot be read.',
  },
  'body-bom': {
    title: 'The body begins with a byte order mark',
    advice: 'Many JSON parsers refuse it. The signature covers it.',
  },
  'body-encoded': {
    title: 'The body is compressed',
    advice: 'The signature covers the compressed bytes, as received.',
  },
  'body-encoding-unreadable': {
    title: 'The body could not be decompressed',
    advice: 'Content-Encoding does not match the bytes.',
  },
  'body-unpacks-too-large': {
    title: 'The body is larger than 1 MiB when decompressed',
    advice: 'It is kept as received and was not examined. The gateway’s events are a few kilobytes.',
  },
  'body-not-read': {
    title: 'The body was not examined',
    advice:
      'It arrived compressed at a path that no hook has, or was too complex. It is kept as received; whether it contains card data is unknown.',
  },
  'body-not-json': {
    title: 'The body is not JSON',
    advice: 'The gateway always sends JSON. The Body tab shows where it breaks.',
  },
  'envelope-invalid': {
    title: 'Not the gateway’s envelope',
    advice: 'Expected type "event", event_type, event_id, event_triggered and event_body.',
  },
  'event-type-unknown': {
    title: 'The catalogue does not know this event type',
    advice: 'Your app should answer 2xx to types it does not handle.',
  },
  'event-type-alternative': {
    title: 'Spelled cardupdate.*, the same event as cau.*',
    advice: 'Your app should recognize both spellings.',
  },
  retry: {
    title: 'Seen before: the same event_id and the same body',
    advice: 'The gateway sends an event again until it is answered 2xx. Act on each event_id once.',
  },
  'retry-changed': {
    title: 'Seen before: the same event_id with another body',
    advice: 'Compare the two. A genuine retry carries the same event.',
  },
  'method-not-post': { title: 'Not a POST', advice: 'The gateway always sends POST.' },
  'content-type-not-json': {
    title: 'Content-Type is not JSON',
    advice: 'A framework that parses by content type will not see a body here.',
  },
  'sent-by-nmi': {
    title: 'Sent by NMI’s gateway, not by USAePay',
    advice:
      'Its Webhook-Signature is an HMAC over the nonce, a period and the body, and its envelope differs. Verify it as NMI documents, at a separate URL.',
  },
  'card-number': {
    title: 'Contains what looks like a full card number',
    advice: 'The gateway masks card numbers. A full one must not be kept (PCI DSS 3.3).',
  },
  'card-secret': {
    title: 'Contains what looks like a card security code or track data',
    advice: 'These must never be kept after authorization (PCI DSS 3.3.1).',
  },
  'not-described': {
    title: 'hookscope could not examine it',
    advice: 'It is kept and sent on as received; the terminal says what failed. Searching its text does not find it.',
  },
  imported: {
    title: 'Imported from a file',
    advice:
      'The verdict and the time are the file’s. It did not arrive here, and is forwarded only when you replay it.',
  },
  unrouted: {
    title: 'No hook has this path',
    advice: 'Compare it with the Hook URL in the console. Only a few of these are kept.',
  },
  'event-not-subscribed': {
    title: 'The hook is not subscribed to this event type',
    advice: 'In the console, the Events of this webhook differ from those of the hook here: change one of them.',
  },
  'answer-rehearsed': {
    title: 'Answered by the mock response',
    advice: 'The gateway got the hook’s mock response instead of 200. Your app’s answer is listed separately.',
  },
  loop: {
    title: 'Sent by hookscope itself',
    advice: 'A forward or a replay came back to this hook, so it was not forwarded again.',
  },
  test: { title: 'A test event from hookscope', advice: 'Sent by “Send a test event”, not by the gateway.' },
} as const satisfies Record<string, { title: string; advice: string }>
export type Note = keyof typeof notes

/** What verification concluded about the origin. `unchecked`: neither a key nor credentials are known for the hook. */
export type Verdict =
  | {
      readonly kind: 'verified'
      /** The key whose signature fitted; null when no signature is checked. */
      readonly key: KeyKind | null
      /** Whether Basic authentication was checked (and fitted). */
      readonly basic: boolean
    }
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'rejected'; readonly reasons: readonly [Rejection, ...Rejection[]] }
export type VerdictKind = Verdict['kind']

/** Where a delivery is from that did not come here: another hookscope, whose verdict it has. */
export interface DeliveryOrigin {
  /** Scheme, host and port of its inspector. */
  readonly server: string
  /** The delivery's id there. */
  readonly id: number
}

/** One POST as it came: what is written to the log before it is answered. */
export interface NewDelivery {
  readonly hook: string
  /** When its header was complete; milliseconds since 1970, UTC. */
  readonly receivedAt: number
  /** From then until the body was complete, milliseconds. */
  readonly readMs: number
  readonly method: string
  /** The request target as it came, query included. */
  readonly path: string
  readonly httpVersion: string
  readonly headers: HeaderList
  /** The raw body; empty when it was refused before it came whole. */
  readonly body: Uint8Array
  /** Bytes of body that were sent or announced; the length of `body` unless it was refused. */
  readonly bytes: number
  readonly remoteAddress: string
  readonly verdict: Verdict
  /** What the gateway is answered; null when it is not known yet (the app answers) or could not be answered. */
  readonly status: number | null
  /** Whether the hook's rehearsed answer goes back; absent: no. */
  readonly rehearsed?: boolean
  /** Absent: it came here. */
  readonly origin?: DeliveryOrigin
}

/** A verdict that was replaced, and why. */
export interface VerdictChange {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly before: Verdict
  readonly after: Verdict
  /** In words, for people: “the Signature Key was changed”. */
  readonly reason: string
}

/** What the body of a delivery says. */
export interface EventFacts {
  readonly notes: readonly Note[]
  /** `event_id`, `event_type` and `event_triggered` as they came, card data masked; null where the body has none. */
  readonly eventId: string | null
  readonly eventType: string | null
  readonly eventTriggered: string | null
  /** null for an unknown event type. */
  readonly family: Family | null
  /** One line in the merchant's words. */
  readonly summary: string
  /** Of a transaction, in dollars; null where the event has none. */
  readonly amount: number | null
  /** `invoice` and `orderid` of the object, card data masked; null where it has none. */
  readonly invoice: string | null
  readonly orderid: string | null
  /** `event_body.object.key`. */
  readonly objectKey: string | null
}

/** One row of the list, and what the stream carries: everything but headers and body. */
export interface DeliverySummary extends EventFacts {
  readonly id: number
  readonly hook: string
  /** When its header was complete; ISO 8601, UTC, with milliseconds. */
  readonly receivedAt: string
  readonly method: string
  /** The query of the request target, as it came; null when it had none. */
  readonly query: string | null
  readonly bytes: number
  /** What the gateway was answered; null when it was not (yet). */
  readonly status: number | null
  readonly verdict: VerdictKind
  readonly reasons: readonly Rejection[]
  /** The first delivery with the same event_id; this one is its retry, unless it was rejected: anyone may have sent it. */
  readonly retryOf: number | null
  /** How many deliveries of this event have come so far, this one included; 1 when there is no event_id. */
  readonly tries: number
  /** True once a later delivery of the same event came: the grouped list shows only the latest. */
  readonly superseded: boolean
  readonly pinned: boolean
  /** What the app did with it: of the newest attempts that sent it as it came the worst, see `worstByTarget`; null when there was none. */
  readonly lastAttempt: AttemptSummary | null
  /** Absent: it came here. */
  readonly origin?: DeliveryOrigin
  /** In a list that was searched for: where the body holds a text of the search that the summary does not. */
  readonly matched?: Matched
}

/** One delivery whole. See NewDelivery for the fields. */
export interface Delivery
  extends DeliverySummary,
    Pick<NewDelivery, 'readMs' | 'path' | 'httpVersion' | 'headers' | 'body' | 'remoteAddress'> {
  readonly verdictDetail: Verdict
}
