/** Text that strangers wrote, made safe to put on one line of a terminal or a table. */

/** Replaces control characters (C0, DEL, C1), line separators and what turns the direction of text, so that no event can steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '\ufffd')
}

/** At most `length` characters, the last one an ellipsis when something was cut. */
export function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

/** As the first word of a sentence. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** `12,345`: as `toLocaleString('en')` writes whole numbers, whose first use takes 17 ms of a start. */
export const withCommas = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** “1 delivery”, “1,200 deliveries”. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${withCommas(count)} ${count === 1 ? one : many}`

/** The same for text in several lines: line ends and tabs stay. */
export function printableLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map(line => line.split('\t').map(printable).join('\t'))
    .join('\n')
}

/** A value as JSON for standard output, which may be a terminal: what could steer it is written as an escape. @param indent spaces a step; 0: one line */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(
    /[\x7f-\x9f\p{Bidi_Control}\u2028\u2029]/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
