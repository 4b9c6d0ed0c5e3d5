/** Dates and times as the search language writes them. */
import { dayMs, hourMs, minuteMs } from '../text/duration.ts'

/** What reading a local time needs from outside: handed in, so that parsing is pure. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** The moment (milliseconds since 1970, UTC) of a local time; `month` is 1 to 12, a day too many is the next month's. */
  toMoment(
    year: number,
    month: number,
    day: number,
    hour?: number,
    minute?: number,
    second?: number,
    ms?: number,
  ): number
  /** The local day of a moment; `month` is 1 to 12. */
  toDay(moment: number): { readonly year: number; readonly month: number; readonly day: number }
}

/** The clock of the machine this runs on, in its time zone. */
export function localClock(): Clock {
  return {
    now: Date.now(),
    toMoment: (year, month, day, hour = 0, minute = 0, second = 0, ms = 0) =>
      new Date(year, month - 1, day, hour, minute, second, ms).getTime(),
    toDay(moment) {
      const date = new Date(moment)
      return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() }
    },
  }
}

/** Date and time of a moment in a zone, as if it were UTC: milliseconds since 1970. */
export type Wall = (moment: number) => number

/** @param zone as IANA names it @throws RangeError for a zone that there is not */
export function wallOf(zone: string): Wall {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
    ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
  })
  return moment => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const seconds = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
    return seconds + (moment - Math.floor(moment / 1000) * 1000)
  }
}

/**
 * The clock of a time zone, whatever the machine's. Where clocks are put back, a time that comes twice is the first of the
 * two; where they are put forward, one that never comes is as long after the change as it would have been.
 * @param zone as IANA names it @throws RangeError for a zone that there is not
 */
export function zoneClock(zone: string, now = Date.now()): Clock {
  const wall = wallOf(zone)
  const offset = (moment: number) => wall(moment) - moment
  return {
    now,
    toMoment(year, month, day, hour = 0, minute = 0, second = 0, ms = 0) {
      const wanted = Date.UTC(year, month - 1, day, hour, minute, second, ms)
      const early = wanted - offset(wanted - dayMs)
      const late = wanted - offset(wanted + dayMs)
      return wall(early) === wanted || wall(late) !== wanted ? early : late
    },
    toDay(moment) {
      const date = new Date(wall(moment))
      return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
    },
  }
}

/** Milliseconds since 1970, UTC; `from` inclusive, `to` exclusive. A moment has no length. */
export interface Period {
  readonly from: number
  readonly to: number
}

/** Where a period may lie: what ISO 8601 writes with four digits and no sign. */
const latest = Date.UTC(9999, 0, 1)
const unitMs = { s: 1000, m: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs } as const
const relativePattern = /^(\d{1,6})([smhdw])$/
const isoPattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?(Z|[+-]\d\d:\d\d)?)?$/i
const clockPattern = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?$/
const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
].concat('november', 'december')
/** `Nov 30, 2026, 14:05:09.123`, as the detail writes it; the year and the time can be missing, the zone is left out. */
const shownPattern =
  /^([a-z]{3,9})\.? (\d{1,2})(?:,? (\d{4}))?(?:,? (\d\d:\d\d(?::\d\d(?:\.\d{3})?)?)(?: (?:[A-Z]{2,5}|(?:GMT|UTC)[+-]\d\d?(?::\d\d)?))?)?$/i
const dayFirst = /^(\d{1,2})\.? ([a-z]{3,9})\.?(?=$|[ ,])/i

/**
 * `today`, `yesterday` and a date are the whole local day, a time is as long as its last unit, `2h` (two hours ago)
 * and `now` are moments. Times are local unless they end with Z or an offset. A time without a day, `14:05`, and a day without
 * a year, `Nov 30`, are the last such before now.
 * @returns null when it is none of these, or not a date between 1970 and 9998
 */
export function parsePeriod(text: string, clock: Clock): Period | null {
  const word = text.toLowerCase()
  const relative = relativePattern.exec(word)
  const period =
    word === 'now'
      ? { from: clock.now, to: clock.now }
      : word === 'today' || word === 'yesterday'
        ? dayPeriod(clock, word === 'today' ? 0 : -1)
        : relative
          ? ago(clock, Number(relative[1]), relative[2] as keyof typeof unitMs)
          : shownPeriod(text, clock)
  return period && period.from >= 0 && period.to <= latest ? period : null
}

function dayPeriod(clock: Clock, offset: number): Period {
  const { year, month, day } = clock.toDay(clock.now)
  return { from: clock.toMoment(year, month, day + offset), to: clock.toMoment(year, month, day + offset + 1) }
}

function ago(clock: Clock, count: number, unit: keyof typeof unitMs): Period {
  const moment = Math.max(0, clock.now - count * unitMs[unit])
  return { from: moment, to: moment }
}

/** As the list, the detail and the terminal write days and times; else as ISO 8601 does. */
function shownPeriod(text: string, clock: Clock): Period | null {
  if (clockPattern.test(text)) {
    const [today, yesterday] = [0, -1].map(offset => isoPeriod(`${dayText(clock, offset)} ${text}`, clock))
    return today && today.from <= clock.now ? today : (yesterday ?? null)
  }
  const shown = shownPattern.exec(text.replace(dayFirst, '$2 $1'))
  const name = shown?.[1]?.toLowerCase()
  const month = name === undefined ? 0 : months.findIndex(full => full.startsWith(name)) + 1
  if (!shown || month === 0) return isoPeriod(text, clock)
  const [, , day = '', year, time] = shown
  const inYear = (wanted: number) =>
    isoPeriod(`${wanted}-${two(month)}-${two(Number(day))}${time === undefined ? '' : ` ${time}`}`, clock)
  if (year !== undefined) return inYear(Number(year))
  const thisYear = clock.toDay(clock.now).year
  const candidates = [inYear(thisYear), inYear(thisYear - 1)]
  return candidates.find(period => period !== null && period.from <= clock.now) ?? null
}

const two = (part: number) => String(part).padStart(2, '0')

function dayText(clock: Clock, offset: number): string {
  const { year, month, day } = clock.toDay(dayPeriod(clock, offset).from)
  return `${year}-${two(month)}-${two(day)}`
}

function isoPeriod(text: string, clock: Clock): Period | null {
  const match = isoPattern.exec(text)
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match
    .slice(1, 8)
    .map(part => Number(part ?? 0))
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCFullYear() === year
  if (!exists || hour > 23 || minute > 59 || second > 59) return null
  const zone = match[8]
  const from =
    zone === undefined
      ? clock.toMoment(year, month, day, hour, minute, second, ms)
      : Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMs(zone)
  if (match[4] === undefined) return { from, to: clock.toMoment(year, month, day + 1) }
  return { from, to: from + (match[7] !== undefined ? 1 : match[6] !== undefined ? unitMs.s : unitMs.m) }
}

function offsetMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const size = Number(zone.slice(1, 3)) * unitMs.h + Number(zone.slice(4, 6)) * unitMs.m
  return zone.startsWith('-') ? -size : size
}
