/** Lengths of time in words, the same on every surface. All take milliseconds. */

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

const units = [
  ['h', hourMs],
  ['min', minuteMs],
  ['s', 1000],
] as const

/** A wait in its two largest units, rounded to what is shown: `5 min`, `1 h 30 min`, `250 ms`. */
export function spanText(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  const shown = ms >= hourMs ? minuteMs : 1000
  let rest = Math.round(ms / shown) * shown
  const parts = units.flatMap(([name, size]) => {
    const whole = Math.floor(rest / size)
    rest -= whole * size
    return whole === 0 ? [] : [`${whole} ${name}`]
  })
  return parts.join(' ')
}

/** How long something took: `340 ms`, `1.2 s`. */
export function tookText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** A limit, exactly, in seconds: `45 s`, `0.3 s`. */
export const limitText = (ms: number): string => `${ms / 1000} s`

const typedUnits = { ms: 1, s: 1000, m: minuteMs, h: hourMs } as const

/** A length of time as it is typed: `250ms`, `30s`, `10m`, `1h`, seconds without a unit; null for what is none, or is 0. */
export function readTime(text: string): number | null {
  const [, count = '', unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text.trim()) ?? []
  const ms = Math.round(Number(count) * typedUnits[unit as keyof typeof typedUnits])
  return ms > 0 ? ms : null
}

const oneDigit = (value: number) => String(Math.round(value * 10) / 10)

/** A length as short as can be, from hundredths of seconds to days: `45 s`, `7.2 min`, `12 h`. */
export function lengthText(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`
  if (ms < 90_000) return `${oneDigit(ms / 1000)} s`
  if (ms < 90 * minuteMs) return `${oneDigit(ms / minuteMs)} min`
  return `${oneDigit(ms / hourMs)} h`
}

const sinceUnits = [
  ['day', dayMs],
  ['h', hourMs],
  ['min', minuteMs],
  ['s', 1000],
] as const
const justNowMs = 10_000

/** How long ago something was, in one unit and rounded down: `just now`, `12 s ago`, `1 day ago`; null for the future. */
export function sinceText(ms: number): string | null {
  if (ms < 0) return null
  if (ms < justNowMs) return 'just now'
  for (const [name, size] of sinceUnits) {
    const whole = Math.floor(ms / size)
    if (whole > 0) return `${whole} ${name === 'day' && whole > 1 ? 'days' : name} ago`
  }
  return null
}
