/** The search language's fields: how each reads its value, and what it proposes. Menus, hints and the parser read this table. */
import { notes, rejections } from '../deliveries/delivery.ts'
import { families, familyLabels } from '../events/catalogue.ts'
import { nearest } from '../text/nearest.ts'
import { type Comparison, type Condition, states } from './query.ts'
import { readAmount } from './search-shown.ts'
import { type Clock, parsePeriod } from './search-time.ts'

/** Why a value is not one of its field's. */
export interface Trouble {
  readonly trouble: string
  readonly hint: string
}

export interface Proposal {
  readonly value: string
  readonly detail: string
}

export interface SearchField {
  /** What it looks for, as a menu shows it. */
  readonly detail: string
  /** A value that shows the form. */
  readonly example: string
  readonly read: (value: string, clock: Clock) => Condition | Trouble
  /** Values worth proposing, apart from what only the store knows. */
  readonly proposals: readonly Proposal[]
}

const plain = (values: readonly string[]): Proposal[] => values.map(value => ({ value, detail: '' }))
const proposalsOf = (table: Readonly<Record<string, { readonly title: string }>>): Proposal[] =>
  Object.entries(table).map(([value, { title }]) => ({ value, detail: title }))

/** A field whose values are all known. */
function choice<Value extends string>(
  detail: string,
  proposals: readonly Proposal[],
  values: readonly Value[],
  toCondition: (value: Value) => Condition,
): SearchField {
  return {
    detail,
    example: values[0] ?? '',
    proposals,
    read(value) {
      const known = values.find(candidate => candidate === value.toLowerCase())
      return known === undefined ? notOneOf(value, values) : toCondition(known)
    },
  }
}

function notOneOf(value: string, values: readonly string[]): Trouble {
  const near = nearest(value, values)
  const meant = near === undefined ? '' : `Did you mean “${near}”? `
  return { trouble: `“${value}” is not a value of this field.`, hint: `${meant}It takes ${values.join(', ')}.` }
}

/** A field that takes any text. */
function free(detail: string, example: string, toCondition: (value: string) => Condition): SearchField {
  return { detail, example, proposals: [], read: toCondition }
}

const outcomes = ['refused', 'timed-out', 'reset', 'invalid-answer', 'pending'] as const
const statusProposals = plain(['2xx', '3xx', '4xx', '5xx', '200', '404', '500'])

/** `5xx`, `404`, `400-499`, `>=500`; null when it is none of these. */
function readStatuses(value: string): { from: number; to: number } | null {
  const [, one, group, low, high, sign, edge] =
    /^(?:([1-9]\d\d)|([1-9])xx|([1-9]\d\d)-([1-9]\d\d)|(<=?|>=?|=)([1-9]\d\d))$/i.exec(value) ?? []
  if (one !== undefined) return { from: Number(one), to: Number(one) }
  if (group !== undefined) return { from: Number(group) * 100, to: Number(group) * 100 + 99 }
  const bound = Number(edge)
  const range =
    sign === undefined
      ? { from: Number(low), to: Number(high) }
      : {
          from: sign === '>' ? bound + 1 : sign.startsWith('<') ? 100 : bound,
          to: sign === '<' ? bound - 1 : sign.startsWith('>') ? 999 : bound,
        }
  return range.from <= range.to ? range : null
}

/** `>100`, `<=12.50`, `100`; null when it is not a number of that form. */
function readComparison(value: string, number: RegExp): { comparison: Comparison; match: RegExpExecArray } | null {
  const [, sign = '', rest = ''] = /^(<=|>=|<|>|=)?(.*)$/s.exec(value) ?? []
  const match = number.exec(rest)
  return match && { comparison: sign === '' ? '=' : (sign as Comparison), match }
}

const dayProposals: readonly Proposal[] = [
  { value: 'today', detail: 'Since midnight' },
  { value: 'yesterday', detail: 'The day before' },
]
const timeProposals: readonly Proposal[] = [
  ...dayProposals,
  { value: '1h', detail: 'One hour ago' },
  { value: '24h', detail: '24 hours ago' },
  { value: '7d', detail: 'Seven days ago' },
]

function received(
  detail: string,
  proposals: readonly Proposal[],
  toBounds: (text: string, clock: Clock) => { from: number | null; to: number | null } | null,
): SearchField {
  return {
    detail,
    example: '2026-11-01T14:00',
    proposals,
    read(value, clock) {
      const bounds = toBounds(value, clock)
      if (bounds) return { field: 'received', ...bounds }
      return {
        trouble: `“${value}” is not a date or a time.`,
        hint: 'Write 2026-11-01, 2026-11-01T14:00 (local time), 14:05, Nov 1, today, yesterday, or how long ago: 30m, 2h, 3d.',
      }
    },
  }
}

function readOn(text: string, clock: Clock): { from: number; to: number } | null {
  const [first = '', last = first] = text.split('..', 2)
  const start = parsePeriod(first, clock)
  const end = parsePeriod(last, clock)
  return start && end && start.from < end.to ? { from: start.from, to: end.to } : null
}

const bytesUnits: Readonly<Record<string, number>> = { k: 1024, m: 1024 * 1024 }

/** In the order a menu shows them. */
export const searchFields = {
  type: {
    detail: 'Event type; * at the end for any rest',
    example: 'transaction.sale.*',
    proposals: [],
    read: value =>
      /\*./s.test(value)
        ? { trouble: 'A * can only be at the end.', hint: 'Write ach.* for every ACH event.' }
        : { field: 'type', pattern: value },
  },
  is: choice('State', plain(states), states, state => ({ field: 'is', state })),
  status: {
    detail: 'Your app’s last answer',
    example: '5xx',
    proposals: [...statusProposals, ...plain(outcomes)],
    read(value) {
      const outcome = outcomes.find(known => known === value.toLowerCase())
      if (outcome) return { field: 'outcome', outcome }
      const statuses = readStatuses(value)
      return statuses ? { field: 'status', ...statuses } : notOneOf(value, ['5xx', '404', '400-499', ...outcomes])
    },
  },
  key: free('Key of the object, or of its batch or source; the beginning is enough', 'dnfwxwhz5kvnbgb', prefix => ({
    field: 'key',
    prefix,
  })),
  amount: {
    detail: 'Amount of the event',
    example: '>100',
    proposals: plain(['>100', '>=1,000', '<10', '100..200']),
    read(value) {
      const [, sign = '', rest = ''] = /^(<=|>=|<|>|=)?(.*)$/s.exec(value) ?? []
      const amount = readAmount(rest)
      if (amount !== null) return { field: 'amount', comparison: sign === '' ? '=' : (sign as Comparison), amount }
      const [from, to] = (/^(.+?)(?:\.\.|-(?=[$\d]))(.+)$/.exec(value) ?? []).slice(1).map(readAmount)
      if (typeof from === 'number' && typeof to === 'number' && from <= to) return { field: 'amounts', from, to }
      return {
        trouble: `“${value}” is not an amount.`,
        hint: 'Write 12.50, $1,234.50, >100, >=1,000, <5, or 100..200 for a range.',
      }
    },
  },
  after: received('Received at this time or later', timeProposals, (text, clock) => {
    const period = parsePeriod(text, clock)
    return period && { from: period.from, to: null }
  }),
  before: received('Received before this time', timeProposals, (text, clock) => {
    const period = parsePeriod(text, clock)
    return period && { from: null, to: period.from }
  }),
  on: received('Received on this day, in this minute, or from..to', dayProposals, readOn),
  hook: free('Hook, by its id', 'main', hook => ({ field: 'hook', hook })),
  family: choice(
    'Group of event types',
    families.map(value => ({ value, detail: familyLabels[value] })),
    families,
    family => ({ field: 'family', family }),
  ),
  verdict: choice(
    'What verification concluded',
    plain(['verified', 'unchecked', 'rejected']),
    ['verified', 'unchecked', 'rejected'] as const,
    verdict => ({ field: 'verdict', verdict }),
  ),
  reason: choice(
    'Why it was rejected',
    proposalsOf(rejections),
    Object.keys(rejections) as (keyof typeof rejections)[],
    reason => ({ field: 'reason', reason }),
  ),
  note: choice('What else is remarkable', proposalsOf(notes), Object.keys(notes) as (keyof typeof notes)[], note => ({
    field: 'note',
    note,
  })),
  event: free('event_id; the beginning is enough', '3f9a', prefix => ({ field: 'event', prefix })),
  ref: free('Reference number, with the settlement of its batch; the beginning is enough', '98454685', prefix => ({
    field: 'ref',
    prefix,
  })),
  answered: {
    detail: 'Answer to the gateway',
    example: '401',
    proposals: plain(['2xx', '200', '401', '413', '503']),
    read(value) {
      const statuses = readStatuses(value)
      return statuses ? { field: 'answered', ...statuses } : notOneOf(value, ['2xx', '401', '400-499'])
    },
  },
  bytes: {
    detail: 'Size of the body',
    example: '>10k',
    proposals: plain(['>10k', '>100k', '<1k', '0']),
    read(value) {
      const read = readComparison(value, /^(\d{1,16}(?:\.\d{1,3})?)([km])?(?:i?b)?$/i)
      if (!read) return { trouble: `“${value}” is not a size.`, hint: 'Write 512, >10k, <=1m.' }
      const size = Math.round(Number(read.match[1]) * (bytesUnits[(read.match[2] ?? '').toLowerCase()] ?? 1))
      return { field: 'bytes', comparison: read.comparison, bytes: Math.min(size, Number.MAX_SAFE_INTEGER) }
    },
  },
  method: free('HTTP method', 'POST', method => ({ field: 'method', method: method.toUpperCase() })),
  header: free('Text in a header line, except credentials and signature', 'user-agent', text => ({
    field: 'header',
    text,
  })),
  id: {
    detail: 'Number of the delivery, or from-to',
    example: '120-140',
    proposals: [],
    read(value) {
      const [, from = '', to = from] = /^#?(\d{1,15})(?:-#?(\d{1,15}))?$/.exec(value) ?? []
      if (from !== '' && Number(from) <= Number(to)) return { field: 'id', from: Number(from), to: Number(to) }
      return { trouble: `“${value}” is not a delivery’s number.`, hint: 'Write 120, or 120-140 for a range.' }
    },
  },
} as const satisfies Record<string, SearchField>

export type SearchFieldName = keyof typeof searchFields
export const searchFieldNames = Object.keys(searchFields) as SearchFieldName[]

/** The field of that name, or undefined. */
export function searchField(name: string): SearchField | undefined {
  return searchFieldNames.some(known => known === name) ? searchFields[name as SearchFieldName] : undefined
}
