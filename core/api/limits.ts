/** How much may be asked for, whoever asks: options, forms and routes hold to the same. */

/** Events of one simulation. */
export const mostEvents = 100_000
/** Deliveries of one replay. */
export const mostReplayed = 100_000
/** Sends a second: with slower ones the instants leave the calendar. */
export const slowestRate = 0.000_001
export const fastestRate = 10_000
/** Characters of the name of a sample. */
export const longestSampleName = 100

export const isRate = (rate: number): boolean => rate >= slowestRate && rate <= fastestRate

/** Lower-case letters, digits, dots and hyphens, a letter or digit at both ends. */
export const isSampleName = (name: string): boolean =>
  name.length <= longestSampleName && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name)
