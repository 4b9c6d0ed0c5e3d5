/** What cmd, the C runtime of Windows and PowerShell make of a snippet, by their rules written apart from the code under test. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SnippetRequest } from '../../../core/http/snippet-parts.ts'
import { snippet } from '../../../core/http/snippets.ts'
import { cmdQuote, powershellQuote } from '../../../core/http/windows-snippets.ts'

/** What the prompt hands on: ^ makes the next character plain, but between quotes. @throws for an operator that is not escaped */
function throughCmd(line: string): string {
  let [out, quoted] = ['', false]
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? ''
    if (!quoted && character === '^') {
      at += 1
      out += line[at] ?? ''
    } else {
      if (character === '"') quoted = !quoted
      if (!quoted && '&|<>()'.includes(character)) throw new Error(`${character} is an operator of cmd`)
      out += character
    }
  }
  return out
}

/** The arguments that a program sees (the C runtime's rules for \ and "). */
function argumentsOf(line: string): string[] {
  const found: string[] = []
  let [word, quoted, begun] = ['', false, false]
  for (let at = 0; at < line.length; at += 1) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0
    const next = line[at + slashes]
    if (slashes > 0) {
      begun = true
      word += '\\'.repeat(next === '"' ? Math.floor(slashes / 2) : slashes)
      at += slashes - 1
      if (next === '"' && slashes % 2 === 1) {
        word += '"'
        at += 1
      }
    } else if (next === '"') {
      quoted = !quoted
      begun = true
    } else if (next === ' ' && !quoted) {
      if (begun) found.push(word)
      ;[word, begun] = ['', false]
    } else {
      word += next ?? ''
      begun = true
    }
  }
  return begun ? [...found, word] : found
}

/** A literal of PowerShell: any of five characters is a quote, and two of them are one. */
function readPowershell(literal: string): string {
  const quote = /['\u2018-\u201b]/
  let out = ''
  expect(quote.test(literal[0] ?? '') && quote.test(literal.at(-1) ?? '')).toBe(true)
  for (let at = 1; at < literal.length - 1; at += 1) {
    const character = literal[at] ?? ''
    if (quote.test(character)) {
      expect(quote.test(literal[at + 1] ?? '') && at + 1 < literal.length - 1).toBe(true)
      at += 1
    }
    out += character
  }
  return out
}

const request = (body: string | Uint8Array, more: Partial<SnippetRequest> = {}): SnippetRequest => ({
  method: 'POST',
  url: 'http://localhost:3000/in?a=1&b=%41|c',
  headers: [['Content-Type', 'application/json']],
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  hideAuthorization: true,
  ...more,
})
const awkward = fc.string({ unit: fc.constantFrom(...'ab \\"^&|<>()%!\'`$;,@=') })
const commandIn = (text: string) => text.split('\n').find(line => line.startsWith('curl.exe ')) ?? ''
const bytesAfter = (text: string, before: RegExp) =>
  Buffer.from([...text.matchAll(before)].map(([, base64]) => base64).join(''), 'base64')

describe('cmd', () => {
  it('hands any text of ASCII to the program as it is', () => {
    fc.assert(
      fc.property(awkward, text => {
        expect(argumentsOf(throughCmd(`x ${cmdQuote(text)} y`))).toEqual(['x', text, 'y'])
      }),
    )
  })

  it('is given URL and body as arguments, whatever is in them', () => {
    fc.assert(
      fc.property(awkward, body => {
        fc.pre(body !== '')
        const seen = argumentsOf(throughCmd(commandIn(snippet('cmd', request(body)))))
        expect(seen.slice(0, 5)).toEqual(['curl.exe', '--globoff', '--request', 'POST', request('').url])
        expect(seen.slice(-2)).toEqual(['--data-raw', body])
      }),
    )
  })

  it('gets other bodies through a file, byte for byte, in lines that cmd takes', () => {
    for (const body of [
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      Buffer.from('a\nb'),
      Buffer.from('é'),
      Buffer.alloc(9000, 97),
    ]) {
      const text = snippet('cmd', request(body))
      expect(bytesAfter(text, /^>>"%TEMP%\\hookscope-body\.txt" echo ([A-Za-z0-9+/=]+)$/gm).equals(body)).toBe(true)
      expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThan(8191)
      expect(commandIn(text)).toContain('--data-binary "@%TEMP%\\hookscope-body.bin"')
    }
  })
})

describe('PowerShell', () => {
  it('reads a literal as what it was made from, typographic quotes too', () => {
    const text = fc.string({ unit: fc.constantFrom(...'a\'"`$\u2018\u2019\u201a\u201b\u201c ') })
    fc.assert(
      fc.property(text, one => {
        expect(readPowershell(powershellQuote(one))).toBe(one)
      }),
    )
  })

  it('writes the body into a file, byte for byte', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 })), given => {
        const made = request(given)
        const text = snippet('powershell', made)
        const literal = /GetBytes\((.*)\)\)$/m.exec(text)?.[1]
        const written =
          literal === undefined
            ? bytesAfter(text, /FromBase64String\('([^']*)'\)/g)
            : Buffer.from(readPowershell(literal))
        expect(written.equals(made.body)).toBe(true)
      }),
    )
  })
})

it.each(['powershell', 'cmd'] as const)('%s says which headers it cannot carry, and mangles none', language => {
  const headers = [
    ['X-Quoted', 'say "yes"'],
    ['X-Accent', 'caf\xe9'],
    ['X-Plain', "it's 5 % & more"],
    ['X-Empty', ''],
  ] as const
  const text = snippet(language, request('{}', { headers }))
  expect(text.split('\n')[0]).toMatch(
    /^(?:#|rem) Left out, since this shell cannot hand it to curl: X-Quoted, X-Accent$/,
  )
  const command = commandIn(text)
  expect(command).not.toMatch(/Quoted|Accent/)
  if (language === 'cmd') {
    expect(argumentsOf(throughCmd(command))).toEqual(expect.arrayContaining(["X-Plain: it's 5 % & more", 'X-Empty;']))
  } else expect(command).toContain("--header 'X-Plain: it''s 5 % & more'")
})
