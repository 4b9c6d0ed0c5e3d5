/** Times as people read them: relative, with the exact local time and its zone at hand. */
import { signal } from '@preact/signals'

/** The moment that relative times are told from; moves every few seconds while the page is visible. */
export const now = signal(Date.now())

/** Keeps `now` moving. @returns a function that stops it */
export function startClock(): () => void {
  const tick = () => {
    if (document.visibilityState === 'visible') now.value = Date.now()
  }
  const timer = setInterval(tick, 5_000)
  document.addEventListener('visibilitychange', tick)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
  }
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const dayFormat = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const yearFormat = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' })
const exactFormat = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
  timeZoneName: 'short',
})

/** “now”, “12 s”, “5 min”, “3 h”, “2 d”, then the date. `from` is milliseconds since 1970. */
export function relativeTime(iso: string, from: number): string {
  const at = Date.parse(iso)
  const age = from - at
  if (age < 5_000) return 'now'
  if (age < minute) return `${Math.floor(age / 5_000) * 5} s`
  if (age < hour) return `${Math.floor(age / minute)} min`
  if (age < day) return `${Math.floor(age / hour)} h`
  if (age < 7 * day) return `${Math.floor(age / day)} d`
  return (age < 300 * day ? dayFormat : yearFormat).format(at)
}

/** Local date and time with milliseconds and the zone. */
export function exactTime(iso: string): string {
  return exactFormat.format(Date.parse(iso))
}

/** “340 ms”, “1.2 s”. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** “512 B”, “4.1 KB”, “2 MB”: powers of 1024. */
export function byteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(value < 10 && value % 1 >= 0.05 ? 1 : 0)} ${units[unit] ?? ''}`
}

/** As the words around the numbers are written, wherever the browser is from. */
const countFormat = new Intl.NumberFormat('en-US')

/** A count with its thousands apart. */
export function countText(count: number): string {
  return countFormat.format(count)
}

const shortFormat = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** A count where there is little room: from 100,000 on rounded, such as 978K. */
export function shortCount(count: number): string {
  return count < 100_000 ? countText(count) : shortFormat.format(count)
}
