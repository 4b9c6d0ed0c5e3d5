/** The gateway's events as types: what a shop can rely on, and what may be missing. */
import { type EventType, findEvent } from '../events/catalogue.ts'
import { type JsonObject, readEnvelope } from '../events/envelope.ts'

/** What every object of an event has; anything else the gateway sends is kept and is `unknown`. */
interface Subject<Kind extends string> {
  readonly type: Kind
  readonly key: string
  readonly uri?: string
  readonly [field: string]: unknown
}

/** A code with its words. */
export interface Coded {
  readonly result_code: string
  readonly result?: string
}

/** A sale or a refund, by card, check or otherwise. Amounts are decimal text ("500.00"). */
export interface Transaction extends Subject<'transaction'> {
  /** A number on successes and failures, text of digits on everything else. */
  readonly refnum?: number | string
  readonly amount?: string
  readonly auth_amount?: string
  readonly amount_detail?: {
    readonly amount?: string
    readonly original_amount?: string
    readonly subtotal?: string
    readonly tax?: string
    readonly discount?: string
    readonly duty?: string
  }
  /** May be empty, and changes along one transaction. */
  readonly authcode?: string
  /** A approved, D declined, E error, P approved in part, V verification. */
  readonly result_code?: string
  readonly result?: string
  readonly invoice?: string
  readonly trantype?: string
  readonly avs?: Coded
  readonly cvc?: Coded
  /** Absent for a check sale. */
  readonly creditcard?: {
    readonly type?: string
    readonly cardholder?: string
    readonly number?: string
    readonly entry_mode?: string
  }
  /** A settlement has the same `batchrefnum`, and another key. */
  readonly batch?: {
    readonly type?: 'batch'
    readonly key?: string
    readonly batchrefnum?: string
    readonly sequence?: string | number
  }
  readonly receipts?: { readonly customer?: string; readonly merchant?: string }
  readonly original_date?: string
}

/** An ACH payment; it began with a `transaction.sale.success`. */
export interface AchPayment extends Subject<'transaction'> {
  readonly refnum?: string
  /** May be empty. */
  readonly orderid?: string
  readonly check?: { readonly trackingcode?: string }
}

/** Fields before and after. Dates are `YYYY-MM-DD`, the day after the event. */
export interface AchFields {
  /** P pending, B submitted, S settled, R returned, V voided, E error, and others. */
  readonly status?: string
  readonly processed?: string | null
  readonly settled?: string | null
  readonly returned?: string | null
  readonly reason?: string
  readonly banknote?: string
}

/** A card as the card updater writes it: the number is masked, the expiration is MMYY. */
export interface UpdaterCard {
  readonly number?: string
  readonly expiration?: string
  readonly type?: string
}

/** A card in the card updater. */
export interface CardUpdate extends Subject<'cardupdate'> {
  readonly original_card?: UpdaterCard
  readonly updated_card?: UpdaterCard
  readonly status?: string
  readonly status_description?: string
  readonly added?: string
  readonly source?: { readonly object?: 'transaction' | 'customer'; readonly type?: string; readonly key?: string }
}

/** Fields before and after. */
export interface CardUpdateFields {
  readonly status?: string
  readonly original_card?: UpdaterCard
  readonly updated_card?: UpdaterCard
  /** The gateway writes it so. */
  readonly contact_cusomer?: boolean | string
  readonly cardaccount_closed?: boolean | string
}

/** A product whose stock changed. */
export interface Product extends Subject<'product'> {
  readonly locationid?: string
  readonly qtyonhand?: number
  /** With its sign: "+300", "-6". */
  readonly qtyonhand_change?: string
}

/** A settled batch, or one that failed. */
export interface Batch extends Subject<'batch'> {
  readonly batchnum?: string
  /** What its sales name, too. */
  readonly batchrefnum?: string
  readonly response?: 'A' | 'E'
  /** Cents as text: "617799". */
  readonly totalsales?: string
  readonly totalcredits?: string
  readonly numsales?: number
  readonly reason?: string
}

interface Shapes {
  readonly transaction: { readonly object: Transaction; readonly changes: null }
  readonly ach: { readonly object: AchPayment; readonly changes: Changes<AchFields> | null }
  readonly cau: { readonly object: CardUpdate; readonly changes: Changes<CardUpdateFields> | null }
  readonly product: { readonly object: Product; readonly changes: null }
  readonly settlement: { readonly object: Batch; readonly changes: null }
}

/** Fields that changed, and others that the gateway may add. */
export interface Changes<Fields> {
  readonly old: Fields & JsonObject
  readonly new: Fields & JsonObject
}

interface Common {
  /** `event_type` as it came, in either spelling. */
  readonly spelling: string
  /** The same for every attempt of the gateway at this event. */
  readonly id: string
  /** `YYYY-MM-DD HH:MM:SS`, in a zone the gateway does not state; it tells the order of events, which arrive in any. */
  readonly triggered: string
  /** The merchant's key. */
  readonly merchant: string | null
  /** The whole envelope, as JSON.parse gave it. */
  readonly envelope: JsonObject
}

/** An event of one type. */
export type EventOf<Type extends EventType> = Type extends `${infer Family extends keyof Shapes}.${string}`
  ? Common & { readonly type: Type } & Shapes[Family]
  : never

/** An event that is not in the catalogue: what it holds is anybody's guess. */
export type UnknownEvent = Common & {
  readonly type: 'unknown'
  readonly object: Subject<string>
  readonly changes: Changes<JsonObject> | null
}

/** Any event. `type` tells them apart; it has the catalogue's spelling, also where `cardupdate.*` came. */
export type WebhookEvent = { readonly [Type in EventType]: EventOf<Type> }[EventType] | UnknownEvent

/** Why signed bytes are no event. */
export type EventProblem = 'body-not-json' | 'envelope-invalid'

const readText = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads an event. The types say what the gateway sends; beyond the envelope, values are not checked.
 * @param body the raw bytes of a delivery that was verified
 */
export function readEvent(body: Uint8Array): WebhookEvent | EventProblem {
  let json: unknown
  try {
    json = JSON.parse(readText.decode(body))
  } catch {
    return 'body-not-json'
  }
  const envelope = readEnvelope(json)
  if (!envelope?.complete) return 'envelope-invalid'
  const { eventType: spelling, eventId: id, eventTriggered: triggered, merchant, object, changes } = envelope
  const type = findEvent(spelling ?? '')?.type ?? 'unknown'
  return { type, spelling, id, triggered, merchant, object, changes, envelope: json } as WebhookEvent
}
