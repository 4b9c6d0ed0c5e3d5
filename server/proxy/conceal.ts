/** What a proxy was signed in with, kept out of what came through it: one that echoes a request would have it shown and kept. */
import type { Answer } from '../../core/deliveries/attempt.ts'

/** A password that is shorter is looked for as a word of an error alone: any text may hold it. */
const shortestPart = 6

/** As texts come from the wire, a character for each byte. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1')

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** As pages, JSON and URLs write it. */
const spellings = (text: string): readonly string[] => [
  text,
  text.replaceAll(/[&<>"']/g, character => entities[character] ?? character),
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text),
]

const escaped = (text: string) =>
  text.replaceAll(/[^\w]/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

export interface Concealer {
  /** @param isError whether a short password is looked for as well */
  text(text: string, isError: boolean): string
  /** The same number of bytes, asterisks in place of what must not be seen; a body that is packed is left as it is. */
  answer(answer: Answer): Answer
}

/** @param authorization what `Proxy-Authorization` says */
export function concealerOf(authorization: string): Concealer {
  const basic = authorization.replace(/^Basic /, '')
  const pair = Buffer.from(basic, 'base64').toString()
  const password = pair.slice(pair.indexOf(':') + 1)
  const parts = [basic, pair, password].filter(({ length }) => length >= shortestPart)
  const written = new Set([authorization, ...parts.flatMap(spellings)].map(asBytes))
  const all = [...written].toSorted((one, other) => other.length - one.length).map(escaped)
  const always = new RegExp(all.join('|'), 'g')
  const word = new RegExp(`(?<!\\w)(?:${spellings(password).map(asBytes).map(escaped).join('|')})(?!\\w)`, 'g')
  const isShort = password.length > 0 && password.length < shortestPart

  function text(bytes: string, isError: boolean): string {
    const hide = (found: string) => '*'.repeat(found.length)
    const masked = bytes.replaceAll(always, hide)
    return isShort && isError ? masked.replaceAll(word, hide) : masked
  }
  return {
    text,
    answer(answer) {
      const isError = answer.status >= 400
      const body = Buffer.from(answer.body).toString('latin1')
      const masked = text(body, isError)
      return {
        ...answer,
        headers: answer.headers.map(([name, value]) => [name, text(value, isError)]),
        ...(masked !== body && { body: new Uint8Array(Buffer.from(masked, 'latin1')) }),
      }
    },
  }
}
