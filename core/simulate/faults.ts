/** What can go wrong between gateway and endpoint, as data: the simulator makes it, menus and help list it. */

export interface FaultEntry {
  readonly kind: string
  readonly label: string
  /** What it does, as a sentence. */
  readonly what: string
  /** What it concerns: an event before it is sent, or each attempt by itself. */
  readonly concerns: 'event' | 'try'
}

export const faultKinds = [
  { kind: 'duplicates', label: 'Duplicates', what: 'The event is sent twice at the same time.', concerns: 'event' },
  { kind: 'disorder', label: 'Disorder', what: 'Later events arrive before it.', concerns: 'event' },
  {
    kind: 'burst',
    label: 'Bursts of 20',
    what: 'Events wait until there are 20, and are sent at once.',
    concerns: 'event',
  },
  {
    kind: 'wrong-signature',
    label: 'Wrong signature',
    what: 'X-Signature is made with a random key.',
    concerns: 'try',
  },
  { kind: 'no-signature', label: 'No signature', what: 'X-Signature is omitted.', concerns: 'try' },
  { kind: 'wrong-credentials', label: 'Wrong credentials', what: 'The password is wrong.', concerns: 'try' },
  { kind: 'no-credentials', label: 'No credentials', what: 'Authorization is omitted.', concerns: 'try' },
  {
    kind: 'tamper',
    label: 'One byte changed',
    what: 'One byte of the body changes on the way, after it was signed.',
    concerns: 'try',
  },
  {
    kind: 'slow',
    label: 'Slow sending',
    what: 'The body arrives in small pieces over a few seconds.',
    concerns: 'try',
  },
  { kind: 'cut', label: 'Cut halfway', what: 'The connection ends after half of the body is sent.', concerns: 'try' },
] as const satisfies readonly FaultEntry[]

export type FaultKind = (typeof faultKinds)[number]['kind']

/** How much of what is sent each kind happens to: a share from 0 to 1; absent kinds do not happen. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>
