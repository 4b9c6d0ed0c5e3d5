/** What the bars of the strip stand for, how high they are, and what stands along them. */
import { dayMs, minuteMs } from '../../../core/text/duration.ts'
import { countText } from '../../kit/count.ts'
import { appErrors, type Bucket, countOf } from './timeline.ts'

/** From the top of a bar down: each series covers what is below it, so the largest is drawn first. */
export const series = [
  { name: 'app errors', one: 'app error', colour: '--app-fill' },
  { name: 'rejected', one: 'rejected', colour: '--bad-fill' },
  { name: 'unchecked', one: 'unchecked', colour: '--neutral-fill' },
  { name: 'verified', one: 'verified', colour: '--ok-fill' },
] as const

type Verdict = keyof Bucket['failed']

/** Deliveries of a verdict, without what the app did not take: that has a colour of its own. */
const taken = (bucket: Bucket, verdict: Verdict) => bucket[verdict] - bucket.failed[verdict]

/** What a bar is made of, from below: the series the other way round. */
export const barParts = (bucket: Bucket) => [
  taken(bucket, 'verified'),
  taken(bucket, 'unchecked'),
  taken(bucket, 'rejected'),
  appErrors(bucket),
]
/** What a bar stands for, in lines: when, how many, and of which kind. */
export function bucketLines(bucket: Bucket, bucketMs: number): readonly string[] {
  const count = countOf(bucket)
  const parts = barParts(bucket).toReversed()
  return [
    stretchText(bucket.start, bucket.start + bucketMs),
    count === 1 ? '1 delivery' : `${countText(count)} deliveries`,
    ...series
      .map(({ name, one }, index) => [parts[index] ?? 0, parts[index] === 1 ? one : name] as const)
      .filter(([part]) => part > 0)
      .map(([part, name]) => `${countText(part)} ${name}`),
  ]
}

/** What of a bar is seen however little it is, as a share of the strip's height. */
const least = 0.05

/**
 * The tops of a bar's parts, from below, as shares of the strip's height. A bar grows with the square root of its count, so
 * that a small hour stands beside a large one; its parts share it as they are, but for what would be too little to be seen.
 * @param parts from below @param highest the largest sum of all bars
 */
export function barTops(parts: readonly number[], highest: number): readonly number[] {
  const sum = parts.reduce((all, part) => all + part, 0)
  if (sum === 0) return parts.map(() => 0)
  const height = Math.max(least, Math.sqrt(sum / highest))
  const shares = parts.map(part => (part === 0 ? 0 : Math.max(least, (part / sum) * height)))
  const scale =
    height /
    Math.max(
      height,
      shares.reduce((all, share) => all + share, 0),
    )
  let top = 0
  return shares.map(share => {
    top += share * scale
    return top
  })
}

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(undefined, { hourCycle: 'h23', ...options })
const seconds = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
const hours = format({ hour: '2-digit', minute: '2-digit' })
const days = format({ month: 'short', day: 'numeric' })

const sameDay = (one: number, other: number) => new Date(one).toDateString() === new Date(other).toDateString()
const isMidnight = (at: number) => new Date(at).getHours() === 0 && new Date(at).getMinutes() === 0

/**
 * Times along the axis: hours where hours are told apart, and each day once, where it begins.
 * @param splits the times, milliseconds since 1970 @param step between two of them
 */
export function axisLabels(splits: readonly number[], step: number, now = Date.now()): string[] {
  if (step >= dayMs) return splits.map(at => days.format(at))
  const clock = step < minuteMs ? seconds : hours
  return splits.map((at, index) => {
    const before = splits[index - 1]
    if (before === undefined ? sameDay(at, now) : sameDay(at, before)) return clock.format(at)
    return isMidnight(at) ? days.format(at) : `${days.format(at)}, ${clock.format(at)}`
  })
}

/** A stretch of time in words: `Nov 29, 20:10 – 20:20`. */
export function stretchText(from: number, to: number): string {
  const clock = (to - from) % minuteMs === 0 && from % minuteMs === 0 ? hours : seconds
  const end = sameDay(from, to) || isMidnight(to) ? '' : `${days.format(to)}, `
  if (to - from >= dayMs)
    return sameDay(from, to - 1) ? days.format(from) : `${days.format(from)} – ${days.format(to - 1)}`
  return `${days.format(from)}, ${clock.format(from)} – ${end}${clock.format(to)}`
}
