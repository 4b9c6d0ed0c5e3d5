/** The gateway's event types as data: everything that lists, names or groups events reads this table. */

/** The groups that decide what an event's body holds. */
export const families = ['transaction', 'ach', 'cau', 'inventory', 'settlement'] as const
export type Family = (typeof families)[number]

/** What a family is called where people read it. */
export const familyLabels: Record<Family, string> = {
  transaction: 'Transactions',
  ach: 'ACH',
  cau: 'Card updater',
  inventory: 'Inventory',
  settlement: 'Settlement',
}

export interface CatalogueEntry {
  readonly type: string
  readonly family: Family
  /** When the gateway sends it, as a clause that can follow "sent when". */
  readonly when: string
  /** Another spelling of the same event that the gateway's documents use. */
  readonly alternative?: string
}

const cardUpdate = <Step extends string>(step: Step, when: string) =>
  ({ type: `cau.${step}`, family: 'cau', when, alternative: `cardupdate.${step}` }) as const

/** All 25 events: the 23 of the console's list and the two that only the REST reference names. */
export const catalogue = [
  cardUpdate('created', 'a card is queued for update'),
  cardUpdate('submitted', 'a card is submitted to the processor for update'),
  cardUpdate('updated_expiration', 'a new expiration date was received'),
  cardUpdate('updated_card', 'a new card number was received'),
  cardUpdate('contact_customer', 'the issuer says to contact the customer for a new card number'),
  cardUpdate('account_closed', 'the issuer says that the card account is closed'),
  {
    type: 'ach.submitted',
    family: 'ach',
    when: 'an ACH payment is submitted to the bank: from then on it can be refunded, not voided',
  },
  { type: 'ach.settled', family: 'ach', when: 'an ACH payment settles, a day or more after its sale was approved' },
  { type: 'ach.returned', family: 'ach', when: 'an ACH payment is returned, before or after it settled' },
  { type: 'ach.voided', family: 'ach', when: 'an ACH payment is voided' },
  { type: 'ach.failed', family: 'ach', when: 'an ACH payment fails after its first approval; some processors only' },
  { type: 'ach.note_added', family: 'ach', when: 'the bank adds a note to an ACH payment' },
  { type: 'product.inventory.ordered', family: 'inventory', when: 'a sale reduces the stock' },
  { type: 'product.inventory.adjusted', family: 'inventory', when: 'stock is changed in the products database' },
  {
    type: 'transaction.sale.success',
    family: 'transaction',
    when: 'a sale is approved, whether by card, by check or otherwise',
  },
  { type: 'transaction.sale.failure', family: 'transaction', when: 'a sale is declined or meets an error' },
  { type: 'transaction.sale.voided', family: 'transaction', when: 'a sale is voided, or its funds are released' },
  { type: 'transaction.sale.captured', family: 'transaction', when: 'a sale is captured' },
  {
    type: 'transaction.sale.adjusted',
    family: 'transaction',
    when: 'the amount of a sale changes, or a signature or Level 3 data is added',
  },
  { type: 'transaction.sale.queued', family: 'transaction', when: 'an approved sale is queued for capture' },
  { type: 'transaction.sale.unvoided', family: 'transaction', when: 'a void is reversed' },
  { type: 'transaction.refund.success', family: 'transaction', when: 'a refund is approved' },
  { type: 'transaction.refund.voided', family: 'transaction', when: 'a refund is voided' },
  { type: 'settlement.batch.success', family: 'settlement', when: 'a batch settles' },
  { type: 'settlement.batch.failure', family: 'settlement', when: 'a batch meets an error when settling' },
] as const satisfies readonly CatalogueEntry[]

/** An event type as the catalogue spells it. */
export type EventType = (typeof catalogue)[number]['type']

const bySpelling = new Map<string, CatalogueEntry & { type: EventType }>()
for (const entry of catalogue) {
  bySpelling.set(entry.type, entry)
  if ('alternative' in entry) bySpelling.set(entry.alternative, entry)
}

/**
 * The entry an event type stands for.
 * @param spelling the text of `event_type`, in either spelling (`cau.created` and `cardupdate.created` are one event)
 * @returns undefined for a type the catalogue does not have
 */
export function findEvent(spelling: string): (CatalogueEntry & { type: EventType }) | undefined {
  return bySpelling.get(spelling)
}

/** What the result codes of transactions mean. */
export const resultCodes: Readonly<Record<string, string>> = {
  A: 'approved',
  D: 'declined',
  E: 'error',
  P: 'approved in part',
  V: 'verification',
}

/** What the status letters of ACH payments mean. */
export const achStatuses: Readonly<Record<string, string>> = {
  N: 'queued',
  P: 'pending',
  B: 'submitted',
  F: 'funded',
  S: 'settled',
  E: 'error',
  V: 'voided',
  R: 'returned',
  T: 'timed out',
  M: 'needs a manager',
  H: 'on hold, the processor reviews it',
}

/** The same letters on a transaction, which may also be one by card. */
export const transactionStatuses: Readonly<Record<string, string>> = {
  ...achStatuses,
  R: 'returned; of a card sale: authorization released',
}

/** Both spellings of all event types. */
export const typeSpellings: readonly string[] = catalogue.flatMap(entry =>
  'alternative' in entry ? [entry.type, entry.alternative] : [entry.type],
)
