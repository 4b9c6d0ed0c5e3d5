/** How the gateway writes times and money. */

/** A JSON object in the making. */
export type Fields = Record<string, unknown>

const pad = (value: number) => String(value).padStart(2, '0')

/** YYYY-MM-DD in local time; the gateway states no zone. */
export function day(date: Date): string {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

/** YYYY-MM-DD HH:MM:SS in local time. */
export function stamp(date: Date): string {
  return `${day(date)} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** The same time of the next day. */
export function dayAfter(date: Date): Date {
  const next = new Date(date)
  next.setDate(next.getDate() + 1)
  return next
}

/** MMYY, as expiration dates are printed. @param months from `date` on, may be negative */
export function expiry(date: Date, months: number): string {
  const expires = new Date(date.getFullYear(), date.getMonth() + months, 1)
  return `${pad(expires.getMonth() + 1)}${pad(expires.getFullYear() % 100)}`
}

/** Whole cents as decimal dollars: 50000 → "500.00". */
export function dollars(cents: number): string {
  return (cents / 100).toFixed(2)
}

/** Whole cents without a point, three digits at least, as settlements total them: 0 → "000". */
export function plainCents(cents: number): string {
  return String(cents).padStart(3, '0')
}
