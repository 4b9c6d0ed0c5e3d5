/** An HTML page as the lines a person reads on it: enough to find what an error page says, no browser. */

export interface HtmlLines {
  readonly title: string | null
  /** The first h1. */
  readonly heading: string | null
  /** The text of the body in order, one entry a line; whitespace is collapsed, empty lines are left out. */
  readonly lines: readonly string[]
}

/** What holds no text for people. Comments come first: they may hold anything. */
const unread = [
  ['<!--', '-->'],
  ['<script', '</script'],
  ['<style', '</style'],
  ['<svg', '</svg'],
  ['<title', '</title'],
] as const
/** Tags within a line; all others end it. */
const inline = new Set(
  'a abbr b bdi bdo big cite code data em font i kbd mark q s samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  rsaquo: '›',
  lsaquo: '‹',
  raquo: '»',
  laquo: '«',
}

/** Whether a text is a page or a piece of one rather than words. */
export function isHtml(text: string): boolean {
  return /^\s*<(?:[!?a-z])/i.test(text)
}

/** @param html cost grows with its length alone */
export function htmlLines(html: string): HtmlLines {
  const within = (tag: string) => {
    const lower = html.toLowerCase()
    const opened = new RegExp(`<${tag}(?:\\s[^>]{0,500})?>`).exec(lower)
    if (opened === null) return null
    const start = opened.index + opened[0].length
    const end = lower.indexOf(`</${tag}`, start)
    return end < 0 ? null : linesOf(html.slice(start, end)).join(' ') || null
  }
  return { title: within('title'), heading: within('h1'), lines: linesOf(unread.reduce(without, html)) }
}

/** A text less each stretch from `open` to `close`; one that is never closed goes to the end. */
function without(html: string, [open, close]: readonly [string, string]): string {
  const lower = html.toLowerCase()
  let kept = ''
  let from = 0
  for (let at = lower.indexOf(open); at >= 0; at = lower.indexOf(open, from)) {
    const end = lower.indexOf(close, at + open.length)
    // A tag whose name only begins so (<header>) is none of these.
    const isOther = open !== '<!--' && /[a-z0-9-]/.test(lower.charAt(at + open.length))
    kept += html.slice(from, isOther ? at + open.length : at)
    from = isOther ? at + open.length : end < 0 ? html.length : after(html, end, close)
  }
  return kept + html.slice(from)
}

/** The place behind a closing tag or the end of a comment. */
function after(html: string, end: number, close: string): number {
  if (close.endsWith('>')) return end + close.length
  const closed = html.indexOf('>', end)
  return closed < 0 ? html.length : closed + 1
}

/** Line ends of the source end a line, since texts of programs stand in pages as they are; those of headings do not. */
function linesOf(html: string): string[] {
  let text = ''
  let inHeading = false
  for (const [, between = '', closing, tag = ''] of html.matchAll(/([^<]*)(?:<(\/?)([a-z][a-z0-9-]*)?[^<>]*>?)?/gi)) {
    text += inHeading ? between.replace(/\s+/g, ' ') : between
    if (/^h[1-6]$/i.test(tag)) inHeading = closing === ''
    if (closing !== undefined && !inline.has(tag.toLowerCase())) text += '\n'
  }
  return text
    .split(/\r?\n/)
    .map(line => entities(line).replace(/\s+/g, ' ').trim())
    .filter(line => line !== '')
}

function entities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return (code > 0 && code < 0xd800) || (code > 0xdfff && code <= 0x10ffff) ? String.fromCodePoint(code) : whole
  })
}
