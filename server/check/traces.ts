/** What an answer shows of the inside of a program: stack traces, error pages, exceptions, paths. */

/**
 * What is looked for, the telling first: all patterns of a line fit. An answer is hostile text, so each repeats within a
 * bound: backtracking over a long answer would take longer than anyone waits.
 */
const traces: readonly { readonly patterns: readonly RegExp[]; readonly what: string }[] = [
  {
    patterns: [
      /^[ \t]{1,40}at .{1,300}:\d{1,9}:\d{1,9}\)?\r?$|^[ \t]{0,40}at .{0,200}?(?:node:[\w/]{1,100}|[^\s():]{1,200}\.[cm]?[jt]sx?):\d{1,9}:\d{1,9}/m,
    ],
    what: 'a JavaScript stack trace',
  },
  {
    patterns: [/Traceback \(most recent call last\)|File "[^"\n]{1,300}",\s{1,20}line \d/],
    what: 'a Python stack trace',
  },
  {
    patterns: [/(?:Fatal error|Warning|Notice|Deprecated|Parse error)(?:<\/b>)?:/, / in .{1,300} on line/],
    what: 'a PHP error with its file and line',
  },
  { patterns: [/^#\d{1,9} .{1,300}\(\d{1,9}\): /m], what: 'a PHP stack trace' },
  { patterns: [/\bat [\w.$/@<>]{1,300}\(\w{1,300}\.(?:java|kt|scala|groovy):\d/], what: 'a Java stack trace' },
  { patterns: [/^[ \t]{1,40}at .{1,300} in .{1,300}:line \d/m], what: 'a .NET stack trace' },
  { patterns: [/\.rb:\d{1,9}:in [`'"]/], what: 'a Ruby stack trace' },
  { patterns: [/^goroutine \d{1,9} \[|\.go:\d{1,9} \+0x/m], what: 'a Go stack trace' },
  {
    patterns: [
      /"file(?:name)?"\s{0,5}:\s{0,5}"[^"\n]{1,300}\.(?:php|py|rb|java|go|cs|[cm]?[jt]sx?)"/i,
      /"line(?:no|number)?"\s{0,5}:\s{0,5}\d/i,
    ],
    what: 'an error with its file and line',
  },
  {
    patterns: [
      /\b(?:SQLSTATE\[|ORA-\d{5}|SQLITE_[A-Z]{2}|E11000 duplicate key|syntax error at or near|duplicate key value violates|no such table: |You have an error in your SQL syntax|Duplicate entry '.{0,300}' for key|relation "[^"\n]{1,200}" does not exist)/,
    ],
    what: 'an error of the database',
  },
  {
    // A file's address inside a program: absolute, with line and column. A URL's path is none.
    patterns: [
      /(?<![\w/:.])(?:file:\/\/\/?)?(?:[A-Za-z]:[\\/]{1,2}|\/)(?:[^\s"'<>|:*?()\\/]{1,100}[\\/]{1,2}){0,30}[^\s"'<>|:*?()\\/]{1,100}:\d{1,7}:\d{1,7}(?!\d)/,
    ],
    what: 'a path of the server',
  },
  {
    patterns: [/(?<![\w/])(?:\/home\/|\/var\/www\/|\/usr\/src\/|[A-Z]:\\\\?(?:Users|inetpub)\\)/],
    what: 'a path of the server',
  },
]

/** What languages say of an error without its stack: names that they give, sentences that they use. An app's own words are none. */
const exceptions: readonly RegExp[] = [
  /\b(?:Type|Reference|Syntax|Range|Key|Value|Attribute|Index|Name|UnicodeDecode|JSONDecode|ZeroDivision|NoMethod|Argument)Error(?: \[\w{1,60}\])?: ?\S/,
  // With its package: java.lang.IllegalStateException, django.db.utils.IntegrityError, System.NullReferenceException.
  /\b(?:[A-Za-z]\w{0,60}\.){1,20}\w{1,80}(?:Exception|Error)\b|\bNullPointerException\b/,
  /\bUncaught \w{1,80}(?:Error|Exception)\b/,
  /\bCannot (?:(?:read|set) propert(?:y|ies) (?:.{1,100} )?of (?:undefined|null)|destructure property)/,
  /[\w$.\])]{1,100} is not (?:a function|iterable|a constructor)(?=["'\s<.,)}\]]{0,4}$)/m,
  /'NoneType' object|object has no attribute '|unsupported operand type|indices must be integers/,
  /\bundefined (?:local variable or )?method [`'"]/,
  /\bUndefined (?:array key|index|variable|property|offset)\b/,
  /\bCall to (?:undefined|a member) (?:function|method)/,
  /\bnil pointer dereference|\bruntime error: /,
  /\bCannot invoke ".{1,300}" because/,
  /\bObject reference not set to an instance/,
]

const entities: Readonly<Record<string, string>> = { nbsp: ' ', '#160': ' ', quot: '"', '#34': '"', lt: '<', gt: '>' }
const apostrophes = ['#39', '#x27', 'apos']

/** The text as the program wrote it: HTML, JSON and lists of lines undone. */
function unfolded(text: string): string {
  return text
    .replaceAll(/<br\s{0,3}\/?>|<\/(?:li|p|div|pre|tr|h[1-6])>/gi, '\n')
    .replaceAll(/<\/?[a-z][^<>]{0,300}>/gi, '')
    .replaceAll(/&(#?\w{1,6});/g, (whole, name: string) => entities[name] ?? (apostrophes.includes(name) ? "'" : whole))
    .replaceAll('\u00a0', ' ')
    .replaceAll(/\\{1,4}[nr]/g, '\n')
    .replaceAll(/\\{1,4}(["/])/g, '$1')
    .replaceAll(/",\s{0,40}"|\[\s{0,40}"/g, '\n')
}

/**
 * @param text an answer
 * @returns what of the inside is in it, in words; null when there is nothing
 */
export function insideOf(text: string): string | null {
  const written = [text, unfolded(text)]
  const found = traces.find(({ patterns }) => written.some(one => patterns.every(pattern => pattern.test(one))))
  if (found !== undefined) return found.what
  return exceptions.some(pattern => written.some(one => pattern.test(one))) ? 'the text of an exception' : null
}
