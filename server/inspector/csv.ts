/** Deliveries as a table for a spreadsheet: opened by a double click, it reads times as times and text as text. */
import { maskCardData } from '../../core/card.ts'
import type { Delivery } from '../../core/delivery.ts'
import { moneyFieldsOf } from '../../core/describe.ts'
import type { NotForwarded } from '../../core/not-forwarded.ts'
import { reasonOf } from '../../core/outcome.ts'
import { wallOf } from '../../core/search-time.ts'
import { decodedBody, withoutQuery } from './views.ts'

/** What a cell holds: text, a number of ours, a decimal that was checked to be one, or nothing. */
type Cell = string | number | { readonly decimal: string } | null

interface Row {
  readonly delivery: Delivery
  readonly notForwarded: NotForwarded | null
  readonly money: ReturnType<typeof moneyFieldsOf>
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
  ['query', ({ delivery }) => delivery.query],
  [
    'target_reason',
    ({ delivery: { lastAttempt }, notForwarded }) =>
      (lastAttempt === null ? notForwarded : reasonOf(lastAttempt))?.message ?? null,
  ],
]

/** The lines of a table. */
export interface Csv {
  /** The mark by which spreadsheets know UTF-8, and the names of the columns. */
  readonly head: string
  /** @param notForwarded why no attempt was made; null when there was one */
  line(delivery: Delivery, notForwarded: NotForwarded | null): string
}

const lineOf = (cells: readonly string[]) => `${cells.join(',')}\r\n`

/** @param zone in which times are told, as IANA names it */
export function openCsv(zone: string): Csv {
  const wall = wallOf(zone)
  const localTime = (iso: string) => new Date(wall(Date.parse(iso))).toISOString().slice(0, 19).replace('T', ' ')
  return {
    head: `\ufeff${lineOf(columns.map(([name]) => csvCell(name === 'received' ? `received (${zone})` : name)))}`,
    line(delivery, notForwarded) {
      const money = moneyFieldsOf(decodedBody(delivery.headers, delivery.body) ?? delivery.body)
      const row = { delivery, notForwarded, money, local: localTime(delivery.receivedAt) }
      return lineOf(columns.map(([, cell]) => csvCell(cell(row))))
    },
  }
}

/** Begins with what a spreadsheet takes for a formula, or with what it skips before one. Full-width signs are read as the plain ones. */
const formula = /^[=+\-@\uff1d\uff0b\uff0d\uff20\p{White_Space}\p{Cc}\p{Cf}]/u
/** Digits that a spreadsheet would round, show as a power of ten, or rob of their zeros; what it would take for a day. */
const rewritten = /^(?:\d{12,}|0\d+|\d+(?:\.\d+)?e[+-]?\d+|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?)$/i
/** The gateway's own dates and times, which are meant to be read as such. */
const moment = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$/

/** RFC 4180, and safe in a spreadsheet: text that it would not leave as it is gets an apostrophe in front. */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object') return value.decimal
  const masked = maskCardData(value).replaceAll('\0', '\ufffd')
  const guarded = formula.test(value) || (rewritten.test(masked) && !moment.test(masked))
  const inert = guarded ? `'${masked}` : masked
  return /["\r\n,]/.test(inert) || guarded ? `"${inert.replaceAll('"', '""')}"` : inert
}
