/** The console's Hook URL field, where it names an endpoint of the merchant's own. */
import { isLoopback } from '../http/loopback.ts'
import { clip, printable } from '../text/text.ts'

/** A Hook URL as it is saved, or what is wrong with it and what to enter instead. */
export type ParsedHookUrl =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly message: string; readonly hint: string }

const longest = 2000
const example = 'Enter the full URL, such as https://shop.example.com/webhooks.'

/**
 * Reads what was entered as Hook URL: https, or http to this machine. Its certificate is looked at elsewhere.
 * @param text whitespace around it does not count
 */
export function parseHookUrl(text: string): ParsedHookUrl {
  const typed = text.trim()
  const refuse = (message: string, hint = example): ParsedHookUrl => ({ ok: false, message, hint })
  if (typed === '') return refuse('Hook URL is empty.')
  if (typed.length > longest) return refuse(`Hook URL is longer than ${longest} characters.`)
  // A URL parser drops line breaks and tabs silently.
  if (/[\p{Cc}\s]/u.test(typed)) return refuse('Hook URL contains a space or a control character.')
  // What may hold a password is not shown.
  const named = typed.includes('@') ? 'Hook URL' : `Hook URL “${clip(printable(typed), 200)}”`
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) {
    const scheme = /^(?:localhost|127\.|\[::1\])/i.test(typed) ? 'http' : 'https'
    const guess = `${scheme}://${typed}`
    const guessed = /^[\w[][^@]*$/.test(typed) && !typed.startsWith('//') && URL.canParse(guess)
    return refuse(`${named} is not a URL.`, guessed ? `Did you mean ${clip(printable(guess), 200)}?` : example)
  }
  if (!URL.canParse(typed)) return refuse(`${named} is not a valid URL.`)
  const url = new URL(typed)
  if (url.username !== '' || url.password !== '')
    return refuse(
      'Hook URL contains a user name or a password.',
      'Remove them, and set Authentication to Basic instead.',
    )
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refuse(
      `Hook URL begins with ${clip(printable(url.protocol), 40)}// but the gateway accepts https:// only.`,
      example,
    )
  if (url.port === '0') return refuse(`${named} has port 0.`)
  if (typed.includes('#'))
    return refuse(`${named} has a part after #, which is never sent.`, 'Remove # and everything after it.')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return refuse(
      `${named} is not https.`,
      'The gateway posts to https only. Plain http works only for this machine: localhost or 127.0.0.1.',
    )
  return { ok: true, url }
}
