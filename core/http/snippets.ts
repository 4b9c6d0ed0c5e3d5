/** A stored delivery as code that sends the same bytes again: what "Copy as" puts on the clipboard. */
import { toBase64 } from '../text/base64.ts'
import { printable } from '../text/text.ts'
import type { HeaderList } from './headers.ts'
import { endToEnd, headerValue, isHopByHop, shownValue } from './headers.ts'
import { authorizationVariable, plainText, type SnippetRequest } from './snippet-parts.ts'
import { testSnippet } from './test-snippet.ts'
import { cmdCurl, powershellCurl } from './windows-snippets.ts'

export const snippetLanguages = [
  ...(['curl', 'powershell', 'cmd', 'httpie', 'fetch', 'php', 'python', 'fixture', 'test'] as const),
] as const
export type SnippetLanguage = (typeof snippetLanguages)[number]

/** What each snippet is called in a menu, and what it needs to run. */
export const snippetLabels: Record<SnippetLanguage, { readonly label: string; readonly needs: string }> = {
  curl: { label: 'curl', needs: 'bash or zsh' },
  powershell: { label: 'curl (PowerShell)', needs: 'Windows 10 or newer' },
  cmd: { label: 'curl (cmd)', needs: 'the prompt of Windows 10 or newer' },
  httpie: { label: 'HTTPie', needs: 'bash or zsh, HTTPie 3' },
  fetch: { label: 'JavaScript (fetch)', needs: 'Node 20 or newer, as a module' },
  php: { label: 'PHP', needs: 'the curl extension' },
  python: { label: 'Python', needs: 'Python 3, nothing to install' },
  fixture: { label: 'Test fixture', needs: 'JSON, for any test suite' },
  test: { label: 'Test (vitest, Jest)', needs: 'Node 20 or newer' },
}

const carriers = new Set(['expect', 'host', 'content-length'])

/** Whether a header is of one connection, or written by every client from the URL and the body. */
const isClientsOwn = (name: string): boolean => isHopByHop(name) || carriers.has(name.toLowerCase())

/** Linux refuses a single argument of 128 KiB; longer bodies go through a pipe. */
const longestArgument = 100_000

const wrapped = (base64: string) => base64.replace(/.{1,76}(?=.)/g, '$&\n')
const isPlain = (text: string) => /^[\x20-\x7e]*$/.test(text)
const hex2 = (character: string) => character.charCodeAt(0).toString(16).padStart(2, '0')
const isHidden = (request: SnippetRequest, name: string) =>
  request.hideAuthorization && name.toLowerCase() === 'authorization'

/** A header's text where its bytes are UTF-8 that can be seen and copied; else null: its bytes are escaped. */
function readable(text: string): string | null {
  const shown = shownValue(text)
  return isPlain(text) || (shown !== text && printable(shown) === shown) ? shown : null
}

/** Single quotes hold anything in a POSIX shell but themselves; bytes of headers that are no UTF-8 need $'…' (bash, zsh). */
function shellQuote(text: string, isHeader: boolean): string {
  const shown = isHeader ? readable(text) : text
  if (shown !== null) return `'${shown.replaceAll("'", "'\\''")}'`
  return `$'${text.replace(/[\\']/g, '\\$&').replace(/[^\x20-\x7e]/g, byte => `\\x${hex2(byte)}`)}'`
}

/** A method, bare when it is an ordinary one. */
const shellMethod = (method: string) => (/^[A-Z]+$/.test(method) ? method : shellQuote(method, false))

/** The way a body reaches a shell command: as an argument, or decoded from base64 through a pipe. */
function shellBody(body: Uint8Array): { argument: string } | { pipe: string } {
  const text = body.length <= longestArgument ? plainText(body) : null
  if (text !== null) return { argument: shellQuote(text, false) }
  return { pipe: `base64 --decode <<'BODY' |` }
}

const endPipe = (body: Uint8Array) => `\n${wrapped(toBase64(body))}\nBODY`

function curl(request: SnippetRequest, headers: HeaderList): string {
  const lines: string[] = []
  const has = (name: string) => headerValue(headers, name) !== undefined
  const odd = /\/\.\.?(\/|$)/.test(request.url) ? ' --path-as-is' : ''
  const method = request.method === 'HEAD' ? '--head' : `--request ${shellMethod(request.method)}`
  lines.push(`curl --globoff${odd} ${method} ${shellQuote(request.url, false)}`)
  for (const [name, value] of headers) {
    if (isHidden(request, name)) lines.push(`--header "${name}: $${authorizationVariable}"`)
    else lines.push(`--header ${shellQuote(value === '' ? `${name};` : `${name}: ${value}`, true)}`)
  }
  for (const own of ['Accept', 'User-Agent']) if (!has(own)) lines.push(`--header '${own}:'`)
  const { body } = request
  const bodiless = request.method === 'HEAD' || (body.length === 0 && request.method === 'GET')
  if (bodiless) return lines.join(' \\\n  ')
  if (!has('Content-Type')) lines.push(`--header 'Content-Type:'`)
  if (body.length > longestArgument) lines.push(`--header 'Expect:'`)
  const way = shellBody(body)
  if ('argument' in way) return [...lines, `--data-raw ${way.argument}`].join(' \\\n  ')
  // The here-document starts after the first line, so the command has to stay on it.
  return `${way.pipe} ${[...lines, '--data-binary @-'].join(' ')}${endPipe(body)}`
}

function httpie(request: SnippetRequest, headers: HeaderList): string {
  const items: string[] = []
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  for (const [name, value] of headers) {
    if (isHidden(request, name)) items.push(`"${name}:$${authorizationVariable}"`)
    else if (value === '') items.push(shellQuote(`${name};`, true))
    else items.push(shellQuote(`${name}:${value.replace(/^[=@]/, '\\$&')}`, true))
  }
  for (const own of ['Accept', 'Accept-Encoding', 'User-Agent', 'Content-Type'])
    if (!given.has(own.toLowerCase())) items.push(`'${own}:'`)
  const target = `${shellMethod(request.method)} ${shellQuote(request.url, false)}`
  if (request.body.length === 0) return [`http --ignore-stdin ${target}`, ...items].join(' \\\n  ')
  const way = shellBody(request.body)
  if ('argument' in way) return [`http --ignore-stdin --raw ${way.argument} ${target}`, ...items].join(' \\\n  ')
  return `${way.pipe} http ${[target, ...items].join(' ')}${endPipe(request.body)}`
}

/** A string literal that JavaScript and Python both read; bytes beyond ASCII are escaped when they are a header's. */
function literal(text: string, latin1 = false): string {
  const quoted = JSON.stringify(text)
  return latin1 ? quoted.replace(/[^\x20-\x7e]/g, byte => `\\u00${hex2(byte)}`) : quoted
}

function javascript(request: SnippetRequest, headers: HeaderList): string {
  const text = plainText(request.body)
  const lines: string[] = []
  const bodiless = request.method === 'GET' || request.method === 'HEAD'
  const names = headers.map(([name]) => name.toLowerCase())
  if (new Set(names).size < names.length) lines.push('// fetch joins headers of the same name into one line.')
  if (bodiless && request.body.length > 0) lines.push(`// fetch sends no body with ${request.method}.`)
  if (!bodiless && text !== null) lines.push(`const body = new TextEncoder().encode(${literal(text)})`)
  else if (!bodiless) {
    lines.push(`const body = Uint8Array.from(atob(${literal(toBase64(request.body))}), byte => byte.charCodeAt(0))`)
  }
  lines.push(
    `const answer = await fetch(${literal(request.url)}, {`,
    `  method: ${literal(request.method)},`,
    '  headers: [',
  )
  for (const [name, value] of headers) {
    const shown = isHidden(request, name) ? `process.env.${authorizationVariable}` : literal(value, true)
    lines.push(`    [${literal(name)}, ${shown}],`)
  }
  lines.push('  ],', ...(bodiless ? [] : ['  body,']), '})', 'console.log(answer.status, await answer.text())')
  return lines.join('\n')
}

const phpQuote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`

function phpHeader(request: SnippetRequest, name: string, value: string): string {
  if (isHidden(request, name)) return `${phpQuote(`${name}: `)} . getenv('${authorizationVariable}')`
  const line = value === '' ? `${name};` : `${name}: ${value}`
  const shown = readable(line)
  if (shown !== null) return phpQuote(shown)
  return `"${line.replace(/[\\"$]/g, '\\$&').replace(/[^\x20-\x7e]/g, byte => `\\x${hex2(byte)}`)}"`
}

function php(request: SnippetRequest, headers: HeaderList): string {
  const text = plainText(request.body)
  const has = (name: string) => headerValue(headers, name) !== undefined
  const withdrawn = ['Accept', 'Content-Type', 'Expect'].filter(name => !has(name))
  return [
    '<?php',
    text === null ? `$body = base64_decode(${phpQuote(toBase64(request.body))});` : `$body = ${phpQuote(text)};`,
    `$request = curl_init(${phpQuote(request.url)});`,
    'curl_setopt_array($request, [',
    `    CURLOPT_CUSTOMREQUEST => ${phpQuote(request.method)},`,
    '    CURLOPT_HTTPHEADER => [',
    ...headers.map(([name, value]) => `        ${phpHeader(request, name, value)},`),
    ...withdrawn.map(name => `        '${name}:',`),
    '    ],',
    '    CURLOPT_POSTFIELDS => $body,',
    '    CURLOPT_RETURNTRANSFER => true,',
    ...(request.method === 'HEAD' ? ['    CURLOPT_NOBODY => true,'] : []),
    ']);',
    '$answer = curl_exec($request);',
    'echo curl_getinfo($request, CURLINFO_RESPONSE_CODE), " ", $answer, PHP_EOL;',
  ].join('\n')
}

/** http.client and not urllib: it keeps the case, the order and the duplicates of headers. */
function python(request: SnippetRequest, headers: HeaderList): string {
  const url = new URL(request.url)
  const text = plainText(request.body)
  const hidden = headers.some(([name]) => isHidden(request, name))
  const imports = [...(text === null ? ['base64'] : []), 'http.client', ...(hidden ? ['os'] : [])]
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? '' : `, ${url.port}`
  return [
    `import ${imports.join(', ')}`,
    '',
    text === null ? `body = base64.b64decode(${literal(toBase64(request.body))})` : `body = ${literal(text)}.encode()`,
    `connection = http.client.${url.protocol === 'https:' ? 'HTTPSConnection' : 'HTTPConnection'}(${literal(host)}${port})`,
    `connection.putrequest(${literal(request.method)}, ${literal(url.pathname + url.search)}, skip_accept_encoding=True)`,
    ...headers.map(([name, value]) => {
      const shown = isHidden(request, name) ? `os.environ[${literal(authorizationVariable)}]` : literal(value, true)
      return `connection.putheader(${literal(name)}, ${shown})`
    }),
    'connection.putheader("Content-Length", str(len(body)))',
    'connection.endheaders(body)',
    'answer = connection.getresponse()',
    'print(answer.status, answer.read().decode(errors="replace"))',
  ].join('\n')
}

function fixture(request: SnippetRequest, headers: HeaderList): string {
  const text = plainText(request.body)
  const shown = headers.map(([name, value]) => [name, isHidden(request, name) ? `$${authorizationVariable}` : value])
  const url = new URL(request.url)
  const content = text === null ? { bodyBase64: toBase64(request.body) } : { body: text }
  return `${JSON.stringify({ method: request.method, path: url.pathname + url.search, headers: shown, ...content }, null, 2)}\n`
}

const writers: Record<SnippetLanguage, (request: SnippetRequest, headers: HeaderList) => string> = {
  curl,
  powershell: powershellCurl,
  cmd: cmdCurl,
  httpie,
  fetch: javascript,
  php,
  python,
  fixture,
  test: testSnippet,
}

/**
 * Code that sends a request with exactly these body bytes: as readable text where it survives the clipboard, as base64 otherwise.
 * @returns source text in `language`; for `fixture` a JSON document with `body` (text) or `bodyBase64`
 */
export function snippet(language: SnippetLanguage, request: SnippetRequest): string {
  const headers = endToEnd(request.headers).filter(([name]) => !isClientsOwn(name))
  return writers[language](request, headers)
}
