/** Times as people read them: relative, with the exact local time and its zone at hand. */
import { signal } from '@preact/signals'
import { dayMs, hourMs, minuteMs } from '../../core/text/duration.ts'

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
  if (age < minuteMs) return `${Math.floor(age / 5_000) * 5} s`
  if (age < hourMs) return `${Math.floor(age / minuteMs)} min`
  if (age < dayMs) return `${Math.floor(age / hourMs)} h`
  if (age < 7 * dayMs) return `${Math.floor(age / dayMs)} d`
  return (age < 300 * dayMs ? dayFormat : yearFormat).format(at)
}

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short', month: 'short', day: 'numeric' })
const weekdayYearFormat = new Intl.DateTimeFormat(undefined, {
  ...{ weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' },
})

/** Local time of the day: `14:05:09`. */
export const clockTime = (at: number | string): string =>
  clockFormat.format(typeof at === 'number' ? at : Date.parse(at))

/** When a local day begins, milliseconds since 1970: the same for all moments of it. */
export const dayOf = (at: number | string): number => new Date(at).setHours(0, 0, 0, 0)

/** A day in words: “Today”, “Yesterday, Nov 29”, “Sat, Nov 28”. `from` is milliseconds since 1970. */
export function dayText(at: number | string, from: number): string {
  const [start, today] = [dayOf(at), dayOf(from)]
  if (start === today) return 'Today'
  // Half a day earlier than its beginning: a day may have 23 hours, or 25.
  if (start === dayOf(today - dayMs / 2)) return `Yesterday, ${dayFormat.format(start)}`
  return (today - start < 300 * dayMs ? weekdayFormat : weekdayYearFormat).format(start)
}

/** Local time of the day, after the day where that is not today: `14:05`. `from` is milliseconds since 1970. */
export function momentText(at: string, from: number): string {
  const day = dayText(at, from)
  return `${day === 'Today' ? '' : `${day}, `}${clockTime(at).slice(0, 5)}`
}

/** Local date and time with milliseconds and the zone. */
export function exactTime(iso: string): string {
  return exactFormat.format(Date.parse(iso))
}
