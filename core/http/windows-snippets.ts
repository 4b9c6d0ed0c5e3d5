/** A delivery as a curl command for the shells of Windows. What such a shell cannot hand to a program is said, and left out. */
import { toBase64 } from '../text/base64.ts'
import { printable } from '../text/text.ts'
import { type HeaderList, headerValue } from './headers.ts'
import { authorizationVariable, plainText, type SnippetRequest } from './snippet-parts.ts'

/** What both shells hand to curl.exe whatever the code page is, and Windows PowerShell 5 without changing it. */
const isCarried = (text: string) => /^[\x20-\x7e]*$/.test(text) && !text.includes('"') && !text.endsWith('\\')

const lineOf = (name: string, value: string) => (value === '' ? `${name};` : `${name}: ${value}`)

/** The header lines that go along, and the names of those that cannot. */
function carried(request: SnippetRequest, headers: HeaderList) {
  const isHidden = (name: string) => request.hideAuthorization && name.toLowerCase() === 'authorization'
  const lines: { readonly text: string; readonly isVariable: boolean }[] = []
  const left: string[] = []
  for (const [name, value] of headers) {
    if (isHidden(name)) lines.push({ text: `${name}: `, isVariable: true })
    else if (isCarried(lineOf(name, value))) lines.push({ text: lineOf(name, value), isVariable: false })
    else left.push(printable(name))
  }
  for (const own of ['Accept', 'User-Agent', 'Content-Type'])
    if (headerValue(headers, own) === undefined) lines.push({ text: `${own}:`, isVariable: false })
  // curl would wait for a 100 before a long body.
  lines.push({ text: 'Expect:', isVariable: false })
  return { lines, left }
}

/** The first words of the command. */
const beginning = ({ method, url }: SnippetRequest, quote: (text: string) => string) => [
  '--globoff',
  ...(/\/\.\.?(\/|$)/.test(url) ? ['--path-as-is'] : []),
  ...(method === 'HEAD' ? ['--head'] : ['--request', /^[A-Z]+$/.test(method) ? method : quote(method)]),
  quote(url),
]

const leftOutText = (names: readonly string[]) =>
  `Left out, since this shell cannot hand it to curl: ${names.join(', ')}`

/** A literal of PowerShell, which takes the typographic quotes for quotes as well. */
export const powershellQuote = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`

/** For Windows PowerShell 5.1 and PowerShell 7. The body goes through a file, byte for byte. */
export function powershellCurl(request: SnippetRequest, headers: HeaderList): string {
  const { lines, left } = carried(request, headers)
  const text = plainText(request.body)
  const bytes =
    text === null || text.includes('\n')
      ? `[Convert]::FromBase64String('${toBase64(request.body)}')`
      : `[Text.Encoding]::UTF8.GetBytes(${powershellQuote(text)})`
  const hasBody = request.body.length > 0 && request.method !== 'HEAD'
  const words = [
    ...beginning(request, powershellQuote),
    ...lines.map(({ text: line, isVariable }) =>
      isVariable ? `--header "${line}$env:${authorizationVariable}"` : `--header ${powershellQuote(line)}`,
    ),
    ...(hasBody ? ['--data-binary "@$body"'] : []),
  ]
  return [
    ...(left.length === 0 ? [] : [`# ${leftOutText(left)}`]),
    ...(hasBody ? ['$body = [IO.Path]::GetTempFileName()', `[IO.File]::WriteAllBytes($body, ${bytes})`] : []),
    `curl.exe ${words.join(' ')}`,
    ...(hasBody ? ['Remove-Item $body'] : []),
  ].join('\n')
}

/** An argument as the C runtime of Windows programs reads it, with each character escaped that cmd would take for its own. */
export function cmdQuote(text: string): string {
  const quoted = `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`
  return quoted.replace(/[()%!^"<>&|]/g, '^$&')
}

/** The prompt takes lines of 8,191 characters. */
const longestCmdBody = 4000
const bodyFile = '%TEMP%\\hookscope-body'

/** For the prompt of cmd.exe, not for a batch file, where % is doubled. */
export function cmdCurl(request: SnippetRequest, headers: HeaderList): string {
  const { lines, left } = carried(request, headers)
  const text = plainText(request.body)
  const isArgument = text !== null && /^[\x20-\x7e]*$/.test(text) && text.length <= longestCmdBody
  const hasBody = request.body.length > 0 && request.method !== 'HEAD'
  const words = [
    ...beginning(request, cmdQuote),
    ...lines.map(({ text: line, isVariable }) =>
      isVariable ? `--header "${line}%${authorizationVariable}%"` : `--header ${cmdQuote(line)}`,
    ),
    ...(hasBody ? [isArgument ? `--data-raw ${cmdQuote(text)}` : `--data-binary "@${bodyFile}.bin"`] : []),
  ]
  // The redirection stands first: a digit before it would be taken for a stream.
  const base64 = toBase64(request.body).replace(/.{1,76}/g, `>>"${bodyFile}.txt" echo $&\n`)
  return [
    ...(left.length === 0 ? [] : [`rem ${leftOutText(left)}`]),
    ...(hasBody && !isArgument
      ? [`del "${bodyFile}.txt" 2>nul`, `${base64}certutil -f -decode "${bodyFile}.txt" "${bodyFile}.bin" >nul`]
      : []),
    `curl.exe ${words.join(' ')}`,
  ].join('\n')
}
