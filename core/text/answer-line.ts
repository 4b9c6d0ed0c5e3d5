/**
 * What an app says when it does not take a delivery, as one line beside its status: the exception or the message of an error
 * page, of JSON, or of text. The one rule for the list, the terminal, `attempt` lines and results.
 */
import { maskCardData } from '../events/card.ts'
import { htmlLines, isHtml } from './html-lines.ts'
import { clip, printable } from './text.ts'

/** The longest line, characters. */
export const longestLine = 200
/** Of what is made a line, with all its blanks. */
const longestSaid = 64 * 1024

/** Names of exceptions in any language, with what they are called in: `java.lang.NullPointerException`, `ActiveRecord::RecordInvalid`. */
const name = '(?:[A-Za-z_]\\w*(?:\\.|::|\\\\|/)){0,12}(?:[A-Z]\\w*)?(?:Error|Exception)'
/** `TypeError: …`, also behind what PHP and Node put before it. */
const exception = new RegExp(
  `^(?:PHP )?(?:(?:Fatal|Parse|Recoverable fatal|Catchable fatal) error: +\\S|(?:Uncaught +)?${name}(?: \\[[^\\]]{1,60}\\])?: *\\S)`,
)
/** A name that stands alone, or with where it came from, as on the pages of Django, Rails and Sinatra. */
const heading = new RegExp(
  `^(?:${name}|[A-Z]\\w{2,60}(?:::\\w{1,60}){0,5}(?=(?: at /| in \\w+#)))(?: at /.*| in \\w+#.*)?$`,
)
/** What a status says anyway, and titles that say only that something went wrong. */
const phrases = new Set(
  `bad request|unauthorized|payment required|forbidden|not found|method not allowed|not acceptable|request timeout|conflict
  |gone|length required|precondition failed|payload too large|content too large|request entity too large|uri too long
  |unsupported media type|misdirected request|unprocessable entity|unprocessable content|too many requests
  |internal server error|internal error|not implemented|bad gateway|service unavailable|service temporarily unavailable
  |gateway timeout|gateway time-out|moved permanently|found|see other|temporary redirect|permanent redirect|error
  |server error|unknown error|an error occurred|error response|exception report|an internal server error occurred`
    .split('|')
    .map(phrase => phrase.trim()),
)
/** Fields of JSON in which errors are told, those that say most first. */
const telling = [
  'message',
  'detail',
  'details',
  'error_description',
  'description',
  'msg',
  'reason',
  'title',
  'errors',
  'error',
  'exception',
  'code',
  'status',
]
/** Fields that may name the exception whose message stands beside them. */
const naming = ['exception', 'name', 'error', 'class', 'type']

/**
 * The first line of an answer's body that says something.
 * @param text the body, decompressed and decoded; the beginning of a long one is enough
 * @returns printable, on one line, card data masked, at most `longestLine` characters; null when the body says nothing
 */
export function answerLine(text: string): string | null {
  const said = lineOf(text.replace(/^\ufeff/, '').trim(), 0)
  // Also what JSON says, before it is clipped: half a number is found by nobody.
  const masked = maskCardData((said ?? '').slice(0, longestSaid))
  const line = printable(maskCardData(clip(masked.replace(/\s+/g, ' ').trim(), 4 * longestLine)))
  return line === '' || isBinary(line) ? null : clip(line, longestLine)
}

/** More replaced characters than a slip of encoding leaves. */
const isBinary = (line: string) => (line.match(/\ufffd/g)?.length ?? 0) * 4 > line.length

function lineOf(text: string, depth: number): string | null {
  if (text === '') return null
  if (/^[{["]/.test(text)) {
    const parsed = parsedJson(text)
    if (parsed !== undefined) return ofJson(parsed, depth) ?? (depth === 0 ? text : null)
  }
  // Before its tags and blanks go, which tell what is a security code.
  const masked = maskCardData(text)
  if (!isHtml(masked)) return best(masked.split(/\r?\n/).map(line => line.trim()))
  const { title, heading, lines } = htmlLines(masked)
  return best(lines, [heading, title])
}

/** @param titles what a page is called, the best first */
function best(lines: readonly string[], titles: readonly (string | null)[] = []): string | null {
  const thrown = lines.findIndex(line => exception.test(line))
  const named = lines.findIndex(line => heading.test(line))
  const message = lines[named + 1]
  if (named >= 0 && message !== undefined && (thrown < 0 || named + 1 < thrown) && !isGeneric(message)) {
    const [exceptionName = ''] = (lines[named] ?? '').split(/ (?:at|in) /)
    return message.startsWith(exceptionName) ? message : `${exceptionName}: ${message}`
  }
  const isSome = (line: string | null): line is string => line !== null && line !== ''
  const all = [...titles, ...lines].filter(isSome)
  return (
    lines[thrown] ??
    all.find(line => exception.test(line)) ??
    // On a page, words of one or two are buttons and names of servers.
    all.find(line => !isGeneric(line) && (titles.length === 0 || line.split(' ').length > 2)) ??
    [...lines, ...titles].filter(isSome).map(withoutStatus).find(isSome) ??
    null
  )
}

/** `502 Bad Gateway` and `HTTP Status 502 – Bad Gateway` less what the status says already. */
const withoutStatus = (line: string) =>
  line.replace(/^(?:HTTP )?(?:(?:Status|Error|Error code:) )?[1-5]\d\d\b[\s:.|–—-]*/i, '')

function isGeneric(line: string): boolean {
  const words = withoutStatus(line).toLowerCase()
  return words === '' || phrases.has(words.replace(/\s*\(?[1-5]\d\d\)?$|[.!]+$/g, '')) || /^\S+ › error$/.test(words)
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function ofJson(value: unknown, depth: number): string | null {
  if (typeof value === 'string')
    return depth > 0 && !isHtml(value) ? best(value.split(/\r?\n/)) : lineOf(value.trim(), depth + 1)
  if (!isObject(value) || depth > 4) return null
  if (Array.isArray(value)) return value.length === 0 ? null : ofJson(value[0], depth + 1)
  const said = telling.flatMap(field => {
    const line = ofJson(value[field], depth + 1)
    return line === null ? [] : [line]
  })
  const line = said.find(text => !isGeneric(text)) ?? said[0] ?? null
  const thrown = naming.map(field => value[field]).find(name => typeof name === 'string' && heading.test(name))
  return line === null || typeof thrown !== 'string' || line.includes(thrown) ? line : `${thrown}: ${line}`
}
