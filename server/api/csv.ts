/** Deliveries as a table for a spreadsheet: opened by a double click, it reads times as times and text as text. */
import type { Delivery } from '../../core/deliveries/delivery.ts'
import type { MoneyFields } from '../../core/deliveries/describe.ts'
import type { NotForwarded } from '../../core/deliveries/not-forwarded.ts'
import { maskCardData } from '../../core/events/card.ts'
import { maskHeaderText, maskQuery, withoutQuery } from '../../core/http/credential-headers.ts'
import { reasonOf } from '../../core/http/outcome.ts'
import { wallOf } from '../../core/search/search-time.ts'

/** What a cell holds: text, a number of ours, a decimal that was checked to be one, or nothing. */
type Cell = string | number | { readonly decimal: string } | null

interface Row {
  readonly delivery: Delivery
  readonly notForwarded: NotForwarded | null
  readonly money: MoneyFields
  /** When it was received, in the zone of the table. */
  readonly local: string
}

/** Names stay, as scripts read columns by them; the local time's also names its zone. */
const columns: readonly (readonly [name: string, cell: (row: Row) => Cell])[] = [
  ['id', ({ delivery }) => delivery.id],
  ['received_at', ({ delivery }) => delivery.receivedAt],
  ['received', ({ local }) => local],
  ['hook', ({ delivery }) => delivery.hook],
  ['method', ({ delivery }) => delivery.method],
  ['bytes', ({ delivery }) => delivery.bytes],
  ['verdict', ({ delivery }) => delivery.verdict],
  ['reasons', ({ delivery }) => delivery.reasons.join(' ')],
  ['notes', ({ delivery }) => delivery.notes.join(' ')],
  ['status', ({ delivery }) => delivery.status],
  ['event_id', ({ delivery }) => delivery.eventId],
  ['event_type', ({ delivery }) => delivery.eventType],
  ['event_triggered', ({ delivery }) => delivery.eventTriggered],
  ['summary', ({ delivery }) => delivery.summary],
  ['amount', ({ money }) => (money.amount === null ? null : { decimal: money.amount })],
  ['refnum', ({ money }) => money.refnum],
  ['invoice', ({ money }) => money.invoice],
  ['orderid', ({ money }) => money.orderid],
  ['object_key', ({ delivery }) => delivery.objectKey],
  ['try', ({ delivery }) => delivery.tries],
  ['retry_of', ({ delivery }) => delivery.retryOf],
  ['pinned', ({ delivery }) => (delivery.pinned ? 'yes' : '')],
  ['target', ({ delivery: { lastAttempt } }) => lastAttempt && withoutQuery(lastAttempt.target)],
  ['target_outcome', ({ delivery: { lastAttempt } }) => lastAttempt?.outcome ?? null],
  ['target_status', ({ delivery: { lastAttempt } }) => lastAttempt?.status ?? null],
  ['target_ms', ({ delivery: { lastAttempt } }) => lastAttempt?.ms ?? null],
  ['query', ({ delivery }) => delivery.query && maskQuery(delivery.query)],
  [
    'target_reason',
    ({ delivery: { lastAttempt }, notForwarded }) => {
      const reason = lastAttempt === null ? notForwarded : reasonOf(lastAttempt)
      return reason && maskHeaderText(reason.message)
    },
  ],
]

/** The lines of a table. */
export interface Csv {
  /** The mark by which spreadsheets know UTF-8, and the names of the columns. */
  readonly head: string
  /** @param notForwarded why no attempt was made; null when there was one @param money what its body says of it */
  line(delivery: Delivery, notForwarded: NotForwarded | null, money: MoneyFields): string
}

const lineOf = (cells: readonly string[]) => `${cells.join(',')}\r\n`

/** @param zone in which times are told, as IANA names it */
export function openCsv(zone: string): Csv {
  const wall = wallOf(zone)
  const localTime = (iso: string) => new Date(wall(Date.parse(iso))).toISOString().slice(0, 19).replace('T', ' ')
  return {
    head: `\ufeff${lineOf(columns.map(([name]) => csvCell(name === 'received' ? `received (${zone})` : name)))}`,
    line(delivery, notForwarded, money) {
      const row = { delivery, notForwarded, money, local: localTime(delivery.receivedAt) }
      return lineOf(columns.map(([, cell]) => csvCell(cell(row))))
    },
  }
}

/** Signs that a spreadsheet takes for the beginning of a formula; full-width and small ones are read as the plain ones. */
const signs = '=+\\-@\\uff1d\\uff0b\\uff0d\\uff20\\ufe66\\ufe62\\ufe63\\ufe6b'
/** What it may skip before one: whitespace, control characters, and what has no width. */
const skipped = '\\p{White_Space}\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u2800'
/** Begins with what is taken for a formula, or with what is skipped before one. */
const formula = new RegExp(`^[${signs}${skipped}]`, 'u')
/** The same behind what parts cells and rows where another separator than the comma is usual: quotes do not count there. */
const innerFormula = new RegExp(`(\\r\\n|[;\\t\\r\\n])(?=[${skipped}"]*[${signs}])`, 'gu')
/** Digits that a spreadsheet would round, show as a power of ten, or rob of their zeros; what it would take for a day. */
const rewritten = /^(?:\d{12,}|0\d+|\d+(?:\.\d+)?e[+-]?\d+|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?)$/i
/** The gateway's own dates and times, which are meant to be read as such. */
const moment = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$/

/** RFC 4180, and safe in a spreadsheet: text that it would not leave as it is gets an apostrophe in front. */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object') return value.decimal
  const masked = maskCardData(value).replaceAll('\0', '\ufffd').replace(innerFormula, "$1'")
  const guarded = formula.test(value) || (rewritten.test(masked) && !moment.test(masked))
  const inert = guarded ? `'${masked}` : masked
  return /["\r\n,;\t]/.test(inert) || guarded ? `"${inert.replaceAll('"', '""')}"` : inert
}
