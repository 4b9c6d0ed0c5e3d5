/** What can go wrong between gateway and endpoint, as data: the simulator makes it, menus and help list it. */

export interface WeatherEntry {
  readonly kind: string
  readonly label: string
  /** What it does, as a sentence. */
  readonly what: string
  /** What it befalls: an event before it is sent, or each try by itself. */
  readonly befalls: 'event' | 'try'
}

export const weathers = [
  { kind: 'duplicates', label: 'Duplicates', what: 'The event is sent twice at the same time.', befalls: 'event' },
  { kind: 'disorder', label: 'Disorder', what: 'Later events overtake it.', befalls: 'event' },
  {
    kind: 'burst',
    label: 'Bursts of 20',
    what: 'Events wait until 20 are there, and go out in one instant.',
    befalls: 'event',
  },
  {
    kind: 'wrong-signature',
    label: 'Wrong signature',
    what: 'X-Signature is made with a random key; none is needed for it.',
    befalls: 'try',
  },
  { kind: 'no-signature', label: 'No signature', what: 'X-Signature is left out.', befalls: 'try' },
  { kind: 'wrong-credentials', label: 'Wrong credentials', what: 'The password is another.', befalls: 'try' },
  { kind: 'no-credentials', label: 'No credentials', what: 'Authorization is left out.', befalls: 'try' },
  {
    kind: 'tamper',
    label: 'A byte changed',
    what: 'One byte of the body changes on the way, after it was signed.',
    befalls: 'try',
  },
  { kind: 'slow', label: 'Slow sending', what: 'The body arrives in small pieces over a few seconds.', befalls: 'try' },
  { kind: 'cut', label: 'Cut half-way', what: 'The connection ends when half of the body is sent.', befalls: 'try' },
] as const satisfies readonly WeatherEntry[]

export type WeatherKind = (typeof weathers)[number]['kind']

/** How much of what is sent each kind befalls: a share from 0 to 1; absent kinds do not happen. */
export type Weather = Readonly<Partial<Record<WeatherKind, number>>>
