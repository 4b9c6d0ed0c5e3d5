/** Keeps the check's own secrets out of what a report shows, should an endpoint answer them. */
import type { HeaderList } from '../../core/headers.ts'
import type { Authentication } from '../../core/hook.ts'

/** A secret that is shorter would be found in any text. */
const shortestSecret = 6

/** What must not be shown: the key, the password, and the credentials as they go over the wire. */
export function secretsOf(key: string | null, authentication: Authentication): readonly string[] {
  const all = [
    ...(key === null ? [] : [key]),
    ...(authentication.kind === 'basic'
      ? [
          authentication.password,
          Buffer.from(`${authentication.username}:${authentication.password}`).toString('base64'),
        ]
      : []),
  ]
  // The longest first: one may be a part of another.
  return all.filter(({ length }) => length >= shortestSecret).toSorted((one, other) => other.length - one.length)
}

export interface Mask {
  text(text: string): string
  headers(headers: HeaderList): HeaderList
}

export function openMask(secrets: readonly string[]): Mask {
  const text = (shown: string) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '••••'), shown)
  return {
    text,
    headers: headers => headers.map(([name, value]) => [text(name), text(value)]),
  }
}
