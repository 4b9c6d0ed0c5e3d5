/** The merchant's endpoint, as a person types it. */
import { clip, printable } from '../../core/text.ts'
import { exitCodes, UserError } from '../errors.ts'

/**
 * Reads a target.
 * @param text an absolute http or https URL
 * @returns the URL without its fragment, which never goes over the wire
 * @throws UserError naming what is wrong with it and what to type instead
 */
export function parseTarget(text: string): URL {
  // What may hold a password is not shown.
  const named = text.includes('@') ? 'The target' : `The target “${clip(printable(text), 200)}”`
  const usage = { exitCode: exitCodes.usage }
  const example = 'Give the whole URL of your endpoint, such as http://localhost:3000/webhooks.'
  const typed = text.trim()
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) {
    const guess = `http://${/^:?\d+(?:[/?]|$)/.test(typed) ? `localhost:${typed.replace(/^:/, '')}` : typed}`
    const guessed = /^:?[\w[]/.test(typed) && !typed.includes('@') && URL.canParse(guess)
    const hint = guessed ? `Did you mean ${clip(printable(guess), 200)}?` : example
    throw new UserError(`${named} is not a URL.`, hint, usage)
  }
  if (!URL.canParse(typed)) throw new UserError(`${named} is not a valid URL.`, example, usage)
  const url = new URL(typed)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UserError(`${named} is neither http nor https.`, example, usage)
  if (url.username !== '' || url.password !== '')
    throw new UserError(
      'The target holds a user name or a password.',
      'Leave them out of the URL: a delivery brings its own Authorization header, and events are triggered with --basic-auth.',
      usage,
    )
  if (url.port === '0') throw new UserError(`${named} has port 0.`, example, usage)
  url.hash = ''
  return url
}
